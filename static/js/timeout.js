// Warns five minutes before the session ends, and lets the person go on with one click. The office tells how long is
// left, not when: the clock of a telephone may be wrong.
const WARN_MINUTES = 5;
const MINUTE = 60_000;
const dialog = document.getElementById("timeout");
let end = 0;

function endIn(seconds) {
  end = Date.now() + seconds * 1000;
}

function tell() {
  const left = Math.ceil((end - Date.now()) / MINUTE);
  if (left > WARN_MINUTES) return;
  const text = left > 0 ? dialog.dataset.minutes.replace("{minutes}", left) : dialog.dataset.over;
  const line = document.getElementById("timeout-left");
  if (line.textContent !== text) line.textContent = text;
  if (!dialog.open) dialog.showModal();
}

async function extend(event) {
  event.preventDefault();
  const form = event.target;
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) return form.submit();
  endIn((await answer.json()).timeout_in);
  delete form.dataset.sent;
  dialog.close();
}

if (dialog) {
  const form = dialog.querySelector('form[action="/session/extend"]');
  form.addEventListener("submit", extend);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("session-goes-on", (event) => endIn(event.detail));
  endIn(Number(dialog.dataset.in));
  setInterval(tell, 10_000);
  tell();
}
