//! What is to be mended before a form can be filed.

use serde::Serialize;

use super::answers::{Answers, Origin};
use super::instance::{self, Instance};
use super::model::{Constraint, Form, Kind};
use super::path::{link_id_of, question_path};
use super::rules::{self, Broken};
use super::scope::FormScope;
use super::settle::{Settled, settle};
use super::typed::Fault;
use super::{Env, FieldError};

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// Nothing was entered by a person yet.
    NotStarted,
    /// Begun, but something that must be answered is missing.
    InProgress,
    /// Nothing hinders filing.
    Complete,
    /// Something that was entered has to be mended.
    HasProblem,
}

/// Everything to mend in the whole form; only items that are asked are looked at.
pub fn check(form: &Form, answers: &Answers, env: &Env<'_>) -> Vec<FieldError> {
    check_settled(form, &settle(form, answers, env), env)
}

/// As [`check`]; besides, drops what was answered to items that are not asked, as at filing.
pub fn check_for_filing(form: &Form, answers: &mut Answers, env: &Env<'_>) -> Vec<FieldError> {
    let settled = settle(form, answers, env);
    let found = check_settled(form, &settled, env);
    *answers = settled.into_enabled();
    found
}

/// As [`check`], for answers that were settled already.
pub(super) fn check_settled(form: &Form, settled: &Settled, env: &Env<'_>) -> Vec<FieldError> {
    let checking = Checking::new(form, settled, env);
    let mut found = checking.instances(&instance::all(form, &settled.answers));
    for constraint in &form.constraints {
        let fallback = form.steps().first().map(|step| step.link_id.as_str()).unwrap_or_default();
        found.extend(checking.constraint(constraint, "", "", fallback));
    }
    found
}

/// As [`check`], for the items of one step.
pub fn check_step(form: &Form, step: &str, answers: &Answers, env: &Env<'_>) -> Vec<FieldError> {
    let settled = settle(form, answers, env);
    let instances = instance::of_step(form, step, &settled.answers);
    Checking::new(form, &settled, env).instances(&instances)
}

/// How far a step has come. What was only prefilled does not count as begun: the applicant has to
/// look at it first.
pub fn step_status(form: &Form, step: &str, answers: &Answers, env: &Env<'_>) -> StepStatus {
    Checking::new(form, &settle(form, answers, env), env).status(step, answers)
}

/// As [`step_status`], for every step in the order of the form, at the cost of one.
pub fn step_statuses(form: &Form, answers: &Answers, env: &Env<'_>) -> Vec<(String, StepStatus)> {
    let settled = settle(form, answers, env);
    let checking = Checking::new(form, &settled, env);
    form.steps().iter().map(|step| (step.link_id.clone(), checking.status(&step.link_id, answers))).collect()
}

fn begun(form: &Form, step: &str, answers: &Answers) -> bool {
    let instances = instance::of_step(form, step, answers);
    answers.iter().any(|(path, _)| {
        let by_hand = matches!(
            answers.origin(path),
            Some(Origin::Typed | Origin::Changed { .. } | Origin::Assisted { .. })
        );
        by_hand && instances.iter().any(|found| found.path == question_path(path))
    })
}

struct Checking<'c> {
    form: &'c Form,
    env: &'c Env<'c>,
    settled: &'c Settled,
    scope: FormScope<'c>,
}

impl<'c> Checking<'c> {
    fn new(form: &'c Form, settled: &'c Settled, env: &'c Env<'c>) -> Checking<'c> {
        Checking { form, env, settled, scope: FormScope::new(form, env, &settled.response) }
    }

    fn status(&self, step: &str, answers: &Answers) -> StepStatus {
        if !answers.visited(step) && !begun(self.form, step, answers) {
            return StepStatus::NotStarted;
        }
        let errors = self.instances(&instance::of_step(self.form, step, &self.settled.answers));
        let mut hard = errors.iter().filter(|error| !error.soft).peekable();
        if hard.peek().is_none() {
            StepStatus::Complete
        } else if hard.all(|error| error.key.starts_with("form.required")) {
            StepStatus::InProgress
        } else {
            StepStatus::HasProblem
        }
    }

    fn instances(&self, instances: &[Instance<'_>]) -> Vec<FieldError> {
        let asked = instances.iter().filter(|found| self.settled.asked.contains(&found.path));
        asked.flat_map(|found| self.instance(found)).collect()
    }

    fn instance(&self, found: &Instance<'_>) -> Vec<FieldError> {
        let broken = match found.item.kind {
            Kind::Display => Vec::new(),
            Kind::Group => self.rows(found).into_iter().collect(),
            _ => self.question(found),
        };
        let label = found.item.text.get(self.env.lang);
        let mut errors: Vec<FieldError> =
            broken.into_iter().map(|broken| error(&found.path, label, broken)).collect();
        for constraint in &found.item.constraints {
            errors.extend(self.constraint(constraint, &found.item.link_id, &found.prefix, &found.path));
        }
        errors
    }

    fn question(&self, found: &Instance<'_>) -> Vec<Broken> {
        let answers = self.settled.answers.at(found.item, &found.path);
        // Nobody can mend an empty field that is not open to typing.
        if answers.is_empty() && !found.is_open() {
            return Vec::new();
        }
        rules::broken(found.item, &answers, self.env)
    }

    fn rows(&self, found: &Instance<'_>) -> Option<Broken> {
        let rows = self.settled.answers.rows(found.item, &found.path);
        let most = found.item.limits.max_occurs.filter(|most| found.item.is_rows() && rows > *most)?;
        Some(Broken { fault: Fault::new("form.too-many-rows").with("max", most), soft: false })
    }

    /// A rule is broken only when it is false: with fields still empty it says nothing. One that
    /// cannot be computed becomes a warning, so that an author's mistake stops no applicant.
    fn constraint(&self, rule: &Constraint, link_id: &str, prefix: &str, path: &str) -> Option<FieldError> {
        let (key, soft) = match rule.expression.truth(&self.scope.at(link_id, prefix)) {
            Ok(Some(false)) => ("form.constraint", rule.warning),
            Ok(_) => return None,
            Err(_) => ("form.rule-unclear", true),
        };
        let target = self.target(rule, prefix, path);
        let label = self.form.item(link_id_of(&target)).map(|item| item.text.get(self.env.lang));
        let fault = Fault::new(key).with("human", rule.human.get(self.env.lang)).with("rule", &rule.key);
        Some(error(&target, label.unwrap_or_default(), Broken { fault, soft }))
    }

    fn target(&self, rule: &Constraint, prefix: &str, path: &str) -> String {
        let Some(location) = &rule.location else { return path.to_owned() };
        let prefixes = instance::prefixes_from(self.form, &self.settled.answers, location, prefix);
        prefixes.first().map_or_else(|| path.to_owned(), |prefix| format!("{prefix}{location}"))
    }
}

fn error(path: &str, label: &str, broken: Broken) -> FieldError {
    let Fault { key, args } = broken.fault;
    let slots = args.into_iter().map(|(name, value)| (name.to_owned(), value));
    let args = slots.chain([("label".to_owned(), label.to_owned())]).collect();
    FieldError { path: path.to_owned(), key: key.to_owned(), args, soft: broken.soft }
}
