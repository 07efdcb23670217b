/* Nothing that was typed or chosen is lost with the tab: the draft of a card lives in this browser until it is saved. */
const key = (token) => `call:${token}`;
const token = () => document.getElementById("main")?.dataset.token;
const SKIPPED = new Set(["csrfmiddlewaretoken", "checked_person"]);
const OLDEST = 3; // drafts that are kept: a card lost with the lease may come back

function store(work) {
  try {
    return work(localStorage);
  } catch {
    return null; // a private window: nothing is kept
  }
}

/** Write down what the form holds now. */
export function keepDraft(form) {
  const values = Object.fromEntries([...new FormData(form)].filter(([name, value]) => value && !SKIPPED.has(name) && !name.startsWith("old-")));
  store((local) => {
    local.setItem(key(token()), JSON.stringify(values));
    const others = Object.keys(local).filter((name) => name.startsWith("call:") && name !== key(token()));
    others.slice(0, Math.max(0, others.length - OLDEST)).forEach((name) => local.removeItem(name));
  });
}

/** Put the draft of this card back; gives what was kept. */
export function restoreDraft(form) {
  const kept = JSON.parse(store((local) => local.getItem(key(token()))) || "{}");
  for (const [name, value] of Object.entries(kept)) if (form.elements[name]) form.elements[name].value = value;
  return kept;
}

/** The call is saved. */
export function forgetDraft(saved) {
  store((local) => local.removeItem(key(saved)));
}
