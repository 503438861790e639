// Warns five minutes before the session ends, and lets the person go on with one click.
const WARN_MINUTES = 5;
const MINUTE = 60_000;
const dialog = document.getElementById("timeout");

function minutesLeft() {
  return Math.ceil((Date.parse(dialog.dataset.at) - Date.now()) / MINUTE);
}

function tell() {
  const left = minutesLeft();
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
  dialog.dataset.at = (await answer.json()).timeout_at;
  delete form.dataset.sent;
  dialog.close();
}

if (dialog) {
  const form = dialog.querySelector('form[action="/session/extend"]');
  form.addEventListener("submit", extend);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  setInterval(tell, 10_000);
  tell();
}
