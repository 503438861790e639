//! Letters to look at: issued ones, and what would go out.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::case::apply::apply;
use crate::domain::case::command::Command;
use crate::domain::case::decide::{Context, decide};
use crate::domain::case::decision::{Content, Decision, Draft};
use crate::domain::case::facts::Codes;
use crate::domain::letter::compose::Missing;
use crate::domain::letter::{Letter, compose};
use crate::domain::program::vocabulary::{CommandName, DataClass};
use crate::store::Conn;
use crate::store::cases::Stored;
use crate::store::letters;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::items;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{render, slots};

use super::correction::proposed;
use super::draft_content::{Numbers, Typed, content};
use super::head::{Head, head};
use super::words;

/// A letter as a page.
#[derive(Clone, Debug, Serialize)]
pub struct LetterPage {
    /// The case.
    pub case: Head,
    /// Its name.
    pub label: String,
    letter: Option<Letter>,
    missing: Vec<String>,
    pdf_url: Option<String>,
    preview: bool,
}

/// An issued letter.
///
/// # Errors
/// [`Error::NotFound`] as well for a reader who must not see letters.
pub fn issued(house: &House, caller: &Caller, case: &str, id: &str) -> Result<LetterPage, Error> {
    house.read(caller, case, "letter", |conn, opened| {
        may_see(opened)?;
        let rows = letters::of_case(conn, &opened.stored)?;
        let row = rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
        Ok(LetterPage {
            case: head(house, conn, opened)?,
            label: label(opened, &row.kind),
            letter: Some(serde_json::from_slice(&row.body)?),
            missing: Vec::new(),
            pdf_url: Some(format!("/staff/cases/{case}/letters/{id}.pdf")),
            preview: false,
        })
    })
}

fn may_see(opened: &Opened) -> Result<(), Error> {
    if opened.granted.sees(DataClass::Decision) { Ok(()) } else { Err(Error::NotFound) }
}

fn label(opened: &Opened, kind: &str) -> String {
    let rule = opened.program.definition.letters.iter().find(|rule| rule.code == kind);
    rule.map_or_else(|| kind.to_owned(), |rule| words::text(&opened.program, &rule.label))
}

/// An issued letter as PDF.
///
/// # Errors
/// As [`render::pdf`].
pub fn pdf(house: &House, caller: &Caller, case: &str, id: &str) -> Result<Vec<u8>, Error> {
    render::pdf(house, caller, case, id)
}

/// A letter as it would go out now: after 決裁, or as the request for corrections.
///
/// # Errors
/// [`Error::NotFound`] when nothing would cause it.
pub fn preview(house: &House, caller: &Caller, case: &str, kind: &str) -> Result<LetterPage, Error> {
    house.read(caller, case, "letter_preview", |conn, opened| {
        may_see(opened)?;
        let made = made(house, conn, opened, caller, kind)?;
        let pdf = made.is_ok().then(|| format!("/staff/cases/{case}/letters/preview/{kind}.pdf"));
        page(house, conn, opened, kind, made, pdf)
    })
}

/// The same as PDF.
///
/// # Errors
/// [`Error::NotFound`] when it would not go out, or is not whole.
pub fn preview_pdf(house: &House, caller: &Caller, case: &str, kind: &str) -> Result<Vec<u8>, Error> {
    let letter = house.read(caller, case, "letter_preview", |conn, opened| {
        may_see(opened)?;
        made(house, conn, opened, caller, kind)?.map_err(|_| Error::NotFound)
    })?;
    let rendered = house.renderer.render(&letter).map_err(|error| Error::Fault(error.to_string()))?;
    Ok(rendered.bytes)
}

/// A letter as it would go out if what is typed on the drafting page were decided.
///
/// # Errors
/// What was typed wrong.
pub fn preview_typed(
    house: &House,
    caller: &Caller,
    case: &str,
    kind: &str,
    typed: &Typed,
) -> Result<LetterPage, Error> {
    house.read_as(caller, case, CommandName::DraftDecision, "letter_preview", |conn, opened| {
        let content = content(house, conn, opened, typed, Numbers::Promise)?;
        let decision = as_if(house, opened, &content);
        let made = composed(house, conn, opened, kind, Some(&decision))?;
        page(house, conn, opened, kind, made, None)
    })
}

