// Stands between the pages below /physician and the network. With network it changes nothing but remembers what was
// sent; without, it answers from the store, for requests that were taken along and for nothing else.
import * as store from "./store.js";
import { take } from "./copy.js";
import { asset, html, lead, network } from "./net.js";

const FORM = /^\/physician\/requests\/([^/]+)$/;
const AUTOSAVE = /^\/physician\/requests\/([^/]+)\/autosave$/;
const SIGNED = /^\/physician\/requests\/([^/]+)\/signed$/;
const HOME = "/physician/offline";
// Fields of the page itself, which are no answers.
const OWN = ["csrf", "version", "request", "action", "apart", "base", "add", "remove", "lookup"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (request.method === "GET" && request.mode === "navigate") event.respondWith(show(event, url));
  else if (request.method === "POST") {
    const [form, field] = [FORM.exec(url.pathname), AUTOSAVE.exec(url.pathname)];
    const step = url.searchParams.get("step") ?? "";
    if (form) event.respondWith(save(event, form[1], step));
    if (field) event.respondWith(autosave(event, field[1], step));
  }
});

// Pages

async function show(event, url) {
  const form = FORM.exec(url.pathname);
  const held = form && (await store.request(form[1]).catch(() => null));
  let answer;
  try {
    answer = await (held ? network(event.request) : fetch(event.request));
  } catch (lost) {
    return withoutNetwork(held, url.searchParams.get("step"), lost);
  }
  const signed = SIGNED.exec(url.pathname);
  if (signed && answer.ok) event.waitUntil(finished(signed[1]));
  if (held) {
    // A page of the office must not hide what only this device knows.
    if ((await store.unsent(held.id)).length > 0) return lead(HOME);
    if (answer.ok && (await store.touched(held.id))) event.waitUntil(take(held.id).catch(() => {}));
  }
  return answer;
}

// Once it is signed nothing is left to do on the way.
async function finished(id) {
  if ((await store.unsent(id)).length === 0) await store.drop(id);
}

async function withoutNetwork(held, step, lost) {
  await store.sweep();
  const page = held && (await store.page(held.id, step || held.steps[0].step));
  if (page) return html(page.html);
  const home = await store.get("home");
  if (home) return html(home);
  throw lost;
}

// What was typed

function answers(data) {
  const fields = {};
  for (const [name, value] of data) {
    if (typeof value === "string" && !OWN.includes(name)) (fields[name] ??= []).push(value);
  }
  return fields;
}

function next(request, step, action) {
  const at = request.steps.findIndex((entry) => entry.step === step);
  const goal = request.steps[action === "continue" ? at + 1 : at]?.step;
  return lead(goal ? `/physician/requests/${request.id}?step=${goal}` : HOME);
}

async function save(event, id, step) {
  const request = await store.request(id);
  if (!request) return fetch(event.request);
  const data = await event.request.clone().formData();
  // A page of the store has no session of its own: what it sends waits until somebody has signed in.
  if (!data.has("apart")) {
    try {
      const answer = await network(event.request);
      if (answer.type === "opaqueredirect") await store.note(id, step, answers(data));
      return answer;
    } catch {
      // Kept below.
    }
  }
  await store.keep(id, step, answers(data));
  return next(request, step, data.get("action"));
}

async function autosave(event, id, step) {
  if (!(await store.request(id))) return fetch(event.request);
  const data = await event.request.clone().formData();
  try {
    const answer = await network(event.request);
    if (answer.ok && !answer.redirected) await store.note(id, step, answers(data));
    // Nobody is signed in any more, or the page is one of the store.
    if (!answer.redirected && answer.status !== 403) return answer;
  } catch {
    // Kept below.
  }
  await store.keep(id, step, answers(data));
  const time = new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });
  return Response.json({ saved_at: `${time}（この端末）`, timeout_in: null });
}
