/* The board: ↑ ↓ choose an operator, the bar below acts on the chosen one. The board is replaced every two seconds, so the
 * choice is kept here and put back after each swap. */
import { onKey } from "./keyboard.js";

let chosen = "";
const rows = () => [...document.querySelectorAll("[data-operator]")];
const bar = () => document.getElementById("operator-bar");
const row = () => rows().find((each) => each.dataset.operator === chosen);
const at = (pattern, pk) => pattern.replace("/0/", `/${pk}/`);

function show({ isNew = false } = {}) {
  rows().forEach((each) => each.classList.toggle("is-cursor", each.dataset.operator === chosen));
  const now = row();
  if (!bar()) return;
  bar().hidden = !now;
  if (!now) return;
  for (const form of bar().querySelectorAll("[data-take-over], [data-release]")) {
    form.hidden = !now.dataset.card;
    form.action = at(form.dataset.takeOver || form.dataset.release, now.dataset.card || 0);
  }
  if (isNew) window.htmx.ajax("GET", at(bar().dataset.dayUrl, chosen), { target: bar().querySelector("[data-operator-day]"), swap: "innerHTML" });
}

function choose(each) {
  if (!each) return false;
  chosen = each.dataset.operator;
  show({ isNew: true });
}

for (const [code, step] of [["ArrowDown", 1], ["ArrowUp", -1]]) {
  onKey(code, () => {
    const all = rows();
    return choose(all[Math.max(0, Math.min(all.length - 1, all.indexOf(row()) + step))]);
  });
}
document.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]");
  if (act && chosen) return void window.htmx.ajax("GET", at(act.dataset.act, chosen), { target: "#dialog-body", swap: "innerHTML" });
  const line = event.target.closest("[data-operator]");
  if (line) choose(line);
});
document.addEventListener("htmx:afterSettle", () => show());
setInterval(() => chosen && !document.hidden && show({ isNew: true }), 10000);
