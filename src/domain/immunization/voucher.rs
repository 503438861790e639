//! 接種券: the entitlement to one dose. It is issued, and then used, expired or cancelled, once.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::numbers::check::m10;
use crate::domain::program::vocabulary::vocabulary;
use crate::domain::refusal::Refusal;
use crate::domain::text::fold_width;

vocabulary! {
    /// How a voucher stands.
    VoucherState {
        /// It can be used within its days.
        Issued = "issued",
        /// A dose was given upon it.
        Used = "used",
        /// Its last day is over.
        Expired = "expired",
        /// It was replaced, or the person moved out.
        Cancelled = "cancelled",
    }
}

/// A voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// Id, `vou_…`.
    pub id: String,
    /// Ten digits, the last of which checks the others.
    pub number: String,
    /// The person, `sub_…`.
    pub subject: String,
    /// The case by whose decision it was issued.
    pub case: Option<String>,
    /// Key of the vaccine.
    pub vaccine: String,
    /// Key of the product, if only one will do.
    pub product: Option<String>,
    /// Number of the dose.
    pub dose: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, if there is one.
    pub valid_to: Option<NaiveDate>,
    /// How it stands.
    pub state: VoucherState,
    /// The line of the ledger with the dose that was given upon it.
    pub used_by: Option<String>,
    /// Why it was cancelled: `reissued`, `moved_out`; empty otherwise.
    pub reason: String,
}

impl Voucher {
    /// Whether a dose may be recorded upon it on a day.
    ///
    /// # Errors
    /// `voucher.used`, `voucher.cancelled`, `voucher.expired` or `voucher.not-yet`.
    pub fn usable(&self, on: NaiveDate) -> Result<(), Refusal> {
        let key = match self.state {
            VoucherState::Used => "voucher.used",
            VoucherState::Cancelled => "voucher.cancelled",
            _ if self.valid_to.is_some_and(|last| last < on) => "voucher.expired",
            VoucherState::Expired => "voucher.expired",
            VoucherState::Issued if on < self.valid_from => "voucher.not-yet",
            VoucherState::Issued => return Ok(()),
        };
        let refusal = Refusal::new(key).with("number", &self.number).with("from", self.valid_from);
        Err(refusal.with("to", self.valid_to.map(|day| day.to_string()).unwrap_or_default()))
    }
}

/// The number at a place of the town's series: nine digits and one that checks them (M10).
pub fn number(place: i64) -> String {
    let body = format!("{:09}", place.rem_euclid(1_000_000_000));
    let check = m10(&body).unwrap_or_default();
    format!("{body}{check}")
}

/// Reads a number as it was typed, in any width and with blanks or hyphens.
///
/// # Errors
/// `voucher.number`.
pub fn read_number(typed: &str) -> Result<String, Refusal> {
    let digits: String = fold_width(typed).chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let sound = digits.len() == 10
        && digits
            .split_at_checked(9)
            .is_some_and(|(body, last)| m10(body).is_some_and(|check| check.to_string() == last));
    if sound { Ok(digits) } else { Err(Refusal::new("voucher.number").at("number")) }
}

/// What a code opens at the desk of a clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// The person of a voucher.
    Voucher,
    /// A form that was answered before a dose (予診票).
    Screening,
}

impl Opens {
    /// What stands before the rest in the code.
    fn mark(self) -> &'static str {
        match self {
            Opens::Voucher => "MADOGUCHI-DOSE",
            Opens::Screening => "MADOGUCHI-FORM",
        }
    }

    fn of_mark(mark: &str) -> Option<Opens> {
        [Opens::Voucher, Opens::Screening].into_iter().find(|it| it.mark() == mark)
    }

    fn read(self, typed: &str) -> Result<String, Refusal> {
        let id = typed.len() <= LONGEST_ID && typed.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match self {
            Opens::Voucher => read_number(typed),
            Opens::Screening if id => Ok(typed.to_owned()),
            Opens::Screening => Err(Refusal::new("voucher.code").at("scanned")),
        }
    }
}

