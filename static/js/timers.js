/* Running clocks: <span data-timer="167"> counts up from 167 s while it is on the page. */
const started = new WeakMap();

export const clock = (seconds) => {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, "0")];
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
};

export const restart = (element, seconds = 0) => {
  element.dataset.timer = seconds;
  started.set(element, Date.now());
};

setInterval(() => {
  for (const element of document.querySelectorAll("[data-timer]:not([data-stopped])")) {
    if (!started.has(element)) started.set(element, Date.now());
    element.textContent = clock(Number(element.dataset.timer) + Math.floor((Date.now() - started.get(element)) / 1000));
  }
}, 500);
