/* The server does not answer: the operator is told calmly, goes on typing, and the result waits in this browser until it can
 * leave. It may leave twice: the token of the claim makes the second copy harmless. */
const PREFIX = "outbox:";
const AGAIN = 2000;
const strip = () => document.querySelector("[data-network]");
const token = () => document.getElementById("main")?.dataset.token;
let waiting = null;

function store(work) {
  try {
    return work(localStorage);
  } catch {
    return null; // a private window: the open page is all there is
  }
}

const kept = (name) => store((local) => local.getItem(PREFIX + name));

/** The result that is about to leave. */
export function keepResult(form) {
  const body = new URLSearchParams(new FormData(form)).toString();
  store((local) => local.setItem(PREFIX + token(), JSON.stringify({ url: form.action, body })));
}

/** It has arrived, or was refused in words: nothing waits any more. */
export function forgetResult(saved) {
  store((local) => local.removeItem(PREFIX + saved));
}

/** Whether the answer says that nobody was there to answer: no connection, or a server that is being started anew. */
export const isAway = (xhr) => !xhr || xhr.status === 0 || xhr.status >= 502;

function show(isAwayNow) {
  const place = strip();
  if (!place) return;
  place.hidden = !isAwayNow;
  place.querySelector("[data-network-result]").hidden = !(isAwayNow && kept(token()));
}

/** Nobody answers: say so, and try the result of this card again and again. */
export function goOn(resend) {
  show(true);
  clearTimeout(waiting);
  waiting = setTimeout(resend, AGAIN);
}

/** Somebody answers. */
export const isBack = () => show(false);

/** Results of cards that are not on the page any more, kept since a crash: they leave by themselves. */
export async function sendKept() {
  const names = store((local) => Object.keys(local).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + token())) || [];
  const secret = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const name of names) {
    const { url, body } = JSON.parse(store((local) => local.getItem(name)));
    const headers = { "X-CSRFToken": secret, "X-Requested-With": "outbox", "Content-Type": "application/x-www-form-urlencoded" };
    const fields = new URLSearchParams(body);
    fields.set("csrfmiddlewaretoken", secret);
    try {
      const answer = await fetch(url, { method: "POST", headers: { ...headers, Accept: "application/json" }, body: fields, redirect: "manual" });
      if (answer.status >= 500) return;
      store((local) => local.removeItem(name));
      if (answer.status === 409) document.dispatchEvent(new CustomEvent("toast", { detail: { text: (await answer.json()).detail, tone: "error" } }));
    } catch {
      return; // still nobody there: the next card tries again
    }
  }
}

/** Whether a result of the card on the page waits since a crash. */
export const hasKept = () => Boolean(token() && kept(token()));
