// What workers between pages and the network share: patience, files that change never, and short answers.

// Milliseconds after which a network that says nothing counts as none.
const PATIENCE = 8000;
// Answers of a proxy that does not reach the office.
const AWAY = [502, 503, 504];
// The name of a file that never changes.
const HASHED = /\.[0-9a-f]{8}\.[a-z]+$/;

export async function network(request) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    if (AWAY.includes(answer.status)) throw new Error(String(answer.status));
    return answer;
  } finally {
    clearTimeout(timer);
  }
}

// A file whose name carries its hash never changes; of the others the office has the newest.
export async function asset(request) {
  const kept = await caches.match(request);
  if (!kept) return fetch(request);
  return HASHED.test(request.url) ? kept : network(request).catch(() => kept);
}

export function lead(address) {
  return Response.redirect(new URL(address, self.location.origin), 303);
}

export function html(text) {
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } });
}

function named(text, pattern) {
  return [...text.matchAll(pattern)].map(([, address]) => address);
}

// Keeps what pages load: what they name themselves, and `always` what they load by other ways.
export async function keepAssets(cache, always, pages) {
  const wanted = new Set([...always, ...pages.flatMap((text) => named(text, /(?:href|src)="(\/static\/[^"]+)"/g))]);
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
