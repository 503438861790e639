//! Working a case through a program, and telling where it comes out otherwise than written.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::json;

use super::Program;
use super::answers::{codes, shown};
use super::cases::{ExpectForm, ExpectLetter, WorkedCase};
use super::guard::Facts;
use super::subject::{self, ShownAnswers};
use super::vocabulary::{CaseKind, State};
use crate::domain::forms::{Answer, Answers, Catalogues, Env, FieldError, FileState, Form, Posted};
use crate::domain::forms::{check, read_step, summary};
use crate::domain::lang::Lang;
use crate::domain::letter::{self, Slots};
use crate::domain::problem::Problem;
use crate::domain::proposal::Proposal;

/// What a worked case hands to the rules of its program.
#[derive(Clone, Copy, Debug)]
pub struct RuleInputs<'a> {
    /// Kind of procedure.
    pub kind: &'a CaseKind,
    /// The day on which it is worked.
    pub today: NaiveDate,
    /// The day of arrival.
    pub received_on: NaiveDate,
    /// Fields of the decision that it renews or changes; empty when there is none.
    pub before: &'a BTreeMap<String, serde_json::Value>,
    /// The applicant's form.
    pub application: &'a Answers,
    /// The certificate, if the case has one.
    pub certificate: Option<&'a Answers>,
    /// The office's findings, if the case has them.
    pub office: Option<&'a Answers>,
    /// The other forms that the case has, by name.
    pub further: &'a BTreeMap<String, Answers>,
    /// The deciding body's values.
    pub settings: &'a BTreeMap<String, String>,
}

/// The rules of a program, as the caller finds them.
pub type RulesOf<'a> = dyn Fn(&RuleInputs<'_>) -> Proposal + 'a;

/// Works a case and returns everything that comes out otherwise than its file says. Without
/// rules, what they would propose and print is not looked at.
pub fn run(name: &str, case: &WorkedCase, program: &Program, rules: Option<&RulesOf<'_>>) -> Vec<Problem> {
    let catalogues = program.catalogues(case.today);
    let context = BTreeMap::from([("case".to_owned(), program.definition.procedure(&case.kind))]);
    let mut work = Work {
        file: format!("cases/{name}.toml"),
        case,
        program,
        catalogues: &catalogues,
        context: &context,
        problems: Vec::new(),
    };
    let answers = work.answers();
    work.forms(&answers);
    work.documents(&answers);
    if let Some(rules) = rules {
        work.proposal(&answers, rules);
    }
    work.problems
}

/// Types answers into a form, as a browser would post them. What is not asked, or not understood,
/// stays as [`Answer::Raw`]. A clean file is attached at each of the `attached` items.
pub fn type_in(
    form: &Form,
    typed: &BTreeMap<String, toml::Value>,
    attached: &[String],
    env: &Env<'_>,
) -> Answers {
    let mut answers = Answers::new();
    for (path, value) in typed {
        // Makes the rows that the path goes through.
        answers.set(&first(path, value), Answer::Raw(texts(value).join(" ")));
    }
    for item in attached {
        answers.set(item, attachment());
    }
    let posted = posted(typed);
    // Twice, because an answer may open a question on an earlier step.
    for step in form.steps().iter().chain(form.steps()) {
        read_step(form, &step.link_id, &posted, &mut answers, env);
    }
    answers
}

/// Where a typed value stands: the answers to a repeating question have numbers.
fn first(path: &str, value: &toml::Value) -> String {
    if value.is_array() { format!("{path}[0]") } else { path.to_owned() }
}

struct Work<'a> {
    file: String,
    case: &'a WorkedCase,
    program: &'a Program,
    catalogues: &'a Catalogues,
    context: &'a BTreeMap<String, serde_json::Value>,
    problems: Vec<Problem>,
}

type FormAnswers = BTreeMap<String, Answers>;

