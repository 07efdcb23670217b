/* Ctrl+K: search everywhere and commands. */
import { onKey } from "./keyboard.js";

const palette = document.getElementById("palette");

if (palette) {
  const input = palette.querySelector("input");
  const found = document.getElementById("palette-found");
  const commands = document.getElementById("palette-commands");
  let asked = 0;

  const links = () => [...palette.querySelectorAll("li a")].filter((link) => link.offsetParent);
  const mark = (index) => {
    const all = links();
    all.forEach((link, at) => link.classList.toggle("is-active", at === (index + all.length) % (all.length || 1)));
    palette.querySelector("a.is-active")?.scrollIntoView({ block: "nearest" });
  };
  const current = () => links().findIndex((link) => link.classList.contains("is-active"));
  const open = () => {
    if (palette.open) return palette.close();
    palette.showModal();
    input.select();
    mark(0);
  };
  const ask = async () => {
    const text = input.value.trim();
    const number = ++asked;
    for (const item of commands.querySelectorAll("li")) item.hidden = Boolean(text) && !item.textContent.toLowerCase().includes(text.toLowerCase());
    const html = text.length < 2 ? "" : await (await fetch(`${palette.dataset.search}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } })).text();
    if (number !== asked) return;
    found.innerHTML = html;
    mark(0);
  };

  onKey("ctrl+KeyK", open, { always: true });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) open();
    if (event.target === palette) palette.close();
  });
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  palette.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step) {
      event.preventDefault();
      mark(current() + step);
    } else if (event.code === "Enter") {
      event.preventDefault();
      palette.querySelector("a.is-active")?.click();
    }
  });
}

/* A person found in the window leads to the card: …#person-17 shows where on it, as soon as the panel has come. */
let sought = location.hash.match(/^#person-(\d+)$/)?.[1];
document.addEventListener("htmx:afterSettle", () => {
  const places = sought ? [...document.querySelectorAll(`[data-person="${sought}"]`)].filter((place) => place.offsetParent) : [];
  if (!places.length) return;
  sought = "";
  places.forEach((place) => place.classList.add("is-sought"));
  places[0].scrollIntoView({ block: "center" });
  places[0].focus?.();
});
