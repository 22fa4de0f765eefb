// « Autour de ma position »: asked of the browser only when the button is pressed.
//
// [data-locate] holds the button and a live region; the position, rounded to about a hundred metres, goes into the
// field « autour » of the same form, which is then sent.

const REASONS = {
  1: "Votre navigateur n’a pas donné votre position. Indiquez une commune.",
  2: "Votre position est introuvable. Indiquez une commune.",
  3: "Votre position tarde trop à venir. Indiquez une commune.",
};

function locate(button) {
  const status = button.parentElement.querySelector("[role=status]");
  const form = button.form;
  status.textContent = "Recherche de votre position…";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      status.textContent = "";
      form.elements.autour.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
      if (form.requestSubmit) form.requestSubmit();
      else form.submit();
    },
    (error) => {
      status.textContent = REASONS[error.code] || REASONS[2];
    },
    { timeout: 10000, maximumAge: 300000 },
  );
}

if ("geolocation" in navigator) {
  // Shown by the style sheet where this class is: the filters come and go.
  document.documentElement.classList.add("can-locate");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate] button");
    if (button) locate(button);
  });
}
