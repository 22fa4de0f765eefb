// Keeps the progress of an import up to date; without this script the page reloads itself.

const PAUSE = 1500; // milliseconds between two looks

const look = async () => {
  const shown = document.querySelector("[data-progress]");
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-progress]");
    if (!answer.ok || !next) {
      // Done, or logged out: the page itself says it.
      location.reload();
      return;
    }
    shown.replaceWith(next);
  } catch {
    // The server is away for a moment.
  }
  setTimeout(look, PAUSE);
};

setTimeout(look, PAUSE);
