// Shows how far a run is without a click: reads the page again and takes over the part that changes.
const part = document.querySelector("[data-refresh]");

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) return;
  // When the work is over, the page has other buttons as well.
  if (!("refresh" in fresh.dataset)) return location.reload();
  if (!part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
  later();
}

function later() {
  setTimeout(refresh, Number(part.dataset.refresh) * 1000);
}

if (part) later();
