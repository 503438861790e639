// What this device keeps of requests that were taken along: pages, answers and what was not sent yet.
// Everything is sealed (vault.js). Without any request left the key goes as well.
//
// Records: request/<id>, page/<id>/<step>, home, piece/<id>/<step> (typed, not sent), seen/<id>/<step> (typed, sent).

import { vault } from "./vault.js";

const NAME = "madoguchi-offline";
const ASSETS = "madoguchi-offline-assets";

const { put, get, names, forget, clear, alone } = vault(NAME);

export { put, get, alone };

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
    await clear();
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