impl<'a> Work<'a> {
    fn env(&self) -> Env<'a> {
        Env { today: self.case.today, context: self.context, catalogues: self.catalogues, lang: Lang::Ja }
    }

    fn tell(&mut self, path: &str, message: String) {
        let fix = "mend the program, or write what is right into the case";
        self.problems.push(Problem::new(&self.file, path, message, fix));
    }

    fn answers(&mut self) -> FormAnswers {
        let case = self.case;
        let mut found = FormAnswers::new();
        for (name, typed) in &case.answers {
            match self.program.forms.get(name) {
                Some(form) => drop(found.insert(name.clone(), self.filled(name, form, typed))),
                None => self.tell(&format!("answers.{name}"), "the program has no such form".to_owned()),
            }
        }
        found
    }

    fn filled(&mut self, name: &str, form: &Form, typed: &BTreeMap<String, toml::Value>) -> Answers {
        let attached = self.case.attached.get(name).map_or(&[][..], Vec::as_slice);
        let answers = type_in(form, typed, attached, &self.env());
        for (path, value) in typed {
            if matches!(answers.get(&first(path, value)), Some(Answer::Raw(_))) {
                self.tell(&format!("answers.{name}.{path}"), "it is not asked, or not understood".to_owned());
            }
        }
        answers
    }

    fn forms(&mut self, answers: &FormAnswers) {
        let nothing = ExpectForm::default();
        for (name, answers) in answers {
            let Some(form) = self.program.forms.get(name) else { continue };
            let expected = self.case.expect.forms.get(name);
            let asked = asked(form, answers, &self.env());
            let errors = check(form, answers, &self.env());
            self.compare_asked(name, &asked, expected.unwrap_or(&nothing));
            self.compare_errors(name, &errors, expected);
        }
    }

    fn compare_asked(&mut self, name: &str, asked: &BTreeSet<String>, expected: &ExpectForm) {
        let path = format!("expect.forms.{name}");
        for item in expected.enabled.iter().filter(|item| !asked.contains(*item)) {
            self.tell(&path, format!("`{item}` is not asked"));
        }
        for item in expected.disabled.iter().filter(|item| asked.contains(*item)) {
            self.tell(&path, format!("`{item}` is asked"));
        }
    }

    /// Warnings are compared only where the case speaks about the form.
    fn compare_errors(&mut self, name: &str, errors: &[FieldError], expected: Option<&ExpectForm>) {
        let of = |soft: bool| {
            errors.iter().filter(move |error| error.soft == soft).map(|error| error.path.clone())
        };
        let hard = expected.map(|expected| expected.errors.clone()).unwrap_or_default();
        self.compare(&format!("expect.forms.{name}.errors"), of(false).collect(), hard);
        if let Some(expected) = expected {
            self.compare(
                &format!("expect.forms.{name}.warnings"),
                of(true).collect(),
                expected.warnings.clone(),
            );
        }
    }

    fn compare(&mut self, path: &str, found: Vec<String>, expected: Vec<String>) {
        let found: BTreeSet<String> = found.into_iter().collect();
        let expected: BTreeSet<String> = expected.into_iter().collect();
        for extra in found.difference(&expected) {
            self.tell(path, format!("`{extra}` comes out, but the case does not say so"));
        }
        for missing in expected.difference(&found) {
            self.tell(path, format!("`{missing}` does not come out"));
        }
    }

    fn documents(&mut self, answers: &FormAnswers) {
        let definition = &self.program.definition;
        let Some(expected) = self.case.expect.documents.clone() else { return };
        let mut facts = Facts::new(State::Draft, self.case.kind.clone());
        facts.consents = self.case.consents.iter().cloned().collect();
        facts.answers = answers.get(&definition.forms.application).map(codes).unwrap_or_default();
        let needed = definition.start.documents.iter().filter(|document| document.needed.holds(&facts));
        let needed = needed.map(|document| document.code.clone()).collect();
        self.compare("expect.documents", needed, expected);
    }

    fn proposal(&mut self, answers: &FormAnswers, rules: &RulesOf<'_>) {
        let names = &self.program.definition.forms;
        let Some(application) = answers.get(&names.application) else { return };
        let before = self.case.before.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        let further =
            names.further.iter().filter_map(|name| Some((name.clone(), answers.get(name)?.clone())));
        let further = further.collect();
        let inputs = RuleInputs {
            kind: &self.case.kind,
            today: self.case.today,
            received_on: self.case.received_on.unwrap_or(self.case.today),
            application,
            certificate: names.certificate.as_ref().and_then(|name| answers.get(name)),
            office: names.office.as_ref().and_then(|name| answers.get(name)),
            further: &further,
            before: &before,
            settings: &self.case.settings,
        };
        let proposal = rules(&inputs);
        self.fields(&proposal);
        self.keys(&proposal);
        if let Some(expected) = self.case.expect.findings.clone() {
            let found = proposal.findings.iter().map(|finding| finding.key.clone()).collect();
            self.compare("expect.findings", found, expected);
        }
        let slots = self.slots(answers, &proposal);
        for expected in &self.case.expect.letters {
            self.letter(expected, &slots);
        }
    }

    fn fields(&mut self, proposal: &Proposal) {
        for (field, expected) in &self.case.expect.fields {
            let found = proposal.value(field).cloned().unwrap_or_default();
            if json!(expected) != found {
                self.tell(&format!("expect.fields.{field}"), format!("{found} comes out, not {expected}"));
            }
        }
        for field in proposal.fields.keys() {
            if self.program.definition.decision.field(field).is_none() {
                self.tell(field, "the rules propose a field that the program does not have".to_owned());
            }
        }
    }

    /// What the rules say must be in the texts.
    fn keys(&mut self, proposal: &Proposal) {
        let findings = proposal.findings.iter().map(|finding| &finding.key);
        let steps = proposal.fields.values().flat_map(|value| value.steps.iter().map(|step| &step.what));
        let program = self.program;
        for key in findings.chain(steps).filter(|key| !program.texts.has(key)) {
            self.tell(key, "the rules say it, but the texts lack it".to_owned());
        }
    }

    fn slots(&self, answers: &FormAnswers, proposal: &Proposal) -> Slots {
        let mut all = ShownAnswers::new();
        for (root, name) in self.program.definition.forms.by_slot() {
            let form = self.program.forms.get(name).zip(answers.get(name));
            all.extend(
                form.map(|(form, answers)| shown(root, form, answers, &self.env())).unwrap_or_default(),
            );
        }
        let mut values = subject::fill(&self.program.definition.slots, &all);
        values.extend(
            all.into_iter().filter_map(|(path, shown)| Some((path, shown.into_iter().next()?.shown))),
        );
        let fields = proposal.fields.iter();
        values.extend(fields.map(|(field, value)| (format!("decision.{field}"), value.shown.clone())));
        values.extend(self.case.given.clone());
        Slots { values, lists: self.case.rows.clone() }
    }

    fn letter(&mut self, expected: &ExpectLetter, slots: &Slots) {
        let path = format!("expect.letter.{}", expected.code);
        let Some(template) = self.program.letters.get(&expected.code) else {
            return self.tell(&path, "the program has no such letter".to_owned());
        };
        match letter::compose(template, slots, &self.program.phrases.for_letters(), self.case.today) {
            Err(error) => self.tell(&path, error.to_string()),
            Ok(letter) => self.words(&path, expected, &letter::plain_text(&letter)),
        }
    }

    fn words(&mut self, path: &str, expected: &ExpectLetter, text: &str) {
        for words in expected.says.iter().filter(|words| !text.contains(words.as_str())) {
            self.tell(path, format!("it does not say 「{words}」"));
        }
        for words in expected.silent_on.iter().filter(|words| text.contains(words.as_str())) {
            self.tell(path, format!("it says 「{words}」"));
        }
    }
}

/// The linkIds and instance paths that are asked.
fn asked(form: &Form, answers: &Answers, env: &Env<'_>) -> BTreeSet<String> {
    let sections = summary(form, answers, env);
    let steps = sections.iter().map(|section| section.step.clone());
    let rows = sections.iter().flat_map(|section| section.rows.iter().map(|row| row.path.clone()));
    steps.chain(rows).collect()
}

/// What a browser would post for the values of a file, by the name of the field.
pub fn posted(typed: &BTreeMap<String, toml::Value>) -> Posted {
    typed.iter().map(|(path, value)| (path.clone(), texts(value))).collect()
}

/// What a person would type for a value of the file.
fn texts(value: &toml::Value) -> Vec<String> {
    match value {
        toml::Value::Array(values) => values.iter().flat_map(texts).collect(),
        toml::Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

fn attachment() -> Answer {
    Answer::Attachment {
        id: "doc_worked".to_owned(),
        name: "worked.pdf".to_owned(),
        size: 1,
        mime: "application/pdf".to_owned(),
        pages: Some(1),
        state: FileState::Clean,
    }
}
