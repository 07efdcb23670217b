/* A walk through a script without a call: the same talk, the same keys, nothing is saved. */
import { onKey } from "./keyboard.js";
import { answerScript, openScript, toldLines } from "./calldesk-script.js";

const find = (selector) => document.querySelector(selector);
let result = "";

function sayWhat() {
  const lines = toldLines();
  const end = result && find(`template[data-will="${result}"]`);
  if (end) lines.unshift(end.content.cloneNode(true));
  if (lines.length) find("#will").replaceChildren(...lines);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-answer], [data-back], [data-objection-to]");
  if (!button) return;
  result = answerScript(button) || result;
  sayWhat();
});
document.addEventListener("input", sayWhat);
["KeyQ", "KeyW", "KeyE", "KeyR"].forEach((code, place) =>
  onKey(code, () => {
    const button = document.querySelectorAll("[data-script-step]:not([hidden]) .answer-options button")[place];
    if (!button) return false;
    button.click();
  }),
);
onKey("KeyD", () => find(".objections .btn")?.focus() ?? false);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-asked-field]")) return;
  event.preventDefault();
  event.target.blur();
});
openScript();
