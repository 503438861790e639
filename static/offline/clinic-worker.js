// Stands between the pages of sessions for many and the network. With network it changes nothing; without, it shows the
// page that was taken along, and keeps what was typed on a page of the office that could not be reached.
import * as doses from "./doses.js";
import { asset, html, lead, network } from "./net.js";

const PAGE = /^\/clinic\/session\/([^/]+)/;
const DESK = /^\/clinic\/session\/([^/]+)$/;
const PERSON = /^\/clinic\/session\/([^/]+)\/people\/([^/]+)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET" && url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (request.mode !== "navigate") return;
  else if (request.method === "GET") event.respondWith(show(request, PAGE.exec(url.pathname)?.[1]));
  else if (DESK.test(url.pathname)) event.respondWith(next(request, DESK.exec(url.pathname)[1]));
  else if (PERSON.test(url.pathname)) event.respondWith(record(request, ...PERSON.exec(url.pathname).slice(1)));
});

async function show(request, id) {
  try {
    return await network(request);
  } catch (lost) {
    return (await kept(id)) ?? Promise.reject(lost);
  }
}

// The page of a session, or of any that lies here.
async function kept(id) {
  const taken = (id && (await doses.session(id).catch(() => null))) ?? (await doses.sessions().catch(() => []))[0];
  return taken?.html ? html(taken.html) : null;
}

function texts(data, names) {
  return Object.fromEntries(names.map((name) => [name, String(data.get(name) ?? "")]));
}

// Who comes next, typed on a page of the office.
async function next(request, id) {
  const copy = request.clone();
  try {
    return await network(request);
  } catch (lost) {
    if (!(await doses.session(id))?.html) throw lost;
    const data = await copy.formData();
    if (data.get("act") !== "undo") await doses.keepDraft(id, texts(data, ["scanned", "number", "birth", "kana"]));
    return lead(`/clinic/session/${id}/apart`);
  }
}

// A record that may or may not have arrived: under the same key it is one.
async function record(request, id, subject) {
  const copy = request.clone();
  try {
    return await network(request);
  } catch (lost) {
    const person = (await doses.session(id))?.people.find((one) => one.subject === subject);
    if (!person) throw lost;
    const data = await copy.formData();
    const typed = texts(data, ["outcome", "dose", "reason"]);
    const number = String(data.get("voucher") ?? "");
    const who = { scanned: "", number, birth: person.birth, kana: number ? "" : person.kana };
    await doses.keep(id, String(data.get("request")), { ...typed, ...who, name: person.name, why: null });
    return lead(`/clinic/session/${id}/apart`);
  }
}
