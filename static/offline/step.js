// A page that was taken along: puts what was typed back into it, shows what the answers so far ask for and what is to
// be looked at again, and says how much waits to be sent.
import * as store from "./store.js";

const form = document.querySelector("form[data-request]");
const { request, step } = form.dataset;

// Answers put back

function fill(name, values) {
  const lists = document.getElementsByName(name);
  for (const [place, input] of [...lists].entries()) {
    if (input.type === "hidden") continue;
    if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
    else input.value = values[place] ?? "";
  }
}

function putBack(fields) {
  for (const [name, values] of Object.entries(fields)) {
    if (!name.endsWith(".shown")) fill(name, values);
    else if (!(name.slice(0, -".shown".length) in fields)) fill(name.slice(0, -".shown".length), []);
  }
}

// Questions that depend on others of the page

const rules = JSON.parse(form.dataset.when);

function given(name) {
  return new FormData(form).getAll(name);
}

// A question that stands on another page cannot be looked at, and hides nothing.
function met({ question, value }) {
  return document.getElementsByName(question).length === 0 || given(question).includes(value);
}

function weigh() {
  for (const { path, any, conditions } of rules) {
    const name = CSS.escape(path);
    const field = form.querySelector(`[data-path="${name}"], fieldset[id="${name}"]`);
    if (field) field.hidden = !(any ? conditions.some(met) : conditions.every(met));
  }
}

// Answers that are rare together

const held = await store.request(request);
const typedElsewhere = {};

function chosen({ question, step: place, value }) {
  const fields = typedElsewhere[place] ?? {};
  if (place === step) return given(question).includes(value);
  const told = question in fields || `${question}.shown` in fields;
  return (told ? (fields[question] ?? []) : (held.given[question] ?? [])).includes(value);
}

function line({ text, path, step: place }) {
  const entry = document.createElement("li");
  const link = document.createElement("a");
  link.href = place === step ? `#${path}` : `/physician/requests/${request}?step=${place}#${path}`;
  link.textContent = text;
  entry.append(link);
  return entry;
}

function prompt() {
  const box = document.getElementById("prompts");
  const raised = held.prompts.filter(({ all }) => all.length > 0 && all.every(chosen));
  box.querySelector("ul").replaceChildren(...raised.map(line));
  box.hidden = raised.length === 0;
}

async function readOthers() {
  const others = new Set(held.prompts.flatMap(({ all }) => all.map((answer) => answer.step)));
  others.delete(step);
  for (const place of others) typedElsewhere[place] = await store.typed(request, place);
}

// What waits

async function count() {
  const waiting = (await store.unsent(request)).map((entry) => entry.step);
  document.getElementById("unsent").textContent = String(waiting.length);
  for (const mark of document.querySelectorAll("[data-step-mark]")) mark.hidden = !waiting.includes(mark.dataset.stepMark);
}

form.addEventListener("change", weigh);
form.addEventListener("change", prompt);
// The worker notes a field a moment after it was left.
new MutationObserver(count).observe(document.getElementById("saved"), { childList: true });
window.addEventListener("online", () => (document.getElementById("back-on-line").hidden = false));

putBack(await store.typed(request, step));
weigh();
await readOthers();
prompt();
await count();
form.dataset.ready = "yes";
