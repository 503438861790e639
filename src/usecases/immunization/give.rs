//! Records at a clinic that a dose was given or not, and corrects what the clinic recorded. What speaks against a
//! dose asks for a reason and marks the line; nothing that was done is refused, and nothing vanishes.

use serde_json::json;

use crate::domain::immunization::record::{Category, Content};
use crate::domain::immunization::{Immunization, Origin, Voucher, VoucherState, Wanted};
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::users::Institution;
use crate::store::{Conn, StoreError, vouchers};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::ledger::append::institution;

use super::access::{self, Ledger};
use super::record;
use super::screening::judge;
use super::typed::{self, Entry, Outcome, Typed};
use super::{exchange, lots};

/// The same dose was recorded before.
pub const DUPLICATE: &str = "DUPLICATE";
/// The lot was called back.
pub const LOT_WITHDRAWN: &str = "LOT_WITHDRAWN";
/// The package could not be used any more.
pub const PACKAGE_EXPIRED: &str = "PACKAGE_EXPIRED";
/// Something is not on record without which the rules say nothing.
pub const UNKNOWN: &str = "UNKNOWN";

/// Records a visit, and gives the id of the line. The same page records once.
///
/// # Errors
/// What was typed wrong; `voucher.…` for a voucher that cannot be used; `dose.doubtful` while there is no reason
/// for what speaks against the dose; `screening.…` for a form by which it cannot be given; [`Error::NotFound`] when the person did not show themself here today.
pub fn give(house: &House, caller: &Caller, subject: &str, typed: &Typed) -> Result<String, Error> {
    noted(house, caller, subject, |conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::RecordImmunization)?;
        put(house, conn, caller, &ledger, typed)
    })
}

/// The same within a transaction, with the ledger opened for recording. A form that was judged by ends with it, and
/// every other living form about the same dose.
pub(super) fn put(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    ledger: &Ledger,
    typed: &Typed,
) -> Result<String, Error> {
    let id = id_of(house, &typed.request)?;
    let lines = ledger.lines(conn)?;
    if lines.iter().any(|line| line.id == id) {
        return Ok(id);
    }
    let entry = read(house, ledger, typed)?;
    let voucher = voucher(conn, ledger, typed, &entry)?;
    let doubts = doubts(house, conn, ledger, &lines, &entry)?;
    let place = institution(house, conn, caller)?;
    let mut line = line(house, caller, &place, id.clone(), &entry, doubts);
    line.nth = next(&lines, &line);
    record::take_in(house, conn, caller, &ledger.stored, line.clone())?;
    if let Some(voucher) = voucher.filter(|_| entry.outcome == Outcome::Given) {
        used(vouchers::use_up(conn, &voucher.id, &id, entry.on, house.now()), &voucher)?;
        exchange::person(house, conn, &ledger.stored)?;
    }
    judge::end(house, conn, caller, ledger, &typed.screening, &line)?;
    Ok(id)
}

/// Corrects a line of the caller's own institution. A line that tells of no dose any more frees its voucher.
///
/// # Errors
/// As [`give`]; `dose.reason` without one; `dose.corrected` when another correction was faster.
pub fn correct(
    house: &House,
    caller: &Caller,
    subject: &str,
    before: &str,
    typed: &Typed,
) -> Result<String, Error> {
    noted(house, caller, subject, |conn| {
        let ledger = access::open(house, conn, caller, subject, CommandName::RecordImmunization)?;
        let id = id_of(house, &typed.request)?;
        let lines = ledger.lines(conn)?;
        if lines.iter().any(|line| line.id == id) {
            return Ok(id);
        }
        let place = institution(house, conn, caller)?;
        let earlier = own(&lines, &place, before)?;
        let others: Vec<Immunization> = lines.iter().filter(|line| line.id != before).cloned().collect();
        let entry = read(house, &ledger, typed)?;
        if entry.content.reason.is_empty() {
            return Err(Refusal::new("dose.reason").at("reason").into());
        }
        let doubts = doubts(house, conn, &ledger, &others, &entry)?;
        let mut line = line(house, caller, &place, id.clone(), &entry, doubts);
        line.nth = next(&others, &line);
        line.supersedes = Some(earlier.id.clone());
        corrected(record::correct(house, conn, caller, &ledger.stored, line))?;
        Ok(id)
    })
}

