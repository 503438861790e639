// Evaluates the expressions of our forms with fhirpath.js and the R4 model.
//
// Reads from standard input a list of jobs { name, today, questionnaire, response, context, ours }, where
// `ours` holds what our own engine says: { calculated, asked, broken, populated }. Prints one line for
// each expression that cannot be read, or on which the engines differ, and at the end a line of counts.

import { readFileSync } from "node:fs";
import fhirpath from "fhirpath";
import r4 from "fhirpath/fhir-context/r4/index.js";

const SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
const HL7 = "http://hl7.org/fhir/StructureDefinition/";
const RealDate = Date;
const counts = { read: 0, compared: 0 };

/** Lets `today()` be the job's day. */
function setToday(day) {
  const fixed = new RealDate(`${day}T12:00:00`);
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length > 0 ? args : [fixed.getTime()]));
    }
    static now() {
      return fixed.getTime();
    }
  };
}

function extensions(element, url) {
  return (element.extension ?? []).filter((it) => it.url === url);
}

/** The text of an SDC expression extension, or nothing. */
function expressionOf(item, name) {
  return extensions(item, SDC + name)[0]?.valueExpression.expression;
}

function variablesOf(element) {
  return extensions(element, `${HL7}variable`).map((it) => it.valueExpression);
}

function constraintsOf(element) {
  const part = (it, url) => it.extension.find((sub) => sub.url === url);
  return extensions(element, `${HL7}targetConstraint`).map((it) => ({
    key: part(it, "key").valueId,
    expression: part(it, "expression").valueExpression.expression,
  }));
}

/** Every item with the items above it; `rows` where a repeating group stands among them. */
function* walk(items, above = []) {
  for (const item of items ?? []) {
    yield { item, above, rows: above.some((it) => it.repeats) };
    yield* walk(item.item, [...above, item]);
  }
}

function evaluate(node, expression, variables) {
  return fhirpath.evaluate(node, expression, variables, r4, { resolveInternalTypes: false });
}

/** What an expression at an item can see: the records, and the variables declared on the way to it. */
function scope(job, holders) {
  const variables = { ...job.context, resource: job.response };
  for (const variable of holders.flatMap(variablesOf)) {
    variables[variable.name] = evaluate(job.response, variable.expression, variables);
  }
  return variables;
}

/** Values as both sides can compare them: codes of codings, dates and numbers as text. */
function plain(values) {
  return fhirpath.resolveInternalTypes(values).map((it) => String(it?.code ?? it));
}

function compare(job, where, ours, theirs) {
  counts.compared += 1;
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
    console.log(`${job.name} ${where}: ours ${JSON.stringify(ours)}, fhirpath.js ${JSON.stringify(theirs)}`);
  }
}

/** Everything at one item; what cannot be read or evaluated is told instead of thrown. */
function attempt(job, where, work) {
  try {
    work();
  } catch (error) {
    console.log(`${job.name} ${where}: ${error.message ?? error}`);
  }
}

function read(job, element, where) {
  const names = ["enableWhenExpression", "calculatedExpression", "initialExpression", "itemPopulationContext"];
  const found = names.map((name) => expressionOf(element, name)).filter(Boolean);
  found.push(...variablesOf(element).map((it) => it.expression));
  found.push(...constraintsOf(element).map((it) => it.expression));
  for (const expression of found) {
    counts.read += 1;
    attempt(job, where, () => fhirpath.parse(expression));
  }
}

/** Whether we show the item, or anything below it where it is a group. */
function isShown(job, item) {
  return job.ours.asked.includes(item.linkId) || (item.item ?? []).some((below) => isShown(job, below));
}

function answers(job, item, variables) {
  const said = (name) => {
    const expression = expressionOf(item, name);
    return expression && plain(evaluate(job.response, expression, variables));
  };
  const asked = said("enableWhenExpression");
  if (asked) {
    // What cannot be told yet hides nothing.
    compare(job, `${item.linkId} asked`, isShown(job, item), asked[0] !== "false");
  }
  const calculated = said("calculatedExpression");
  if (calculated) {
    compare(job, `${item.linkId} calculated`, job.ours.calculated[item.linkId] ?? [], calculated);
  }
}

function populated(job, item, variables) {
  const expression = expressionOf(item, "initialExpression");
  if (expression) {
    const found = plain(evaluate(job.response, expression, variables));
    compare(job, `${item.linkId} initial`, job.ours.populated[item.linkId] ?? [], item.repeats ? found : found.slice(0, 1));
  }
}

function rules(job, element, variables) {
  for (const rule of constraintsOf(element)) {
    const broken = plain(evaluate(job.response, rule.expression, variables))[0] === "false";
    compare(job, `rule ${rule.key}`, job.ours.broken.includes(rule.key), broken);
  }
}

for (const job of JSON.parse(readFileSync(0, "utf8"))) {
  setToday(job.today);
  read(job, job.questionnaire, "form");
  attempt(job, "form", () => rules(job, job.questionnaire, scope(job, [job.questionnaire])));
  for (const { item, above, rows } of walk(job.questionnaire.item)) {
    read(job, item, item.linkId);
    // Items in rows are read, but not evaluated: each row would need its own context.
    if (!rows && !item.repeats && item.extension) {
      attempt(job, item.linkId, () => {
        const variables = scope(job, [job.questionnaire, ...above, item]);
        answers(job, item, variables);
        populated(job, item, variables);
        rules(job, item, variables);
      });
    }
  }
}
console.log(`read ${counts.read}, compared ${counts.compared}`);
