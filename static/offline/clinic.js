// On every page of an institution that vaccinates: says what waits on this device to be sent, takes a session along, and
// leaves nothing behind at sign-out.
import * as doses from "./doses.js";

const WORKER = "/static/offline/clinic-worker.js";
const able = "serviceWorker" in navigator && "locks" in navigator && window.isSecureContext;
const notice = document.getElementById("doses-notice");
const card = document.getElementById("take-session");

async function tell() {
  const [first] = await doses.entries("entry");
  notice.hidden = !first;
  if (first) notice.querySelector("a").href = `/clinic/session/${first.session}/apart`;
}

function say(text) {
  card.querySelector("[role=status]").textContent = text;
}

async function takeAlong() {
  say(card.dataset.busy);
  try {
    await navigator.serviceWorker.register(WORKER, { type: "module", scope: "/clinic/session", updateViaCache: "none" });
    await navigator.serviceWorker.ready;
    await navigator.storage?.persist?.();
    say((await doses.take(card.dataset.session)) === "done" ? card.dataset.taken : card.dataset.failed);
  } catch {
    say(card.dataset.failed);
  }
}

// What was taken along is renewed with each page, so that who was looked up just now is expected.
async function showCard() {
  card.querySelector("[data-unable]")?.setAttribute("hidden", "");
  const able = card.querySelector("[data-able]");
  if (able) able.hidden = false;
  card.querySelector("button")?.addEventListener("click", takeAlong);
  if ((await doses.session(card.dataset.session))?.html) await takeAlong();
}

async function leave(form) {
  const [first] = await doses.entries("entry");
  if (first) {
    location.assign(`/clinic/session/${first.session}/apart?leaving=yes`);
    return;
  }
  await doses.wipe();
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
  await doses.tidy(notice.dataset.owner);
  await tell();
  if (card) await showCard();
}
