// On every page of the desk: says what waits on this device to be sent, takes a request along, and leaves nothing
// behind at sign-out.
import * as store from "./store.js";
import { take } from "./copy.js";

const WORKER = "/static/offline/worker.js";
const able = "serviceWorker" in navigator && "locks" in navigator && window.isSecureContext;
const notice = document.getElementById("offline-notice");
const card = document.getElementById("take-along");

// What was typed stays until its author is back; what the office handed out goes when another signs in.
async function tidy() {
  await store.sweep();
  for (const { id, owner } of await store.requests()) if (owner !== notice.dataset.owner) await store.hide(id);
}

async function tell() {
  const mine = (await store.requests()).filter(({ owner }) => owner === notice.dataset.owner);
  const waiting = await store.unsent();
  notice.hidden = !waiting.some(({ id }) => mine.some((request) => request.id === id));
}

function say(text) {
  card.querySelector("[role=status]").textContent = text;
}

async function showCard() {
  const taken = await store.request(card.dataset.request);
  card.querySelector("[data-unable]").hidden = true;
  card.querySelector("[data-able]").hidden = false;
  if (taken) say(card.dataset.taken);
}

async function takeAlong(button) {
  button.disabled = true;
  say(card.dataset.busy);
  try {
    await navigator.serviceWorker.register(WORKER, { type: "module", scope: "/physician", updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    await navigator.storage?.persist?.();
    const outcome = await take(card.dataset.request);
    say(outcome === "done" ? card.dataset.taken : card.dataset.failed);
  } catch {
    say(card.dataset.failed);
  } finally {
    button.disabled = false;
  }
}

async function leave(form) {
  if ((await store.unsent()).length > 0) {
    location.assign("/physician/offline?leaving=yes");
    return;
  }
  await store.wipe();
  form.submit();
}

if (able && notice) {
  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches('form[action="/sign-out"]')) return;
      event.preventDefault();
      leave(event.target).catch(() => event.target.submit());
    },
    true,
  );
  tidy().then(tell);
  if (card) {
    showCard();
    const button = card.querySelector("button");
    button.addEventListener("click", () => takeAlong(button));
  }
}
