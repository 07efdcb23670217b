/* The entry: everything every page needs. A page with a workplace of its own adds its module in the block js. */
import { onKey } from "./keyboard.js";
import "./palette.js";
import "./dialogs.js";
import "./toasts.js";
import "./table.js";
import "./draft.js";
import "./timers.js";

for (let stage = 1; stage <= 6; stage += 1) {
  onKey(`alt+Digit${stage}`, () => {
    const link = document.querySelector(`[data-stage="${stage}"]`);
    if (!link) return false;
    link.click();
  });
}
onKey("F1", () => document.getElementById("keys")?.showModal() ?? false, { inFields: true });

/* Filters that apply themselves: a form that is sent as soon as something in it changes. */
document.addEventListener("change", (event) => event.target.closest("form[data-autosubmit]")?.requestSubmit());
