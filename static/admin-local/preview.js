// The public page beside the form of an entry: shown at the press of « Aperçu », kept up to date while one types.
// Without this script the button opens the same page in another tab.

const section = document.querySelector("[data-preview]");
const buttons = document.querySelectorAll("[data-preview-button]");
const PAUSE = 900; // milliseconds without typing

if (section && buttons.length) {
  const form = buttons[0].form;
  let waiting;

  const refresh = () => {
    // Posting through the button itself keeps its address and target.
    buttons[0].click();
  };

  for (const button of buttons) {
    button.formTarget = "apercu";
    button.addEventListener("click", (event) => {
      const opening = section.hidden;
      section.hidden = false;
      if (opening && event.isTrusted) {
        section.scrollIntoView();
      }
    });
  }

  form.addEventListener("input", () => {
    if (!section.hidden) {
      clearTimeout(waiting);
      waiting = setTimeout(refresh, PAUSE);
    }
  });
}
