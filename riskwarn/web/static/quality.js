// How good warnings were, month by month; the table beside each picture says the same.
(function () {
  "use strict";
  if (!window.uPlot) return;
  var style = getComputedStyle(document.documentElement);
  function colour(name) { return style.getPropertyValue(name); }
  function share(_, value) { return value == null ? "" : Math.round(value * 1000) / 10 + "%"; }
  function days(_, value) { return value == null ? "" : String(Math.round(value * 10) / 10); }
  function month(at) { var d = new Date(at * 1000); return d.getUTCFullYear() + "-" + ("0" + (d.getUTCMonth() + 1)).slice(-2); }
  function line(label, name, value, dash) { return { label: label, stroke: colour(name), width: 2, dash: dash, points: { show: true, size: 6 }, value: value, spanGaps: true }; }
  function edge(label) { return { stroke: "transparent", points: { show: false }, label: label, value: share }; }
  function draw(box, columns, series, top, bands) {
    var points = JSON.parse(box.dataset.points);
    var times = points.map(function (p) { return Date.parse(p[0] + "-01T00:00:00Z") / 1000; });
    var axis = { stroke: colour("--ink"), grid: { stroke: colour("--line") }, ticks: { stroke: colour("--line") } };
    function named(plot) { var every = Math.ceil(times.length * 64 / Math.max(plot.width, 200)); return times.filter(function (_, n) { return (times.length - 1 - n) % every === 0; }); }
    var plot = new uPlot({
      width: box.clientWidth, height: 220, tzDate: function (t) { return uPlot.tzDate(new Date(t * 1e3), "UTC"); },
      scales: { x: { range: function (_, low, high) { return low === high ? [low - 1.3e6, high + 1.3e6] : [low, high]; } }, y: { range: function (_, low, high) { return [0, top || Math.max(high, 1) * 1.1]; } } },
      axes: [
        Object.assign({ splits: named, values: function (_, at) { return at.map(month); } }, axis),
        Object.assign({ values: function (_, at) { return at.map(function (v) { return top ? Math.round(v * 100) + "%" : v; }); } }, axis)
      ],
      bands: bands, series: [{ label: box.dataset.month, value: function (_, at) { return at == null ? "" : month(at); } }].concat(series)
    }, [times].concat(columns.map(function (n) { return points.map(function (p) { return p[n]; }); })), box);
    window.addEventListener("resize", function () { plot.setSize({ width: box.clientWidth, height: 220 }); });
  }
  var values = document.getElementById("values"), pace = document.getElementById("pace");
  if (values) draw(values, [1, 2, 3], [line(values.dataset.value, "--accent", share), edge(values.dataset.lower), edge(values.dataset.upper)], 1, [{ series: [3, 2], fill: colour("--accent") + "33" }]);
  if (pace) draw(pace, [4, 5], [line(pace.dataset.decision, "--accent", days), line(pace.dataset.lead, "--orange", days, [6, 4])], 0, []);
})();
