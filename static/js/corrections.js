/* Corrections: Й accepts, Ц rejects what is ticked, else the row under the cursor; digits choose a variant of a conflict. */
import { onKey } from "./keyboard.js";

const PLACE = "correction-row";
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const current = () => document.querySelector("[data-rows] [data-row].is-cursor");
const anyTicked = () => document.querySelector("[data-rows] [data-select]:checked");

function press(button) {
  if (!button) return false;
  sessionStorage.setItem(PLACE, rows().indexOf(current()));
  button.click();
}

onKey("KeyQ", () => press(anyTicked() ? document.querySelector("[data-accept-all]") : current()?.querySelector("[data-accept]")));
onKey("KeyW", () => press(anyTicked() ? document.querySelector("[data-reject-all]") : current()?.querySelector("[data-reject]")));
onKey("shift+KeyQ", () => press(current()?.closest("tbody").querySelector("[data-accept-company]")));
for (let number = 1; number <= 9; number += 1) {
  onKey(`Digit${number}`, () => {
    const conflict = current()?.matches(".is-conflict") ? current() : document.querySelector("[data-rows] .is-conflict");
    return press(conflict?.querySelectorAll("[data-variant]")[number - 1]);
  });
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select-company]")) return;
  event.target.closest("tbody").querySelectorAll("[data-select][data-undisputed]").forEach((box) => {
    box.checked = event.target.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
});

const all = rows();
const at = Math.min(Number(sessionStorage.getItem(PLACE) ?? 0), all.length - 1);
sessionStorage.removeItem(PLACE);
all[Math.max(0, at)]?.classList.add("is-cursor");
