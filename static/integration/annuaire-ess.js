// <annuaire-ess affiche="liste" territoire="246200299" secteur="reemploi culture">…</annuaire-ess>, contract 1.
//
// affiche: liste (default), carte, reseau or acteur, which takes fiche="<permanent id>". Every other attribute is a
// parameter of the frame of the same name; several values are parted by spaces. Attributes of HTML's own and those that
// frameworks and translators add, which are no plain words, are passed over; of a mistyped parameter the frame tells.
// What stands between the tags is shown until the answer is there, and stays where it does not come. No cookie is sent
// or kept.

const ORIGIN = new URL(import.meta.url).origin;
const KINDS = ["liste", "carte", "reseau", "acteur"];
const OWN = ["affiche", "fiche"];
const OF_HTML = new Set(
  ("accesskey align anchor autocapitalize autocorrect autofocus border class contenteditable dir draggable " +
    "enterkeyhint exportparts height hidden id inert inputmode is itemid itemprop itemref itemscope itemtype " +
    "jsaction jsname lang nonce part popover role slot spellcheck style tabindex title translate width " +
    "writingsuggestions xmlns").split(" "),
);
const PARAMETER = /^(?!on)[a-z]+$/;
// Those that take several values; the others may hold spaces.
const SEVERAL = [
  "nature", "secteur", "activite", "type", "label", "statut", "famille", "lien", "situation", "lettre", "source", "plus",
  "sans", "etat", "certitude",
];

class AnnuaireEss extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" }).append(document.createElement("slot"));
    this.watcher = new MutationObserver(() => this.load());
    this.watcher.observe(this, { attributes: true });
    this.load();
  }

  get address() {
    const kind = (this.getAttribute("affiche") || "liste").trim();
    const card = encodeURIComponent((this.getAttribute("fiche") || "").trim());
    const path = kind === "acteur" ? `acteur/${card}/` : `${KINDS.includes(kind) ? kind : encodeURIComponent(kind)}/`;
    const query = new URLSearchParams();
    for (const { name, value } of this.attributes) {
      if (OWN.includes(name) || OF_HTML.has(name) || !PARAMETER.test(name)) continue;
      const values = SEVERAL.includes(name) ? value.split(/\s+/) : [value.trim()];
      for (const each of values) if (each) query.append(name, each);
    }
    return `${ORIGIN}/integration/v1/${path}${query.toString() ? `?${query}` : ""}`;
  }

  async load() {
    const address = this.address;
    if (address === this.loaded) return;
    this.loaded = address;
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { credentials: "omit", mode: "cors" });
      // Answers that say what is wrong are frames too.
      const type = answer.headers.get("Content-Type") || "";
      if (!type.startsWith("text/html") || answer.status >= 500) throw new Error(`${address}: ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const main = page.querySelector("main.frame");
      if (!main) throw new Error(`${address}: no frame`);
      if (address === this.loaded) await this.show(page, main);
    } catch (error) {
      console.warn("annuaire-ess:", error.message || error);
    } finally {
      if (address === this.loaded) this.removeAttribute("aria-busy");
    }
  }

  async show(page, main) {
    const sheets = [...page.querySelectorAll("link[rel=stylesheet]")].map((link) => document.importNode(link));
    const ready = sheets.map(
      (link) => new Promise((done) => {
        link.addEventListener("load", done);
        link.addEventListener("error", done);
      }),
    );
    const shown = document.importNode(main, true);
    // The page around it has its own main part and its own first heading.
    const box = document.createElement("section");
    box.className = `${shown.className} frame-inside`;
    box.append(...shown.childNodes);
    // Fragments don't lead anywhere inside a shadow tree.
    for (const skip of box.querySelectorAll(".map-skip")) skip.remove();
    for (const heading of box.querySelectorAll("h2")) relevel(heading, "h3");
    for (const heading of box.querySelectorAll("h1")) {
      box.setAttribute("aria-label", heading.textContent.trim());
      relevel(heading, "h2");
    }
    box.hidden = true;
    const before = [...this.shadowRoot.children];
    this.shadowRoot.append(...sheets, box);
    await Promise.all(ready);
    for (const each of before) each.remove();
    box.hidden = false;
    for (const drawing of box.querySelectorAll(".frame-drawing")) {
      drawing.scrollTo(
        (drawing.scrollWidth - drawing.clientWidth) / 2,
        (drawing.scrollHeight - drawing.clientHeight) / 2,
      );
    }
  }
}

function relevel(heading, tag) {
  const other = document.createElement(tag);
  other.className = heading.className;
  other.append(...heading.childNodes);
  heading.replaceWith(other);
}

if (!customElements.get("annuaire-ess")) customElements.define("annuaire-ess", AnnuaireEss);
