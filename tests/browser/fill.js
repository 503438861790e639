// Fills a form of the page with what a person means to send, and gives the button to press and the
// places for files. Whatever a person could not do on this page is an error.
const [action, fields, files] = arguments;
// Written anew into every page, and nobody's business.
const OF_THE_PAGE = ["csrf", "version", "request"];
const BOXES = ["radio", "checkbox"];

const meant = new Map();
for (const [name, value] of fields) meant.set(name, [...(meant.get(name) ?? []), value]);

function refuse(why) {
  throw new Error(`${location.pathname}: the form to ${action} ${why}`);
}

function means(control) {
  return meant.get(control.name)?.includes(control.value) ?? false;
}

function hidden(form) {
  const all = [...form.elements].filter(({ type, name }) => type === "hidden" && name);
  return all.filter(({ name }) => !OF_THE_PAGE.includes(name));
}

function unasked(form) {
  const asked = new Set([...form.elements].map(({ name }) => name));
  return [...meant.keys()].filter((name) => !asked.has(name));
}

function choose() {
  const all = [...document.forms].filter((form) => form.getAttribute("action") === action);
  const fit = all.filter((form) => hidden(form).every(means));
  if (!fit.length) refuse("is not on the page with these hidden values");
  const whole = fit.filter((form) => !unasked(form).length);
  if (!whole.length) refuse(`does not ask for ${unasked(fit[0])}`);
  return whole.find((form) => buttons(form).some((it) => it.name && means(it))) ?? whole[0];
}

function buttons(form) {
  return [...form.elements].filter((it) => it.type === "submit" && !it.closest("[aria-hidden]"));
}

function reach(control) {
  for (let at = control.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  if (!control.checkVisibility() || control.disabled) refuse(`does not show ${control.name || "its button"}`);
}

function pick(control) {
  if (control.checked === means(control) || (control.type === "radio" && control.checked)) return;
  reach(control);
  control.click();
}

function write(control, value) {
  if (value === undefined || control.value === value) return;
  reach(control);
  control.value = value;
  if (control.value !== value) refuse(`takes no ${value} for ${control.name}`);
  for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, { bubbles: true }));
}

function everyChoiceIsOffered(form) {
  for (const [name, values] of meant) {
    const boxes = [...form.elements].filter((it) => it.name === name && BOXES.includes(it.type));
    const offered = boxes.map(({ value }) => value);
    for (const value of boxes.length ? values : []) if (!offered.includes(value)) refuse(`has no ${value} for ${name}`);
  }
}

function button(form) {
  const all = buttons(form);
  const found = all.find((it) => it.name && means(it)) ?? all.find((it) => !it.name) ?? refuse("has no such button");
  reach(found);
  return found;
}

const form = choose();
everyChoiceIsOffered(form);
for (const control of form.elements) {
  if (BOXES.includes(control.type)) pick(control);
  else if (!["hidden", "submit", "button", "file", "fieldset"].includes(control.type)) write(control, meant.get(control.name)?.shift());
}
const places = files.map((name) => [...form.elements].find((it) => it.type === "file" && it.name === name) ?? refuse(`takes no file for ${name}`));
places.forEach(reach);
window.onItsWay = true;
return { button: button(form), places };
