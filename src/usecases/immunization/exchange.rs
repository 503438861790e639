//! What the national register is told of the ledger: who a person is and to which doses they have a right, and each
//! line. It is written with what causes it, in the same transaction, and sent at night.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::domain::immunization::record::Subject;
use crate::domain::immunization::{Immunization, Status, Voucher, VoucherState};
use crate::domain::program::exchange::Exchange;
use crate::store::hub::{self, HubRow};
use crate::store::immunization_subjects::StoredSubject;
use crate::store::seal::sha256_hex;
use crate::store::{
    Conn, immunization_numbers, immunization_subjects, immunizations, jobs, subjects, vouchers,
};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::registration::Registration;

use super::access::Keeping;

/// The key of the row about the person.
const PERSON: &str = "subject";
/// What stands for a dose among the kinds of rows.
const DOSE: &str = "record";
/// The job that sends what does not wait for the night.
const URGENT: &str = "hub-urgent";
/// Parts of the body as HL7 codes them (table 0163); the others are not told.
const SITES: [(&str, &str); 4] =
    [("left-upper-arm", "LA"), ("right-upper-arm", "RA"), ("left-thigh", "LT"), ("right-thigh", "RT")];
/// Ways of giving a vaccine as HL7 codes them (table 0162); the others are not told.
const ROUTES: [(&str, &str); 3] = [("subcutaneous", "SC"), ("intramuscular", "IM"), ("oral", "PO")];

/// Tells one register of one person whose 個人番号 is known.
struct Teller<'a> {
    house: &'a House,
    of: &'a StoredSubject,
    keeping: Keeping,
    exchange: Exchange,
    subject: String,
    number: String,
    /// What was told before, the newest last.
    told: Vec<HubRow>,
}

impl Teller<'_> {
    /// Nobody without a register to tell, or without a number by which it knows the person.
    fn of<'a>(house: &'a House, conn: &mut Conn, of: &'a StoredSubject) -> Result<Option<Teller<'a>>, Error> {
        let keeping = Keeping::of(house, &of.subject.program)?;
        let Some(exchange) = keeping.program.definition.exchange.clone() else { return Ok(None) };
        let Some(number) = immunization_numbers::find(conn, of)? else { return Ok(None) };
        let subject = house.keys.lookup.hash("subject", &of.subject.id);
        let told = hub::told(conn, &house.keys, &exchange.connector, &subject, &[])?;
        Ok(Some(Teller { house, of, keeping, exchange, subject, number, told }))
    }
}

/// Tells who a person is, where it differs from what was told. Somebody of whom nothing was told is told of only if
/// they have a right to a dose.
///
/// # Errors
/// When the database fails.
pub(super) fn person(house: &House, conn: &mut Conn, of: &StoredSubject) -> Result<(), Error> {
    let Some(mut teller) = Teller::of(house, conn, of)? else { return Ok(()) };
    let rights = vouchers::of_subject(conn, &of.subject.id)?;
    let known = teller.told(PERSON).is_some();
    if known || rights.iter().any(|it| it.state == VoucherState::Issued) {
        teller.person(conn, &rights)?;
    }
    Ok(())
}

/// The same of some persons at once: of those whom the register knows, and of those with a right to a dose.
///
/// # Errors
/// When the database fails.
pub(super) fn people(house: &House, conn: &mut Conn, all: &[&StoredSubject]) -> Result<(), Error> {
    let Some(first) = all.first() else { return Ok(()) };
    let program = Keeping::of(house, &first.subject.program)?.program;
    let Some(exchange) = &program.definition.exchange else { return Ok(()) };
    let ids: Vec<&str> = all.iter().map(|it| it.subject.id.as_str()).collect();
    let mut wanted: BTreeSet<String> =
        hub::people_told(conn, &exchange.connector, &ids)?.into_iter().collect();
    let rights = vouchers::of_subjects(conn, &ids)?;
    wanted.extend(rights.into_iter().filter(|it| it.state == VoucherState::Issued).map(|it| it.subject));
    all.iter().filter(|it| wanted.contains(&it.subject.id)).try_for_each(|it| person(house, conn, it))
}

/// Tells a line, and before it who the person is.
///
/// # Errors
/// When the database fails.
pub(super) fn line(
    house: &House,
    conn: &mut Conn,
    of: &StoredSubject,
    line: &Immunization,
) -> Result<(), Error> {
    let Some(mut teller) = Teller::of(house, conn, of)? else { return Ok(()) };
    let lines = immunizations::of_subject(conn, of)?;
    let rights = vouchers::of_subject(conn, &of.subject.id)?;
    teller.line(conn, &lines, &rights, line)
}

