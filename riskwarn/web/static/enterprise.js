// The pass rate of an enterprise by quarter, with its interval; the table beside it says the same.
(function () {
  "use strict";
  var box = document.getElementById("quarters");
  if (!box || !window.uPlot) return;
  var points = JSON.parse(box.dataset.points), style = getComputedStyle(document.documentElement);
  function column(n) { return points.map(function (p) { return p[n]; }); }
  function colour(name) { return style.getPropertyValue(name); }
  function share(_, value) { return value == null ? "" : Math.round(value * 1000) / 10 + "%"; }
  function quarter(at) { var d = new Date(at * 1000); return d.getUTCFullYear() + "-Q" + (Math.floor(d.getUTCMonth() / 3) + 1); }
  var times = points.map(function (p) { return Date.parse(p[0] + "T00:00:00Z") / 1000; });
  var axis = { stroke: colour("--ink"), grid: { stroke: colour("--line") }, ticks: { stroke: colour("--line") } };
  function edge(label) { return { stroke: "transparent", points: { show: false }, label: label, value: share }; }
  // As many quarters are named as the width has room for.
  function named(plot) { var every = Math.ceil(times.length * 64 / Math.max(plot.width, 200)); return times.filter(function (_, n) { return (times.length - 1 - n) % every === 0; }); }
  var plot = new uPlot({
    width: box.clientWidth, height: 230, tzDate: function (t) { return uPlot.tzDate(new Date(t * 1e3), "UTC"); },
    scales: { y: { range: function (_, low) { return [Math.max(0, Math.min(low, 0.9) - 0.05), 1]; } }, lots: { range: function (_, low, high) { return [0, Math.max(high, 1) * 3]; } } },
    axes: [
      Object.assign({ splits: named, values: function (_, at) { return at.map(quarter); } }, axis),
      Object.assign({ values: function (_, at) { return at.map(function (v) { return Math.round(v * 100) + "%"; }); } }, axis), { show: false, scale: "lots" }
    ],
    bands: [{ series: [3, 2], fill: colour("--accent") + "33" }],
    series: [
      { label: box.dataset.quarter, value: function (_, at) { return at == null ? "" : quarter(at); } },
      { label: box.dataset.passed, stroke: colour("--accent"), width: 2, points: { show: true, size: 5 }, value: share },
      edge(box.dataset.lower), edge(box.dataset.upper),
      { label: box.dataset.lots, scale: "lots", stroke: colour("--soft"), width: 1, dash: [4, 4], points: { show: false } }
    ]
  }, [times, column(1), column(2), column(3), column(4)], box);
  window.addEventListener("resize", function () { plot.setSize({ width: box.clientWidth, height: 230 }); });
})();
