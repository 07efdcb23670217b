/* The talk by the script: an answer leads to the next speech and writes a fact; objections lead aside and back. */
const all = (selector) => [...document.querySelectorAll(selector)];
const path = [];

const stepOf = (pk) => document.querySelector(`[data-script-step="${pk}"]`);
const shown = () => all("[data-script-step]").find((step) => !step.hidden);

function show(step) {
  all("[data-script-step]").forEach((other) => (other.hidden = other !== step));
  const list = document.querySelector("[data-path]");
  if (!list) return;
  list.replaceChildren(
    ...path.slice(-3).map((each, place, last) => {
      const item = document.createElement("li");
      item.textContent = each.dataset.title;
      if (place === last.length - 1) item.setAttribute("aria-current", "step");
      return item;
    }),
  );
  const field = document.querySelector("[data-call-form]")?.elements.path;
  if (field) field.value = path.map((each) => each.dataset.title).join("\n");
}

/** Start at the first speech. */
export function openScript() {
  const first = document.querySelector("[data-script-step]");
  path.length = 0;
  if (!first) return;
  path.push(first);
  show(first);
}

/** A fact of the talk: "received:yes", "received:no", "need". */
export function setFact(form, fact) {
  const [name, value] = fact.split(":");
  if (name === "received") form.elements.received.value = value;
  if (name === "need") document.querySelector("[data-need]")?.focus();
}

/** Follow an answer; returns the code of the result that it suggests, if any. */
export function answerScript(button) {
  const { to, writes, suggests, objectionTo } = button.dataset;
  if ("back" in button.dataset) path.pop();
  const next = stepOf(to || objectionTo);
  if (next && next !== shown()) path.push(next);
  if (writes) document.dispatchEvent(new CustomEvent("script-fact", { detail: writes }));
  if (path.length) show(path[path.length - 1]);
  return next ? "" : suggests;
}
