/* The matrix of rights: arrows move between cells, 0–4 set the scope, Enter or a click opens the choice. */
const menu = document.getElementById("scope-menu");
const cells = () => [...document.querySelectorAll("[data-scope]")];
const columns = document.querySelectorAll(".rights-grid thead th").length - 1;
let editing;

async function set(cell, value) {
  const row = cells().indexOf(cell);
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const body = new URLSearchParams({ role: cell.dataset.role, action: cell.dataset.action, scope: value });
  const answer = await fetch(menu.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
  const text = await answer.text();
  close();
  if (answer.ok) {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    cell.closest("td").replaceWith(holder.content);
  } else {
    const { say } = await import("./dialogs.js");
    say(new DOMParser().parseFromString(text, "text/html").body.textContent.trim() || `${answer.status}`, "error");
  }
  cells()[row].focus();
}

function open(cell) {
  editing = cell;
  menu.hidden = false;
  const place = cell.getBoundingClientRect();
  const grid = menu.parentElement.getBoundingClientRect();
  menu.style.top = `${place.bottom - grid.top + 6}px`;
  menu.style.left = `${Math.min(place.left - grid.left, grid.width - 310)}px`;
  menu.querySelectorAll("button").forEach((choice) => choice.classList.toggle("is-active", choice.dataset.value === cell.dataset.scope));
  menu.querySelector(".is-active")?.focus();
}

function close() {
  if (menu) menu.hidden = true;
}

if (menu) {
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-scope]");
    const choice = event.target.closest("#scope-menu [data-value]");
    if (choice) set(editing, choice.dataset.value);
    else if (cell) open(cell);
    else close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.code === "Escape") close();
    const cell = menu.hidden ? event.target.closest("[data-scope]") : editing;
    if (!cell) return;
    const digit = /^(?:Digit|Numpad)([0-4])$/.exec(event.code)?.[1];
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.code];
    if (digit) {
      event.preventDefault();
      set(cell, digit);
    } else if (step && menu.hidden) {
      event.preventDefault();
      cells()[cells().indexOf(cell) + step]?.focus();
    }
  });
}
