//! Whose cap is shared with that of a case: those the application names are looked for, and a clerk says of each
//! whether it is so. Nothing is linked by itself.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::apportionment::{certificates, decided_cap, whole_cap};
use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::case::event::Stamp;
use crate::domain::forms::{Answers, fill, free_row, rows_with};
use crate::domain::ledger::newest;
use crate::domain::money::Yen;
use crate::domain::program::definition::{NamedShape, PartnerShape};
use crate::domain::program::vocabulary::{CommandName, Effect};
use crate::domain::refusal::Refusal;
use crate::store::{Conn, cases, partners};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, Stage, carry_out, fixed_answers};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::slots;

use super::follow::{self, number_of, number_token, person_token};
use super::linked;

/// Candidates that are looked at for one case.
const MOST: usize = 10;
/// Where the office's answers about partners come from.
const SOURCE: &str = "partner";

/// Somebody whom the application names.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// Name, as the applicant wrote it.
    pub name: String,
    /// Recipient's number, as the applicant wrote it.
    pub number: Option<String>,
    /// Birth date.
    pub birth: Option<String>,
    /// Certificates of this installation that may be theirs.
    pub found: Vec<Partner>,
    /// Whether one of theirs was accepted before.
    pub linked: bool,
    #[serde(skip)]
    tokens: Vec<String>,
}

/// Another case with its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Partner {
    /// The case.
    pub case: String,
    /// Its reference.
    pub reference: String,
    /// The person.
    pub person: String,
    /// The cap as decided.
    pub cap: Option<Yen>,
    /// The cap before it is shared.
    pub whole: Option<Yen>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// The link, once it was accepted.
    pub link: Option<String>,
    #[serde(skip)]
    number: String,
    #[serde(skip)]
    program_code: String,
}

/// Those whom the application names, with the candidates that the reader may see.
///
/// # Errors
/// When something cannot be read.
pub fn named(house: &House, conn: &mut Conn, caller: &Caller, opened: &Opened) -> Result<Vec<Named>, Error> {
    let Some(shape) = &opened.program.definition.partners else { return Ok(Vec::new()) };
    let application = &opened.program.definition.forms.application;
    let answers = fixed_answers(conn, opened, application)?.unwrap_or_default();
    let mut found: Vec<Named> = shape.named.iter().flat_map(|named| rows(house, &answers, named)).collect();
    let tokens: Vec<String> = found.iter().flat_map(|it| it.tokens.clone()).collect();
    let hits = partners::find(conn, &opened.granted, &tokens)?;
    let own = &opened.stored.case;
    let links = partners::links(conn, std::slice::from_ref(&own.id))?;
    let known = |case: &String| links.iter().any(|link| link.other(&own.id) == case);
    let other = |case: &String| !known(case) && *case != own.id && Some(case) != own.follows.as_ref();
    let mut cases: Vec<String> = hits.iter().map(|(_, case)| case.clone()).filter(other).collect();
    cases.sort();
    cases.dedup();
    cases.truncate(MOST);
    let seen = seen(house, conn, caller, &cases)?;
    for row in &mut found {
        let mine: Vec<_> = hits.iter().filter(|hit| row.tokens.contains(&hit.0)).map(|hit| &hit.1).collect();
        row.linked = mine.iter().any(|case| known(case));
        row.found = seen.iter().filter(|it| mine.contains(&&it.case)).cloned().collect();
    }
    Ok(found)
}

fn rows(house: &House, answers: &Answers, shape: &NamedShape) -> Vec<Named> {
    let row = |row: String| {
        let at = |item: &String| slots::text(answers, &format!("{row}/{item}"));
        let name = at(&shape.name).unwrap_or_default();
        let number = shape.number.as_ref().and_then(at);
        let birth = shape.birth.as_ref().and_then(at);
        let by_number = number.as_ref().and_then(|number| number_token(house, number));
        let by_person = birth.as_ref().and_then(|birth| person_token(house, &name, birth));
        let tokens = by_number.into_iter().chain(by_person).collect();
        Named { name, number, birth, found: Vec::new(), linked: false, tokens }
    };
    rows_with(answers, &shape.name).into_iter().map(row).collect()
}

