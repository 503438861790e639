//! What is known before the applicant types: initial values and records.

use super::Env;
use super::answers::{Answer, Answers, Origin};
use super::expr::{Scope, Val};
use super::instance::{self, Instance};
use super::model::{Form, Item, Kind, MAX_OCCURS, Variable};
use super::scope::FormScope;
use super::{response, settle, typed};

/// Name of the source of values written in the form itself.
const FORM: &str = "form";

/// Fills in what the form and the records know. Every answer is marked as prefilled with its
/// source, so that the applicant can confirm it; an expression that fails fills nothing.
pub fn populate(form: &Form, env: &Env<'_>) -> Answers {
    let empty = response::resource(form, &Answers::new(), None);
    let scope = FormScope::new(form, env, &empty);
    let mut filling = Filling { scope, env, answers: Answers::new() };
    filling.items(&form.items, "", &[]);
    settle::settle(form, &filling.answers, env).answers
}

/// Takes back what the records of the applicant filled in as undoubted: the form is about somebody
/// else, of whom they say nothing.
pub fn take_back(form: &Form, answers: &mut Answers, env: &Env<'_>) {
    // What an earlier application told is about the same person as this one, and stays.
    let unasked = |found: &Instance<'_>| match answers.origin(&found.path) {
        Some(Origin::Prefilled { source, .. }) => {
            found.item.rendering.disputable && found.item.start.source.as_ref() == Some(source)
        }
        _ => false,
    };
    let paths: Vec<String> =
        instance::all(form, answers).into_iter().filter(unasked).map(|found| found.path).collect();
    for path in paths {
        answers.set_dispute(&path, "");
        answers.remove(&path);
    }
    *answers = settle::settle(form, answers, env).answers;
}

/// Fills in what [`take_back`] took, where nothing was answered since: the form is about the applicant.
pub fn give_again(form: &Form, answers: &mut Answers, env: &Env<'_>) {
    let known = populate(form, env);
    for found in instance::all(form, &known).into_iter().filter(|it| it.item.rendering.disputable) {
        let origin = known.origin(&found.path).cloned().unwrap_or_default();
        if let (Some(answer), None) = (known.get(&found.path), answers.get(&found.path)) {
            answers.set_from(&found.path, answer.clone(), origin);
        }
    }
    *answers = settle::settle(form, answers, env).answers;
}

/// Gives a row that was just added its initial values.
pub(super) fn fill_row(form: &Form, item: &Item, row: &str, answers: &mut Answers, env: &Env<'_>) {
    let empty = response::resource(form, &Answers::new(), None);
    let scope = FormScope::new(form, env, &empty);
    let mut filling = Filling { scope, env, answers: std::mem::take(answers) };
    filling.items(&item.items, &format!("{row}/"), &[]);
    *answers = filling.answers;
}

/// One element a repeating group is filled from, by the name its items use.
type Element<'a> = (&'a str, Val<'a>);

struct Filling<'a> {
    scope: FormScope<'a>,
    env: &'a Env<'a>,
    answers: Answers,
}

impl<'a> Filling<'a> {
    fn items(&mut self, items: &'a [Item], prefix: &str, elements: &[Element<'a>]) {
        for item in items {
            let path = format!("{prefix}{}", item.link_id);
            match (item.kind, &item.start.rows) {
                (Kind::Group, Some(rows)) => self.rows(item, rows, &path, elements),
                (Kind::Group, None) if item.repeats => {
                    for row in 0..self.answers.rows(item, &path) {
                        self.items(&item.items, &format!("{path}[{row}]/"), elements);
                    }
                }
                (Kind::Group, None) => self.items(&item.items, prefix, elements),
                _ => self.question(item, &path, elements),
            }
        }
    }

    fn rows(&mut self, item: &'a Item, rows: &'a Variable, path: &str, elements: &[Element<'a>]) {
        let found = rows.expression.evaluate(&self.scope(item, elements)).unwrap_or_default();
        let most = item.limits.max_occurs.unwrap_or(MAX_OCCURS);
        for (row, element) in found.into_iter().take(most).enumerate() {
            self.answers.set_rows(path, row + 1);
            let below: Vec<Element<'a>> =
                elements.iter().cloned().chain([(rows.name.as_str(), element)]).collect();
            self.items(&item.items, &format!("{path}[{row}]/"), &below);
        }
    }

    fn scope(&self, item: &'a Item, elements: &[Element<'a>]) -> Scope<'a> {
        let mut scope = self.scope.at(&item.link_id, "");
        for (name, value) in elements {
            scope.variables.insert((*name).to_owned(), vec![value.clone()]);
        }
        scope
    }

    fn question(&mut self, item: &'a Item, path: &str, elements: &[Element<'a>]) {
        let answers = match &item.start.expression {
            Some(expression) => {
                let values = expression.evaluate(&self.scope(item, elements)).unwrap_or_default();
                values.iter().filter_map(|value| typed::from_value(item, value, self.env)).collect()
            }
            None => self.initial(item),
        };
        let source = item.start.source.as_deref().unwrap_or(FORM);
        let origin = Origin::Prefilled { source: source.to_owned(), on: self.env.today };
        let most = if item.repeats { MAX_OCCURS } else { 1 };
        for (index, answer) in answers.into_iter().take(most).enumerate() {
            let at = if item.repeats { format!("{path}[{index}]") } else { path.to_owned() };
            self.answers.set_from(&at, answer, origin.clone());
        }
    }

    fn initial(&self, item: &Item) -> Vec<Answer> {
        let given = item
            .start
            .initial
            .iter()
            .filter_map(|(kind, value)| typed::from_fhir(item, kind, value, self.env));
        let chosen =
            item.choices.iter().filter(|choice| choice.initial).map(|choice| Answer::Choice(choice.coding()));
        given.chain(chosen).collect()
    }
}
