/* A verification: the speech follows the line; an answer marks it and goes on to the next one without an answer. */
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const lines = () => all("[data-datum]");
const answerOf = (line) => line.querySelector("[data-answer-value]");

function show(current) {
  lines().forEach((line, place, list) => {
    const isCurrent = line === current;
    line.classList.toggle("is-current", isCurrent);
    line.classList.toggle("after-current", list[place - 1] === current);
    line.classList.toggle("is-decided", !isCurrent && Boolean(answerOf(line).value));
    line.classList.toggle("is-fixing", isCurrent && answerOf(line).value === "fix");
    const isFixed = answerOf(line).value === "fix" && !isCurrent;
    line.querySelector("[data-value]").hidden = isFixed;
    line.querySelector("[data-difference]").hidden = !isFixed;
    line.querySelector("ins").textContent = line.querySelector("[data-fix]").value;
    for (const button of all("[data-mark]", line)) {
      const isChosen = button.dataset.mark === answerOf(line).value;
      button.classList.toggle("is-active", isChosen);
      button.setAttribute("aria-pressed", isChosen);
    }
  });
  let stage = "";
  for (const speech of all("[data-question]")) {
    speech.hidden = speech.dataset.question !== current.dataset.datum;
    if (!speech.hidden) stage = speech.dataset.stage;
  }
  for (const item of all("[data-stage-title]")) item.toggleAttribute("aria-current", item.dataset.stageTitle === stage);
  list();
}

/* What will go to the marketer. */
function list() {
  const place = document.querySelector("[data-change-list]");
  if (!place) return;
  const changed = lines().filter((line) => ["fix", "unknown"].includes(answerOf(line).value));
  place.replaceChildren(
    ...changed.map((line) => {
      const item = document.createElement("li");
      const words = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
      const values = words("span", "values", "");
      const old = line.querySelector("[data-value]").textContent;
      if (answerOf(line).value === "fix") values.append(words("ins", "ellipsis", line.querySelector("[data-fix]").value), words("del", "ellipsis", old));
      else values.append(words("span", "warn weight-medium", place.dataset.unknown), words("span", "text-faint ellipsis", old));
      item.append(words("span", "text-faint", line.dataset.label), values);
      return item;
    }),
  );
  document.querySelector("[data-no-changes]").hidden = changed.length > 0;
  const count = document.querySelector("[data-checked-count]");
  count.textContent = `${lines().filter((line) => answerOf(line).value).length} ${count.dataset.of} ${lines().length}`;
}

/** Begin at the first line that has no answer. */
export function openCheck() {
  if (!lines().length) return;
  show(lines().find((line) => !answerOf(line).value) || lines()[0]);
}

/** A click on a line, one of its answers, or «write down». */
export function markLine(line, target) {
  const mark = target.closest("[data-mark]");
  if (mark) answerOf(line).value = mark.dataset.mark;
  if (mark?.dataset.mark === "fix") {
    show(line);
    const field = line.querySelector("[data-fix]");
    field.focus();
    field.select();
    return;
  }
  if (!mark && !target.closest("[data-write]")) return target.closest("[data-fix]") ? undefined : show(line);
  const rest = lines();
  const after = rest.slice(rest.indexOf(line) + 1);
  show(after.find((other) => !answerOf(other).value) || after[0] || line);
}
