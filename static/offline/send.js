// The page of what this device holds: sends what waits, asks about what was changed at the office meanwhile, renews
// the copies, and removes them.
import * as store from "./store.js";
import { take } from "./copy.js";

const list = document.getElementById("requests");
const words = list.dataset;

function copyOf(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`);
}

function body(piece, step) {
  const data = new URLSearchParams({ csrf: words.csrf, step, base: JSON.stringify(piece.base) });
  for (const path of piece.leave) data.append("leave", path);
  for (const [name, values] of Object.entries(piece.fields)) {
    for (const value of values) data.append(`a.${name}`, value);
  }
  return data;
}

// Sends one step. Gives the questions to be asked about, or the sentence to be shown, or nothing when it arrived.
async function send(id, step, piece) {
  let answer;
  try {
    const headers = { Accept: "application/json" };
    answer = await fetch(`/physician/requests/${id}/offline`, { method: "POST", headers, body: body(piece, step) });
  } catch {
    return { problem: words.lost };
  }
  if (answer.redirected || answer.status === 403) return { problem: words.signIn };
  if (answer.status === 404) return { problem: words.gone };
  if (answer.status === 422) return { problem: words.closed };
  if (!answer.ok) return { problem: words.lost };
  const { conflicts } = await answer.json();
  if (conflicts.length > 0) return { conflicts };
  await store.sent(id, step, piece.mark);
  return {};
}

// What was changed at the office meanwhile

function choice(conflict) {
  const field = copyOf("conflict");
  part(field, "label").textContent = conflict.label;
  part(field, "office").textContent = conflict.office || words.empty;
  part(field, "device").textContent = conflict.device || words.empty;
  for (const radio of field.querySelectorAll("input")) radio.name = conflict.path;
  return field;
}

function ask(card, entry, conflicts) {
  const form = copyOf("choices");
  part(form, "title").textContent = entry.title;
  part(form, "questions").append(...conflicts.map(choice));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = new FormData(form);
    if (conflicts.some(({ path }) => !chosen.has(path))) {
      part(form, "missing").hidden = false;
      return;
    }
    const office = conflicts.filter(({ path }) => chosen.get(path) === "office").map(({ path }) => path);
    const seen = Object.fromEntries(conflicts.map(({ path, seen }) => [path, seen]));
    const { base, mark, leave } = entry.piece;
    await store.settle(entry.id, entry.step, mark, { base: { ...base, ...seen }, leave: [...leave, ...office] });
    await work(card, entry.id);
  });
  part(card, "body").append(form);
}

// One request

async function waiting(request) {
  const found = [];
  for (const { step } of await store.unsent(request.id)) {
    const title = request.steps.find((entry) => entry.step === step)?.title ?? step;
    found.push({ id: request.id, step, title, piece: await store.piece(request.id, step) });
  }
  return found.sort((one, other) => one.piece.at.localeCompare(other.piece.at));
}

function details(entries) {
  const box = copyOf("held");
  for (const { title, piece } of entries) {
    for (const [name, values] of Object.entries(piece.fields).filter(([name]) => !name.endsWith(".shown"))) {
      const row = copyOf("held-row");
      part(row, "name").textContent = `${title}　${name}`;
      part(row, "value").textContent = values.join("、");
      part(box, "rows").append(row);
    }
  }
  return box;
}

function say(card, text) {
  part(card, "status").textContent = text;
}

async function renew(card, id) {
  const outcome = await take(id);
  if (outcome === "closed" || outcome === "gone") await store.drop(id);
  say(card, outcome === "done" ? words.sent : words.sentLast);
}

async function work(card, id) {
  const request = await store.request(id);
  const entries = await waiting(request);
  part(card, "body").replaceChildren();
  say(card, entries.length ? words.sending : words.nothing);
  let open = 0;
  for (const entry of entries) {
    const { problem, conflicts } = await send(id, entry.step, entry.piece);
    if (conflicts) ask(card, entry, conflicts);
    if (problem) {
      say(card, problem);
      part(card, "body").append(details(await waiting(request)));
      return;
    }
    open += conflicts ? 1 : 0;
  }
  if (open > 0) say(card, words.conflict);
  else if (entries.length > 0) await renew(card, id);
}

function show(request) {
  const card = copyOf("request");
  part(card, "label").textContent = request.label;
  part(card, "until").textContent = request.until_text;
  part(card, "open").href = `/physician/requests/${request.id}`;
  part(card, "send").addEventListener("click", () => work(card, request.id));
  part(card, "drop").addEventListener("click", async () => {
    const left = (await store.unsent(request.id)).length;
    const sure = part(card, "sure");
    if (left > 0 && sure.hidden) {
      sure.hidden = false;
      return;
    }
    await store.drop(request.id);
    card.remove();
    document.getElementById("none").hidden = list.children.length > 0;
  });
  list.append(card);
  return work(card, request.id);
}

const mine = (await store.requests()).filter(({ owner }) => owner === words.owner);
document.getElementById("none").hidden = mine.length > 0;
document.getElementById("leaving").hidden = !location.search.includes("leaving");
for (const request of mine) await show(request);
