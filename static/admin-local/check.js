// « Vérifier ma saisie »: what is ignored goes from the page at once, and the counts with it.
//
// Without this script the button leads back to the empty form, since the text is kept nowhere.

const section = document.querySelector("[data-findings]");

function counted(element, change) {
  const number = element && element.querySelector("[data-left]");
  if (number) number.textContent = Number(number.textContent) + change;
}

async function ignore(button) {
  const data = new FormData(button.form);
  data.append(button.name, button.value);
  const answer = await fetch(button.form.action, {
    method: "POST",
    body: data,
    headers: { "X-Requested-With": "fetch" },
    credentials: "same-origin",
  }).catch(() => null);
  const told = section.querySelector("[data-told]");
  const finding = button.closest("[data-finding]");
  const value = finding.querySelector("strong").textContent;
  if (!answer || answer.status !== 204) {
    told.textContent = `« ${value} » n’a pas pu être ignoré : vérifiez votre connexion.`;
    button.disabled = false;
    return;
  }
  const sort = finding.closest("[data-sort]");
  const all = [...section.querySelectorAll("[data-ignore]")];
  const next = all[all.indexOf(button) + 1];
  counted(section, -1);
  counted(sort, -1);
  finding.remove();
  if (!sort.querySelector("[data-finding]")) sort.remove();
  told.textContent = `« ${value} » est ignoré.`;
  (next || document.getElementById("findings")).focus();
}

if (section) {
  section.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ignore]");
    if (!button) return;
    event.preventDefault();
    button.disabled = true;
    ignore(button);
  });
}
