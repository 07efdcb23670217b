/* The operator's workplace: digit (result) → digit (next contact) → note → Ctrl+Enter. Esc goes a step back, Shift+digit
 * calls, F4 hangs up. Everything is found in the page at the moment of the key, so a swapped card just works. */
import { onKey } from "./keyboard.js";
import { keepDraft, forgetDraft, restoreDraft } from "./calldesk-draft.js";
import { answerScript, keepTyped, openScript, toldLines } from "./calldesk-script.js";
import { markLine, openCheck } from "./calldesk-check.js";
import { forgetResult, goOn, hasKept, isAway, isBack, keepResult, sendKept } from "./calldesk-network.js";
import { showLine } from "./calldesk-line.js";

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const desk = () => find("[data-call-form]");
const field = (name) => desk()?.elements[name];
const steps = () => all(".call-step:not([hidden])", desk() || document.createElement("i"));
const current = () => steps().findIndex((step) => step.classList.contains("is-now"));

function go(index) {
  const list = steps();
  const at = Math.max(0, Math.min(list.length - 1, index));
  list.forEach((step, place) => {
    step.classList.toggle("is-now", place === at);
    step.classList.toggle("is-done", place < at);
    const number = find("[data-step-number]", step);
    if (number) number.textContent = place + 1;
  });
  const note = find("textarea", list[at] || document);
  if (!list[at]?.contains(note)) return document.activeElement?.blur();
  note.focus();
  note.setSelectionRange(note.value.length, note.value.length);
}

const press = (buttons, chosen) =>
  buttons.forEach((button) => {
    button.classList.toggle("is-active", button === chosen);
    button.setAttribute("aria-pressed", button === chosen);
  });

/* A result says what will happen and proposes the next contact. */
function chooseResult(button, { isQuiet = false } = {}) {
  press(all("[data-result]", desk()), button);
  field("result").value = button.dataset.result;
  const step = find('[data-step="next"]', desk());
  const { contact } = button.dataset;
  if ("optional" in step.dataset) step.hidden = !contact;
  const isMeeting = contact === "slot";
  find("[data-contacts]", step).hidden = isMeeting;
  const slots = find("[data-slots]", step);
  slots.hidden = !isMeeting;
  if (isMeeting) window.htmx.ajax("GET", slots.dataset.url, { target: slots, swap: "innerHTML" });
  const caller = find("[data-caller]", step);
  caller.hidden = !contact || isMeeting;
  const handsOver = "handsOver" in button.dataset;
  all("[data-caller-me]", caller).forEach((part) => (part.hidden = handsOver));
  all("[data-caller-owner]", caller).forEach((part) => (part.hidden = !handsOver));
  field("slot").value = "";
  chooseContact(isMeeting ? null : find(`[data-contact-choice="${contact}"]`, step));
  if (!isQuiet) go(contact ? 1 : steps().length - 1);
}

function chooseContact(button) {
  const step = find('[data-step="next"]', desk());
  press(all("[data-contact-choice]", step), button);
  field("contact").value = button?.dataset.contactChoice || "";
  find("[data-date-fields]", step).hidden = field("contact").value !== "date";
  sayWhat();
}

/* What will happen after saving: lines of the server for this result, with the chosen time. */
function sayWhat() {
  const result = field("result").value;
  const lines = result && find(`template[data-will="${result}"]`);
  const told = [...toldLines(), ...needLine()];
  if (!lines) return told.length ? find("#will").replaceChildren(...told) : undefined;
  const said = (answer) => all("[data-answer-value]").some((input) => input.value === answer);
  const holds = { corrections: said("fix"), "no-corrections": !said("fix"), right: said("right") };
  const copy = lines.content.cloneNode(true);
  all("[data-only-if]", copy).forEach((line) => {
    if (!holds[line.dataset.onlyIf]) line.remove();
  });
  const when = chosenTime();
  all("[data-when]", copy).forEach((place) => (place.textContent = when));
  find("#will").replaceChildren(copy, ...told);
}

/* A need that was typed without an answer of the script. */
function needLine() {
  const line = find("template[data-will-need]");
  const known = toldLines().some((told) => told.textContent.includes(line.content.textContent.trim()));
  return field("need")?.value.trim() && !known ? [line.content.cloneNode(true)] : [];
}

function chosenTime() {
  const slot = find("[data-slot].is-active");
  if (slot) return slot.dataset.when;
  if (field("contact").value !== "date") return find("[data-contact-choice].is-active")?.dataset.when || "";
  const day = field("date").value.split("-").reverse().join(".");
  return day ? `${day}, ${field("time").value}` : "…";
}

