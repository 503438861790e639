//! The form of a dose at the desk of a clinic: what it offers, and what it begins with.

use serde::Serialize;

use crate::domain::immunization::screening::{Judgement, ScreeningState};
use crate::domain::immunization::{Screening, Vaccine, Voucher};
use crate::store::{screenings, vouchers as stored};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::ledger::append::institution;

use super::cautions;
use super::sheet::{Glance, Holder, glance, holder, read};
use super::typed::{ROUTES, SITES, Typed, typed_of};

/// The form of a dose.
#[derive(Clone, Debug, Serialize)]
pub struct DoseForm {
    holder: Holder,
    /// Allergies that a record platform told of, and reports of reactions.
    cautions: cautions::Shown,
    vaccine: String,
    name: String,
    glance: Option<Glance>,
    products: Vec<Choice>,
    sites: Vec<Choice>,
    routes: Vec<Choice>,
    vouchers: Vec<Choice>,
    /// Why somebody is exempt from the regular share, as the town has set it.
    exemptions: Vec<Choice>,
    /// The form that was judged by, with name and dose told already.
    judged: bool,
    /// Whether a line is corrected.
    correcting: bool,
}

impl DoseForm {
    /// Name of the person.
    pub fn holder_name(&self) -> &str {
        self.holder.name()
    }

    /// Whether it corrects a line.
    pub fn corrects(&self) -> bool {
        self.correcting
    }
}

/// A choice of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

/// The form of a dose of a vaccine, and what it begins with: for a correction the line as it is.
///
/// # Errors
/// [`Error::NotFound`] for a vaccine or a line that is not there.
pub fn form(
    house: &House,
    caller: &Caller,
    subject: &str,
    vaccine: &str,
    line: Option<&str>,
) -> Result<(DoseForm, Typed), Error> {
    house.database.write(|conn| {
        let ledger = read(house, conn, caller, subject)?;
        let lines = ledger.lines(conn)?;
        let place = institution(house, conn, caller)?.code;
        let own = |id: &str| lines.iter().find(|it| it.id == id && it.institution == place);
        let line = line.map(|id| own(id).ok_or(Error::NotFound)).transpose()?;
        let key = line.map_or(vaccine, |line| &line.vaccine);
        let vaccines = ledger.keeping.vaccines(house);
        let vaccine = vaccines.iter().find(|it| it.key == key).ok_or(Error::NotFound)?;
        let found = stored::of_subject(conn, subject)?;
        let known = ledger.known(house, &lines);
        let forecast = (ledger.keeping.rules.forecast)(&known, &ledger.keeping.program.tables, house.today());
        let one = forecast.iter().find(|it| it.vaccine == key);
        let glance = one.and_then(|one| glance(house, &vaccines, &found, one));
        let usable: Vec<&Voucher> =
            found.iter().filter(|it| it.vaccine == key && it.usable(house.today()).is_ok()).collect();
        let forms = screenings::of_subject(conn, &ledger.stored)?;
        let judged = forms.iter().find(|it| line.is_none() && it.vaccine == key && is_judged(it, &place));
        let typed = match line {
            Some(line) => typed_of(line),
            None => fresh(house, glance.as_ref(), judged, &usable, vaccine),
        };
        let on = line.map_or(house.today(), |it| it.on.latest());
        let exemptions = (ledger.keeping.rules.exemptions)(key, &ledger.keeping.program.tables, on);
        let form = DoseForm {
            holder: holder(house, &ledger),
            cautions: cautions::of(house, conn, &ledger, &lines)?,
            vaccine: key.to_owned(),
            name: vaccine.name.clone(),
            glance,
            products: products(vaccine, line.is_some()),
            sites: choices(&SITES),
            routes: choices(&ROUTES),
            vouchers: usable.into_iter().map(voucher_choice).collect(),
            exemptions: exemptions.iter().map(|it| choice(&it.key, &it.label)).collect(),
            judged: judged.is_some(),
            correcting: line.is_some(),
        };
        Ok((form, typed))
    })
}

/// Whether the caller's institution may give the dose of a form: it judged so, and there is consent.
fn is_judged(form: &Screening, place: &str) -> bool {
    form.state == ScreeningState::Locked
        && form.institution.as_deref() == Some(place)
        && form.content.judgement.as_ref().is_some_and(Judgement::goes_on)
}

fn fresh(
    house: &House,
    glance: Option<&Glance>,
    judged: Option<&Screening>,
    usable: &[&Voucher],
    vaccine: &Vaccine,
) -> Typed {
    let mut current = vaccine.products.iter().filter(|(.., past)| !past);
    let only = current.next().filter(|_| current.next().is_none());
    let told =
        judged.map(|it| it.dose.clone()).or_else(|| glance.and_then(|it| it.dose().map(str::to_owned)));
    let dose = told.or_else(|| usable.first().map(|it| it.dose.clone())).unwrap_or_default();
    let judgement = judged.and_then(|it| it.content.judgement.as_ref());
    let voucher = usable.iter().find(|it| it.dose == dose);
    Typed {
        outcome: "given".to_owned(),
        vaccine: vaccine.key.clone(),
        product: only.map(|(key, ..)| key.clone()).unwrap_or_default(),
        on: house.today().to_string(),
        voucher: voucher.map(|it| it.number.clone()).unwrap_or_default(),
        physician: judgement.map(|it| it.physician.clone()).unwrap_or_default(),
        screening: judged.map(|it| it.id.clone()).unwrap_or_default(),
        dose,
        ..Typed::default()
    }
}

/// Products of today; of a correction also those that are only found in records.
pub(super) fn products(vaccine: &Vaccine, all: bool) -> Vec<Choice> {
    let shown = vaccine.products.iter().filter(|(.., past)| all || !past);
    shown.map(|(key, name, _)| Choice { value: key.clone(), label: name.clone() }).collect()
}

/// A choice of a list.
pub(super) fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned() }
}

/// The choices of a list of keys and names.
pub(super) fn choices(known: &[(&str, &str)]) -> Vec<Choice> {
    known.iter().map(|(key, name)| choice(key, name)).collect()
}

fn voucher_choice(voucher: &Voucher) -> Choice {
    let label = format!("{}（{}回目）", voucher.number, voucher.dose);
    Choice { value: voucher.number.clone(), label }
}
