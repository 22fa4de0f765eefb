// A box above the boxes of a worklist ticks them all, and says so by its own state.
for (const form of document.querySelectorAll("[data-worklist]")) {
  const boxes = [...form.querySelectorAll('input[name="fiche"]')];
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Choisir toutes les fiches de cette page");
  form.querySelector("thead th").append(all);
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", tell));
  tell();
}
