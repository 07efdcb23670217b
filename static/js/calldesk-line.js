/* The bar of the talk: who is on the line and for how long. The same clock stands in the queue. */
import { clock } from "./timers.js";

let startedAt = null;

const show = () => {
  if (startedAt === null) return;
  const text = clock(Math.floor((Date.now() - startedAt) / 1000));
  for (const place of document.querySelectorAll("[data-live-call] .call-timer, [data-talk-time]")) place.textContent = text;
};

/** Begin, go on or end the talk on the screen. */
export function showLine({ name, shown, seconds, isOver = false }) {
  const bar = document.querySelector("[data-live-call]");
  bar.classList.toggle("is-silent", isOver);
  document.querySelector("[data-talk-pill]")?.toggleAttribute("hidden", isOver);
  if (name) bar.querySelector("[data-live-name]").textContent = name;
  if (shown) bar.querySelector("[data-live-phone]").textContent = shown;
  startedAt = isOver ? null : Date.now() - seconds * 1000;
  show();
}

setInterval(show, 500);
/* The client's wall clock beside the name of the town. */
setInterval(() => {
  for (const place of document.querySelectorAll("[data-clock]"))
    place.textContent = new Intl.DateTimeFormat("ru", { hour: "2-digit", minute: "2-digit", timeZone: place.dataset.clock }).format(new Date());
}, 10000);
/* A new card: the talk of the last one is over. */
document.addEventListener("call-saved", () => (startedAt = null));
