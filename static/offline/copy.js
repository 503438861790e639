// Takes a request along: fetches its pages with what they need, or renews them.
import * as store from "./store.js";
import { keepAssets } from "./net.js";

const json = { headers: { Accept: "application/json" } };
// What the pages load by other ways than their own text.
const ALWAYS = ["vault.js", "net.js", "store.js", "copy.js", "send.js", "step.js", "desk.js"].map((name) => `/static/offline/${name}`);

// Answers with "done", "sign-in", "closed" or "gone"; fails without network.
export async function take(id) {
  const answer = await fetch(`/physician/requests/${id}/offline`, json);
  if (answer.redirected) return "sign-in";
  if (answer.status === 404 || answer.status === 403) return "gone";
  if (answer.status === 422) return "closed";
  if (!answer.ok) throw new Error(String(answer.status));
  const taken = await answer.json();
  const home = await (await fetch("/physician/offline")).text();
  await keepAssets(await store.assets(), ALWAYS, [home, ...taken.steps.map(({ html }) => html)]);
  await store.hold(taken, home);
  return "done";
}