/// Runs a transaction, and records what it refuses.
pub(super) fn noted<T>(
    house: &House,
    caller: &Caller,
    subject: &str,
    work: impl FnOnce(&mut Conn) -> Result<T, Error>,
) -> Result<T, Error> {
    let outcome = house.database.write(work);
    if let Err(Error::Refused(refusals)) = &outcome {
        let keys: Vec<&str> = refusals.iter().map(|refusal| refusal.key.as_str()).collect();
        let detail = json!({ "subject": subject, "keys": keys });
        house.database.write(|conn| house.record(conn, caller, record::ACTION, "", "refused", detail))?;
    }
    outcome
}

/// The page's key names the line: the same page makes one.
pub(super) fn id_of(house: &House, request: &str) -> Result<String, Error> {
    match request.strip_prefix("req_").filter(|unique| !unique.is_empty()) {
        Some(unique) => Ok(format!("imm_{unique}")),
        None => house.new_id("imm"),
    }
}

fn read(house: &House, ledger: &Ledger, typed: &Typed) -> Result<Entry, Error> {
    let vaccines = ledger.keeping.vaccines(house);
    let entry =
        typed::read(typed, ledger.subject().birth, &vaccines, house.today()).map_err(Error::Refused)?;
    let keeping = &ledger.keeping;
    let exemptions = (keeping.rules.exemptions)(&entry.vaccine, &keeping.program.tables, entry.on);
    Ok(typed::exempt(typed, &exemptions, entry)?)
}

/// The line of the caller's institution that can be corrected.
fn own<'a>(lines: &'a [Immunization], place: &Institution, id: &str) -> Result<&'a Immunization, Error> {
    let line = lines.iter().find(|line| line.id == id && line.institution == place.code);
    let line = line.ok_or(Error::NotFound)?;
    if line.superseded_by.is_some() { Err(Error::refused("dose.corrected")) } else { Ok(line) }
}

pub(super) fn corrected(done: Result<(), Error>) -> Result<(), Error> {
    match done {
        Err(Error::Conflict(_)) => Err(Error::refused("dose.corrected")),
        other => other,
    }
}

/// The voucher that was chosen; one for another vaccine or another person is none.
fn voucher(conn: &mut Conn, ledger: &Ledger, typed: &Typed, entry: &Entry) -> Result<Option<Voucher>, Error> {
    if typed.voucher.is_empty() {
        return Ok(None);
    }
    let unknown = || Refusal::new("voucher.unknown").at("voucher");
    let all = vouchers::of_subject(conn, &ledger.subject().id)?;
    let fits = |it: &Voucher| it.number == typed.voucher && it.vaccine == entry.vaccine;
    let voucher = all.into_iter().find(fits).ok_or_else(unknown)?;
    voucher.usable(entry.on).map_err(|refusal| refusal.at("voucher"))?;
    Ok(Some(voucher))
}

/// A voucher that somebody else used meanwhile is told as used.
fn used(done: Result<(), StoreError>, voucher: &Voucher) -> Result<(), Error> {
    match done {
        Err(StoreError::Moved) => {
            let used = Voucher { state: VoucherState::Used, ..voucher.clone() };
            Err(used
                .usable(voucher.valid_from)
                .map_or_else(|refusal| refusal.at("voucher").into(), |()| Error::NotFound))
        }
        other => Ok(other?),
    }
}

