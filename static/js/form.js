// Helps while a form is filled in: saving per field, both calendars of a date, places of a postcode,
// and choices that exclude the others. Everything also works without it.
const json = { headers: { Accept: "application/json" } };

// Saving per field

const form = document.querySelector("form[data-autosave]");
const saved = document.getElementById("saved");

function fieldData(field) {
  const data = new URLSearchParams({ csrf: form.elements.csrf.value });
  if (form.elements.base) data.append("base", form.elements.base.value);
  const inputs = new Set(field.querySelectorAll("input:not([type=file]), textarea, select"));
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && [...inputs].some((input) => input.name === name)) data.append(name, value);
  }
  return data;
}

// One at a time and before the form itself goes, so that an older text never overtakes a newer one.
let waiting = 0;
let queue = Promise.resolve();

function autosave(field) {
  waiting += 1;
  queue = queue.then(() => save(field)).finally(() => (waiting -= 1));
}

async function save(field) {
  try {
    const answer = await fetch(form.dataset.autosave, { ...json, method: "POST", body: fieldData(field) });
    if (!answer.ok) throw new Error(String(answer.status));
    const { saved_at, timeout_in, base } = await answer.json();
    if (base) form.elements.base.value = base;
    saved.textContent = saved.dataset.text.replace("{time}", saved_at);
    if (timeout_in) document.dispatchEvent(new CustomEvent("session-goes-on", { detail: timeout_in }));
  } catch {
    saved.textContent = saved.dataset.failed;
  }
}

if (form && saved) {
  form.addEventListener("change", (event) => {
    const field = event.target.closest("[data-path]");
    if (field && event.target.type !== "file") autosave(field);
  });
  form.addEventListener("submit", (event) => {
    if (waiting === 0) return;
    event.preventDefault();
    queue.then(() => form.requestSubmit(event.submitter));
  });
}

// Choices that exclude the others

document.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked) return;
  const alone = "exclusive" in target.dataset;
  for (const other of document.getElementsByName(target.name)) {
    if (other !== target && (alone || "exclusive" in other.dataset)) other.checked = false;
  }
});

// Both calendars of a date

const ERAS = [
  { name: "令和", from: 20190501 },
  { name: "平成", from: 19890108 },
  { name: "昭和", from: 19261225 },
  { name: "大正", from: 19120730 },
  { name: "明治", from: 18730101 },
];

function number(text) {
  const narrow = text.trim().replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  if (narrow === "元") return 1;
  return /^\d{1,4}$/.test(narrow) ? Number(narrow) : 0;
}

function firstYear(era) {
  return Math.floor(era.from / 10000) - (era.name === "明治" ? 5 : 0);
}

function bothCalendars(eraName, typedYear, month, day) {
  const chosen = ERAS.find((era) => era.name === eraName);
  const year = chosen ? firstYear(chosen) + typedYear - 1 : typedYear;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1873 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return "";
  const era = ERAS.find(({ from }) => from <= year * 10000 + month * 100 + day);
  const eraYear = year - firstYear(era) + 1;
  return `${year}年${month}月${day}日（${era.name}${eraYear === 1 ? "元" : eraYear}年）`;
}

function showDate(boxes) {
  const part = (name) => boxes.querySelector(`[name$=".${name}"]`)?.value ?? "";
  const [year, month, day] = ["year", "month", "day"].map((name) => number(part(name)));
  const text = year && month && day ? bothCalendars(part("era"), year, month, day) : "";
  boxes.parentElement.querySelector("[data-era-text]").textContent = text;
}

for (const boxes of document.querySelectorAll("[data-era-date]")) {
  showDate(boxes);
  boxes.addEventListener("change", () => showDate(boxes));
}

// Places of a postcode

function write(name, text) {
  const [input] = document.getElementsByName(name);
  if (!input || input.value.trim() !== "") return;
  const option = [...(input.options ?? [])].find(({ label }) => label === text);
  input.value = option ? option.value : text;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function fill(box, place) {
  write(`${box.dataset.fill}.prefecture`, place.prefecture);
  write(`${box.dataset.fill}.city`, place.city);
  write(`${box.dataset.fill}.street`, place.town);
}

function placeButton(box, place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-second btn-s";
  button.textContent = `${place.prefecture}${place.city}${place.town}`;
  button.addEventListener("click", () => fill(box, place));
  return button;
}

function offer(box, places) {
  const status = box.querySelector("[role=status]");
  const line = document.createElement("p");
  line.textContent = places.length ? box.dataset.choose : box.dataset.none;
  const buttons = document.createElement("div");
  buttons.className = "row";
  buttons.append(...places.map((place) => placeButton(box, place)));
  status.replaceChildren(line, buttons);
}

async function lookUp(box) {
  const code = document.getElementById(box.dataset.postcode).value;
  const answer = await fetch(`/postcode?code=${encodeURIComponent(code)}`, json);
  offer(box, answer.ok ? (await answer.json()).places : []);
}

for (const box of document.querySelectorAll("[data-postcode]")) {
  box.querySelector("[name=lookup]").addEventListener("click", (event) => {
    event.preventDefault();
    lookUp(box).catch(() => offer(box, []));
  });
}
