// The drawing of the network: pans, zooms, shows whom an actor is linked with, and follows its filters.
//
// Works on the SVG the server sent, whose places never change: [data-network] holds links with data-n, and lines
// with data-e="n m". Signs and names keep their size on the screen; names that would cover a more linked actor's
// wait for a closer look. Without this module the drawing scrolls in its frame and the form is sent whole.

const frame = document.querySelector("[data-network-frame]");
const form = document.querySelector("[data-network-form]");
const STEP = 1.4;
const CLOSEST = 4;
const CHARACTER = 7;
const LINE = 15;
// Pixels to a unit at the first look: less is a blur on a phone, which then begins at the most linked actor.
const LEGIBLE = 0.3;
// How many names may cover small signs: those that tell where one is.
const LANDMARKS = 4;

class Drawing {
  constructor(svg, view) {
    this.svg = svg;
    const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    this.whole = { x, y, width, height };
    this.signs = [...svg.querySelectorAll("a[data-n]")].map((link) => this.read(link));
    this.byNumber = new Map(this.signs.map((sign) => [sign.link.dataset.n, sign]));
    this.lines = [...svg.querySelectorAll("[data-e]")].map((path) => {
      const [one, other] = path.dataset.e.split(" ").map((number) => this.byNumber.get(number));
      one.linked.add(other);
      other.linked.add(one);
      return { path, one, other };
    });
    this.order = [...this.signs].sort((one, other) => other.linked.size - one.linked.size);
    // The most linked are painted last, over the others.
    svg.append(...this.order.map((sign) => sign.link).reverse());
    this.view = view && this.isNear(view) ? view : null;
    if (this.signs.length) this.setStop(this.order[0]);
    this.resize();
  }

  read(link) {
    const [x, y] = link.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    const text = link.querySelector("text");
    const lines = [...text.querySelectorAll("tspan")].map((line) => line.textContent.trim().length);
    const top = Number(text.getAttribute("y"));
    const [width, height] = [Math.max(...lines) * CHARACTER, lines.length * LINE];
    // Moves of the name from below its sign, where the server put it: none, above, to the right, to the left.
    const aside = [top + width / 2 + 4, -top - height / 2];
    const places = [[0, 0], [0, -2 * top - height], aside, [-aside[0], aside[1]]];
    link.setAttribute("draggable", "false");
    return { link, text, x, y, top, width, height, places, linked: new Set() };
  }

  /** Whether a view of another selection still shows some of this one. */
  isNear(view) {
    return this.signs.some(
      (sign) => Math.abs(sign.x - view.x) * view.k < view.width / 2 && Math.abs(sign.y - view.y) * view.k < view.height / 2
    );
  }

  get smallest() {
    const { width, height } = this.size;
    // Names keep their size, hence need room beyond the last signs.
    return Math.min(1, Math.max(width - 60, 60) / this.whole.width, Math.max(height - 60, 60) / this.whole.height);
  }

  resize() {
    const box = this.svg.parentNode.getBoundingClientRect();
    this.size = { width: Math.max(box.width, 1), height: Math.max(box.height, 1) };
    if (this.view) this.show(this.view.x, this.view.y, this.view.k);
    else if (this.smallest >= LEGIBLE || !this.signs.length) this.showAll();
    else this.showMost();
  }

  /** The first look where the whole would be a blur: around the most linked actor, not beyond the drawing. */
  showMost() {
    const within = (at, from, length, seen) => {
      const half = Math.min(seen / LEGIBLE, length) / 2;
      return Math.min(Math.max(at, from + half), from + length - half);
    };
    const { x, y, width, height } = this.whole;
    const [{ x: left, y: top }] = this.order;
    this.show(within(left, x, width, this.size.width), within(top, y, height, this.size.height), LEGIBLE);
  }

  showAll() {
    const { x, y, width, height } = this.whole;
    this.show(x + width / 2, y + height / 2, this.smallest);
  }

  /** Put a point of the drawing in the middle, k pixels to its unit. */
  show(x, y, k) {
    const { width, height } = this.size;
    const before = this.view ? this.view.k : 0;
    const { x: left, y: top, width: wide, height: high } = this.whole;
    this.view = {
      x: Math.min(Math.max(x, left), left + wide),
      y: Math.min(Math.max(y, top), top + high),
      k: Math.min(Math.max(k, this.smallest), CLOSEST),
      width,
      height,
    };
    const { k: scale } = this.view;
    const corner = [this.view.x - width / 2 / scale, this.view.y - height / 2 / scale];
    this.svg.setAttribute("viewBox", `${corner.join(" ")} ${width / scale} ${height / scale}`);
    if (scale !== before) this.fit();
  }

