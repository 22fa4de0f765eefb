// On a host's page: gives each <iframe data-annuaire-ess> the height of what it holds. Contract 1.
//
// Listens to this script's own origin alone, to frames it knows, and takes nothing but a number within bounds. It sets
// no cookie, keeps nothing, sends nothing but the question for the height.
(function () {
  "use strict";
  var script = document.currentScript;
  var origin = script && script.src ? new URL(script.src).origin : null;
  var LOWEST = 40;
  var HIGHEST = 20000;
  if (!origin || window.__annuaireEss === origin) return;
  window.__annuaireEss = origin;

  function frames() {
    return Array.prototype.filter.call(document.querySelectorAll("iframe[data-annuaire-ess]"), function (frame) {
      try {
        return new URL(frame.src).origin === origin;
      } catch (error) {
        return false;
      }
    });
  }

  window.addEventListener("message", function (event) {
    var told = event.data;
    if (event.origin !== origin || !told || told.annuaireEss !== 1) return;
    var height = told.hauteur;
    if (typeof height !== "number" || !isFinite(height) || height < LOWEST || height > HIGHEST) return;
    frames().forEach(function (frame) {
      if (frame.contentWindow === event.source) frame.height = String(Math.ceil(height));
    });
  });

  // Those that told their height before this script was there. A question is no secret, and a frame that waits to be
  // loaded still is of the host's own origin: hence « * ».
  function ask() {
    frames().forEach(function (frame) {
      if (frame.contentWindow) frame.contentWindow.postMessage({ annuaireEss: 1, demande: true }, "*");
    });
  }
  ask();
  window.addEventListener("load", ask);
})();
