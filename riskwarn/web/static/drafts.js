// Asks the server what the rules say of the boxes while they are being written. No rule is known here; without this script saving tells.
(function () {
  "use strict";
  var form = document.getElementById("boxes");
  if (!form || !form.hasAttribute("data-live")) return;
  var tally = document.getElementById("tally"), unsaved = document.getElementById("unsaved"), summary = document.getElementById("summary");
  var version = form.elements.version.value, asked = 0, waiting = 0, isDirty = form.hasAttribute("data-dirty"), isLeaving = false;

  function line(breach) {
    var item = document.createElement("li"), word = document.createElement("b"), rule = document.createElement("small");
    item.className = "is-" + breach.severity;
    word.textContent = breach.word;
    rule.textContent = breach.named + " · " + breach.source;
    item.append(word, " " + breach.text + " ", rule);
    return item;
  }
  function link(breach) {
    var item = document.createElement("li"), to = document.createElement("a");
    item.className = "is-" + breach.severity;
    to.href = "#part-" + breach.key;
    to.textContent = breach.where;
    item.append(to, " " + breach.said);
    return item;
  }
  function fill(list, items) {
    // What is said already is not said again to who listens.
    var text = items.map(function (item) { return item.textContent; }).join("\n");
    if (list.dataset.text === text) return;
    list.dataset.text = text;
    list.replaceChildren.apply(list, items);
  }
  function show(told) {
    var errors = told.breaches.filter(function (one) { return one.severity === "error"; }).length;
    document.querySelectorAll(".part[data-key]").forEach(function (part) {
      var own = told.breaches.filter(function (one) { return one.key === part.dataset.key; });
      var field = document.getElementById("box-" + part.dataset.key);
      fill(part.querySelector(".says"), own.map(line));
      if (!field) return;
      if (own.some(function (one) { return one.severity === "error"; })) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    });
    fill(document.getElementById("says-whole"), told.breaches.filter(function (one) { return !one.where; }).map(line));
    fill(summary, told.breaches.filter(function (one) { return one.where; }).map(link));
    var fine = document.getElementById("fine");
    if (fine) fine.hidden = told.breaches.length > 0;
    tally.textContent = form.dataset.tally.replace("{errors}", errors).replace("{advice}", told.breaches.length - errors);
    isDirty = told.changed.length > 0;
    unsaved.textContent = isDirty ? form.dataset.unsaved.replace("{count}", told.changed.length) : "";
    if (String(told.version) !== version) unsaved.textContent = form.dataset.changed;
  }
  function ask() {
    var mine = ++asked;
    clearTimeout(waiting);
    fetch(form.action.replace(/save$/, "check.json"), { method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin" })
      .then(function (answer) {
        if (answer.ok) return answer.json();
        return Promise.reject(answer.status === 401 ? form.dataset.ended : form.dataset.failed);
      })
      .then(function (told) { if (mine === asked) show(told); })
      .catch(function (why) { if (mine === asked) tally.textContent = typeof why === "string" ? why : form.dataset.failed; });
  }
  form.addEventListener("input", function () { isDirty = true; clearTimeout(waiting); waiting = setTimeout(ask, 700); });
  form.addEventListener("change", ask);
  form.addEventListener("submit", function () { isLeaving = true; });
  window.addEventListener("beforeunload", function (event) { if (isDirty && !isLeaving) event.preventDefault(); });
  ask();
})();
