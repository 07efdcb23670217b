/* What is typed survives a closed tab: <form data-draft="call-17"> keeps its text fields in this browser until it is sent. */
const key = (form) => `draft:${form.dataset.draft}`;
const fields = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name]")];

function store(work) {
  try {
    return work(localStorage);
  } catch {
    return null; // a private window: nothing is kept
  }
}

function restore(root) {
  for (const form of root.querySelectorAll?.("form[data-draft]") || []) {
    const kept = JSON.parse(store((local) => local.getItem(key(form))) || "{}");
    for (const field of fields(form)) if (!field.value && kept[field.name]) field.value = kept[field.name];
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  store((local) => local.setItem(key(form), JSON.stringify(values)));
});
const forget = (form) => form?.matches?.("form[data-draft]") && store((local) => local.removeItem(key(form)));
document.addEventListener("submit", (event) => !event.target.hasAttribute("hx-post") && forget(event.target));
document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && forget(event.detail.elt));
document.addEventListener("htmx:afterSettle", (event) => restore(event.detail.elt.parentNode || document));
restore(document);
