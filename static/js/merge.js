/* Duplicates: ↑ ↓ the field, ← → whose value, Space both. Each choice is a radio button, so that the form works without this. */
import { onKey } from "./keyboard.js";

const rows = [...document.querySelectorAll(".merge-row")].filter((row) => row.querySelector("input[type=radio]"));
let at = 0;

function show(number) {
  if (!rows[number]) return false;
  rows[at].classList.remove("is-current");
  at = number;
  rows[at].classList.add("is-current");
  rows[at].scrollIntoView({ block: "nearest" });
}

function take(row, value) {
  const radio = row?.querySelector(`input[value="${value}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function mark(row) {
  const both = row.querySelector('input[value="both"]')?.checked;
  row.querySelectorAll("label.merge-value").forEach((label) => label.classList.toggle("is-taken", Boolean(both)));
}

document.querySelector(".merge-row.is-current")?.classList.remove("is-current");
if (rows.length) show(0);
onKey("ArrowDown", () => show(at + 1));
onKey("ArrowUp", () => show(at - 1));
onKey("ArrowLeft", () => take(rows[at], "kept"));
onKey("ArrowRight", () => take(rows[at], "merged"));
onKey("Space", (event) => (event.target.closest?.("button, a") ? false : take(rows[at], "both")));
rows.forEach((row, number) => {
  row.addEventListener("click", () => show(number));
  row.addEventListener("change", () => mark(row));
});