/// Most characters of the id of a form.
const LONGEST_ID: usize = 40;

/// The code on a voucher or a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What it opens.
    pub opens: Opens,
    /// 全国地方公共団体コード of the town.
    pub town: String,
    /// The number of the voucher, or the id of the form.
    pub number: String,
    /// What shows that the town made the code.
    pub proof: String,
}

impl Code {
    /// The text in the code.
    pub fn text(&self) -> String {
        format!("{} {} {} {}", self.opens.mark(), self.town, self.number, self.proof)
    }

    /// Reads the text; a reader may type a line break after it.
    ///
    /// # Errors
    /// `voucher.code` for what is no code of any town.
    pub fn parse(text: &str) -> Result<Code, Refusal> {
        let folded = fold_width(text);
        let parts: Vec<&str> = folded.split_whitespace().collect();
        let wrong = || Refusal::new("voucher.code").at("scanned");
        let [mark, town, number, proof] = parts.as_slice() else { return Err(wrong()) };
        let opens = Opens::of_mark(mark).ok_or_else(wrong)?;
        Ok(Code { opens, town: (*town).to_owned(), number: opens.read(number)?, proof: (*proof).to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn voucher(state: VoucherState) -> Voucher {
        Voucher {
            id: "vou_1".to_owned(),
            number: number(1),
            subject: "sub_1".to_owned(),
            case: None,
            vaccine: "mr1".to_owned(),
            product: None,
            dose: "1".to_owned(),
            valid_from: day("2026-11-01"),
            valid_to: Some(day("2027-10-31")),
            state,
            used_by: None,
            reason: String::new(),
        }
    }

    #[test]
    fn it_can_be_used_on_its_days_while_nothing_has_happened_to_it() {
        let key = |voucher: &Voucher, on| voucher.usable(day(on)).map_err(|refusal| refusal.key);
        let issued = voucher(VoucherState::Issued);
        assert_eq!(key(&issued, "2026-11-01"), Ok(()));
        assert_eq!(key(&issued, "2027-10-31"), Ok(()));
        assert_eq!(key(&issued, "2026-10-31"), Err("voucher.not-yet".to_owned()));
        assert_eq!(key(&issued, "2027-11-01"), Err("voucher.expired".to_owned()));
        let ended = [VoucherState::Used, VoucherState::Cancelled, VoucherState::Expired];
        for (state, said) in ended.into_iter().zip(["voucher.used", "voucher.cancelled", "voucher.expired"]) {
            assert_eq!(key(&voucher(state), "2026-12-01"), Err(said.to_owned()));
        }
    }

    #[test]
    fn a_slip_of_one_digit_is_seen() {
        let sound = number(42);
        assert_eq!(read_number(&sound), Ok(sound.clone()));
        assert_eq!(read_number(&format!("{} {}", &sound[..5], &sound[5..])), Ok(sound.clone()));
        for at in 0..10 {
            let mut digits: Vec<u32> = sound.chars().filter_map(|c| c.to_digit(10)).collect();
            digits[at] = (digits[at] + 1) % 10;
            let wrong: String = digits.iter().map(u32::to_string).collect();
            assert!(read_number(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_code_comes_back_and_nothing_else_is_taken_for_one() {
        for (opens, number) in [(Opens::Voucher, number(7)), (Opens::Screening, "scr_0123".to_owned())] {
            let code = Code { opens, town: "990018".to_owned(), number, proof: "ABCDEFGH".to_owned() };
            assert_eq!(Code::parse(&format!("{}\n", code.text())), Ok(code));
        }
        let wrong = ["", "https://example.jp/", "MADOGUCHI-DOSE 990018 123 X", "MADOGUCHI-FORM 990018 a/b X"];
        for wrong in wrong {
            assert!(Code::parse(wrong).is_err(), "{wrong}");
        }
    }
}