  /** Zoom by a factor around a point of the screen, the middle of the frame without one. */
  zoom(factor, screenX, screenY) {
    const box = this.svg.getBoundingClientRect();
    const dx = screenX === undefined ? 0 : screenX - box.left - box.width / 2;
    const dy = screenY === undefined ? 0 : screenY - box.top - box.height / 2;
    const { x, y, k } = this.view;
    const next = Math.min(Math.max(k * factor, this.smallest), CLOSEST);
    this.show(x + dx / k - dx / next, y + dy / k - dy / next, next);
  }

  pan(dx, dy) {
    const { x, y, k } = this.view;
    this.show(x - dx / k, y - dy / k, k);
  }

  /** Keep signs and names at their size; the names of the most linked actors first, where they cover no sign. */
  fit() {
    const { k } = this.view;
    const kept = [];
    const meet = (one, other) =>
      one.left < other.right && other.left < one.right && one.top < other.low && other.top < one.low;
    const spots = this.order.map((sign) => ({
      left: sign.x * k - sign.top,
      right: sign.x * k + sign.top,
      top: sign.y * k - sign.top,
      low: sign.y * k + sign.top,
    }));
    this.order.forEach((sign, rank) => {
      sign.link.setAttribute("transform", `translate(${sign.x} ${sign.y}) scale(${1 / k})`);
      const places = sign.places.map(([dx, dy]) => ({
        dx,
        dy,
        left: sign.x * k + dx - sign.width / 2,
        right: sign.x * k + dx + sign.width / 2,
        top: sign.y * k + dy + sign.top,
        low: sign.y * k + dy + sign.top + sign.height,
      }));
      const apart = places.filter((place) => !kept.some((other) => meet(place, other)));
      const clear = apart.find((place) => !spots.some((spot, other) => other !== rank && meet(place, spot)));
      const name = clear || (rank < LANDMARKS && apart[0]);
      sign.link.classList.toggle("off", !name);
      if (name) kept.push(name);
      const { dx, dy } = name || places[0];
      sign.text.setAttribute("transform", `translate(${dx} ${dy})`);
    });
  }

  /** Show whom an actor is linked with; everything again without one. */
  choose(link) {
    for (const each of this.svg.querySelectorAll(".near")) each.classList.remove("near");
    const sign = link && this.byNumber.get(link.dataset.n);
    this.svg.classList.toggle("choosing", Boolean(sign));
    if (!sign) return;
    for (const each of [sign, ...sign.linked]) each.link.classList.add("near");
    for (const line of this.lines) {
      if (line.one === sign || line.other === sign) line.path.classList.add("near");
    }
  }

  /** One sign is reached by Tab; arrows lead from it to the others. */
  setStop(sign) {
    for (const each of this.signs) each.link.setAttribute("tabindex", each === sign ? "0" : "-1");
  }

  move(link, dx, dy) {
    const from = this.byNumber.get(link.dataset.n);
    let best = null;
    let shortest = Infinity;
    for (const sign of this.signs) {
      const along = (sign.x - from.x) * dx + (sign.y - from.y) * dy;
      const aside = Math.abs((sign.x - from.x) * dy) + Math.abs((sign.y - from.y) * dx);
      const far = along + 2 * aside;
      if (sign !== from && along > 0 && aside <= 2 * along && far < shortest) {
        best = sign;
        shortest = far;
      }
    }
    if (!best) return;
    this.setStop(best);
    best.link.focus({ preventScroll: true });
    this.reveal(best);
  }

  reveal(sign) {
    const { x, y, k } = this.view;
    const { width, height } = this.size;
    const out = Math.abs(sign.x - x) * k > width / 2 - 60 || Math.abs(sign.y - y) * k > height / 2 - 60;
    if (out) this.show(sign.x, sign.y, k);
  }
}

let drawing = null;

function start(view) {
  const svg = frame.querySelector("[data-network]");
  drawing = svg ? new Drawing(svg, view) : null;
}

function pressed(event) {
  const link = event.target.closest && event.target.closest("a[data-n]");
  if (!drawing || !link || event.ctrlKey || event.altKey || event.metaKey) return;
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (arrows[event.key]) drawing.move(link, ...arrows[event.key]);
  else if (event.key === "+" || event.key === "=") drawing.zoom(STEP);
  else if (event.key === "-") drawing.zoom(1 / STEP);
  else if (event.key === "0") drawing.showAll();
  else return;
  event.preventDefault();
}

