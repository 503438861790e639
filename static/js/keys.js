// Single-key shortcuts of the workspaces. Off unless the person switched them on, and never
// while something is being typed or a kana conversion is going on.
const GO = { h: "/staff", q: "/staff/queue" };
let leader = false;

function typing(event) {
  return event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]");
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.querySelector("a, button, summary").focus();
}

function press(selector) {
  const row = document.activeElement.closest("[data-row]") || document;
  const target = row.querySelector(selector);
  if (target) target.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => document.querySelector('[type="search"]')?.focus(),
  "?": () => document.getElementById("keys-help")?.focus(),
  g: () => { leader = true; setTimeout(() => { leader = false; }, 1500); },
  o: () => press("a"),
  v: () => press('[data-key="accept"]'),
  r: () => press('[data-key="return"]'),
  w: () => press('[data-key="waive"]'),
  e: () => press('[data-key="evidence"]'),
  a: () => press('[data-key="take"]'),
  "[": () => press('[data-key="previous"]'),
  "]": () => press('[data-key="next"]'),
};

function onKey(event) {
  if (typing(event)) return;
  if (leader && GO[event.key]) { location.assign(GO[event.key]); return; }
  const tab = document.querySelectorAll(".tabs a")[Number(event.key) - 1];
  if (tab) { tab.click(); return; }
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
}

if (document.body.dataset.keys === "on") document.addEventListener("keydown", onKey);