/// Withdraws what was told of a line that gave its place to another one about the same dose.
///
/// # Errors
/// When the database fails.
pub(super) fn withdraw(
    house: &House,
    conn: &mut Conn,
    of: &StoredSubject,
    line: &Immunization,
) -> Result<(), Error> {
    let Some(mut teller) = Teller::of(house, conn, of)? else { return Ok(()) };
    let key = root(&immunizations::of_subject(conn, of)?, line);
    let Some(on) = line.on.day().filter(|_| teller.told(&key).is_some()) else { return Ok(()) };
    let registration = teller.dose(line, on);
    teller.write(conn, &key, true, &registration)
}

/// Tells everything of a person whose number has just become known.
///
/// # Errors
/// When the database fails.
pub(super) fn everything(house: &House, conn: &mut Conn, of: &StoredSubject) -> Result<(), Error> {
    let Some(mut teller) = Teller::of(house, conn, of)? else { return Ok(()) };
    let lines = immunizations::of_subject(conn, of)?;
    let rights = vouchers::of_subject(conn, &of.subject.id)?;
    teller.person(conn, &rights)?;
    let standing = lines.iter().filter(|it| it.superseded_by.is_none());
    standing.into_iter().try_for_each(|it| teller.line(conn, &lines, &rights, it))
}

/// The first of the lines that took each other's place: the register keeps one row for all of them.
fn root(lines: &[Immunization], line: &Immunization) -> String {
    let before: BTreeMap<&str, &str> =
        lines.iter().filter_map(|it| Some((it.id.as_str(), it.supersedes.as_deref()?))).collect();
    let mut id = line.supersedes.as_deref().unwrap_or(&line.id);
    for _ in lines {
        match before.get(id) {
            Some(earlier) => id = earlier,
            None => break,
        }
    }
    id.to_owned()
}

