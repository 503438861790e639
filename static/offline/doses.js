// What this device keeps of sessions for many (集団接種): who is expected, and what was recorded without network.
// Everything is sealed (vault.js). Without any session left the key goes as well.
//
// Records: session/<id> (what stays the same, who is expected, the page), entry/<id>/<key> (recorded, not taken by the
// office yet), sent/<id>/<key> (taken), draft/<id> (typed on a page of the office that could not be reached).
import { vault } from "./vault.js";
import { keepAssets } from "./net.js";

const ASSETS = "madoguchi-doses-assets";
// What the page loads by other ways than its own text.
const ALWAYS = ["vault.js", "net.js", "doses.js", "apart.js", "clinic.js"].map((name) => `/static/offline/${name}`);

const { put, get, names, forget, clear, alone } = vault("madoguchi-doses");

export function session(id) {
  return get(`session/${id}`);
}

export async function sessions() {
  const found = [];
  for (const name of await names("session/")) found.push(await get(name));
  return found;
}

// Takes a session along, or renews what lies here of it. Answers with "done", "sign-in" or "gone"; fails without
// network.
export async function take(id) {
  const answer = await fetch(`/clinic/session/${id}/taken`, { headers: { Accept: "application/json" } });
  if (answer.redirected) return "sign-in";
  if (!answer.ok) return "gone";
  const taken = await answer.json();
  const html = await (await fetch(`/clinic/session/${id}/apart`)).text();
  await keepAssets(await caches.open(ASSETS), ALWAYS, [html]);
  await alone(() => put(`session/${id}`, { ...taken, id, html }));
  return "done";
}

// Entries

export async function entries(kind, id) {
  const found = [];
  for (const name of await names(id ? `${kind}/${id}/` : `${kind}/`)) {
    const [, session, key] = name.split("/");
    found.push({ ...(await get(name)), session, key });
  }
  return found.sort((one, other) => one.at.localeCompare(other.at));
}

// Keeps an entry under its key; what was kept under it before is replaced.
export function keep(id, key, entry) {
  return alone(() => put(`entry/${id}/${key}`, { at: new Date().toISOString(), ...entry }));
}

// Notes why the office did not take an entry; it waits for a person.
export function refused(id, key, why) {
  return alone(async () => {
    const found = await get(`entry/${id}/${key}`);
    if (found) await put(`entry/${id}/${key}`, { ...found, why });
  });
}

// The office has an entry: of it the name and the moment stay until sign-out.
export function sent(id, key, name) {
  return alone(async () => {
    const found = await get(`entry/${id}/${key}`);
    if (found) await put(`sent/${id}/${key}`, { at: found.at, name, outcome: found.outcome });
    await forget(`entry/${id}/${key}`);
  });
}

export function remove(id, key) {
  return alone(() => forget(`entry/${id}/${key}`));
}

export function keepDraft(id, fields) {
  return alone(() => put(`draft/${id}`, fields));
}

export function takeDraft(id) {
  return alone(async () => {
    const found = await get(`draft/${id}`);
    await forget(`draft/${id}`);
    return found;
  });
}

// Removes who is expected and the page, but not what was recorded and not sent.
export function hide(id) {
  return alone(async () => {
    const { owner, until } = (await get(`session/${id}`)) ?? {};
    await put(`session/${id}`, { id, owner, until, people: [], html: null });
  });
}

// Removes everything with the key.
export function wipe() {
  return alone(async () => {
    await clear();
    await caches.delete(ASSETS);
  });
}

// Removes what has lain here too long, and hides what another took along.
export async function tidy(owner) {
  for (const taken of await sessions()) {
    const over = Date.now() > Date.parse(taken.until);
    const waiting = (await entries("entry", taken.id)).length > 0;
    if (over && !waiting) await alone(() => Promise.all([forget(`session/${taken.id}`), forget(`sent/${taken.id}/`)]));
    else if ((over || (owner && owner !== taken.owner)) && taken.html) await hide(taken.id);
  }
}