type Made = Result<Letter, Vec<String>>;

fn page(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    kind: &str,
    made: Made,
    pdf_url: Option<String>,
) -> Result<LetterPage, Error> {
    let (letter, missing) = match made {
        Ok(letter) => (Some(letter), Vec::new()),
        Err(missing) => (None, missing),
    };
    let (case, label) = (head(house, conn, opened)?, label(opened, kind));
    Ok(LetterPage { case, label, letter, missing, pdf_url, preview: true })
}

fn made(house: &House, conn: &mut Conn, opened: &Opened, caller: &Caller, kind: &str) -> Result<Made, Error> {
    let rules = &opened.program.definition.letters;
    let rule = rules.iter().find(|rule| rule.code == kind).ok_or(Error::NotFound)?;
    if rule.on == CommandName::RequestCorrection {
        let asked = asked(house, conn, caller, opened)?;
        return composed(house, conn, &asked, kind, None);
    }
    let draft = opened.stored.case.draft.as_ref().ok_or(Error::NotFound)?;
    if rule.on != CommandName::Finalise {
        return Err(Error::NotFound);
    }
    let decision = as_if(house, opened, &draft.content);
    composed(house, conn, opened, kind, Some(&decision))
}

/// The case as it would be after the request for corrections.
fn asked(house: &House, conn: &mut Conn, caller: &Caller, opened: &Opened) -> Result<Opened, Error> {
    let asking = house.open(conn, caller, &opened.stored.case.id, CommandName::RequestCorrection)?;
    let due_on: NaiveDate = proposed(house, &asking);
    let stamp = house.stamp(&caller.actor);
    let items = items(house, conn, &asking)?;
    let context = Context {
        definition: &asking.program.definition,
        settings: &house.settings,
        granted: &asking.granted,
        stamp: &stamp,
        items: &items,
        answers: &Codes::new(),
    };
    let events = decide(&asking.stored.case, &Command::RequestCorrection { due_on }, &context)?;
    let Stored { mut case, key } = asking.stored.clone();
    events.iter().for_each(|event| apply(&mut case, event, &stamp));
    Ok(Opened::new(Stored { case, key }, asking.program.clone(), asking.granted.clone()))
}

/// A decision as it would be if the content became final now.
fn as_if(house: &House, opened: &Opened, content: &Content) -> Decision {
    let case = &opened.stored.case;
    let draft = Draft {
        content: content.clone(),
        hash: content.hash(),
        by: String::new(),
        name: String::new(),
        at: house.now(),
        levels: Vec::new(),
        signatures: Vec::new(),
        returned: None,
    };
    let seq = case.decision().map_or(1, |last| last.seq + 1);
    let supersedes = case.decision().map(|last| last.id.clone());
    Decision { id: String::new(), seq, draft, at: house.now(), supersedes }
}

fn composed(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    kind: &str,
    decision: Option<&Decision>,
) -> Result<Made, Error> {
    let template = opened.program.letters.get(kind).ok_or(Error::NotFound)?;
    let slots = slots::of_case(house, conn, opened, decision)?;
    let phrases = opened.program.phrases.for_letters();
    let lacking = |missing: &Missing| match missing {
        Missing::Slot(name) => {
            name.strip_prefix("decision.").map_or_else(|| name.clone(), |key| field(opened, key))
        }
        Missing::List(name) => format!("{name}（一覧）"),
        Missing::Phrase(code) => format!("{code}（定型文）"),
    };
    Ok(compose(template, &slots, &phrases, house.today())
        .map_err(|error| error.missing.iter().map(lacking).collect()))
}

fn field(opened: &Opened, key: &str) -> String {
    let found = opened.program.definition.decision.field(key);
    found.map_or_else(|| key.to_owned(), |field| words::text(&opened.program, &field.label))
}
