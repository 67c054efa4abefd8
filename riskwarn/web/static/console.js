// Keys in the list and on the page of a warning, and its picture. Without this script every page still works.
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]")), at = -1;
  var judged = { c: "verify", d: "dismiss", w: "watch" }, card = document.getElementById("case"), list = document.getElementById("list");
  function kept(value) { try { if (value === undefined) return JSON.parse(sessionStorage.getItem("list") || "null"); sessionStorage.setItem("list", JSON.stringify(value)); } catch (_) { return null; } }
  function select(n) {
    if (!rows.length) return;
    if (rows[at]) rows[at].removeAttribute("aria-selected");
    at = Math.max(0, Math.min(rows.length - 1, n));
    rows[at].setAttribute("aria-selected", "true");
    rows[at].scrollIntoView({ block: "nearest" });
    rows[at].querySelector("a").focus({ preventScroll: true });
  }
  // The list that a warning was opened from: its order leads from one warning to the next.
  if (list) kept({ back: location.pathname + location.search, all: rows.map(function (row) { return row.querySelector("a").pathname; }) });
  var from = card ? kept() : null, here = from ? from.all.indexOf(location.pathname) : -1;
  function go(n) { if (here >= 0 && from.all[here + n]) location.href = from.all[here + n]; }
  function back() { return from && from.back ? from.back : ""; }
  if (back()) Array.prototype.forEach.call(document.querySelectorAll("[data-list]"), function (link) { link.href = back(); });
  Array.prototype.forEach.call(document.querySelectorAll("[data-step]"), function (link) {
    var n = link.dataset.step === "next" ? 1 : -1;
    if (here >= 0 && from.all[here + n]) { link.href = from.all[here + n]; link.hidden = false; }
  });
  function judge(action) {
    if (list && rows[at]) { location.href = rows[at].querySelector("a").href + "?do=" + action; return; }
    var step = document.getElementById("step-" + action), field = step && step.querySelector("select, textarea, input:not([type=hidden])");
    if (!step) return;
    step.open = true;
    (field || step.querySelector("summary")).focus();
  }
  // The browser does it by itself, but only after the page was drawn: a quick hand has typed by then.
  var wanted = document.querySelector("[autofocus]");
  if (wanted) wanted.focus();
  var keys = document.getElementById("keys"), help = document.querySelector("[data-keys]");
  function show() { if (keys && keys.showModal && !keys.open) keys.showModal(); }
  if (help && keys && keys.showModal) { help.hidden = false; help.addEventListener("click", show); }
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    // From a field of several lines: sends its form, as the button below it would.
    if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form && event.target.form.requestSubmit) { event.preventDefault(); event.target.form.requestSubmit(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing || (keys && keys.open)) return;
    if (event.key === "j") { if (card) go(1); else select(at + 1); }
    else if (event.key === "k") { if (card) go(-1); else select(at - 1); }
    else if (event.key === "?") show();
    else if (event.key === "u" && card) location.href = back() || document.querySelector("[data-list]").href;
    else if (judged[event.key] && (card || list)) { event.preventDefault(); judge(judged[event.key]); }
    else if (event.key === "/" && document.getElementById("search")) { event.preventDefault(); document.getElementById("search").focus(); }
  });

  // A business key goes to the clipboard; where the browser has none to give (plain http on another host), by a selection.
  function taken(text) {
    var field = document.createElement("textarea"), ok = false;
    field.value = text; field.className = "away"; document.body.appendChild(field); field.select();
    try { ok = document.execCommand("copy"); } catch (_) { ok = false; }
    field.remove();
    return ok;
  }
  Array.prototype.forEach.call(document.querySelectorAll("[data-copy]"), function (button) {
    var label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      function told(ok) { if (!ok) return; button.textContent = button.dataset.done; setTimeout(function () { button.textContent = label; }, 1500); }
      if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(button.dataset.copy).then(function () { told(true); }, function () { told(taken(button.dataset.copy)); });
      else { told(taken(button.dataset.copy)); button.focus(); }
    });
  });

  var print = document.querySelector("[data-print]");
  if (print) { print.hidden = false; print.addEventListener("click", function () { window.print(); }); }

  var box = document.getElementById("picture");
  if (!box || !window.uPlot) return;
  var points = JSON.parse(box.dataset.points), style = getComputedStyle(document.documentElement);
  if (!points.length) return;
  function column(n) { return points.map(function (p) { return p[n]; }); }
  var times = points.map(function (p) { return Date.parse(p[0] + "T00:00:00Z") / 1000; });
  var ink = style.getPropertyValue("--ink"), line = style.getPropertyValue("--line"), accent = style.getPropertyValue("--accent");
  var axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } }, lots = box.dataset.lots;
  function day(_, at) { return at == null ? "" : new Date(at * 1000).toISOString().slice(0, 10); }
  function months(_, ticks) { return ticks.map(function (t) { return day(_, t).slice(0, 7); }); }
  function above(_, low, high) { return [0, Math.max(high, 1) * 1.05]; }
  function local(t) { return uPlot.tzDate(new Date(t * 1e3), "UTC"); }
  var together = { key: "weeks" };
  var plots = [new uPlot({
    width: box.clientWidth, height: 260, padding: [8, 24, 0, 0], tzDate: local, cursor: { sync: together }, scales: { y: { range: above } },
    axes: [Object.assign({ values: months }, axis), Object.assign({ size: 56 }, axis)],
    // What lies between the usual level and its upper limit is the interval of a quiet week.
    bands: [{ series: [1, 2], fill: style.getPropertyValue("--orange-bg") }],
    series: [
      { label: box.dataset.week, value: day },
      { label: box.dataset.upper, stroke: style.getPropertyValue("--orange"), width: 1, dash: [2, 3] },
      { label: box.dataset.expected, stroke: ink, dash: [6, 4], width: 1.5 },
      { label: box.dataset.observed, stroke: accent, width: 2, points: { show: true, size: 4 } }
    ]
  }, [times, column(3), column(2), column(1)], box)];
  if (lots) plots.push(new uPlot({
    width: box.clientWidth, height: 110, padding: [8, 24, 8, 0], tzDate: local, cursor: { sync: together }, scales: { y: { range: above } },
    axes: [Object.assign({ values: months }, axis, { show: false }), Object.assign({ size: 56 }, axis)],
    series: [{ label: box.dataset.week, value: day }, { label: lots, stroke: style.getPropertyValue("--soft"), width: 1, fill: line + "66", points: { show: false } }]
  }, [times, column(4)], box));
  window.addEventListener("resize", function () { plots.forEach(function (plot, n) { plot.setSize({ width: box.clientWidth, height: n ? 110 : 260 }); }); });
})();