impl Teller<'_> {
    /// What was told last under a key.
    fn told(&self, key: &str) -> Option<&HubRow> {
        self.told.iter().rfind(|row| row.history_key == key)
    }

    /// What the system before brought was told by it, and of what is not known to the day nothing is told.
    fn line(
        &mut self,
        conn: &mut Conn,
        lines: &[Immunization],
        rights: &[Voucher],
        line: &Immunization,
    ) -> Result<(), Error> {
        let Some(on) = line.on.day() else { return Ok(()) };
        let key = root(lines, line);
        let withdrawn = line.status == Status::EnteredInError;
        let news = self.exchange.origins.contains(&line.origin) || line.supersedes.is_some();
        if self.told(&key).is_none() && (withdrawn || !news) {
            return Ok(());
        }
        self.person(conn, rights)?;
        let registration = self.dose(line, on);
        self.write(conn, &key, withdrawn, &registration)
    }

    fn person(&mut self, conn: &mut Conn, rights: &[Voucher]) -> Result<(), Error> {
        let cases = subjects::issuing(conn, &self.house.keys, &self.of.subject.id)?;
        let withheld = cases.iter().any(|it| it.case.protected);
        // A right that the register has no code for must not hold back who the person is.
        let living = rights.iter().filter(|it| it.state == VoucherState::Issued);
        let coded = living.map(|it| self.right(it)).filter(|(code, ..)| !code.is_empty());
        let mut details: Vec<_> = coded.collect();
        details.sort();
        let registration = Registration {
            certificate_type: PERSON.to_owned(),
            number: self.number.clone(),
            fields: self.basics(withheld),
            details,
            valid_from: self.of.subject.birth,
            valid_to: self.of.subject.birth,
        };
        self.write(conn, PERSON, false, &registration)
    }

    fn basics(&self, withheld: bool) -> BTreeMap<String, String> {
        let Subject { birth, sex, person, moved_out_on, died_on, .. } = &self.of.subject;
        let gone = died_on.map(|day| ("DEATH", day)).or(moved_out_on.map(|day| ("TRANSFER_OUT", day)));
        let (reason, day) = gone.map(|(why, day)| (why, day.to_string())).unwrap_or_default();
        let fields = [
            ("identity_key", self.identity()),
            ("name", person.name.clone()),
            ("name_kana", person.kana.clone()),
            ("address", person.address.clone()),
            ("birth_date", birth.to_string()),
            ("sex", sex.map_or("unknown", |sex| sex.code()).to_owned()),
            ("guardian", person.guardian.clone()),
            ("withheld", withheld.to_string()),
            ("removal_reason", reason.to_owned()),
            ("removal_date", day),
        ];
        fields.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// Names the person at the register, and nowhere else.
    fn identity(&self) -> String {
        self.house.keys.lookup.hash("exchange", &self.of.subject.id)
    }

    fn right(&self, voucher: &Voucher) -> (String, String, String) {
        let class = self.keeping.vaccines(self.house).into_iter().find(|it| it.key == voucher.vaccine);
        let class = class.map(|it| it.class).unwrap_or_default();
        let to = voucher.valid_to.map(|day| day.to_string()).unwrap_or_default();
        let span = format!("{}/{to}/{class}", voucher.valid_from);
        (self.code(&voucher.vaccine, voucher.valid_from), voucher.dose.clone(), span)
    }

    /// The register's code of a vaccine; empty where the table has none.
    fn code(&self, vaccine: &str, on: NaiveDate) -> String {
        let row = self.keeping.program.tables.row(&self.exchange.codes, vaccine, on);
        row.ok().and_then(|row| row.text("code").ok()).unwrap_or_default().to_owned()
    }

    fn dose(&self, line: &Immunization, on: NaiveDate) -> Registration {
        let coded = |known: &[(&str, &str)], ours: &str| {
            known.iter().find(|(key, _)| *key == ours).map(|(_, code)| (*code).to_owned()).unwrap_or_default()
        };
        let judgement = match line.status {
            Status::NotDone => "NOT_VACCINATED_AFTER_INTERVIEW",
            Status::Completed | Status::EnteredInError => "VACCINATED",
        };
        let fields = [
            ("identity_key", self.identity()),
            ("vaccine", self.code(&line.vaccine, on)),
            ("product", line.product.clone().unwrap_or_default()),
            ("lot", line.lot.clone()),
            ("dose", line.dose.clone()),
            ("amount", line.content.amount.clone()),
            ("site", coded(&SITES, &line.content.site)),
            ("route", coded(&ROUTES, &line.content.route)),
            ("on", on.to_string()),
            ("institution", line.institution.clone()),
            ("physician", line.content.physician.clone()),
            ("judgement", judgement.to_owned()),
        ];
        Registration {
            certificate_type: DOSE.to_owned(),
            number: String::new(),
            fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
            details: Vec::new(),
            valid_from: on,
            valid_to: on,
        }
    }

    /// Writes a row, unless the last one under its key says the same.
    fn write(
        &mut self,
        conn: &mut Conn,
        key: &str,
        deleted: bool,
        registration: &Registration,
    ) -> Result<(), Error> {
        let body = serde_json::to_vec(registration)?;
        let hash = sha256_hex(&body);
        let before = self.told(key);
        let same =
            |row: &HubRow| row.content_hash == hash && row.deleted == deleted && row.state != "rejected";
        if before.is_some_and(same) {
            return Ok(());
        }
        let urgent = before.is_some_and(|row| was_withheld(row) != registration.is_withheld());
        let row = HubRow {
            id: self.house.new_id("hub")?,
            connector: self.exchange.connector.clone(),
            case_id: String::new(),
            decision_id: String::new(),
            person: Some(self.of.subject.id.clone()),
            subject: self.subject.clone(),
            seq: 0,
            history_key: key.to_owned(),
            deleted,
            urgent,
            content_hash: hash,
            body,
            state: "pending".to_owned(),
            attempts: 0,
            position: 0,
        };
        hub::insert(conn, &self.of.key, &row, self.house.now())?;
        if urgent {
            let job = self.house.new_id("job")?;
            jobs::enqueue(conn, &job, URGENT, &row.id, &format!("{URGENT}/{}", row.id), self.house.now())?;
        }
        self.told.push(row);
        Ok(())
    }
}

/// Whether a row told that nobody may be shown the person.
fn was_withheld(row: &HubRow) -> bool {
    serde_json::from_slice::<Registration>(&row.body).is_ok_and(|it| it.is_withheld())
}

/// Tells of every person to whom a case issued vouchers, when its 支援措置 began or ended. Gives who they are.
///
/// # Errors
/// When the database fails.
pub fn protection(house: &House, conn: &mut Conn, case: &str) -> Result<Vec<String>, Error> {
    let people: BTreeSet<String> = vouchers::of_case(conn, case)?.into_iter().map(|it| it.subject).collect();
    for id in &people {
        let stored = immunization_subjects::find(conn, &house.keys, id)?;
        person(house, conn, &stored)?;
    }
    Ok(people.into_iter().collect())
}
