// What this device keeps of requests that were taken along: pages, answers and what was not sent yet.
// Everything personal is sealed with AES-GCM before it is stored, each record for its own name, by a key that
// no script can read out. Without any request left the key goes as well.
//
// Records: request/<id>, page/<id>/<step>, home, piece/<id>/<step> (typed, not sent), seen/<id>/<step> (typed, sent).

const NAME = "madoguchi-offline";
const ASSETS = "madoguchi-offline-assets";
const KEY = "seal";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened;

function database() {
  if (!opened) {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys");
      request.result.createObjectStore("records");
    };
    opened = done(request);
  }
  return opened;
}

async function table(name, mode) {
  return (await database()).transaction(name, mode).objectStore(name);
}

// One change at a time, over all windows and the worker.
export function alone(work) {
  return navigator.locks.request(NAME, work);
}

// Sealing

async function key() {
  const kept = await done((await table("keys", "readonly")).get(KEY));
  if (kept) return kept;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const keys = await table("keys", "readwrite");
  const meanwhile = await done(keys.get(KEY));
  if (!meanwhile) await done(keys.put(fresh, KEY));
  return meanwhile ?? fresh;
}

function way(name, iv) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
}

export async function put(name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const sealed = await crypto.subtle.encrypt(way(name, iv), await key(), plain);
  await done((await table("records", "readwrite")).put({ iv, sealed }, name));
}

export async function get(name) {
  const found = await done((await table("records", "readonly")).get(name));
  if (!found) return null;
  const plain = await crypto.subtle.decrypt(way(name, found.iv), await key(), found.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

async function names(beginning) {
  const range = IDBKeyRange.bound(beginning, `${beginning}\uffff`);
  return done((await table("records", "readonly")).getAllKeys(range));
}

async function forget(beginning) {
  for (const name of await names(beginning)) await done((await table("records", "readwrite")).delete(name));
}

// Requests

export function request(id) {
  return get(`request/${id}`);
}

export async function requests() {
  const found = [];
  for (const name of await names("request/")) found.push(await get(name));
  return found;
}

// Steps of a request, or of all, with something that was not sent.
export async function unsent(id) {
  const found = await names(id ? `piece/${id}/` : "piece/");
  return found.map((name) => name.split("/")).map(([, request, step]) => ({ id: request, step }));
}

export function piece(id, step) {
  return get(`piece/${id}/${step}`);
}

// What a page of a step shows: as it was taken along, what was sent since, what was not sent yet.
export async function typed(id, step) {
  const [sent, waiting] = [await get(`seen/${id}/${step}`), await piece(id, step)];
  return merged(sent ?? {}, waiting?.fields ?? {});
}

// A list or tick box that was shown and has no value was emptied.
function merged(before, fields) {
  const after = { ...before, ...fields };
  for (const name of Object.keys(fields)) {
    const list = name.endsWith(".shown") ? name.slice(0, -".shown".length) : null;
    if (list && !(list in fields)) delete after[list];
  }
  return after;
}

// Notes what was typed on a step and could not be sent. What it was before counts from the first time on.
export function keep(id, step, fields) {
  return alone(async () => {
    const before = (await piece(id, step)) ?? { fields: {}, base: (await get(`page/${id}/${step}`))?.base ?? {} };
    const [mark, at] = [crypto.randomUUID(), new Date().toISOString()];
    await put(`piece/${id}/${step}`, { ...before, fields: merged(before.fields, fields), leave: [], mark, at });
  });
}

// Notes what was typed and reached the office, so that a page without network shows it.
export function note(id, step, fields) {
  return alone(async () => {
    const before = (await get(`seen/${id}/${step}`)) ?? {};
    await put(`seen/${id}/${step}`, merged(before, fields));
  });
}

// Whether anything reached the office since the pages were taken along.
export async function touched(id) {
  return (await names(`seen/${id}/`)).length > 0;
}

// Changes a piece while the surveyor chooses; what was typed meanwhile wins.
export function settle(id, step, mark, change) {
  return alone(async () => {
    const found = await piece(id, step);
    if (found?.mark === mark) await put(`piece/${id}/${step}`, { ...found, ...change });
  });
}

// A piece has arrived. One that was changed meanwhile stays and is sent again.
export function sent(id, step, mark) {
  return alone(async () => {
    if ((await piece(id, step))?.mark === mark) await forget(`piece/${id}/${step}`);
  });
}

// Takes in what the office handed out.
export function hold(taken, home) {
  return alone(async () => {
    const { steps, ...request } = taken;
    await forget(`seen/${request.id}/`);
    for (const { step, html, base } of steps) await put(`page/${request.id}/${step}`, { html, base });
    await put(`request/${request.id}`, { ...request, steps: steps.map(({ step, title }) => ({ step, title })) });
    await put("home", home);
  });
}

export function page(id, step) {
  return get(`page/${id}/${step}`);
}

// Removes the pages of a request, but not what was typed and not sent.
export function hide(id) {
  return alone(() => Promise.all([forget(`page/${id}/`), forget(`seen/${id}/`)]));
}

// Removes a request with everything typed.
export async function drop(id) {
  await alone(async () => {
    for (const kind of ["page", "seen", "piece"]) await forget(`${kind}/${id}/`);
    await forget(`request/${id}`);
  });
  if ((await requests()).length === 0) await wipe();
}

// Removes everything with the key.
export function wipe() {
  return alone(async () => {
    await done((await table("records", "readwrite")).clear());
    await done((await table("keys", "readwrite")).clear());
    await caches.delete(ASSETS);
  });
}

// Removes what has lain here too long: pages after `until`, what was not sent after `last`.
export async function sweep() {
  const now = Date.now();
  for (const { id, until, last } of await requests()) {
    const waiting = (await unsent(id)).length > 0;
    if (now > Date.parse(waiting ? last : until)) await drop(id);
    else if (now > Date.parse(until)) await hide(id);
  }
}

// Styles, scripts and pictures, which hold nothing personal

export function assets() {
  return caches.open(ASSETS);
}
