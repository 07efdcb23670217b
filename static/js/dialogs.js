/* A form over the page: any element with hx-target="#dialog-body" opens it; an answer without a form closes it. */
const dialog = document.getElementById("dialog");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog-body") return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], .field-error, input:not([type=hidden]), textarea, select")?.focus();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-dialog]")) dialog.close();
});
document.addEventListener("close-dialog", () => dialog.close());

/* A refusal of a rule (409) is said as a message; the page stays as it was. */
document.addEventListener("htmx:responseError", (event) => {
  const text = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html").querySelector("#refusal span")?.textContent;
  say(text || document.body.dataset.failed || `${event.detail.xhr.status}`, "error");
});
document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline || "…", "error"));

/** Show a message at the bottom for eight seconds. */
export function say(text, tone = "") {
  const box = document.createElement("div");
  box.className = `toast-undo ${tone}`;
  box.dataset.toast = "";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  document.getElementById("messages")?.append(box);
  fade(box);
}

const fade = (box) => setTimeout(() => box.remove(), 8000);
document.querySelectorAll("[data-toast]").forEach(fade);
document.addEventListener("click", (event) => event.target.closest("[data-close]")?.closest("[data-toast]")?.remove());
