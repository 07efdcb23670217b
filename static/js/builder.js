/* The builder of selections: groups of conditions, each a field, a comparison and a value; sent as one JSON tree. */
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const options = (pairs, chosen) => pairs.map(([value, label]) => make("option", { value, textContent: label, selected: chosen.includes(value) }));

function control(field, op, value, words) {
  if (["empty", "filled"].includes(op)) return make("span", { className: "text-faint", textContent: "" });
  const common = { ariaLabel: words.wordsValue };
  if (field.kind === "choice") return make("select", { ...common, className: "form-select", multiple: true, size: 4 }, ...options(field.options, [value].flat().map(String)));
  const days = ["last", "next", "older"].includes(op);
  const type = field.kind === "number" || days ? "number" : field.kind === "date" ? "date" : "text";
  return make("input", { ...common, className: "form-control", type, value: value ?? "", min: days ? "0" : "", step: "any" });
}

function condition(fields, leaf, words) {
  const groups = Map.groupBy ? Map.groupBy(fields, (field) => field.group) : fields.reduce((all, field) => all.set(field.group, [...(all.get(field.group) || []), field]), new Map());
  const field = make("select", { className: "form-select", ariaLabel: words.wordsField });
  for (const [label, members] of groups) field.append(make("optgroup", { label }, ...options(members.map((each) => [each.name, each.label]), [leaf.field])));
  const op = make("select", { className: "form-select", ariaLabel: words.wordsOp });
  const place = make("span", { className: "condition-value" });
  const remove = make("button", { type: "button", className: "btn btn-quiet btn-sm btn-glyph", textContent: "×", ariaLabel: words.wordsRemove });
  const row = make("div", { className: "condition" }, field, op, place, remove);
  const known = () => fields.find((each) => each.name === field.value);
  const showValue = (value) => place.replaceChildren(control(known(), op.value, value, words));
  const showOps = (chosen) => op.replaceChildren(...options(known().operations, [chosen]));
  showOps(leaf.op);
  showValue(leaf.value);
  field.addEventListener("change", () => (showOps(), showValue()));
  op.addEventListener("change", () => showValue(place.firstChild.value));
  remove.addEventListener("click", () => {
    const group = row.parentElement;
    row.remove();
    if (!group.children.length) group.closest("fieldset").remove();
  });
  row.read = () => {
    const input = place.querySelector("input, select");
    const value = input?.multiple ? [...input.selectedOptions].map((each) => each.value) : input?.value;
    return { field: field.value, op: op.value, ...(input ? { value } : {}) };
  };
  return row;
}

function group(fields, node, words) {
  const joint = ["all", "any", "none"].find((name) => node[name]) || "all";
  const joints = make("select", { className: "form-select form-select-sm", ariaLabel: words.wordsJoint }, ...options([["all", words.wordsAll], ["any", words.wordsAny], ["none", words.wordsNone]], [joint]));
  const rows = make("div", { className: "column-flex gap-6px" }, ...(node[joint] || [{}]).filter((leaf) => !leaf.all && !leaf.any && !leaf.none).map((leaf) => condition(fields, leaf, words)));
  const add = make("button", { type: "button", className: "btn btn-quiet btn-sm", textContent: `+ ${words.wordsAdd}` });
  add.addEventListener("click", () => {
    rows.append(condition(fields, {}, words));
    rows.lastChild.querySelector("select").focus();
  });
  const box = make("fieldset", { className: "condition-group" }, make("legend", { className: "row-flex gap-6px text-small" }, `${words.wordsJoint}:`, joints), rows, add);
  box.read = () => ({ [joints.value]: [...rows.children].map((row) => row.read()) });
  return box;
}

function open(form) {
  const fields = JSON.parse(form.dataset.fields);
  const tree = JSON.parse(form.dataset.tree);
  const place = form.querySelector("[data-groups]");
  const words = place.dataset;
  const joint = form.querySelector("[data-joint]");
  const outer = ["all", "any"].find((name) => tree[name]?.every((child) => child.all || child.any || child.none));
  joint.value = outer || "all";
  const nodes = outer ? tree[outer] : tree.field ? [{ all: [tree] }] : Object.keys(tree).length ? [tree] : [{}];
  place.append(...nodes.map((node) => group(fields, node, words)));
  form.querySelector("[data-add-group]").addEventListener("click", () => {
    place.append(group(fields, {}, words));
    place.lastChild.querySelector(".condition select").focus();
  });
  const write = () => {
    const groups = [...place.children].map((box) => box.read()).filter((node) => Object.values(node)[0].length);
    const empty = groups.length === 1 && JSON.stringify(groups) === JSON.stringify([{ all: [{ field: fields[0].name, op: fields[0].operations[0][0], value: "" }] }]);
    form.querySelector("[data-where]").value = groups.length && !empty ? JSON.stringify({ [joint.value]: groups }) : "";
  };
  form.addEventListener("change", write);
  form.addEventListener("input", write);
  form.addEventListener("click", () => setTimeout(write));
  write();
}

document.addEventListener("htmx:afterSwap", () => document.querySelectorAll("[data-builder]:not([data-ready])").forEach((form) => {
  form.dataset.ready = "1";
  open(form);
}));
