/* Messages at the bottom: eight seconds, never takes the focus; Ctrl+Z takes back the last act that can be taken back. */
import { onKey } from "./keyboard.js";

const SECONDS = 8;
const region = () => document.getElementById("messages");
const words = (name) => region()?.dataset[name] || "";

const fade = (box) => setTimeout(() => box.remove(), SECONDS * 1000);

/** Show a sentence; `undo` is the address that takes the act back. */
export function say(text, { tone = "", undo = "" } = {}) {
  const box = document.createElement("div");
  box.className = `toast-undo ${tone}`;
  box.dataset.toast = "";
  const sentence = document.createElement("span");
  sentence.textContent = text;
  box.append(sentence);
  if (undo) {
    const button = document.createElement("button");
    button.className = "btn btn-sm push-right";
    button.type = "button";
    button.dataset.undo = undo;
    button.textContent = words("undo");
    for (const key of ["Ctrl", "Z"]) button.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    box.append(button);
  }
  region()?.append(box);
  fade(box);
}

document.querySelectorAll("[data-toast]").forEach(fade);
document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest("[data-toast]")?.remove();
  const undo = event.target.closest("[data-undo]");
  if (!undo) return;
  undo.closest("[data-toast]").remove();
  window.htmx.ajax("POST", undo.dataset.undo, { swap: "none" });
});
onKey("ctrl+KeyZ", (event) => {
  const buttons = [...document.querySelectorAll("[data-undo]")];
  if (!buttons.length || event.target.closest("input, textarea")) return false;
  buttons.pop().click();
});

/* HX-Trigger: {"toast": {"text": "…", "undo": "/…/", "tone": "error"}} of any answer. */
document.addEventListener("toast", (event) => say(event.detail.text, event.detail));

/* A refusal of a rule (409) is said as a message; the page stays as it was. */
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 502 && document.querySelector("[data-network]")) return; // the workplace says it in its own way
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  say(answer.querySelector("#refusal span")?.textContent || words("failed"), { tone: "error" });
});
document.addEventListener("htmx:sendError", () => document.querySelector("[data-network]") || say(words("offline"), { tone: "error" }));
