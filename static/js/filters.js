// The filters of a list, applied as they are ticked.
//
// [data-filters] is the form; every [data-live] element, known by its id, is replaced by the one the server
// sends for the same address. The new count is told in [data-announce], a polite live region; focus, open
// folds and the address follow, so that the back button works; « filters:shown » on the document tells the
// address to whatever else shows the same selection. Without this module the form is sent whole.

const form = document.querySelector("[data-filters]");
const fold = document.querySelector("[data-filters-fold]");
const announcer = document.querySelector("[data-announce]");
const wide = window.matchMedia("(min-width: 64rem)");
let pending = null;

/** Address of what the form asks, without its empty fields. */
function asked() {
  const pairs = [...new FormData(form)].filter(([, value]) => String(value).trim() !== "");
  const query = new URLSearchParams(pairs).toString();
  return form.action.split("?")[0] + (query ? `?${query}` : "");
}

/** Whether each fold stands open, by its id. */
function folds(root) {
  return new Map([...root.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
}

function applyLabel() {
  // Only now is the number that of what is ticked.
  for (const button of form.querySelectorAll("[data-apply]")) {
    button.textContent = button.dataset.apply;
  }
}

function replace(page, address) {
  const focused = document.activeElement && document.activeElement.id;
  const open = folds(form);
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (fresh) old.replaceWith(document.adoptNode(fresh));
  }
  for (const [id, isOpen] of open) {
    const details = document.getElementById(id);
    if (details) details.open = isOpen;
  }
  const summary = fold.querySelector("summary");
  const freshSummary = page.querySelector("[data-filters-fold] > summary");
  if (freshSummary) summary.innerHTML = freshSummary.innerHTML;
  document.title = page.title;
  applyLabel();
  // What else shows the same selection follows.
  document.dispatchEvent(new CustomEvent("filters:shown", { detail: { address } }));
  const target = focused && document.getElementById(focused);
  if (target && target !== document.activeElement) target.focus({ preventScroll: true });
}

/** Show the page of an address in place; false when it could not be had, or something else was asked meanwhile. */
async function show(address) {
  if (pending) pending.abort();
  const mine = (pending = new AbortController());
  document.documentElement.setAttribute("data-loading", "");
  try {
    const response = await fetch(address, { signal: mine.signal, credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // A page with an error has other parts: it is shown as it is.
    if (!page.getElementById("resultats")) throw new Error("not a list");
    const told = page.querySelector("h1").textContent;
    replace(page, address);
    // Emptied first, so that the same count is told again.
    announcer.textContent = "";
    window.setTimeout(() => {
      announcer.textContent = told;
    }, 50);
    return true;
  } catch (error) {
    if (error.name !== "AbortError") window.location.assign(address);
    return false;
  } finally {
    if (pending === mine) {
      pending = null;
      document.documentElement.removeAttribute("data-loading");
    }
  }
}

async function go(address) {
  const shown = await show(address);
  if (shown) window.history.pushState({ filters: true }, "", address);
  return shown;
}

if (form && fold && announcer && document.getElementById("resultats")) {
  window.history.replaceState({ filters: true }, "");
  document.documentElement.classList.add("is-live");
  applyLabel();
  const follow = () => {
    fold.open = wide.matches;
  };
  follow();
  if (wide.addEventListener) wide.addEventListener("change", follow);

  document.addEventListener("change", (event) => {
    const field = event.target;
    const chosen = field.type === "checkbox" || field.type === "radio" || field.tagName === "SELECT";
    if (field.form !== form || !chosen) return;
    // A radius means nothing before its place is told.
    if (field.name === "rayon" && !form.elements.autour.value.trim()) return;
    go(asked());
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if ((await go(asked())) && document.getElementById("titre-texte")) {
      fold.open = wide.matches;
      document.getElementById("titre-texte").focus();
    }
  });

  window.addEventListener("popstate", async (event) => {
    // Links inside the page, such as that to the results, also come here.
    if (!event.state || !event.state.filters) return;
    const wanted = new URLSearchParams(window.location.search);
    form.elements.q.value = wanted.get("q") || "";
    await show(window.location.href);
  });
}
