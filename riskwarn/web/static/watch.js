// Says on an open page that a newer night is published, or that the session has ended. Without this script both are told by the next page.
(function () {
  "use strict";
  var bar = document.getElementById("watch"), every = 60000;
  if (!bar || !window.fetch) return;
  function show(what) {
    Array.prototype.forEach.call(bar.children, function (one) { one.hidden = one.dataset.told !== what; });
    var link = bar.querySelector("[data-told=newer] a");
    if (link) link.href = window.location.pathname + window.location.search;
  }
  function ask() {
    if (document.hidden) return;
    window.fetch(bar.dataset.ask, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (answer.status === 401) show("ended");
      else if (answer.ok) return answer.json().then(function (said) { if (bar.dataset.night && said.night !== bar.dataset.night) show("newer"); });
    }).catch(function () { /* the network is away for a while: asked again */ });
  }
  window.setInterval(ask, every);
  document.addEventListener("visibilitychange", ask);
})();