/// Cases as the reader may see them; each look is on record.
fn seen(house: &House, conn: &mut Conn, caller: &Caller, ids: &[String]) -> Result<Vec<Partner>, Error> {
    let mut found = Vec::new();
    for id in ids {
        match house.open(conn, caller, id, CommandName::Read) {
            Ok(other) => found.extend(partner(conn, &other)?),
            // What the reader must not know of is no reason to withhold the rest.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn partner(conn: &mut Conn, other: &Opened) -> Result<Option<Partner>, Error> {
    let definition = &other.program.definition;
    let Some(shape) = &definition.partners else { return Ok(None) };
    let case = &other.stored.case;
    let answers = fixed_answers(conn, other, &definition.forms.application)?.unwrap_or_default();
    let rulings = other.rulings();
    let held = newest(&rulings);
    let decision = held.as_ref().map(|held| held.decision);
    Ok(Some(Partner {
        case: case.id.clone(),
        reference: case.reference.clone().unwrap_or_default(),
        person: slots::person(&other.program, &answers).0,
        cap: decision.and_then(|decision| decided_cap(decision, shape)),
        whole: decision.and_then(|decision| whole_cap(decision, shape)),
        from: held.as_ref().map(|held| held.valid_from),
        to: held.as_ref().map(|held| held.valid_to),
        link: None,
        number: decision.and_then(|decision| number_of(decision, shape)).unwrap_or_default(),
        program_code: shape.office.program_code.clone(),
    }))
}

/// Those whose cap is shared with that of a case.
///
/// # Errors
/// When something cannot be read.
pub fn linked(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
) -> Result<Vec<Partner>, Error> {
    let own = &opened.stored.case.id;
    let links = partners::links(conn, std::slice::from_ref(own))?;
    let ids: Vec<String> = links.iter().map(|link| link.other(own).to_owned()).collect();
    let mut found = seen(house, conn, caller, &ids)?;
    for it in &mut found {
        it.link = links.iter().find(|link| link.other(own) == it.case).map(|link| link.id.clone());
    }
    Ok(found)
}

/// Accepts a candidate. While the office's form is open, the other's cap goes into it as well.
///
/// # Errors
/// `partner.unknown` for what is no candidate of the case; otherwise as [`carry_out`].
pub fn accept(house: &House, caller: &Caller, order: &Order, other: &str) -> Result<(), Error> {
    let item = house.database.read(|conn| {
        let opened = house.open(conn, caller, order.case_id, CommandName::LinkPartner)?;
        Ok::<_, Error>(open_item(&opened))
    })?;
    match item {
        Some((item, form)) => carry_out(house, caller, order, |stage| {
            let opened = stage.house.open(stage.conn, caller, order.case_id, CommandName::LinkPartner)?;
            let partner = join(stage.house, stage.conn, caller, &opened, other)?;
            note(stage, &form, &partner)?;
            Ok(Command::SaveItem { item })
        })
        .map(drop),
        None => house.database.write(|conn| {
            cases::hold(conn, order.case_id)?;
            let opened = house.open(conn, caller, order.case_id, CommandName::LinkPartner)?;
            join(house, conn, caller, &opened, other).map(drop)
        }),
    }
}

/// The open work item with the office's form.
pub(super) fn open_item(opened: &Opened) -> Option<(String, String)> {
    let definition = &opened.program.definition;
    let form = definition.forms.office.clone()?;
    let shape = definition.work_items.iter().find(|it| it.form.as_ref() == Some(&form))?;
    let item = opened.stored.case.work_of(&shape.kind).filter(|item| item.state.is_open())?;
    Some((item.id.clone(), form))
}

/// Links a candidate. Where both already have certificates, the caps that this changes become tasks.
fn join(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    other: &str,
) -> Result<Partner, Error> {
    let candidates = named(house, conn, caller, opened)?;
    let found = candidates.into_iter().flat_map(|it| it.found).find(|it| it.case == other);
    let partner = found.ok_or_else(|| Refusal::new("partner.unknown"))?;
    let case = &opened.stored.case;
    let before = linked::ids(conn, &case.id)?;
    let sides = [side(house, conn, &case.id)?, side(house, conn, other)?];
    let stamp = house.stamp(&caller.actor);
    let id = house.new_id("par")?;
    partners::link(conn, &id, [&case.id, other], &stamp.by, stamp.at)?;
    // Whoever hung together through a third already shares.
    if !before.iter().any(|id| id == other) {
        share(house, conn, opened, &sides, &stamp)?;
    }
    let detail = serde_json::json!({ "role": opened.granted.role(), "partner": other });
    house.record(conn, caller, CommandName::LinkPartner.code(), &case.id, "done", detail)?;
    Ok(partner)
}

/// The caps that change when two sides of a household come together.
fn share(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    sides: &[Vec<(Case, Effect)>; 2],
    stamp: &Stamp,
) -> Result<(), Error> {
    let Some(shape) = &opened.program.definition.partners else { return Ok(()) };
    let held = |cases: &mut dyn Iterator<Item = &(Case, Effect)>| {
        let cases: Vec<(&Case, Effect)> = cases.map(|(case, effect)| (case, *effect)).collect();
        certificates(&cases, shape, |_| true)
    };
    let after = held(&mut sides.iter().flatten());
    for side in sides {
        let before = held(&mut side.iter());
        follow::redetermine(house, conn, opened, [&before, &after], stamp)?;
    }
    Ok(())
}

/// The cases of the household of a case, itself among them.
fn side(house: &House, conn: &mut Conn, id: &str) -> Result<Vec<(Case, Effect)>, Error> {
    let ids = linked::ids(conn, id)?;
    linked::of(house, conn, &ids)
}

/// Puts a partner's cap into the office's form.
fn note(stage: &mut Stage, form: &str, partner: &Partner) -> Result<(), Error> {
    let program = stage.opened.program.clone();
    let (Some(shape), Some(questions)) = (&program.definition.partners, program.forms.get(form)) else {
        return Ok(());
    };
    let around = Surroundings::of_case(stage.house, stage.conn, stage.opened)?;
    let mut answers = stage.answers(form)?;
    for (path, value) in office_row(&answers, shape, partner) {
        fill(questions, &mut answers, (&path, &value), SOURCE, &around.env()).map_err(Error::refused)?;
    }
    stage.save_answers(form, answers)
}

fn office_row(answers: &Answers, shape: &PartnerShape, partner: &Partner) -> Vec<(String, String)> {
    let office = &shape.office;
    let row = free_row(answers, &office.row);
    let cap = partner.whole.map(|cap| cap.0.to_string()).unwrap_or_default();
    let values = [
        (&office.name, partner.person.clone()),
        (&office.program, partner.program_code.clone()),
        (&office.number, partner.number.clone()),
        (&office.cap, cap),
    ];
    let known = values.into_iter().filter(|(_, value)| !value.is_empty());
    let exists = [(office.exists.clone(), "true".to_owned())];
    exists.into_iter().chain(known.map(|(item, value)| (format!("{row}/{item}"), value))).collect()
}

/// Ends a link: the caps are no longer shared.
///
/// # Errors
/// `permission.denied`, [`Error::NotFound`].
pub fn end(house: &House, caller: &Caller, case: &str, link: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        let opened = house.open(conn, caller, case, CommandName::LinkPartner)?;
        partners::unlink(conn, &opened.granted, link, case, house.now())?;
        let detail = serde_json::json!({ "role": opened.granted.role(), "ended": link });
        house.record(conn, caller, CommandName::LinkPartner.code(), case, "done", detail)
    })
}
