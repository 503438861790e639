//! The session as its secretary sees it: agenda with everybody's opinions, who is there, results.

use serde::Serialize;

use crate::domain::committee::opinion::{Agreement, Concluded, Opinion, agreement};
use crate::domain::committee::{Appointment, Quorum, exclusion};
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{Exclusion, View};
use crate::store::Conn;
use crate::store::agenda::{self, Item, Said};
use crate::store::committee::{self, Session};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::conclude::{Roll, quorum, roll};
use super::desk::{Rooms, SessionLine, line, rooms};
use super::members::Choice;
use super::{convened, shape, text};

/// A member at a session.
#[derive(Clone, Debug, Serialize)]
pub struct Seat {
    /// Their account.
    pub user: String,
    /// Their name.
    pub name: String,
    /// Their profession.
    pub profession: String,
    /// The field for which they sit; empty where none is named.
    pub field: String,
    /// What they preside over: `chair` of the committee, `panel-chair`; empty for neither.
    pub head: &'static str,
    /// Whether they are there.
    pub present: bool,
}

/// What one member says of one case, or why they do not.
#[derive(Clone, Debug, Serialize)]
pub struct Mark {
    /// Their name.
    pub name: String,
    /// Why they have no part in the case.
    pub excluded: Option<Exclusion>,
    /// Views in the order of the questions; empty until they said something.
    pub views: Vec<View>,
    /// The result that they think right, in words, where the committee concludes by a form.
    pub choice: String,
    /// Why.
    pub reason: String,
}

/// A case of the agenda.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The case.
    pub case: String,
    /// Its reference number.
    pub reference: String,
    /// Its number on the agenda.
    pub position: i64,
    /// `open` or `confirmed`.
    pub state: &'static str,
    /// Whether the case was withdrawn or ended meanwhile.
    pub gone: bool,
    /// What it is about.
    pub entry: String,
    /// What the rules found unmet or unclear.
    pub unmet: Vec<String>,
    /// Why the office asks.
    pub referral: String,
    /// How the opinions stand to each other.
    pub agreement: Agreement,
    /// How many said something.
    pub said: usize,
    /// What each member says.
    pub marks: Vec<Mark>,
    /// How many sit for it.
    pub present: u32,
    /// Whether that is enough.
    pub enough: bool,
    /// Whether the rules find that it can be concluded as suggested.
    pub simple: bool,
    /// What is concluded, as far as it is written down.
    pub conclusion: Option<Concluded>,
    /// The refusal reason named in it, in words.
    pub criterion: String,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    rooms: Rooms,
    /// The session.
    pub session: SessionLine,
    remarks: String,
    questions: Vec<String>,
    reasons: Vec<Choice>,
    seats: Vec<Seat>,
    /// Fields for which nobody is there who sits.
    lacking: Vec<String>,
    least: u32,
    /// Its cases.
    pub rows: Vec<Row>,
    waiting: Vec<Choice>,
    unconfirmed: usize,
    /// Whether the committee concludes by a form, a case at a time.
    by_form: bool,
    /// Whether a panel sits without its chair.
    headless: bool,
    /// Cases that can be written down as suggested, together.
    simple: usize,
}

/// The session for its secretary.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn page(house: &House, caller: &Caller, id: &str, lang: Lang) -> Result<Page, Error> {
    let rooms = rooms(house, caller)?;
    house.read_list(caller, "committee-session", |conn| {
        let session = committee::session(conn, &house.keys, id)?;
        let program = convened(house, caller, &session.program)?;
        let page = build(house, conn, &program, &session, (rooms, lang))?;
        let cases = page.rows.iter().map(|row| row.case.clone()).collect();
        Ok((page, cases))
    })
}

fn build(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    session: &Session,
    (rooms, lang): (Rooms, Lang),
) -> Result<Page, Error> {
    let shape = shape(program)?;
    let (rows, roll) = rows(house, conn, program, session)?;
    let members = u32::try_from(roll.members.len()).unwrap_or(u32::MAX);
    let waiting = match session.state.as_str() {
        "closed" => Vec::new(),
        _ => agenda::waiting(conn, &session.program)?,
    };
    let reason = |code: &String| Choice { value: code.clone(), label: reason_words(program, code) };
    let open = |row: &&Row| row.state == "open" && row.conclusion.is_some() && !row.gone;
    let simple = |row: &&Row| row.state == "open" && row.conclusion.is_none() && !row.gone && row.simple;
    Ok(Page {
        rooms,
        session: line(house, session, lang)?,
        remarks: session.remarks.clone(),
        questions: shape.questions.iter().map(|it| text(program, &it.label, lang)).collect(),
        reasons: shape.questions.iter().map(|it| reason(&it.reason)).collect(),
        lacking: lacking(program, &roll, lang)?,
        headless: headless(&roll),
        seats: seats(program, &roll, lang)?,
        least: quorum(house, program, session)?.least(members),
        unconfirmed: rows.iter().filter(open).count(),
        by_form: shape.result.is_some(),
        simple: rows.iter().filter(simple).count(),
        rows,
        waiting: waiting.into_iter().map(|(value, label)| Choice { value, label }).collect(),
    })
}

/// A refusal reason in words.
pub(super) fn reason_words(program: &Program, code: &str) -> String {
    program.phrases.refusal(code).map_or_else(|| code.to_owned(), |phrase| phrase.label.clone())
}

