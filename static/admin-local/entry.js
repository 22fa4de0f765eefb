// « Saisir une lettre »: names proposed while typing, and one more line where the last one is begun.
//
// [data-propose] fields ask the page's data-proposals and show a datalist; [data-rows=<prefix>] holds lines and a
// <template data-empty-row>. Without this script names are typed in full, and each save gives another empty line.

const PAUSE = 200; // milliseconds without typing
const page = document.querySelector("[data-proposals]");
let numbers = 0;

function listOf(field) {
  if (!field.list) {
    const list = document.createElement("datalist");
    list.id = `propositions-${(numbers += 1)}`;
    field.after(list);
    field.setAttribute("list", list.id);
    field.setAttribute("autocomplete", "off");
  }
  return field.list;
}

async function propose(field) {
  const text = field.value.trim();
  if (text.length < 2 || text.endsWith(")")) return;
  const address = `${page.dataset.proposals}?quoi=${field.dataset.propose}&q=${encodeURIComponent(text)}`;
  const response = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  if (!response || !response.ok || field.value.trim() !== text) return;
  const { propositions } = await response.json();
  listOf(field).replaceChildren(
    ...propositions.map((each) => {
      const option = document.createElement("option");
      option.value = each;
      return option;
    }),
  );
}

function addRow(rows) {
  const prefix = rows.dataset.rows;
  const total = rows.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const template = rows.querySelector("[data-empty-row]");
  const holder = document.createElement("div");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
  template.before(...holder.children);
  total.value = Number(total.value) + 1;
}

if (page) {
  let waiting = 0;
  page.addEventListener("input", (event) => {
    const field = event.target;
    if (field.dataset.propose) {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => propose(field), PAUSE);
    }
    const row = field.closest("[data-row]");
    const rows = row && row.closest("[data-rows]");
    if (rows && row === [...rows.querySelectorAll("[data-row]")].pop()) addRow(rows);
  });
}
