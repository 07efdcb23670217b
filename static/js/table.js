/* Lists by keyboard: ↑ ↓ move, Space selects, Enter opens; the bar of actions appears with the first selected row. */
import { onKey } from "./keyboard.js";

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const cursor = () => rows().findIndex((row) => row.classList.contains("is-cursor"));

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = Math.max(0, Math.min(all.length - 1, cursor() + step));
  all.forEach((row, index) => row.classList.toggle("is-cursor", index === at));
  all[at].scrollIntoView({ block: "nearest" });
}

function refresh() {
  const boxes = [...document.querySelectorAll("[data-rows] [data-select]")];
  const chosen = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest("[data-row]").classList.toggle("is-selected", box.checked));
  document.querySelectorAll("[data-bulk]").forEach((bar) => (bar.hidden = !chosen.length));
  document.querySelectorAll("[data-bulk-count]").forEach((count) => (count.textContent = chosen.length));
}

onKey("ArrowDown", () => move(1));
onKey("ArrowUp", () => move(-1));
onKey("Space", () => {
  const box = rows()[cursor()]?.querySelector("[data-select]");
  if (!box) return false;
  box.checked = !box.checked;
  refresh();
});
onKey("Enter", (event) => {
  if (event.target.closest("a, button")) return false;
  const link = rows()[cursor()]?.querySelector("a[data-open], a");
  if (!link) return false;
  link.click();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) document.querySelectorAll("[data-rows] [data-select]").forEach((box) => (box.checked = event.target.checked));
  if (event.target.matches("[data-select-all], [data-select]")) refresh();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unselect]")) return;
  document.querySelectorAll("[data-select], [data-select-all]").forEach((box) => (box.checked = false));
  refresh();
});
document.addEventListener("htmx:afterSettle", refresh);
