//! Doses of which a granted application told: they become lines of the ledger, as `[kind.enters]` of the program says,
//! and only those that the decision names.

use serde_json::Value;

use crate::domain::case::decision::Content as Decided;
use crate::domain::immunization::record::Content;
use crate::domain::immunization::{Brought, Entitled, Immunization, Status};
use crate::domain::program::kind::Enters;
use crate::store::immunization_subjects::StoredSubject;
use crate::store::{Conn, immunizations};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::Keeping;
use super::give::{DUPLICATE, next};
use super::import::{Outcome, beside};
use super::record;

/// The doses that the decision names, as the rules proposed them or as a clerk left them.
pub(super) fn named<'a>(opened: &Opened, content: &Decided, entitled: &'a Entitled) -> Vec<&'a Brought> {
    if rule(opened).is_none() {
        return Vec::new();
    }
    let texts: Vec<&str> = content.fields.values().filter_map(Value::as_str).collect();
    let told =
        |dose: &&Brought| texts.iter().any(|text| text.split('／').any(|it| it.starts_with(&dose.label)));
    entitled.brought.iter().filter(told).collect()
}

fn rule(opened: &Opened) -> Option<Enters> {
    opened.program.definition.kind(&opened.stored.case.kind)?.enters
}

/// Writes the doses, each beside what the ledger has by then. The same dose is one line.
///
/// # Errors
/// When the database fails; then the decision fails with it.
pub(super) fn enter(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    stored: &StoredSubject,
    doses: &[&Brought],
) -> Result<(), Error> {
    let Some(rule) = rule(opened).filter(|_| !doses.is_empty()) else { return Ok(()) };
    let vaccines = Keeping::of(house, &stored.subject.program)?.vaccines(house);
    let mut lines = immunizations::of_subject(conn, stored)?;
    for dose in doses {
        let anew = vaccines.iter().any(|it| it.key == dose.given.vaccine && it.anew);
        let line = line(house, opened, rule, dose)?;
        let Some(line) = placed(line, &lines, rule, anew) else { continue };
        write(house, conn, stored, &line)?;
        lines.retain(|it| Some(&it.id) != line.supersedes.as_ref());
        lines.push(line);
    }
    Ok(())
}

/// The line beside the others: nothing where one tells the same; in the place of the one that it corrects; marked
/// where it may be a second record of the same dose.
fn placed(mut line: Immunization, lines: &[Immunization], rule: Enters, anew: bool) -> Option<Immunization> {
    match beside(&line, lines, anew) {
        Outcome::Same => return None,
        Outcome::Held(_) => match corrected(&line, lines).filter(|_| rule.corrects) {
            Some(before) => line.supersedes = Some(before),
            None => line.content.doubts = vec![DUPLICATE.to_owned()],
        },
        Outcome::Fresh => {}
    }
    let others: Vec<Immunization> =
        lines.iter().filter(|it| Some(&it.id) != line.supersedes.as_ref()).cloned().collect();
    line.nth = next(&others, &line);
    Some(line)
}

/// The only line of the same vaccine with the same number or on the same day.
fn corrected(line: &Immunization, lines: &[Immunization]) -> Option<String> {
    let same = |it: &&Immunization| {
        let number = !it.dose.is_empty() && it.dose == line.dose;
        it.is_given() && it.vaccine == line.vaccine && (number || it.on == line.on)
    };
    let mut found = lines.iter().filter(same);
    let first = found.next()?;
    found.next().is_none().then(|| first.id.clone())
}

fn write(house: &House, conn: &mut Conn, stored: &StoredSubject, line: &Immunization) -> Result<(), Error> {
    let caller = Caller::system();
    match line.supersedes {
        Some(_) => record::correct(house, conn, &caller, stored, line.clone()),
        None => record::take_in(house, conn, &caller, stored, line.clone()).map(drop),
    }
}

fn line(house: &House, opened: &Opened, rule: Enters, dose: &Brought) -> Result<Immunization, Error> {
    let case = &opened.stored.case;
    let reference = case.reference.clone().unwrap_or_default();
    let reason = if rule.corrects { reference.clone() } else { String::new() };
    let content = Content { institution: dose.place.clone(), by: reference, reason, ..Content::default() };
    Ok(Immunization {
        id: house.new_id("imm")?,
        vaccine: dose.given.vaccine.clone(),
        dose: dose.given.dose.clone(),
        on: dose.given.on,
        nth: 0,
        status: Status::Completed,
        origin: rule.origin,
        category: rule.category,
        product: dose.given.product.clone(),
        lot: dose.given.lot.clone(),
        institution: String::new(),
        copay: None,
        content,
        supersedes: None,
        superseded_by: None,
        author: case.id.clone(),
        at: house.now(),
        keep_until: None,
    })
}
