// The page that makes a code: the preview follows each choice, colours are judged before they are asked, codes are
// copied with one button. Without this module the button of the form does the same.

const DELAY = 500;
const LEAST = 4.5;

const form = document.querySelector("[data-making]");
const result = document.querySelector("[data-making-result]");
let timer = 0;
let asking = null;

async function refresh() {
  if (asking) asking.abort();
  asking = new AbortController();
  const query = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...query]) if (!value.trim()) query.delete(name, value);
  const address = `${form.getAttribute("action")}?${query}`;
  result.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const opened = result.querySelector("[data-making-others]")?.open;
    result.replaceChildren(...page.querySelector("[data-making-result]").childNodes);
    const others = result.querySelector("[data-making-others]");
    if (others && opened) others.open = true;
    window.history.replaceState(null, "", address);
    ready();
    result.removeAttribute("aria-busy");
  } catch (error) {
    // A newer choice is on its way, or the button of the form is the way left.
    if (error.name !== "AbortError") result.removeAttribute("aria-busy");
  }
}

function later(event) {
  window.clearTimeout(timer);
  // An address that is pasted changes every field: the form itself is sent.
  if (event.target.name === "adresse") return;
  judge();
  timer = window.setTimeout(refresh, DELAY);
}

// -- colours ------------------------------------------------------------------------------------------

function luminance(colour) {
  const share = (at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * share(1) + 0.7152 * share(3) + 0.0722 * share(5);
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const least = (colour, others) => Math.min(...others.map((other) => contrast(colour, other)));
const box = document.querySelector("[data-colours]");
const known = (name) => box.dataset[name].split(" ");

function read(name) {
  const text = form.elements[name].value.trim().replace(/^#/, "");
  return /^[0-9a-f]{6}$/i.test(text) ? `#${text.toLowerCase()}` : "";
}

function judge() {
  const [colour, ground] = [read("couleur"), read("fond")];
  const told = [];
  if (ground) {
    const found = Math.max(least(ground, known("day")), least(ground, known("night")));
    if (found < LEAST) told.push(`Sur ce fond, les textes n’auraient qu’un contraste de ${said(found)} pour 1.`);
  }
  if (colour) {
    const grounds = ground ? [ground] : known(form.elements.theme.value === "sombre" ? "nightGrounds" : "grounds");
    const found = least(colour, grounds);
    if (found < LEAST) told.push(`Cette couleur de liens n’aurait qu’un contraste de ${said(found)} pour 1.`);
    else if (!told.length) told.push(`Contraste des liens : ${said(found)} pour 1.`);
  }
  const bad = told.some((each) => each.includes("n’au"));
  if (bad) told.push("Il en faut au moins 4,5.");
  const place = box.querySelector("[data-contrast]");
  place.textContent = told.join(" ");
  place.toggleAttribute("data-bad", bad);
}

const said = (number) => (Math.floor(number * 10) / 10).toLocaleString("fr-FR");

function addPicker(field) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.value = read(field.name) || (field.name === "fond" ? "#ffffff" : "#9c3320");
  picker.setAttribute("aria-label", `${field.labels[0].textContent}, à choisir dans une palette`);
  const row = document.createElement("div");
  row.className = "making-pick";
  field.replaceWith(row);
  row.append(field, picker);
  picker.addEventListener("input", () => {
    field.value = picker.value.slice(1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => {
    if (read(field.name)) picker.value = read(field.name);
  });
}

// -- codes --------------------------------------------------------------------------------------------

function ready() {
  for (const button of result.querySelectorAll("[data-copy]")) button.hidden = false;
}

result.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const code = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(code.value);
    status.textContent = "Copié.";
  } catch {
    code.select();
    status.textContent = "Le code est choisi : copiez-le avec Ctrl+C.";
  }
});

// The preview is this site's own: its height is taken as a host's script would.
window.addEventListener("message", (event) => {
  const told = event.data;
  const preview = result.querySelector("iframe");
  if (!preview || event.origin !== window.location.origin || event.source !== preview.contentWindow) return;
  if (told && told.annuaireEss === 1 && Number.isFinite(told.hauteur) && told.hauteur >= 40 && told.hauteur <= 20000) {
    preview.height = String(told.hauteur);
  }
});

form.addEventListener("input", later);
form.addEventListener("change", later);
for (const name of ["couleur", "fond"]) addPicker(form.elements[name]);
judge();
ready();
