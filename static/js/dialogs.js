/* A form over the page: any element with hx-target="#dialog-body" opens it; the event close-dialog (HX-Trigger) closes it. */
const dialog = document.getElementById("dialog");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog-body") return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], .field-error, input:not([type=hidden]), textarea, select")?.focus();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
});
document.addEventListener("close-dialog", () => dialog.close());
