/* Keys by event.code, so that the keyboard layout does not matter. Single keys are silent in fields. */
const bindings = [];

/** Run `action` for a key such as "KeyN", "ctrl+Enter", "alt+Digit3". Single keys do nothing while one types; while a dialog
 *  is open only bindings with `always` run. An action that returns false lets the key through. */
export function onKey(combination, action, { inFields = false, always = false } = {}) {
  const parts = combination.split("+");
  const code = parts.pop();
  bindings.push({ code, parts: new Set(parts), action, always, inFields: inFields || parts.includes("ctrl") || parts.includes("alt") });
}

export const isTyping = (event) => Boolean(event.target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
const openDialog = () => [...document.querySelectorAll("dialog[open]")].pop();

function matches({ code, parts }, event) {
  return (
    code === event.code.replace("NumpadEnter", "Enter").replace("Numpad", "Digit") &&
    parts.has("ctrl") === (event.ctrlKey || event.metaKey) &&
    parts.has("alt") === event.altKey &&
    parts.has("shift") === event.shiftKey
  );
}

document.addEventListener("keydown", (event) => {
  const dialog = openDialog();
  for (const binding of bindings) {
    if (!matches(binding, event) || (isTyping(event) && !binding.inFields) || (dialog && !binding.always)) continue;
    if (binding.action(event) !== false) return event.preventDefault();
  }
});

/* Any link or button may name its key: <a data-key="KeyN">, <button data-key="ctrl+Enter">; in an open dialog only its own. */
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  for (const element of (openDialog() || document).querySelectorAll("[data-key]")) {
    const parts = element.dataset.key.split("+");
    const code = parts.pop();
    if (!matches({ code, parts: new Set(parts) }, event) || (isTyping(event) && !parts.length)) continue;
    if (element.disabled || !element.offsetParent) continue;
    event.preventDefault();
    return element.matches("input, textarea, select") ? element.focus() : element.click();
  }
});
