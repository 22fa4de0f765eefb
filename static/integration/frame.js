// Inside a frame: tells the page around it how high it would like to be. Nothing else leaves, and to whom does not
// matter: a height is no secret. Alone in a window it only shows the middle of a drawing first.

for (const box of document.querySelectorAll(".frame-drawing")) {
  box.scrollTo((box.scrollWidth - box.clientWidth) / 2, (box.scrollHeight - box.clientHeight) / 2);
}

if (window.parent !== window) {
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.querySelector("main").getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    window.parent.postMessage({ annuaireEss: 1, hauteur: height }, "*");
  };
  if ("ResizeObserver" in window) new ResizeObserver(tell).observe(document.querySelector("main"));
  window.addEventListener("load", tell);
  // A page whose script came late asks.
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data && event.data.annuaireEss === 1 && event.data.demande) {
      told = 0;
      tell();
    }
  });
  tell();
}
