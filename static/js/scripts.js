/* The script builder: a variable is put where the cursor stands; ↑ ↓ go by steps; a release takes the words just typed along. */
import { onKey } from "./keyboard.js";

const find = (selector) => document.querySelector(selector);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = find(".speech-field");
  if (!button || !field) return;
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.setSelectionRange(field.selectionEnd - 3, field.selectionEnd - 3); // behind the bar: the fallback is typed there
  field.focus();
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

/* The form saves itself by htmx; the button of the release sends the same form elsewhere. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-release]");
  const form = find("#step-form");
  if (!button || !form) return;
  event.preventDefault();
  window.htmx.ajax("POST", button.dataset.release, { source: form, values: Object.fromEntries(new FormData(form)), swap: "none" });
});

for (const [code, shift] of [["ArrowDown", 1], ["ArrowUp", -1]])
  onKey(code, () => {
    const links = [...document.querySelectorAll("[data-step-link]")];
    const next = links[links.findIndex((link) => link.matches("[aria-current]")) + shift];
    if (!next) return false;
    next.click();
  });
