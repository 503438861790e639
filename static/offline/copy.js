// Takes a request along: fetches its pages with what they need, or renews them.
import * as store from "./store.js";

const json = { headers: { Accept: "application/json" } };
// The name of a file that never changes.
export const HASHED = /\.[0-9a-f]{8}\.[a-z]+$/;
// What the pages load by other ways than their own text.
const ALWAYS = ["store.js", "copy.js", "send.js", "step.js", "desk.js"].map((name) => `/static/offline/${name}`);

function named(text, pattern) {
  return [...text.matchAll(pattern)].map(([, address]) => address);
}

async function keepAssets(pages) {
  const cache = await store.assets();
  const wanted = new Set([...ALWAYS, ...pages.flatMap((text) => named(text, /(?:href|src)="(\/static\/[^"]+)"/g))]);
  for (const style of [...wanted].filter((address) => address.endsWith(".css"))) {
    const text = await (await fetch(style)).text();
    for (const address of named(text, /url\(([^)]+)\)/g)) wanted.add(`/static/${address}`);
  }
  const fetched = [];
  for (const address of wanted) {
    if (!HASHED.test(address) || !(await cache.match(address))) fetched.push(address);
  }
  await cache.addAll(fetched);
}

// Answers with "done", "sign-in", "closed" or "gone"; fails without network.
export async function take(id) {
  const answer = await fetch(`/physician/requests/${id}/offline`, json);
  if (answer.redirected) return "sign-in";
  if (answer.status === 404 || answer.status === 403) return "gone";
  if (answer.status === 422) return "closed";
  if (!answer.ok) throw new Error(String(answer.status));
  const taken = await answer.json();
  const home = await (await fetch("/physician/offline")).text();
  await keepAssets([home, ...taken.steps.map(({ html }) => html)]);
  await store.hold(taken, home);
  return "done";
}