/// What speaks against a dose that was given.
///
/// # Errors
/// `dose.doubtful` while there is no reason.
fn doubts(
    house: &House,
    conn: &mut Conn,
    ledger: &Ledger,
    lines: &[Immunization],
    entry: &Entry,
) -> Result<Vec<String>, Error> {
    if entry.outcome != Outcome::Given {
        return Ok(Vec::new());
    }
    let mut found = against(house, ledger, lines, entry);
    if !found.iter().any(|it| it == LOT_WITHDRAWN) {
        let program = ledger.subject().program.as_str();
        let called = lots::is_withdrawn(conn, program, (&entry.vaccine, &entry.lot), entry.on)?;
        found.extend(called.then(|| LOT_WITHDRAWN.to_owned()));
    }
    if found.is_empty() || !entry.content.reason.is_empty() {
        return Ok(found);
    }
    Err(doubtful(house, &found).into())
}

/// Asks for the reason of a dose against which something speaks.
pub(super) fn doubtful(house: &House, found: &[String]) -> Refusal {
    let said = found.iter().map(|code| {
        let key = format!("immunization.reason.{code}");
        house.texts.text(crate::domain::lang::Lang::Ja, &key, &Default::default())
    });
    let why = said.collect::<Vec<_>>().join("、");
    Refusal::new("dose.doubtful").with("why", why).at("reason")
}

fn against(house: &House, ledger: &Ledger, lines: &[Immunization], entry: &Entry) -> Vec<String> {
    let before: Vec<Immunization> =
        lines.iter().filter(|line| line.on.earliest() <= entry.on).cloned().collect();
    let known = ledger.known(house, &before);
    let wanted = Wanted { vaccine: &entry.vaccine, product: entry.product.as_deref(), on: entry.on };
    let (rules, tables) = (ledger.keeping.rules, &ledger.keeping.program.tables);
    let mut found: Vec<String> = match (rules.decide)(&wanted, &known, tables) {
        Ok(verdict) if verdict.eligible => Vec::new(),
        Ok(verdict) => vec![verdict.reason],
        Err(_) => vec![UNKNOWN.to_owned()],
    };
    let same =
        |line: &&Immunization| line.is_given() && line.vaccine == entry.vaccine && line.dose == entry.dose;
    found.extend(lines.iter().find(same).map(|_| DUPLICATE.to_owned()));
    let given = crate::domain::immunization::Given {
        id: String::new(),
        vaccine: entry.vaccine.clone(),
        product: entry.product.clone(),
        lot: entry.lot.clone(),
        dose: entry.dose.clone(),
        on: entry.on.into(),
    };
    let told = (rules.doubts)(&given, known.birth, tables, house.today());
    let withdrawn = told.iter().any(|finding| finding.key == "finding.lot-withdrawn");
    found.extend(withdrawn.then(|| LOT_WITHDRAWN.to_owned()));
    let over = entry.expires.is_some_and(|last| last < entry.on);
    found.extend(over.then(|| PACKAGE_EXPIRED.to_owned()));
    found
}

/// Doses that agree in vaccine, number and day are told apart by their order.
pub(super) fn next(lines: &[Immunization], line: &Immunization) -> i32 {
    let same = lines.iter().filter(|it| {
        it.superseded_by.is_none()
            && it.vaccine == line.vaccine
            && it.dose == line.dose
            && it.on == line.on
            && it.status == line.status
    });
    same.map(|it| it.nth + 1).max().unwrap_or(0)
}

fn line(
    house: &House,
    caller: &Caller,
    place: &Institution,
    id: String,
    entry: &Entry,
    doubts: Vec<String>,
) -> Immunization {
    // Whether a doubtful dose is paid for is for the town to say.
    let category = if doubts.is_empty() { Category::Routine } else { Category::Unknown };
    Immunization {
        id,
        vaccine: entry.vaccine.clone(),
        dose: entry.dose.clone(),
        on: entry.on.into(),
        nth: 0,
        status: entry.outcome.status(),
        origin: Origin::Clinic,
        category,
        product: entry.product.clone(),
        lot: entry.lot.clone(),
        institution: place.code.clone(),
        copay: entry.copay,
        content: Content {
            institution: place.name.clone(),
            doubts,
            by: caller.actor.name.clone(),
            ..entry.content.clone()
        },
        supersedes: None,
        superseded_by: None,
        author: caller.actor.id.clone(),
        at: house.now(),
        keep_until: None,
    }
}
