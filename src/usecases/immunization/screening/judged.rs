//! What a clinic sees of a form: beside it whether the dose may be given on the record, and first what a physician must
//! look at. The answers are shown to the institution that locked it.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::domain::forms::SummarySection;
use crate::domain::immunization::screening::{Judgement, Raised, ScreeningState, Signer, raised};
use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::CommandName;
use crate::store::Conn;
use crate::store::vouchers as stored;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::sheet::{Glance, Holder, glance, holder};
use crate::usecases::ledger::append::institution;

use super::sheet::Sheet;

/// The page of a form.
#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    id: String,
    holder: Holder,
    vaccine: String,
    name: String,
    dose: String,
    glance: Option<Glance>,
    /// `expired` as well before the nightly upkeep says so.
    state: &'static str,
    answered_on: Option<NaiveDate>,
    by: String,
    fresh: bool,
    days: u64,
    confirmed_there: bool,
    /// The other institution that holds it; empty otherwise.
    elsewhere: String,
    /// Whether the caller's institution holds it.
    held: bool,
    raised: Vec<Raised>,
    sections: Vec<SummarySection>,
    judgement: Option<Judgement>,
    /// Who consents: `guardian` or `person`.
    signer: &'static str,
    fever: String,
    source: String,
}

impl Judged {
    /// What the judgement begins with: who consents as the ledger knows them, or what was judged before.
    pub fn fresh(&self) -> super::judge::Typed {
        let yes = |it: bool| if it { "yes" } else { "no" }.to_owned();
        match &self.judgement {
            Some(it) => super::judge::Typed {
                temperature: degrees(it.tenths),
                fit: yes(it.fit),
                reason: it.reason.clone(),
                physician: it.physician.clone(),
                explained: it.explained,
                consent: yes(it.consent),
                signer: it.signer.clone(),
                relation: it.relation.clone(),
                request: String::new(),
            },
            None => super::judge::Typed { signer: self.holder.signer(self.signer), ..Default::default() },
        }
    }
}

/// Tenths of a degree as people write them.
fn degrees(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A form before the desk. That it was read is on record.
///
/// # Errors
/// [`Error::NotFound`] for a person who did not show themself here today.
pub fn page(house: &House, caller: &Caller, place: (&str, &str)) -> Result<Judged, Error> {
    house.database.write(|conn| {
        let sheet = Sheet::open(house, conn, caller, place, CommandName::JudgeScreening, Lang::Ja)?;
        let here = institution(house, conn, caller)?.code;
        let detail = json!({ "subject": place.0, "screening": place.1, "role": sheet.ledger.granted.role() });
        house.record(conn, caller, "read_screening", "", "done", detail)?;
        judged(house, conn, &sheet, &here)
    })
}

fn judged(house: &House, conn: &mut Conn, sheet: &Sheet, here: &str) -> Result<Judged, Error> {
    let (own, today) = (&sheet.screening, house.today());
    let mine = own.institution.as_deref() == Some(here);
    let locked = own.state == ScreeningState::Locked;
    let sections = if mine { sheet.sections()? } else { Vec::new() };
    let over = own.is_over(today);
    Ok(Judged {
        id: own.id.clone(),
        holder: holder(house, &sheet.ledger),
        vaccine: own.vaccine.clone(),
        name: sheet.name(Lang::Ja),
        dose: own.dose.clone(),
        glance: verdict(house, conn, sheet)?,
        state: if over { ScreeningState::Expired.code() } else { own.state.code() },
        answered_on: own.answered_on,
        by: own.content.by.clone(),
        fresh: own.is_fresh(today, sheet.asked.days),
        days: sheet.asked.days,
        confirmed_there: own.content.confirmed_there,
        elsewhere: if locked && !mine { own.content.institution.clone() } else { String::new() },
        held: locked && mine,
        raised: raised(&sheet.asked, &own.content.answers, &sections),
        sections,
        judgement: own.content.judgement.clone().filter(|_| mine),
        signer: Signer::code(sheet.asked.signer),
        fever: degrees(sheet.asked.fever_tenths),
        source: sheet.asked.source.clone(),
    })
}

fn verdict(house: &House, conn: &mut Conn, sheet: &Sheet) -> Result<Option<Glance>, Error> {
    let ledger = &sheet.ledger;
    let known = ledger.known(house, &ledger.lines(conn)?);
    let found = stored::of_subject(conn, &ledger.subject().id)?;
    let forecast = (ledger.keeping.rules.forecast)(&known, &ledger.keeping.program.tables, house.today());
    let one = forecast.iter().find(|it| it.vaccine == sheet.screening.vaccine);
    Ok(one.and_then(|one| glance(house, &ledger.keeping.vaccines(house), &found, one)))
}