function dial(link) {
  const body = new FormData();
  body.append("number", link.dataset.number);
  body.append("person", link.dataset.person);
  field("number").value = link.dataset.number;
  field("person").value = link.dataset.person;
  window.htmx.ajax("POST", find("[data-live-call]").dataset.dialUrl, { source: link, values: Object.fromEntries(body), swap: "none" });
  showLine({ name: link.dataset.name, shown: link.dataset.shown, seconds: 0 });
  all("[data-line]").forEach((row) => row.classList.toggle("is-active", row.contains(link)));
  all(".btn-call[data-dial]").forEach((other) => other.classList.remove("btn-call"));
  link.classList.add("btn-call");
  if (!link.dataset.salutation) return;
  all('mark[data-field="salutation"]').forEach((mark) => {
    mark.textContent = link.dataset.salutation;
    mark.classList.remove("is-fallback");
  });
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  if (!desk()) return;
  if (at("[data-result]")) chooseResult(at("[data-result]"));
  else if (at("[data-contact-choice]")) {
    chooseContact(at("[data-contact-choice]"));
    if (field("contact").value === "date") return field("date").focus();
    go(steps().length - 1);
  } else if (at("[data-slot]")) {
    press(all("[data-slot]"), at("[data-slot]"));
    field("slot").value = at("[data-slot]").dataset.slot;
    sayWhat();
    go(steps().length - 1);
  } else if (at("[data-dial]")) dial(at("[data-dial]"));
  else if (at("[data-hang-up]")) {
    window.htmx.ajax("POST", find("[data-live-call]").dataset.url, { swap: "none" });
    showLine({ isOver: true });
  } else if (at("[data-note]")) {
    field("note").value = `${field("note").value.trim()} ${at("[data-note]").dataset.note}. `.trimStart();
    field("note").focus();
  } else if (at("[data-role]")) {
    const group = at("[data-roles]");
    press(all("[data-role]", group), at("[data-role]"));
    find("input", group).value = at("[data-role]").dataset.role;
  } else if (at("[data-answer], [data-back], [data-objection-to]")) {
    const suggested = answerScript(at("[data-answer], [data-back], [data-objection-to]"));
    const result = suggested && find(`[data-result="${suggested}"]`);
    if (result) chooseResult(result);
  } else if (at("[data-datum]")) markLine(at("[data-datum]"), event.target);
  keepDraft(desk());
  sayWhat();
});

document.addEventListener("input", (event) => {
  if (!desk() || !(event.target.form === desk() || event.target.matches("[data-asked-field]"))) return;
  if (event.target.closest("[data-date-fields], [data-asked], [data-need]")) sayWhat();
  keepDraft(desk());
});

/* --- keys ------------------------------------------------------------------------------------------------------ */

const keysOfStep = () => {
  const step = steps()[current()];
  const shown = step ? all("button[aria-pressed]", step) : [];
  return shown.filter((button) => button.offsetParent);
};
for (let digit = 1; digit <= 9; digit += 1) {
  onKey(`Digit${digit}`, () => {
    const button = keysOfStep()[digit - 1];
    if (!button) return false;
    button.click();
  });
  onKey(`shift+Digit${digit}`, () => {
    const link = find(`[data-dial="${digit}"]`);
    if (!link) return false;
    link.click();
  });
}
["KeyQ", "KeyW", "KeyE", "KeyR"].forEach((code, place) =>
  onKey(code, () => {
    const line = find(".datum.is-current");
    const options = line ? all("[data-mark]", line) : all("[data-script-step]:not([hidden]) .answer-options button");
    if (!options[place]) return false;
    options[place].click();
  }),
);
for (const [code, shift] of [["ArrowDown", 1], ["ArrowUp", -1]]) {
  onKey(code, () => {
    const lines = all("[data-datum]");
    const next = lines[lines.findIndex((line) => line.classList.contains("is-current")) + shift];
    if (!next) return false;
    markLine(next, next);
  });
}
onKey("KeyD", () => find(".objections .btn")?.focus() ?? false);
onKey("KeyH", () => find("[data-roles] button")?.focus() ?? false);
onKey("Tab", () => (desk() ? go(steps().length - 1) : false));
onKey("Escape", () => (desk() && current() > 0 ? go(current() - 1) : false), { inFields: true });
onKey("ctrl+Enter", () => {
  if (!desk() || find("[data-save]").disabled) return false;
  desk().requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || !event.target.matches("[data-fix], [data-need], .need-details input, [data-asked-field], [data-date-fields] input")) return;
  event.preventDefault();
  event.target.blur();
  if (event.target.matches("[data-fix]")) find("[data-write]", event.target.closest("[data-datum]")).click();
  else if (event.target.closest("[data-date-fields]")) go(steps().length - 1);
});

/* --- saving ---------------------------------------------------------------------------------------------------- */

const isSave = (event) => event.detail.elt === desk();
const isOurs = (event) => isSave(event) || Boolean(event.detail.elt.closest?.(".call-desk"));
const resend = () => (hasKept() && desk() ? desk().requestSubmit() : undefined);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isSave(event)) return;
  find("[data-save]").disabled = true;
  keepResult(desk());
});
/* Without a connection the result waits here and goes by itself: the same token makes a second copy harmless. */
function failed(event) {
  if (isSave(event)) find("[data-save]").disabled = false;
  if (isOurs(event) && isAway(event.detail.xhr)) goOn(resend);
  else if (isSave(event)) forgetResult(find("#main").dataset.token); // refused in words: the operator mends it
}
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && isBack());
window.addEventListener("online", resend);
window.addEventListener("offline", () => desk() && goOn(resend));
document.addEventListener("call-saved", (event) => {
  forgetDraft(event.detail.token);
  forgetResult(event.detail.token);
});

function open() {
  if (!desk() || desk().dataset.isOpen) return;
  desk().dataset.isOpen = "yes";
  const live = find("[data-live-call]");
  if (live.dataset.seconds) showLine({ seconds: Number(live.dataset.seconds) });
  for (const [name, words] of Object.entries(restoreDraft(desk()))) if (name.startsWith("typed-")) keepTyped(name.slice(6), words);
  openScript();
  openCheck();
  sayWhat();
  sendKept();
  const result = find(`[data-result="${field("result").value}"]`);
  if (!result) return go(0);
  const { contact, date, time, slot } = Object.fromEntries(["contact", "date", "time", "slot"].map((name) => [name, field(name).value]));
  chooseResult(result, { isQuiet: true });
  chooseContact(find(`[data-contact-choice="${contact}"]`));
  [field("date").value, field("time").value] = [date, time];
  if (slot) [field("slot").value] = [slot];
  go(steps().length - 1);
  resend(); // it was on its way when the browser went down
}
document.addEventListener("htmx:afterSettle", open);
open();
