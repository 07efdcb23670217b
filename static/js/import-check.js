/* The check of a file: ← takes the base, → the file for the row under the cursor; the cursor survives the answer. */
import { onKey } from "./keyboard.js";

const PLACE = "import-row";
const current = () => document.querySelector("[data-rows] .is-cursor");

function press(side) {
  const button = current()?.querySelector(`[data-${side}]`);
  if (!button) return false;
  sessionStorage.setItem(PLACE, current().dataset.number);
  button.click();
}

onKey("ArrowLeft", () => press("left"));
onKey("ArrowRight", () => press("right"));

const kept = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
const row = kept && document.querySelector(`[data-rows] [data-number="${CSS.escape(kept)}"]`);
if (row) {
  row.classList.add("is-cursor");
  row.scrollIntoView({ block: "center" });
}
