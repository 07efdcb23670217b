/* The base list: «All 214» extends the selection from the rows of the page to everything the filters find. */
document.addEventListener("click", (event) => {
  const all = event.target.closest("[data-whole]");
  if (!all) return;
  document.querySelector("[data-whole-field]").value = "1";
  document.querySelectorAll("[data-bulk-count]").forEach((count) => (count.textContent = all.dataset.whole));
});

const onlyRows = () => {
  const field = document.querySelector("[data-whole-field]");
  if (field) field.value = "";
};
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select], [data-select-all]")) onlyRows();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-unselect]")) onlyRows();
});
