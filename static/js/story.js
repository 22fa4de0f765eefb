// Notes in place, copying, sharing and printing; without this module the notes are a page of their own.
// The parts marked [data-noted], known by their id, are replaced by those of the address of [data-notes].

const told = document.querySelector("[data-told]");

function tell(text) {
  // Emptied first, so that the same words are told again.
  told.textContent = "";
  window.setTimeout(() => {
    told.textContent = text;
  }, 50);
}

/** Whether each fold stands open, by its id. */
function folds() {
  return new Map([...document.querySelectorAll("details[id]")].map((each) => [each.id, each.open]));
}

async function showNotes(link) {
  const address = link.href;
  const words = link.dataset.notes;
  const top = link.getBoundingClientRect().top;
  try {
    const response = await fetch(address, { credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const open = folds();
    for (const old of document.querySelectorAll("[data-noted]")) {
      const fresh = page.getElementById(old.id);
      if (!fresh) throw new Error(old.id);
      old.replaceWith(document.adoptNode(fresh));
    }
    for (const [id, isOpen] of open) {
      const details = document.getElementById(id);
      if (details) details.open = isOpen;
    }
    window.history.replaceState(window.history.state, "", address.split("#")[0]);
    const fresh = document.querySelector("[data-notes]");
    fresh.focus({ preventScroll: true });
    // The page grew above the link: it stays under the visitor's eyes.
    window.scrollBy(0, fresh.getBoundingClientRect().top - top);
    tell(words);
  } catch (error) {
    window.location.assign(address);
  }
}

async function copy(id, button) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(document.getElementById(id).textContent.trim());
    tell("Copié.");
    button.textContent = "Copié";
    window.setTimeout(() => {
      button.textContent = words;
    }, 2000);
  } catch (error) {
    // Not allowed: the text is selected, ready for the keyboard.
    window.getSelection().selectAllChildren(document.getElementById(id));
    tell("Texte sélectionné : copiez-le avec le clavier.");
  }
}

if (told) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !window.getSelection;
    button.addEventListener("click", () => copy(button.dataset.copy, button));
  }
  for (const item of document.querySelectorAll("[data-print]")) {
    item.hidden = false;
    item.querySelector("button").addEventListener("click", () => window.print());
  }
  for (const item of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    item.hidden = false;
    item.querySelector("button").addEventListener("click", () => {
      // Refused or given up: nothing to say.
      navigator.share({ title: document.title, url: document.getElementById("lien-permanent").href }).catch(() => {});
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-notes]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    showNotes(link);
  });
}
