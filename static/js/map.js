// The interactive map beside a list of actors.
//
// [data-map] is the panel; Leaflet is loaded when it is opened (at once on the map's own page), so a list costs
// nothing but this module. It draws the borders and points of the selection in the address, and follows the filters
// by « filters:shown ». Without it the panel holds a map of links drawn by the server, or the link to it.

const panel = document.querySelector("[data-map]");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
// Nothing to see beyond, without tiles; the cluster needs an end as well.
const NEAREST = panel && panel.dataset.tiles ? 18 : 13;
const numbers = new Intl.NumberFormat("fr-FR");

let L = null;
let map = null;
let borders = null;
let spots = null;
let frame = "";
// Query of the list in one territory, but for its slug.
let lists = "";
let pending = null;

const counted = (count) => `${numbers.format(count)} ${count > 1 ? "acteurs" : "acteur"}`;

function part(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** Style sheets and scripts of the panel, once each, the scripts one after the other. */
async function load() {
  const wanted = (names) => panel.dataset[names].split(" ");
  const linked = [...document.querySelectorAll("link[rel=stylesheet]")].map((each) => each.getAttribute("href"));
  const loaded = (element, before) =>
    new Promise((resolve, reject) => {
      element.addEventListener("load", resolve);
      element.addEventListener("error", () => reject(new Error(element.href || element.src)));
      document.head.insertBefore(element, before);
    });
  const sheets = wanted("styles").filter((href) => !linked.includes(href));
  // Before the sheets of the page, which have the last word.
  const first = document.head.querySelector("link[rel=stylesheet]");
  const link = (href) => loaded(Object.assign(document.createElement("link"), { rel: "stylesheet", href }), first);
  await Promise.all(sheets.map(link));
  for (const src of wanted("scripts")) await loaded(Object.assign(document.createElement("script"), { src }), null);
  L = window.L;
}

/** Lines of whole numbers, the first point as it is and the others as steps, to latitudes and longitudes. */
function line(steps, grid) {
  const points = [];
  let x = 0;
  let y = 0;
  for (let index = 0; index < steps.length; index += 2) {
    x += steps[index];
    y += steps[index + 1];
    points.push([y / grid, x / grid]);
  }
  return points;
}

function icon(className, count, label) {
  const Labelled = L.DivIcon.extend({
    createIcon(old) {
      const element = L.DivIcon.prototype.createIcon.call(this, old);
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", label);
      element.title = label;
      return element;
    },
  });
  // 44 pixels to aim at, whatever is drawn in them.
  return new Labelled({ className: "map-spot", iconSize: [44, 44], html: part("span", className, numbers.format(count)) });
}

function start(box) {
  const canvas = part("div", "map-canvas");
  canvas.setAttribute("role", "region");
  canvas.setAttribute("aria-label", "Carte : les flèches la déplacent, plus et moins l’agrandissent et la réduisent");
  for (const old of [...box.children]) old.hidden = true;
  box.append(canvas);
  map = L.map(canvas, {
    attributionControl: Boolean(panel.dataset.tiles),
    zoomControl: false,
    minZoom: 5,
    maxZoom: NEAREST,
    zoomSnap: 0.25,
    // Only for who has taken hold of the map: a page must scroll past it.
    scrollWheelZoom: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    inertia: !calm,
    renderer: L.svg({ padding: 0.5 }),
  });
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
  if (panel.dataset.tiles) {
    map.attributionControl.setPrefix(false);
    L.tileLayer(panel.dataset.tiles, { attribution: panel.dataset.attribution, maxZoom: NEAREST }).addTo(map);
  }
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  borders = L.layerGroup().addTo(map);
  spots = L.markerClusterGroup({
    animate: false,
    maxClusterRadius: 42,
    disableClusteringAtZoom: NEAREST,
    spiderfyOnMaxZoom: false,
    showCoverageOnHover: false,
    iconCreateFunction(cluster) {
      const children = cluster.getAllChildMarkers();
      const count = children.reduce((sum, marker) => sum + marker.options.count, 0);
      return icon("map-cluster", count, `${counted(count)} en ${children.length} lieux : agrandir`);
    },
  }).addTo(map);
  keep();
}

/** Popups for a keyboard: the list takes the focus, Escape gives it back to the point. */
function keep() {
  map.on("popupopen", ({ popup }) => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", "Fermer");
    const title = popup.getElement().querySelector(".map-popup-title");
    if (title) title.focus({ preventScroll: true });
  });
  map.getContainer().addEventListener("keydown", (event) => {
    const popup = map.getContainer().querySelector(".leaflet-popup");
    if (event.key !== "Escape" || !popup) return;
    const marker = spots.opened;
    map.closePopup();
    if (marker && marker.getElement()) marker.getElement().focus();
  });
}

