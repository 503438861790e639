//! The forms of a decided case that the person lets an office read. Every reading is on the record that the person
//! sees, and so is every try that was refused.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::calendar::day_in_japan;
use crate::domain::case::Case;
use crate::domain::forms::{Answers, SummarySection, summary};
use crate::domain::lang::Lang;
use crate::domain::program::answers::codes;
use crate::domain::program::definition::MandateShape;
use crate::domain::program::mandate::Paper;
use crate::domain::program::vocabulary::{CommandName, State};
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::citizen::{Head, head_of};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;

/// For what a paper is read, in the record.
const PURPOSE: &str = "papers";

/// A paper as it was signed.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Title line of the case.
    pub head: Head,
    /// Title of the form.
    pub title: String,
    /// When it was signed.
    pub at: DateTime<Utc>,
    /// What stands in it.
    pub sections: Vec<SummarySection>,
}

/// A paper of a client's case.
///
/// # Errors
/// [`Error::NotFound`] without a leave in force, and for what is no such paper; `papers.undecided`,
/// `papers.consent` where the person does not consent, `papers.none`, `papers.closed`.
pub fn show(house: &House, caller: &Caller, case_id: &str, form: &str) -> Result<Shown, Error> {
    let read = house.read_as(caller, case_id, CommandName::ReadPapers, PURPOSE, |conn, opened| {
        paper(house, conn, opened, form)
    });
    if let Err(Error::Refused(refusals)) = &read {
        let keys: Vec<&str> = refusals.iter().map(|it| it.key.as_str()).collect();
        let detail = json!({ "keys": keys, "purpose": PURPOSE });
        house.database.write(|conn| house.record(conn, caller, "read", case_id, "refused", detail))?;
    }
    read
}

fn paper(house: &House, conn: &mut Conn, opened: &Opened, name: &str) -> Result<Shown, Error> {
    let shape = opened.program.definition.mandate.as_ref().ok_or(Error::NotFound)?;
    let paper = shape.paper(name).ok_or(Error::NotFound)?;
    let form = opened.program.forms.get(name).ok_or(Error::NotFound)?;
    let case = &opened.stored.case;
    open_to_office(shape, case)?;
    let answers = fixed_answers(conn, opened, name)?.ok_or_else(|| Refusal::new("papers.none"))?;
    if keeps_back(paper, &answers) {
        return Err(Refusal::new("papers.closed").into());
    }
    let at = case.revision(name).map(|it| it.at).ok_or_else(|| Refusal::new("papers.none"))?;
    let around = Surroundings::of_case(house, conn, opened)?.on(&opened.program, day_in_japan(at));
    Ok(Shown {
        head: head_of(case, &opened.program, Lang::Ja),
        title: form.title(Lang::Ja).to_owned(),
        at,
        sections: summary(form, &answers, &around.in_language(Lang::Ja).env()),
    })
}

/// Whether an office may read the papers of a case: it is decided, and the person consents as of now.
pub(super) fn open_to_office(shape: &MandateShape, case: &Case) -> Result<(), Refusal> {
    if case.state != State::Decided {
        return Err(Refusal::new("papers.undecided"));
    }
    if case.consents_to(&shape.consent) { Ok(()) } else { Err(Refusal::new("papers.consent")) }
}

/// Whether the author of a paper said that it must not be passed on.
fn keeps_back(paper: &Paper, answers: &Answers) -> bool {
    let said = codes(answers);
    let kept = |closed: &crate::domain::program::mandate::Closed| {
        said.get(&closed.item).is_some_and(|codes| closed.codes.iter().any(|code| codes.contains(code)))
    };
    paper.closed.as_ref().is_some_and(kept)
}
