// « Peut-être déjà dans l’annuaire »: while the name of a new entry is typed, those that bear its words.
//
// [data-known] gives the address to ask and takes the answer, under the field of the name. Without this script the
// comparison at saving tells the same, later.

const PAUSE = 400; // milliseconds without typing
const SHORTEST = 3;
const box = document.querySelector("[data-known]");
const field = document.getElementById("id_name");
let waiting = 0;

function told(entries) {
  const title = document.createElement("p");
  title.textContent = "Peut-être déjà dans l’annuaire :";
  const list = document.createElement("ul");
  for (const entry of entries) {
    const link = document.createElement("a");
    link.href = entry.url;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = entry.name;
    const item = document.createElement("li");
    item.append(link, ` – ${entry.about}`);
    list.append(item);
  }
  return [title, list];
}

async function ask() {
  const name = field.value.trim();
  let entries = [];
  if (name.length >= SHORTEST) {
    const address = `${box.dataset.known}?nom=${encodeURIComponent(name)}`;
    const response = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (!response || !response.ok || field.value.trim() !== name) return;
    ({ entries } = await response.json());
  }
  box.replaceChildren(...(entries.length ? told(entries) : []));
  box.hidden = entries.length === 0;
}

if (box && field) {
  field.closest(".form-row").after(box);
  field.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, PAUSE);
  });
}
