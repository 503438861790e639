//! The application of a case as its owner fills it in.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::case::Case;
use crate::domain::forms::{Answers, Form, Item};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::State;
use crate::store::Conn;
use crate::usecases::access::Opened;
use crate::usecases::carry_out::working_answers;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots::link_id;

/// A case as the title line of its pages names it.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// Id.
    pub id: String,
    /// Name of the program, with the kind of procedure.
    pub title: String,
    /// The number told to the applicant, once it is filed.
    pub reference: Option<String>,
    /// The version on which a page is built.
    pub version: i64,
    /// The state.
    pub state: State,
    /// Name of the office that prepared it for the person, if one did.
    pub agency: Option<String>,
}

/// The title line of a case.
pub fn head_of(case: &Case, program: &Program, lang: Lang) -> Head {
    let name = text(program, lang, &program.definition.title);
    let kind = text(program, lang, &format!("kind.{}", case.kind.code()));
    Head {
        id: case.id.clone(),
        title: format!("{name} {kind}"),
        reference: case.reference.clone(),
        version: case.version,
        state: case.state,
        agency: case.agency.as_ref().map(|agency| agency.name.clone()),
    }
}

pub(super) fn head(opened: &Opened, lang: Lang) -> Head {
    head_of(&opened.stored.case, &opened.program, lang)
}

pub(super) fn text(program: &Program, lang: Lang, key: &str) -> String {
    program.texts.text(lang, key, &BTreeMap::new())
}

/// The applicant's form with the working answers and what surrounds them.
pub(super) struct Sheet<'a> {
    pub name: &'a str,
    pub form: &'a Form,
    pub answers: Answers,
    pub around: Surroundings,
}

impl<'a> Sheet<'a> {
    pub fn open(house: &House, conn: &mut Conn, opened: &'a Opened, lang: Lang) -> Result<Sheet<'a>, Error> {
        let name = &opened.program.definition.forms.application;
        let form = opened.program.application().ok_or(Error::NotFound)?;
        let answers = working_answers(conn, opened, name)?;
        let around = Surroundings::of_case(house, conn, opened)?.in_language(lang);
        Ok(Sheet { name, form, answers, around })
    }
}

/// The step that holds the item of an instance path.
pub fn step_of<'f>(form: &'f Form, path: &str) -> Option<&'f Item> {
    form.steps().iter().find(|step| holds(step, link_id(path)))
}

fn holds(item: &Item, link_id: &str) -> bool {
    item.link_id == link_id || item.items.iter().any(|inner| holds(inner, link_id))
}

/// The question that an answer belongs to: `a[0]/tel[1]` is an answer of `a[0]/tel`.
pub(super) fn question_path(path: &str) -> &str {
    let last = path.rfind('/').map_or(0, |at| at + 1);
    let index = path.get(last..).and_then(|tail| tail.find('['));
    index.and_then(|index| path.get(..last + index)).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::question_path;

    #[test]
    fn an_answer_leads_to_its_question() {
        assert_eq!(question_path("a[0]/tel[1]"), "a[0]/tel");
        assert_eq!(question_path("a[0]/tel"), "a[0]/tel");
        assert_eq!(question_path("file[2]"), "file");
    }
}
