// Answers of a result by a number pad: while a question's choices have the focus, a digit takes the choice that bears
// it, and Enter goes on to the next question.
const form = document.querySelector("form[data-keypad]");

function choices(radio) {
  return [...form.querySelectorAll(`input[type="radio"][name="${CSS.escape(radio.name)}"]`)];
}

function questions() {
  const fields = "input:not([type=hidden]):not([type=radio]), textarea, select, button";
  const first = [...form.querySelectorAll('input[type="radio"]')].filter((radio) => choices(radio)[0] === radio);
  const all = [...form.querySelectorAll(fields), ...first].filter((field) => field.checkVisibility() && !field.disabled);
  return all.sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
}

function follow(radio) {
  const last = choices(radio).at(-1);
  const after = (field) => last.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
  const next = questions().find(after);
  const chosen = next?.type === "radio" && choices(next).find((choice) => choice.checked);
  (chosen || next)?.focus();
}

function onKey(event) {
  const radio = event.target;
  if (radio.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = choices(radio)[Number(event.key) - 1];
  if (!choice && event.key !== "Enter") return;
  event.preventDefault();
  if (!choice) return follow(radio);
  choice.focus();
  choice.click();
}

form?.addEventListener("keydown", onKey);
