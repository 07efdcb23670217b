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

/* What scrolls can be scrolled by the keyboard too: it takes the focus. */
const focusable = () =>
  document.querySelectorAll(".screen-body, .scroll-column, .table-scroll, .board, .board-column-cards, .queue-list").forEach((box) => {
    if (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
  });
focusable();
document.addEventListener("htmx:afterSettle", focusable);