/// The members of a session in the order of the register.
///
/// # Errors
/// [`Error::NotFound`] where the program has no committee.
pub(super) fn seats(program: &Program, roll: &Roll, lang: Lang) -> Result<Vec<Seat>, Error> {
    let fields = &shape(program)?.fields;
    let field =
        |code: &str| fields.iter().find(|it| it.code == code).map(|it| text(program, &it.label, lang));
    let seat = |member: &Appointment| Seat {
        user: member.user.clone(),
        name: member.name.clone(),
        profession: member.profession.clone(),
        field: field(&member.field).unwrap_or_default(),
        head: head(member, &roll.panel),
        present: roll.present.contains(&member.user),
    };
    Ok(roll.members.iter().map(seat).collect())
}

/// What a member presides over where a panel sits, or the whole committee.
fn head(member: &Appointment, panel: &str) -> &'static str {
    match (member.heads(panel), panel.is_empty()) {
        (false, _) => "",
        (true, true) => "chair",
        (true, false) => "panel-chair",
    }
}

/// Whether a panel sits without its chair, who decides where opinions are equal in number (介護保険法施行令9条).
fn headless(roll: &Roll) -> bool {
    let leads = |it: &&Appointment| it.heads(&roll.panel) && roll.present.contains(&it.user);
    !roll.panel.is_empty() && roll.members.iter().find(leads).is_none()
}

/// The fields of the committee for which nobody is there.
fn lacking(program: &Program, roll: &Roll, lang: Lang) -> Result<Vec<String>, Error> {
    let there: Vec<&Appointment> = roll.members.iter().filter(|it| roll.present.contains(&it.user)).collect();
    let lacking = crate::domain::committee::lacking(&shape(program)?.fields, &there);
    Ok(lacking.into_iter().map(|field| text(program, &field.label, lang)).collect())
}

/// The cases of a session with what everybody says of them.
///
/// # Errors
/// When something cannot be read.
pub(super) fn rows(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    session: &Session,
) -> Result<(Vec<Row>, Roll), Error> {
    let here = [session.id.clone()];
    let roll = roll(conn, session)?;
    let said = agenda::opinions(conn, &house.keys, &here)?;
    let quorum = quorum(house, program, session)?;
    let items = agenda::items(conn, &house.keys, &here)?;
    let rows = items.into_iter().map(|item| row(program, session, &roll, &said, quorum, item));
    let rows = rows.collect::<Result<Vec<Row>, Error>>()?;
    Ok((rows, roll))
}

fn row(
    program: &Program,
    session: &Session,
    roll: &Roll,
    said: &[Said],
    quorum: Quorum,
    item: Item,
) -> Result<Row, Error> {
    let own: Vec<&Said> = said.iter().filter(|it| it.case == item.case).collect();
    let sitting = roll.sitting(session, &item.ties);
    let counted: Vec<&Opinion> = own.iter().map(|it| &it.opinion).collect();
    let marks = roll.members.iter().map(|member| mark(program, member, &item, &own));
    let criterion = item.conclusion.as_ref().and_then(|it| it.criterion.as_deref());
    Ok(Row {
        marks: marks.collect::<Result<_, _>>()?,
        agreement: agreement(&counted),
        said: own.len(),
        present: sitting.present,
        enough: quorum.holds(sitting.present, sitting.members),
        criterion: criterion.map(|code| reason_words(program, code)).unwrap_or_default(),
        gone: item.state == "open" && item.case_state != "deliberation",
        state: if item.state == "open" { "open" } else { "confirmed" },
        case: item.case,
        reference: item.reference,
        position: item.position,
        entry: item.packet.entry,
        unmet: item.packet.unmet,
        simple: item.packet.simple,
        referral: item.packet.referral,
        conclusion: item.conclusion,
    })
}

fn mark(program: &Program, member: &Appointment, item: &Item, said: &[&Said]) -> Result<Mark, Error> {
    let own = said.iter().find(|it| it.user == member.user).map(|it| &it.opinion);
    Ok(Mark {
        name: member.name.clone(),
        excluded: exclusion(member, &item.ties),
        views: own.map(|opinion| in_order(program, opinion)).transpose()?.unwrap_or_default(),
        choice: own.map(|opinion| chosen(program, opinion)).transpose()?.unwrap_or_default(),
        reason: own.map(|opinion| opinion.reason.clone()).unwrap_or_default(),
    })
}

/// Views in the order of the program's questions.
pub(super) fn in_order(program: &Program, opinion: &Opinion) -> Result<Vec<View>, Error> {
    let questions = shape(program)?.questions.iter();
    Ok(questions.filter_map(|question| opinion.views.get(&question.code).copied()).collect())
}

/// The results that a committee can come to, where it concludes by a form.
pub(super) fn results(program: &Program) -> Result<Vec<Choice>, Error> {
    let Some(result) = &shape(program)?.result else { return Ok(Vec::new()) };
    let item = program.forms.get(&result.form).and_then(|form| form.item(&result.item));
    let choices = item.into_iter().flat_map(|item| &item.choices);
    Ok(choices
        .map(|it| Choice { value: it.code.clone(), label: it.label.get(Lang::Ja).to_owned() })
        .collect())
}

/// The result that a member thinks right, in words; empty where they were not asked.
pub(super) fn chosen(program: &Program, opinion: &Opinion) -> Result<String, Error> {
    let found = results(program)?.into_iter().find(|it| Some(&it.value) == opinion.choice.as_ref());
    Ok(found.map(|it| it.label).unwrap_or_default())
}
