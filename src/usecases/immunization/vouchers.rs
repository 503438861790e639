//! Vouchers as people see them: with the code that a clinic scans; and how they end.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::immunization::voucher::{Code, Opens};
use crate::domain::immunization::{Vaccine, Voucher, VoucherState};
use crate::domain::lang::Lang;
use crate::store::vouchers;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::access::Keeping;

/// 団体コード where none is configured.
const NO_TOWN: &str = "000000";
/// Characters that show in a code that the town made it.
const PROOF: usize = 16;

/// A voucher as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its number.
    pub number: String,
    /// The number in groups that can be read out.
    pub grouped: String,
    /// Name of the vaccine.
    pub vaccine: String,
    /// Number of the dose; empty if none was named.
    pub dose: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, if there is one.
    pub to: Option<NaiveDate>,
    /// `issued`, `used`, `expired`, `cancelled`, or `early` before its first day.
    pub state: &'static str,
    /// The text of its code, while it can be used.
    pub code: Option<String>,
}

/// Number of the town, as its vouchers carry it.
pub fn town(house: &House) -> String {
    house.office.get("municipality_code").cloned().unwrap_or_else(|| NO_TOWN.to_owned())
}

/// The code that opens a voucher of a number or a form of an id at a clinic.
pub fn code(house: &House, opens: Opens, number: &str) -> Code {
    let purpose = match opens {
        Opens::Voucher => "voucher",
        Opens::Screening => "screening",
    };
    let hash = house.keys.lookup.hash(purpose, number);
    let proof = hash.chars().take(PROOF).collect::<String>().to_uppercase();
    Code { opens, town: town(house), number: number.to_owned(), proof }
}

/// The name of a vaccine in a language; its key where the tables do not have it.
pub fn name_of(vaccines: &[Vaccine], key: &str, lang: Lang) -> String {
    let found = vaccines.iter().find(|it| it.key == key);
    found.map_or(key, |it| if lang == Lang::En { &it.name_en } else { &it.name }).to_owned()
}

/// A voucher as a page shows it on a day.
pub fn shown(house: &House, vaccines: &[Vaccine], voucher: &Voucher, lang: Lang) -> Shown {
    let today = house.today();
    let over = voucher.valid_to.is_some_and(|last| last < today);
    let state = match voucher.state {
        VoucherState::Issued if over => VoucherState::Expired.code(),
        VoucherState::Issued if today < voucher.valid_from => "early",
        state => state.code(),
    };
    let living = matches!(state, "issued" | "early");
    Shown {
        number: voucher.number.clone(),
        grouped: grouped(&voucher.number),
        vaccine: name_of(vaccines, &voucher.vaccine, lang),
        dose: voucher.dose.clone(),
        from: voucher.valid_from,
        to: voucher.valid_to,
        state,
        code: living.then(|| code(house, Opens::Voucher, &voucher.number).text()),
    }
}

/// `1234-567-890`
fn grouped(number: &str) -> String {
    let parts = [number.get(..4), number.get(4..7), number.get(7..)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// The vouchers that a case of the caller led to.
///
/// # Errors
/// [`Error::NotFound`].
pub fn of_case(
    house: &House,
    caller: &Caller,
    lang: Lang,
    case: &str,
) -> Result<(String, Vec<Shown>), Error> {
    house.read(caller, case, "own", |conn, opened| {
        let vaccines = Keeping::of(house, &opened.program.definition.id)?.vaccines(house);
        let found = vouchers::of_case(conn, case)?;
        let reference = opened.stored.case.reference.clone().unwrap_or_default();
        Ok((reference, found.iter().map(|it| shown(house, &vaccines, it, lang)).collect()))
    })
}

/// The vouchers of each person for whom the caller acts, with the person's name; the youngest first.
///
/// # Errors
/// [`Error::NotFound`] where no program keeps a ledger.
pub fn of_guardian(house: &House, caller: &Caller, lang: Lang) -> Result<Vec<(String, Vec<Shown>)>, Error> {
    let vaccines = Keeping::first(house)?.vaccines(house);
    house.database.read(|conn| {
        let people = super::subjects::of_guardian(house, conn, caller)?;
        let ids: Vec<&str> = people.iter().map(|it| it.subject.id.as_str()).collect();
        let all = vouchers::of_subjects(conn, &ids)?;
        let of = |id: &str| {
            let theirs = all.iter().filter(|it| it.subject == id);
            theirs.map(|it| shown(house, &vaccines, it, lang)).collect()
        };
        Ok(people.iter().map(|it| (it.subject.person.name.clone(), of(&it.subject.id))).collect())
    })
}

/// Ends every voucher whose last day is over.
///
/// # Errors
/// When the database fails.
pub fn expire(house: &House) -> Result<usize, Error> {
    Ok(house.database.write(|conn| vouchers::expire(conn, house.today(), house.now()))?)
}
