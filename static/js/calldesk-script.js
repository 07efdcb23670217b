/* The talk by the script: an answer leads to the next speech, is remembered with its way and says what it will write;
 * objections lead aside and back. Nothing is asked of the server: the way goes along with the result of the call. */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const find = (selector, root = document) => root.querySelector(selector);
let path = []; // [[step, answer or null], …]

const stepOf = (pk) => find(`[data-script-step="${pk}"]`);
const last = () => path[path.length - 1];
const form = () => find("[data-call-form]");

function show() {
  const step = stepOf(last()[0]);
  all("[data-script-step]").forEach((other) => (other.hidden = other !== step));
  const places = path.map(([pk]) => stepOf(pk)).filter((each, place, list) => each !== list[place - 1]);
  find("[data-path]")?.replaceChildren(
    ...places.slice(-3).map((each, place, shown) => {
      const item = document.createElement("li");
      item.textContent = each.dataset.title;
      if (place === shown.length - 1) item.setAttribute("aria-current", "step");
      return item;
    }),
  );
  all("[data-answer]", step).forEach((button) => button.classList.toggle("is-active", Number(button.dataset.answer) === last()[1]));
  const field = form()?.elements.path;
  if (field) field.value = JSON.stringify(path);
}

/** Start at the first speech, or go on where the draft of this card has stopped. */
export function openScript() {
  const first = find("[data-script-step]");
  path = [];
  if (!first) return;
  try {
    path = JSON.parse(form()?.elements.path.value || "[]").filter(([pk]) => stepOf(pk));
  } catch {
    path = []; // a draft of another time
  }
  if (!path.length) path = [[Number(first.dataset.scriptStep), null]];
  show();
}

const push = (pk) => Number(pk) !== last()[0] && path.push([Number(pk), null]);

function back() {
  const before = path.findLast(([pk]) => !("objection" in stepOf(pk).dataset));
  push((before || path[0])[0]);
}

/** Follow an answer or an objection; returns the code of the result that it suggests, if any. */
export function answerScript(button) {
  const { answer, to, suggests, objectionTo } = button.dataset;
  const isAside = "objection" in stepOf(last()[0]).dataset;
  if (answer) {
    last()[1] = Number(answer);
    ask(button);
  }
  if (to || objectionTo) push(to || objectionTo);
  else if ("back" in button.dataset || (isAside && !suggests)) back();
  show();
  return suggests;
}

/* An answer that asks for words opens the field for them; a need has its own. */
function ask(button) {
  const { answer, writes, about } = button.dataset;
  const need = find("[data-need]");
  const place = find("[data-asked]");
  place.hidden = true;
  if (writes === "need" && need) {
    const group = form().elements.need_group;
    group.value = group.value || about;
    need.focus();
  } else if (button.dataset.ask) {
    place.hidden = false;
    find("[data-asked-label]", place).textContent = button.dataset.ask;
    const field = find("[data-asked-field]", place);
    field.dataset.answer = answer;
    field.value = typed(answer)?.value || "";
    field.focus();
  }
}

const typed = (answer) => find(`[name="typed-${answer}"]`);

/** Words typed for an answer go with the form of the call. */
export function keepTyped(answer, words) {
  const place = find("[data-typed]");
  if (!place) return;
  const input = typed(answer) || place.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: `typed-${answer}` }));
  input.setAttribute("form", "call-form");
  input.value = words;
}

/** Lines of «what will happen» of the answers so far; of two about one thing the later counts. */
export function toldLines() {
  const told = new Map();
  for (const [, answer] of path) {
    const button = answer && find(`[data-answer="${answer}"]`);
    const line = button && find("[data-told]", button);
    if (!line) continue;
    const copy = line.content.cloneNode(true);
    const words = typed(answer)?.value;
    if (words) find("span", copy).textContent = find("span", copy).textContent.replace("…", words);
    told.delete(`${button.dataset.writes} ${button.dataset.about}`);
    told.set(`${button.dataset.writes} ${button.dataset.about}`, copy);
  }
  return [...told.values()];
}

document.addEventListener("input", (event) => event.target.matches("[data-asked-field]") && keepTyped(event.target.dataset.answer, event.target.value));
