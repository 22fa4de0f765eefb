// Suggestions while typing, in every field with data-suggest: the kinds of things it proposes, all when empty.
//
// ARIA combobox with a list: arrows, Enter, Escape; Home and End stay those of the text. data-takes="slug" puts
// the slug into the field and sends the form, data-takes="label" the name with its detail and data-takes="name" the name
// alone, with its slug where it has namesakes, without sending it; the default is to go to the page proposed. The body's
// data-suggestions is the address to ask. Without this module the form works.

const DELAY = 180;
const SHORTEST = 2;
let numbers = 0;

class Combobox {
  constructor(field) {
    this.field = field;
    this.items = [];
    this.at = -1;
    this.asking = null;
    this.timer = 0;
    const id = `suggestions-${(numbers += 1)}`;
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", id);
    field.setAttribute("autocomplete", "off");
    field.after(this.list, this.status);
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    // Pressing a suggestion must not take the focus away before it is taken.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take([...this.list.children].indexOf(option));
    });
  }

  later() {
    window.clearTimeout(this.timer);
    if (this.asking) this.asking.abort();
    this.timer = window.setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    const text = this.field.value.trim();
    if (text.length < SHORTEST) return this.close();
    const mine = (this.asking = new AbortController());
    const kinds = this.field.dataset.suggest.split(" ").filter(Boolean);
    try {
      const address = `${document.body.dataset.suggestions}?q=${encodeURIComponent(text)}`;
      const response = await fetch(address, { signal: mine.signal, credentials: "same-origin" });
      if (!response.ok) return this.close();
      const { suggestions } = await response.json();
      if (mine.signal.aborted || document.activeElement !== this.field) return undefined;
      return this.open(suggestions.filter((each) => !kinds.length || kinds.includes(each.kind)));
    } catch (error) {
      // Another letter was typed, or there is no network: the form still works.
      return undefined;
    }
  }

  open(items) {
    this.items = items;
    this.at = -1;
    this.list.textContent = "";
    this.list.append(...items.map((item, rank) => this.option(item, rank)));
    this.list.hidden = items.length === 0;
    this.field.setAttribute("aria-expanded", String(items.length > 0));
    this.field.removeAttribute("aria-activedescendant");
    const number = items.length > 1 ? `${items.length} suggestions` : `${items.length} suggestion`;
    this.status.textContent = items.length ? `${number}, flèches pour parcourir` : "Aucune suggestion";
  }

  option(item, rank) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${rank}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const label = document.createElement("span");
    const kind = document.createElement("span");
    kind.className = "suggestions-kind";
    // Of a territory the detail is its level and department; of an actor, what follows its name.
    const isPlace = item.kind === "commune" || item.kind === "territory";
    label.textContent = item.detail && !isPlace ? `${item.label}, ${item.detail}` : item.label;
    kind.textContent = isPlace ? item.detail : item.kind_label;
    option.append(label, " ", kind);
    return option;
  }

  close() {
    window.clearTimeout(this.timer);
    if (this.asking) this.asking.abort();
    this.items = [];
    this.at = -1;
    this.list.hidden = true;
    this.status.textContent = "";
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const count = this.items.length;
    // One step before the first and after the last is the field itself.
    this.at = ((this.at + 1 + step + count + 1) % (count + 1)) - 1;
    [...this.list.children].forEach((option, rank) => {
      option.setAttribute("aria-selected", String(rank === this.at));
      if (rank === this.at) option.scrollIntoView({ block: "nearest" });
    });
    if (this.at < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", this.list.children[this.at].id);
  }

  press(event) {
    if (event.key === "Escape") {
      // A search field would also empty itself.
      if (this.items.length) event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.items.length) this.move(event.key === "ArrowDown" ? 1 : -1);
      else if (event.key === "ArrowDown") this.ask();
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.take(this.at);
    }
  }

  take(rank) {
    const item = this.items[rank];
    this.close();
    if (this.field.dataset.takes === "label") {
      this.field.value = item.detail ? `${item.label}, ${item.detail}` : item.label;
      return;
    }
    if (this.field.dataset.takes === "name") {
      const plain = item.label.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
      this.field.value = plain === item.slug ? item.label : `${item.label} (${item.slug})`;
      return;
    }
    if (this.field.dataset.takes !== "slug") {
      window.location.assign(item.href);
      return;
    }
    this.field.value = item.slug;
    const form = this.field.form;
    if (form.requestSubmit) form.requestSubmit();
    else form.submit();
  }
}

const made = new WeakSet();

function make(field) {
  if (field.matches && field.matches("[data-suggest]") && !made.has(field)) {
    made.add(field);
    new Combobox(field);
  }
}

// Fields come and go as a list is filtered: each is made ready when it is first entered.
document.addEventListener("focusin", (event) => make(event.target));
if (document.activeElement) make(document.activeElement);
