/* Keys by event.code, so that the keyboard layout does not matter. Single keys are silent in fields. */
const bindings = [];

/** Run `action` for a key such as "KeyN", "ctrl+Enter", "alt+Digit3"; single keys do nothing while one types. */
export function onKey(combination, action, { inFields = false } = {}) {
  const parts = combination.split("+");
  const code = parts.pop();
  bindings.push({ code, parts: new Set(parts), action, inFields: inFields || parts.includes("ctrl") || parts.includes("alt") });
}

export const isTyping = (event) => Boolean(event.target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));

function matches(binding, event) {
  const code = event.code.replace("NumpadEnter", "Enter").replace("Numpad", "Digit");
  return (
    binding.code === code &&
    binding.parts.has("ctrl") === (event.ctrlKey || event.metaKey) &&
    binding.parts.has("alt") === event.altKey &&
    binding.parts.has("shift") === event.shiftKey
  );
}

document.addEventListener("keydown", (event) => {
  for (const binding of bindings) {
    if (!matches(binding, event) || (isTyping(event) && !binding.inFields)) continue;
    if (binding.action(event) !== false) {
      event.preventDefault();
      return;
    }
  }
});

/* Any link or button may name its key: <a data-key="KeyN">, <button data-key="ctrl+Enter">. */
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]:not(:has([data-key]))")) return;
  for (const element of document.querySelectorAll("[data-key]")) {
    const parts = element.dataset.key.split("+");
    const code = parts.pop();
    const binding = { code, parts: new Set(parts) };
    if (!matches(binding, event) || (isTyping(event) && !parts.length) || element.disabled || !element.offsetParent) continue;
    event.preventDefault();
    element.click();
    return;
  }
});
