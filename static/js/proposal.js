/* The sheet of a proposal by keyboard: ↑ ↓ and Enter go along the column, Tab to the next cell; rows pasted from a spreadsheet become lines. */
const COLUMNS = ["quantity", "price", "discount"];
const column = (cell) => {
  const name = COLUMNS.find((word) => cell.classList.contains(word));
  return [...document.querySelectorAll(`.cell.${name}`)];
};
const STEPS = { ArrowUp: -1, ArrowDown: 1, Enter: 1, NumpadEnter: 1 };

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".cell");
  if (cell && STEPS[event.code] && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const cells = column(cell);
    const next = cells[cells.indexOf(cell) + STEPS[event.code]];
    if (next) next.focus();
    else if (event.code.endsWith("Enter")) document.getElementById("add-line")?.focus();
  }
  if (event.target.id === "add-line" && event.code.endsWith("Enter")) {
    event.preventDefault();
    document.querySelector("#found-products button")?.click();
  }
  if (event.target.id === "add-line" && event.code === "ArrowDown") {
    event.preventDefault();
    document.querySelector("#found-products button")?.focus();
  }
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".cell")) event.target.select();
});
document.addEventListener("paste", (event) => {
  const text = event.clipboardData?.getData("text/plain") || "";
  const place = document.getElementById("pasted");
  if (!place || !text.includes("\t") || !event.target.closest?.(".sheet-scroll, body")) return;
  event.preventDefault();
  place.value = text;
  window.htmx.trigger(place, "pasted");
});
document.addEventListener("htmx:afterRequest", (event) => {
  const found = document.getElementById("found-products");
  if (!event.detail.successful || !found?.contains(event.target) || event.target === found) return;
  found.replaceChildren();
  const field = document.getElementById("add-line");
  field.value = "";
  field.focus();
});
