/* The end of a call in three keys: digit (result) → digit (next contact) → note and Ctrl+Enter. Esc goes a step back,
 * Shift+digit calls a person, F4 hangs up, Й Ц У К answer the script. All state is in the page, so a swapped card just works. */
import { onKey } from "./keyboard.js";
import { restart } from "./timers.js";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const steps = () => all(".call-step");
const current = () => steps().findIndex((step) => step.classList.contains("is-now"));

function go(index) {
  const list = steps();
  const at = Math.max(0, Math.min(list.length - 1, index));
  list.forEach((step, place) => {
    step.classList.toggle("is-now", place === at);
    step.classList.toggle("is-done", place < at);
  });
  const note = list[at]?.querySelector("textarea");
  if (!note) return document.activeElement?.blur();
  note.focus();
  note.setSelectionRange(note.value.length, note.value.length);
}

function press(button) {
  const { choice, value, opens } = button.dataset;
  const step = button.closest(".call-step");
  for (const other of all(`[data-choice="${choice}"]`, step)) {
    other.classList.toggle("is-active", other === button);
    other.setAttribute("aria-pressed", other === button);
  }
  step.querySelector(`[data-choice-value="${choice}"]`).value = value;
  for (const part of all("[data-opened]", step)) part.hidden = part.dataset.opened !== opens;
}

/* A result proposes the next contact, says what will happen, and may need a note. */
function propose(button) {
  const { next, will, needs } = button.dataset;
  const proposed = next && document.querySelector(`.choice-pad [data-value="${next}"]`);
  if (proposed) press(proposed);
  const note = document.querySelector(".call-step textarea");
  if (note) note.required = needs === "note";
  const list = document.querySelector("#will:not([hx-get])");
  if (will && list) list.replaceChildren(...JSON.parse(will).map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".call-step [data-choice]");
  if (!button) return;
  press(button);
  if (button.closest(".result-pad")) propose(button);
  button.dispatchEvent(new CustomEvent("choice", { bubbles: true, detail: { name: button.dataset.choice, value: button.dataset.value } }));
  const opened = button.dataset.opens && button.closest(".call-step").querySelector(`[data-opened="${button.dataset.opens}"] :is(input, select)`);
  if (opened) return opened.focus();
  go(steps().indexOf(button.closest(".call-step")) + 1);
});

/* A call begins: the clock starts and the form learns whom, which number and when. */
document.addEventListener("click", (event) => {
  const dial = event.target.closest("[data-dial]");
  const live = document.querySelector("[data-live-call]");
  if (!dial || !live) return;
  const row = dial.closest(".person-row");
  all(".person-row").forEach((other) => other.classList.toggle("is-active", other === row));
  live.hidden = false;
  live.querySelector("[data-live-name]").textContent = row?.querySelector(".weight-medium")?.textContent || "";
  live.querySelector("[data-live-phone]").textContent = dial.getAttribute("href").replace("tel:", "");
  const timer = live.querySelector("[data-timer]");
  delete timer.dataset.stopped;
  restart(timer);
  const fields = document.querySelector("form[data-desk]")?.elements;
  if (fields?.person) fields.person.value = dial.dataset.person || "";
  if (fields?.number) fields.number.value = dial.getAttribute("href").replace("tel:", "");
  if (fields?.started_at) fields.started_at.value = new Date().toISOString();
});
document.addEventListener("click", (event) => {
  const timer = event.target.closest("[data-hang-up]")?.closest("[data-live-call]").querySelector("[data-timer]");
  if (timer) timer.dataset.stopped = "";
});

/* Ready phrases under the note. */
document.addEventListener("click", (event) => {
  const phrase = event.target.closest("[data-phrase]");
  const note = phrase && document.querySelector(".call-step textarea");
  if (!note) return;
  note.value = `${note.value.trim()} ${phrase.dataset.phrase}`.trim();
  note.dispatchEvent(new Event("input", { bubbles: true }));
  note.focus();
});

for (let digit = 1; digit <= 9; digit += 1) {
  onKey(`Digit${digit}`, () => {
    const button = all("[data-choice]", document.querySelector(".call-step.is-now") || document.createElement("i"))[digit - 1];
    if (!button) return false;
    button.click();
  });
  onKey(`shift+Digit${digit}`, () => {
    const dial = all(".person-row")[digit - 1]?.querySelector("[data-dial]");
    if (!dial) return false;
    dial.click();
  });
}
["KeyQ", "KeyW", "KeyE", "KeyR"].forEach((code, index) =>
  onKey(code, () => {
    const answer = all("[data-answer]")[index];
    if (!answer) return false;
    answer.click();
  }),
);
onKey("KeyD", () => document.querySelector(".objections .btn")?.focus() ?? false);
onKey("F4", () => document.querySelector("[data-hang-up]")?.click() ?? false, { inFields: true });
onKey("Escape", () => (current() > 0 ? go(current() - 1) : false), { inFields: true });
document.addEventListener("htmx:afterSettle", () => current() < 0 && steps().length && go(0));
