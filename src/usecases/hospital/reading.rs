//! From a document to the answers of a form.

use serde_json::Value;

use crate::domain::document;
use crate::domain::forms::{Answer, Answers, Env, Form, Origin, populate};
use crate::domain::problem::Problem;
use crate::domain::program::definition::{SameCode, Submission};
use crate::domain::refusal::Refusal;
use crate::domain::text::search_key;

use crate::usecases::physician::sheet::{ORGANIZATION, PATIENT, Sheet, USER};
use crate::usecases::slots;

/// An answer that stands in a resource of the document or in the account, with its path and origin.
type Known = (String, Answer, Origin);

/// A document, and what the program says about it.
pub(super) struct Reading<'a> {
    /// The document, which follows its profile.
    pub bundle: &'a Value,
    /// The program's words.
    pub submission: &'a Submission,
}

impl<'a> Reading<'a> {
    /// The answers. What stands in a resource as well as in the form must be the same in both; who signed
    /// is as the account has it; where the patient is not as in the application, the answer stays and is
    /// marked as differing.
    ///
    /// # Errors
    /// Every contradiction inside the document, or every answer that does not fit the form.
    pub fn answers(&self, sheet: &Sheet) -> Result<Answers, Vec<Refusal>> {
        let form = sheet.form;
        let (place, response) = self.response();
        let read = Answers::from_foreign(form, response, &sheet.env());
        let mut answers = read.map_err(|problems| unfit(&problems, &place, response))?;
        let mut refusals = Vec::new();
        for (path, answer, origin) in self.known(sheet) {
            if answers.get(&path).is_some_and(|typed| !is_same(typed, &answer)) {
                refusals.push(contradiction(form, &path).at(&element(&place, response, &path)));
            }
            answers.set_from(&path, answer, origin);
        }
        refusals.extend(self.submission.same.iter().filter_map(|same| self.other_code(same, form, &answers)));
        if refusals.is_empty() { Ok(answers) } else { Err(refusals) }
    }

    /// The FHIRPath of an item of the form.
    pub fn place(&self, path: &str) -> String {
        let (place, response) = self.response();
        element(&place, response, path)
    }

    fn response(&self) -> (String, &'a Value) {
        document::resource(self.bundle, "QuestionnaireResponse").unwrap_or((String::new(), &Value::Null))
    }

    /// What the resources of the document and the signer's account say about items of the form.
    fn known(&self, sheet: &Sheet) -> Vec<Known> {
        let env = sheet.env();
        let applied = populate(sheet.form, &env);
        let mut context = env.context.clone();
        for (name, kind) in [(PATIENT, "Patient"), (ORGANIZATION, "Organization")] {
            let resource = document::resource(self.bundle, kind).map(|(_, resource)| resource.clone());
            context.insert(name.to_owned(), resource.unwrap_or_default());
        }
        let said = populate(sheet.form, &Env { context: &context, ..env });
        let known = said.iter().filter_map(|(path, answer)| {
            let Some(Origin::Prefilled { source, on }) = said.origin(path) else { return None };
            let ours = [PATIENT, ORGANIZATION, USER].contains(&source.as_str());
            let differs = source == PATIENT && !applied.get(path).is_some_and(|it| is_same(it, answer));
            let origin = if differs {
                Origin::Changed { source: source.clone(), on: *on }
            } else {
                Origin::Prefilled { source: source.clone(), on: *on }
            };
            ours.then(|| (path.to_owned(), answer.clone(), origin))
        });
        known.collect()
    }

    /// A code of a resource that is not the one of the form.
    fn other_code(&self, same: &SameCode, form: &Form, answers: &Answers) -> Option<Refusal> {
        let (place, resource) = document::resource(self.bundle, &same.resource)?;
        let codings = resource.pointer("/code/coding")?.as_array()?;
        let (at, coding) = codings.iter().enumerate().find(|(_, it)| it["system"] == same.system.as_str())?;
        let answered = match answers.get(&same.item)? {
            Answer::Choice(chosen) => chosen.code.as_str(),
            _ => return None,
        };
        let differs = coding["code"].as_str() != Some(answered);
        differs.then(|| contradiction(form, &same.item).at(&format!("{place}.code.coding[{at}].code")))
    }
}

fn contradiction(form: &Form, path: &str) -> Refusal {
    let item = form.item(slots::link_id(path));
    Refusal::new("document.contradiction").with("item", item.map_or(path, |item| item.text.ja.as_str()))
}

fn unfit(problems: &[Problem], place: &str, response: &Value) -> Vec<Refusal> {
    let refusal = |problem: &Problem| {
        let refusal = Refusal::new("document.answer").with("link", &problem.path);
        refusal.at(&element(place, response, &problem.path))
    };
    problems.iter().map(refusal).collect()
}

/// The FHIRPath of an item that was answered, or of the whole response.
fn element(place: &str, response: &Value, path: &str) -> String {
    let below = find(response, slots::link_id(path));
    below.map_or_else(|| place.to_owned(), |below| format!("{place}{below}"))
}

fn find(holder: &Value, link_id: &str) -> Option<String> {
    let items = holder.get("item")?.as_array()?;
    items.iter().enumerate().find_map(|(at, item)| {
        if item.get("linkId")?.as_str()? == link_id {
            return Some(format!(".item[{at}]"));
        }
        find(item, link_id).map(|below| format!(".item[{at}]{below}"))
    })
}

/// Whether two answers say the same: blanks and forms of characters in a name do not count, nor how a
/// date was typed.
fn is_same(one: &Answer, other: &Answer) -> bool {
    let folded = |text: &str| search_key(text).split_whitespace().collect::<String>();
    match (one, other) {
        (Answer::Text(one), Answer::Text(other)) => folded(one) == folded(other),
        (Answer::Date(one), Answer::Date(other)) => one.date == other.date,
        (Answer::Choice(one), Answer::Choice(other)) => one.code == other.code,
        (one, other) => one == other,
    }
}