function followPointers() {
  const pointers = new Map();
  let travelled = 0;
  const spread = () => {
    const [one, other] = [...pointers.values()];
    return { size: Math.hypot(one.x - other.x, one.y - other.y), x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
  };
  frame.addEventListener("pointerdown", (event) => {
    if (!drawing || !event.target.closest("[data-network]") || event.button > 0) return;
    if (!pointers.size) travelled = 0;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  window.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last || !drawing) return;
    const before = pointers.size === 2 ? spread() : null;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    travelled += Math.abs(event.clientX - last.x) + Math.abs(event.clientY - last.y);
    if (before) {
      const now = spread();
      drawing.pan(now.x - before.x, now.y - before.y);
      if (before.size) drawing.zoom(now.size / before.size, now.x, now.y);
    } else if (travelled > 4) {
      drawing.pan(event.clientX - last.x, event.clientY - last.y);
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, (event) => pointers.delete(event.pointerId));
  }
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  // The end of a drag over an actor is no click on it.
  frame.addEventListener(
    "click",
    (event) => {
      if (travelled > 4 && event.target.closest("[data-network]")) event.preventDefault();
      travelled = 0;
    },
    true
  );
}

function listen() {
  frame.addEventListener("keydown", pressed);
  frame.addEventListener(
    "wheel",
    (event) => {
      // The wheel alone scrolls the page; trackpads send pinches with Ctrl.
      if (!drawing || !event.ctrlKey || !event.target.closest("[data-network]")) return;
      event.preventDefault();
      drawing.zoom(Math.exp(-event.deltaY / 200), event.clientX, event.clientY);
    },
    { passive: false }
  );
  const linkOf = (event) => event.target.closest && event.target.closest("a[data-n]");
  frame.addEventListener("pointerover", (event) => {
    if (drawing && event.pointerType !== "touch") drawing.choose(linkOf(event) || focused());
  });
  frame.addEventListener("pointerleave", () => drawing && drawing.choose(focused()));
  frame.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (!drawing || !link) return;
    const sign = drawing.byNumber.get(link.dataset.n);
    drawing.setStop(sign);
    drawing.choose(link);
    drawing.reveal(sign);
  });
  frame.addEventListener("focusout", () => drawing && drawing.choose(null));
  frame.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (!button || !drawing) return;
    if (button.dataset.zoom === "all") drawing.showAll();
    else drawing.zoom(button.dataset.zoom === "in" ? STEP : 1 / STEP);
  });
  window.addEventListener("resize", () => drawing && drawing.resize());
  followPointers();
}

function focused() {
  const at = document.activeElement;
  return at && at.matches("a[data-n]") ? at : null;
}

/** Address of what the form asks, without its empty fields. */
function asked() {
  const pairs = [...new FormData(form)].filter(([, value]) => String(value).trim() !== "");
  const query = new URLSearchParams(pairs).toString();
  return form.action.split("?")[0] + (query ? `?${query}` : "");
}

let pending = null;

/** Show what an address selects, every actor where it was; another page for one with an error or nothing. */
async function go(address) {
  if (pending) pending.abort();
  const mine = (pending = new AbortController());
  try {
    const response = await fetch(address, { signal: mine.signal, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !page.querySelector("[data-network]")) throw new Error("no drawing");
    for (const old of document.querySelectorAll("[data-network-live]")) {
      old.innerHTML = page.getElementById(old.id).innerHTML;
    }
    // The other views keep the same filters.
    document.querySelector(".network-views").innerHTML = page.querySelector(".network-views").innerHTML;
    window.history.pushState({ network: true }, "", address);
    start(drawing && drawing.view);
  } catch (error) {
    if (error.name !== "AbortError") window.location.assign(address);
  }
}

if (frame) {
  document.documentElement.classList.add("network-live");
  for (const each of document.querySelectorAll("[data-network-tools]")) each.hidden = false;
  start(null);
  listen();
  if (form && drawing) {
    window.history.replaceState({ network: true }, "");
    form.addEventListener("change", (event) => {
      const field = event.target;
      if (field.type === "checkbox" || field.tagName === "SELECT") go(asked());
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go(asked());
    });
    window.addEventListener("popstate", (event) => {
      if (event.state && event.state.network) window.location.reload();
    });
  }
}
