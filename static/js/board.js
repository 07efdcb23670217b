/* The board of deals: a card is moved by mouse or by keys (Shift with ← →), each time in one request that brings the board back. */
const cards = (column) => [...column.querySelectorAll("[data-deal]")];
const columns = () => [...document.querySelectorAll("[data-stage-code]")];
let dragged = null;

async function move(card, column) {
  if (!card || !column || column.contains(card)) return;
  const { id, dataset } = card;
  const values = { stage: column.dataset.stageCode };
  await window.htmx.ajax("POST", dataset.move + window.location.search, { target: "#board", swap: "outerHTML", values });
  const moved = document.getElementById(id);
  moved?.focus();
  const said = document.getElementById("board-said");
  if (moved && said) said.textContent = `${moved.querySelector(".weight-medium").textContent}: ${moved.closest("[data-stage-code]").getAttribute("aria-label")}`;
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-deal]") || null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id);
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest("[data-stage-code]");
  if (!column) return;
  event.preventDefault();
  columns().forEach((other) => other.classList.toggle("is-target", other === column && !column.contains(dragged)));
});
document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest("[data-stage-code]");
  if (!column) return;
  event.preventDefault();
  move(dragged, column);
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  columns().forEach((column) => column.classList.remove("is-target"));
  dragged = null;
});

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.("[data-deal]");
  if (!card || !STEPS[event.code] || event.ctrlKey || event.altKey) return;
  event.preventDefault();
  const all = columns();
  const at = all.indexOf(card.closest("[data-stage-code]"));
  const [aside, down] = STEPS[event.code];
  if (event.shiftKey && aside) return void move(card, all[at + aside]);
  const column = all[at + aside];
  if (!column) return;
  const row = cards(all[at]).indexOf(card) + down;
  cards(column)[Math.max(0, Math.min(row, cards(column).length - 1))]?.focus();
});