/** What a point tells: its actors as a list, and the list they are in. */
function told(title, point) {
  const content = part("div", "map-popup");
  const heading = part("p", "map-popup-title", title);
  heading.tabIndex = -1;
  content.append(heading);
  if (point.actors.length) {
    const list = part("ul", "map-popup-list");
    for (const [name, href] of point.actors) {
      const item = part("li");
      item.append(Object.assign(part("a", "", name), { href }));
      list.append(item);
    }
    content.append(list);
  }
  if (point.slug && (point.count > point.actors.length || point.count > 1)) {
    const all = part("a", "map-popup-all", point.count > 1 ? `Voir la liste de ces ${counted(point.count)}` : "Voir dans la liste");
    all.href = `${window.location.pathname}?${lists}${point.slug}`;
    content.append(all);
  }
  return content;
}

function spot(point, className, title) {
  const marker = L.marker(point.at, { icon: icon(className, point.count, title), count: point.count });
  marker.bindPopup(() => told(title, point), { maxWidth: 260, maxHeight: 240, autoPanPadding: [16, 16] });
  marker.on("popupopen", () => {
    spots.opened = marker;
  });
  return marker;
}

async function drawBorders(address) {
  if (!address || address === frame) return;
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) return;
  const drawn = await response.json();
  frame = address;
  borders.clearLayers();
  const draw = (lines, className) =>
    borders.addLayer(L.polyline(lines.map((steps) => line(steps, drawn.grid)), { className, interactive: false }));
  draw(drawn.thin, "map-line");
  draw(drawn.strong, "map-line map-line-strong");
  const [south, west, north, east] = drawn.bounds;
  borders.within = L.latLngBounds([south, west], [north, east]);
}

/** Show the points of what an address asks; the map moves only when another territory is asked. */
async function draw(address) {
  if (pending) pending.abort();
  const mine = (pending = new AbortController());
  const query = new URL(address, window.location.href).search;
  try {
    const response = await fetch(panel.dataset.points + query, { signal: mine.signal, credentials: "same-origin" });
    if (!response.ok) return;
    const points = await response.json();
    const before = frame;
    lists = points.list;
    await drawBorders(points.frame);
    panel.querySelector("[data-map-said]").textContent = points.summary;
    panel.querySelector("[data-map-aside]").innerHTML = points.aside;
    map.closePopup();
    spots.clearLayers();
    const communes = points.communes.map((each) => spot(each, "map-number", `${each.name}, ${counted(each.count)}`));
    const pins = points.pins.map((each) =>
      spot(each, "map-pin", each.count > 1 || !each.actors.length ? counted(each.count) : each.actors[0][0])
    );
    spots.addLayers([...communes, ...pins]);
    const shown = [...communes, ...pins].map((marker) => marker.getLatLng());
    if (points.fit && shown.length) map.fitBounds(L.latLngBounds(shown).pad(0.2), { maxZoom: 11, animate: false });
    else if (borders.within && (before !== frame || !map.viewed)) map.fitBounds(borders.within, { animate: false });
    map.viewed = true;
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

async function open() {
  const box = panel.querySelector("[data-map-box]");
  panel.querySelector("[data-map-body]").hidden = false;
  if (!map) {
    await load();
    start(box);
  }
  map.invalidateSize();
  await draw(window.location.href);
}

if (panel) {
  const opener = panel.querySelector("[data-map-open]");
  const body = panel.querySelector("[data-map-body]");
  document.addEventListener("filters:shown", (event) => {
    if (opener) opener.href = opener.href.split("?")[0] + new URL(event.detail.address, window.location.href).search;
    if (map && !body.hidden) draw(event.detail.address);
  });
  if (opener) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const closing = !body.hidden;
      opener.setAttribute("aria-expanded", String(!closing));
      opener.textContent = closing ? "Afficher la carte" : "Masquer la carte";
      if (closing) body.hidden = true;
      // Where the scripts can't be had, the page of the map still can.
      else open().catch(() => window.location.assign(opener.href));
    });
    opener.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        opener.click();
      }
    });
  } else open().catch(() => {});
}
