//! The check before sending: one faulty record would make the hub refuse the whole batch.

use super::profile::{Lengths, Profile};
use super::record;
use super::row::{Cap, SubsidyRow};
use crate::domain::numbers::RecipientNumber;
use crate::ports::hub::{Defect, Warning};

const MISSING: &str = "PMH-E1001";
const TOO_LONG: &str = "PMH-E1002";
const WRONG_CHARACTERS: &str = "PMH-E1003";
const WRONG_ORDER: &str = "PMH-E1005";

/// Characters a field may have.
#[derive(Clone, Copy)]
enum Kind {
    /// Anything but control characters.
    Text,
    /// ASCII letters and digits.
    Code,
    /// ASCII letters, digits and `-`.
    SubKey,
    /// ASCII letters, digits, `-` and `_`.
    Key,
    /// Full-width katakana and full-width blanks.
    Katakana,
}

impl Kind {
    fn allows(self, c: char) -> bool {
        match self {
            Kind::Text => !c.is_control(),
            Kind::Code => c.is_ascii_alphanumeric(),
            Kind::SubKey => c.is_ascii_alphanumeric() || c == '-',
            Kind::Key => c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
            Kind::Katakana => matches!(c, '\u{30A0}'..='\u{30FF}' | '\u{3000}'),
        }
    }
}

/// What the hub would refuse in this row.
pub(super) fn defects(index: usize, row: &SubsidyRow, profile: &Profile) -> Vec<Defect> {
    let kana = record::kana(&row.person);
    let texts = texts(row, &kana, profile);
    let mut found: Vec<(String, &str)> = texts.into_iter().filter_map(fault).collect();
    if row.valid_to < row.valid_from {
        found.push(("validTo".to_owned(), WRONG_ORDER));
    }
    if matches!(row.cap, Some(Cap { monthly, .. }) if monthly > profile.lengths.yen) {
        found.push(("maxCopaymentAmount".to_owned(), TOO_LONG));
    }
    if row.printed.len() > profile.lengths.printed_items {
        found.push((profile.printed_items.clone(), TOO_LONG));
    }
    found.into_iter().map(|(field, code)| defect(index, field, code)).collect()
}

fn defect(index: usize, field: String, code: &str) -> Defect {
    let message = match code {
        MISSING => "must not be empty",
        TOO_LONG => "too long or too large",
        WRONG_CHARACTERS => "holds characters the hub does not take",
        _ => "ends before it begins",
    };
    Defect { row: Some(index), field: Some(field), code: code.to_owned(), message: message.to_owned() }
}

type Text<'a> = (String, &'a str, usize, Kind);

fn texts<'a>(row: &'a SubsidyRow, kana: &'a str, profile: &'a Profile) -> Vec<Text<'a>> {
    let lengths = &profile.lengths;
    let always = [
        // Published bounds: 50 letters and digits, 100 and 30 characters.
        ("orgSpecificCertificateTypeId", Some(row.certificate_type.as_str()), 50, Kind::Code),
        ("certificationName", Some(&row.certificate_name), 100, Kind::Text),
        ("medicalSubsidyRecipientNumber", row.recipient_number.as_deref(), 30, Kind::Text),
        ("basicFiveInfo.name", Some(&row.person.name), lengths.name, Kind::Text),
        ("basicFiveInfo.nameKana", Some(kana), lengths.name, Kind::Katakana),
        ("basicFiveInfo.address", Some(&row.person.address), lengths.address, Kind::Text),
        ("certificationSubKey", row.sub_key.as_deref(), lengths.key, Kind::SubKey),
        ("historyKey", Some(&row.history_key), lengths.key, Kind::Key),
        ("segment", row.segment.as_deref(), lengths.segment, Kind::Text),
        ("incomeSegment", row.income_segment.as_deref(), lengths.income_segment, Kind::Text),
        ("designatedMedicalInstitutions", row.institutions.as_deref(), lengths.institutions, Kind::Text),
    ];
    let given = always
        .into_iter()
        .filter_map(|(field, text, most, kind)| Some((field.to_owned(), text?, most, kind)));
    given.chain(conditions(row, lengths)).chain(printed(row, profile)).collect()
}

fn conditions<'a>(row: &'a SubsidyRow, lengths: &Lengths) -> impl Iterator<Item = Text<'a>> {
    let most = lengths.condition;
    let codes = row.conditions.iter().flat_map(|entry| [entry.item.as_str(), &entry.code]);
    codes.map(move |code| ("additionalConditions".to_owned(), code, most, Kind::Code))
}

fn printed<'a>(row: &'a SubsidyRow, profile: &'a Profile) -> impl Iterator<Item = Text<'a>> {
    let [code, name, value] = profile.lengths.printed;
    row.printed.iter().enumerate().flat_map(move |(index, item)| {
        let field = |part: &str| format!("{}[{index}].{part}", profile.printed_items);
        [
            (field("itemCode"), item.code.as_str(), code, Kind::Key),
            (field("itemName"), item.name.as_str(), name, Kind::Text),
            (field("itemValue"), item.value.as_str(), value, Kind::Text),
        ]
    })
}

fn fault((field, text, most, kind): Text) -> Option<(String, &'static str)> {
    let code = if text.trim().is_empty() {
        MISSING
    } else if text.chars().count() > most {
        TOO_LONG
    } else if !text.chars().all(|c| kind.allows(c)) {
        WRONG_CHARACTERS
    } else {
        return None;
    };
    Some((field, code))
}

/// Numbers whose check digit is wrong. Recipient numbers of local schemes have other lengths and no
/// check digit.
pub(super) fn warnings(rows: &[SubsidyRow]) -> Vec<Warning> {
    let each = rows.iter().enumerate().flat_map(|(row, data)| {
        let payer = data.payer_number.as_ref().is_some_and(|number| !number.check_digit_ok());
        let recipient = data.recipient_number.as_deref().is_some_and(mistyped_recipient);
        let fields = [(payer, "medicalSubsidyInsurerNumber"), (recipient, "medicalSubsidyRecipientNumber")];
        fields.map(|(wrong, field)| wrong.then(|| Warning { row, field: field.to_owned() }))
    });
    each.flatten().collect()
}

fn mistyped_recipient(number: &str) -> bool {
    number.len() == 7 && RecipientNumber::parse(number).is_ok_and(|number| !number.check_digit_ok())
}
