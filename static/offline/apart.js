// The page of a session that goes on without network: takes person after person, keeps each entry on the device, sends
// what waits once there is network, and shows what was taken and what was not, with the reason.
import * as doses from "./doses.js";

const page = document.getElementById("apart");
const words = page.dataset;
const id = words.session;
const form = document.getElementById("entry");
const boxes = form.elements;
const state = document.getElementById("state");
let at_work = false;

function copyOf(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

function part(element, name) {
  return element.querySelector(`[data-part="${name}"]`);
}

// Who it is

function digits(text) {
  return text.normalize("NFKC").replace(/[^0-9]/g, "");
}

// The number in what was scanned or typed: ten digits, as the third word of a code.
function numberOf({ scanned, number }) {
  const words = scanned.normalize("NFKC").trim().split(/\s+/);
  return digits(words.length === 4 ? words[2] : number);
}

function bare(text) {
  return text.normalize("NFKC").replace(/\s/g, "");
}

async function expected(who) {
  const people = (await doses.session(id))?.people ?? [];
  const number = numberOf(who);
  if (number) return people.find((one) => one.vouchers.includes(number));
  return people.find((one) => bare(one.kana) === bare(who.kana) && who.kana !== "");
}

function typed() {
  const text = (name) => boxes[name].value.trim();
  return { scanned: text("scanned"), number: text("number"), birth: text("birth"), kana: text("kana") };
}

async function showWho() {
  const found = await expected(typed());
  document.getElementById("who").textContent = found ? `${found.name}（${found.birth}）` : words.unknown;
}

// Entries

async function keep(event) {
  event.preventDefault();
  const who = typed();
  const known = await expected(who);
  who.birth ||= known?.birth ?? "";
  const outcome = event.submitter?.value ?? "given";
  const reason = boxes.reason.value.trim();
  if (who.scanned === "" && (who.birth === "" || (who.number === "" && who.kana === ""))) return fault(words.who);
  if (outcome === "not_done" && reason === "") return fault(words.reason);
  if (who.scanned === "" && who.number === "" && !boxes.consent.checked) return fault(words.consent);
  const name = known?.name ?? "";
  const key = `req_${crypto.randomUUID().replaceAll("-", "")}`;
  await doses.keep(id, key, { ...who, outcome, dose: boxes.dose.value.trim(), reason, name, without: false, why: null });
  fault("");
  form.reset();
  document.getElementById("who").textContent = "";
  boxes.scanned.focus();
  await draw();
  await sendAll();
}

function fault(text) {
  document.getElementById("fault").textContent = text;
}

function label(entry) {
  const who = entry.name || entry.kana || numberOf({ scanned: entry.scanned ?? "", number: entry.number ?? "" });
  return `${who}　${entry.outcome === "given" ? words.given : words.notDone}`;
}

function waiting(entry) {
  const card = copyOf("waiting");
  part(card, "label").textContent = label(entry);
  part(card, "at").textContent = new Date(entry.at).toLocaleTimeString("ja-JP");
  if (!entry.why) return card;
  part(card, "why").textContent = entry.why;
  const mend = part(card, "mend");
  mend.hidden = false;
  const field = (name) => mend.querySelector(`[name="${name}"]`);
  for (const input of mend.querySelectorAll("input")) {
    input.id = `${input.name}-${entry.key}`;
    input.closest(".field").querySelector("label.label")?.setAttribute("for", input.id);
  }
  field("birth").value = entry.birth;
  field("reason").value = entry.reason;
  field("dose").value = entry.dose;
  field("without").checked = entry.without;
  mend.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { session, key, ...rest } = entry;
    const text = (name) => field(name).value.trim();
    const mended = { birth: text("birth"), reason: text("reason"), dose: text("dose"), without: field("without").checked };
    await doses.keep(session, key, { ...rest, ...mended, why: null });
    await draw();
    await sendAll();
  });
  part(card, "drop").addEventListener("click", async () => {
    const sure = part(card, "sure");
    if (sure.hidden) {
      sure.hidden = false;
      return;
    }
    await doses.remove(id, entry.key);
    await draw();
  });
  return card;
}

function taken(entry) {
  const line = copyOf("taken");
  part(line, "label").textContent = label(entry);
  return line;
}

async function draw() {
  const [open, done] = [await doses.entries("entry", id), await doses.entries("sent", id)];
  document.getElementById("open").replaceChildren(...open.map(waiting));
  document.getElementById("done").replaceChildren(...done.map(taken));
  document.getElementById("open-count").textContent = String(open.length);
  document.getElementById("done-count").textContent = String(done.length);
}

// Sending

function body(entry) {
  const data = new URLSearchParams({ csrf: words.csrf, request: entry.key, outcome: entry.outcome });
  for (const name of ["scanned", "number", "birth", "kana", "dose", "reason"]) data.set(name, entry[name] ?? "");
  if (!entry.scanned && !entry.number) data.set("consent", "yes");
  if (entry.without) data.set("without", "yes");
  return data;
}

// Sends one entry; gives the sentence that ends the sending, or nothing.
async function send(entry) {
  let answer;
  try {
    const headers = { Accept: "application/json" };
    answer = await fetch(`/clinic/session/${id}/apart`, { method: "POST", headers, body: body(entry) });
  } catch {
    return words.lost;
  }
  if (answer.redirected || answer.status === 403) return words.signIn;
  if (answer.status === 404) return words.gone;
  if (!answer.ok) return words.lost;
  const { name, why } = await answer.json();
  if (why) await doses.refused(id, entry.key, why);
  else await doses.sent(id, entry.key, name);
  return null;
}

async function sendAll() {
  if (at_work) return;
  at_work = true;
  state.textContent = words.sending;
  let problem = null;
  for (const entry of await doses.entries("entry", id)) {
    if (entry.why || problem) continue;
    problem = await send(entry);
    await draw();
  }
  const left = await doses.entries("entry", id);
  state.textContent = problem ?? (left.length ? words.refused : words.nothing);
  at_work = false;
}

const taken_along = await doses.session(id);
document.getElementById("absent").hidden = Boolean(taken_along?.html);
document.getElementById("leaving").hidden = !location.search.includes("leaving");
form.addEventListener("submit", keep);
for (const name of ["scanned", "number", "kana"]) boxes[name].addEventListener("change", showWho);
document.getElementById("send").addEventListener("click", sendAll);
window.addEventListener("online", sendAll);
const draft = await doses.takeDraft(id);
if (draft) {
  for (const [name, value] of Object.entries(draft)) boxes[name].value = value;
  await showWho();
}
await draw();
await sendAll();
page.dataset.ready = "yes";
