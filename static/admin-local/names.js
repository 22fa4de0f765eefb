// Names that Django's own pages of the back-office leave out, for those who hear them read.
//
// Choices with a search (select2) come and go with the rows of an entry: each takes the name of its field, or of its
// column in a table.

let numbers = 0;

const HIDDEN = ["hidden", "submit", "button"];

/** What names a field: its label, else the head of its column. */
function naming(field) {
  if (field.labels && field.labels.length) return field.labels[0];
  const cell = field.closest("td");
  const table = cell && cell.closest("table");
  return table && table.tHead ? table.tHead.rows[0].cells[cell.cellIndex] || null : null;
}

function nameChoice(container) {
  const field = container.previousElementSibling;
  const label = field && field.tagName === "SELECT" ? naming(field) : null;
  if (!label) return;
  if (!label.id) label.id = `nom-${(numbers += 1)}`;
  const told = label.textContent.trim().replace(/\s*:$/, "");
  const box = container.querySelector("[role=combobox]");
  const shown = container.querySelector(".select2-selection__rendered");
  if (box) box.setAttribute("aria-labelledby", shown && shown.id ? `${label.id} ${shown.id}` : label.id);
  if (shown) shown.setAttribute("aria-label", shown.textContent.trim() ? `${told} : ${shown.textContent.trim()}` : told);
  if (shown && shown.tagName === "UL") {
    // Its parts are no items of a list.
    shown.setAttribute("role", "group");
    for (const each of shown.children) each.setAttribute("role", "presentation");
  }
  const search = container.querySelector(".select2-search__field");
  if (search) search.setAttribute("aria-label", told);
}

function name(root) {
  root.querySelectorAll(".select2-container").forEach(nameChoice);
  root.querySelectorAll("td input, td select, td textarea").forEach((field) => {
    if (field.labels === null || field.labels.length || field.hasAttribute("aria-label") || HIDDEN.includes(field.type)) return;
    const head = naming(field);
    if (head && head.textContent.trim()) field.setAttribute("aria-label", head.textContent.trim());
  });
  root.querySelectorAll(".select2-search--dropdown .select2-search__field").forEach((field) => {
    field.setAttribute("aria-label", "Chercher dans les choix");
  });
  root.querySelectorAll("th.original").forEach((head) => {
    if (head.textContent.trim()) return;
    const told = document.createElement("span");
    told.className = "visually-hidden";
    told.textContent = "Ligne";
    head.append(told);
  });
}

const search = document.getElementById("searchbar");
if (search) search.setAttribute("aria-label", "Chercher");
name(document);
new MutationObserver((changes) => {
  if (changes.some((change) => change.addedNodes.length)) name(document);
}).observe(document.body, { childList: true, subtree: true });
