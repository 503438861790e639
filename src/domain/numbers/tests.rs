use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Published and synthetic numbers with the verdict of their check digit, and the source of each.
const VECTORS: &str = include_str!("../../../tests/data/identifier_vectors.csv");

fn check_digit_ok(kind: &str, number: &str) -> bool {
    match kind {
        "kohi_payer"
        | "kohi_recipient"
        | "insurer8"
        | "insurer6_kokuho"
        | "medical_institution10"
        | "kaigo_insurer6" => check::ends_with_check(number, check::m10),
        "lgcode" => check::ends_with_check(number, check::mod11_a),
        "mynumber" => check::ends_with_check(number, check::mod11_b),
        "houjin" => check::is_corporate_number(number),
        _ => panic!("unknown kind {kind}"),
    }
}

/// What the typed parse says: `None` if the kind has no type of its own.
fn typed_verdict(kind: &str, number: &str) -> Option<bool> {
    match kind {
        "kohi_payer" => Some(PayerNumber::parse_strict(number).is_ok()),
        "kohi_recipient" => Some(RecipientNumber::parse_strict(number).is_ok()),
        "insurer8" | "insurer6_kokuho" => Some(InsurerNumber::parse_strict(number).is_ok()),
        "medical_institution10" => Some(InstitutionCode::parse_strict(number).is_ok()),
        "lgcode" => Some(MunicipalityCode::parse(number).is_ok()),
        "mynumber" => Some(MyNumber::parse(number).is_ok()),
        _ => None,
    }
}

#[test]
fn every_vector_gets_its_verdict() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in csv::Reader::from_reader(VECTORS.as_bytes()).records() {
        let row = row.unwrap();
        let (kind, number, expected) = (&row[0], &row[1], &row[2] == "pass");
        assert_eq!(check_digit_ok(kind, number), expected, "{kind} {number}");
        if let Some(accepted) = typed_verdict(kind, number) {
            let all_zero = number.bytes().all(|b| b == b'0');
            assert_eq!(accepted, expected && !all_zero, "{kind} {number}");
        }
        *seen.entry(kind.to_owned()).or_default() += 1;
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
    assert_eq!(seen.values().sum::<usize>(), 62, "{seen:?}");
}

#[test]
fn a_typed_number_with_a_wrong_check_digit_is_kept() {
    let specimen = RecipientNumber::parse("0010001").unwrap();
    assert!(!specimen.check_digit_ok());
    assert_eq!(RecipientNumber::parse_strict("0010001"), Err(NumberError::CheckDigit));
}

#[test]
fn an_issued_number_gets_its_check_digit() {
    for (body, number) in
        [("123456", "1234566"), ("001000", "0010009"), ("100000", "1000009"), ("999999", "9999996")]
    {
        assert_eq!(RecipientNumber::issue(body).unwrap().as_str(), number);
    }
    assert_eq!(RecipientNumber::issue("000000"), Err(NumberError::AllZero));
    assert_eq!(RecipientNumber::issue("12345"), Err(NumberError::Length { expected: "6" }));
}

#[test]
fn digits_may_be_typed_in_any_width() {
    let payer = PayerNumber::parse("５４－１３－６０１－５").unwrap();
    assert_eq!((payer.as_str(), payer.law(), payer.prefecture()), ("54136015", "54", "13"));
}

#[test]
fn other_shapes_are_refused() {
    assert_eq!(PayerNumber::parse("5413601"), Err(NumberError::Length { expected: "8" }));
    assert_eq!(PayerNumber::parse("5413601X"), Err(NumberError::NotDigits));
    assert_eq!(PayerNumber::parse("00000000"), Err(NumberError::AllZero));
    assert_eq!(InsurerNumber::parse("1234567"), Err(NumberError::Length { expected: "6・8" }));
}

#[test]
fn padding_keeps_the_check_digit() {
    let kokuho = InsurerNumber::parse("138248").unwrap();
    assert_eq!(kokuho.padded(), "00138248");
    assert!(InsurerNumber::parse(&kokuho.padded()).unwrap().check_digit_ok());
}

#[test]
fn a_municipality_code_converts_between_five_and_six_digits() {
    let code = MunicipalityCode::from_five("13201").unwrap();
    assert_eq!((code.as_str(), code.five(), code.prefecture()), ("132012", "13201", "13"));
    assert_eq!(MunicipalityCode::parse("132019"), Err(NumberError::CheckDigit));
}

#[test]
fn a_my_number_shows_only_its_last_four_digits() {
    let number = MyNumber::parse("1234-5678-9018").unwrap();
    assert_eq!(number.masked(), "********9018");
    assert_eq!(format!("{number:?}"), "MyNumber(************)");
    assert_eq!(number.expose(), "123456789018");
}

#[test]
fn an_error_about_a_my_number_does_not_tell_it() {
    let error = MyNumber::parse("123456789012").unwrap_err();
    assert!(!format!("{error} {error:?}").chars().any(|c| c.is_ascii_digit()));
}

#[test]
fn numbers_are_strings_in_json() {
    let number: PayerNumber = serde_json::from_str("\"54136015\"").unwrap();
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"54136015\"");
    assert!(serde_json::from_str::<MunicipalityCode>("\"132019\"").is_err());
}

#[test]
fn rules_answer_nothing_for_other_texts() {
    assert_eq!(check::m10("12a"), None);
    assert_eq!(check::mod11_a("123456"), None);
    assert_eq!(check::mod11_b("1234567890"), None);
    assert!(!check::ends_with_check("", check::m10));
    assert!(!check::ends_with_check("日本", check::m10));
    assert!(!check::is_corporate_number(""));
}

proptest! {
    #[test]
    fn m10_notices_every_single_wrong_digit(body in "[0-9]{5,9}", place in 0usize..10, wrong in 0u8..10) {
        let number = format!("{body}{}", check::m10(&body).unwrap());
        prop_assert!(check::ends_with_check(&number, check::m10));
        let mut bytes = number.clone().into_bytes();
        let place = place % bytes.len();
        bytes[place] = b'0' + wrong;
        let typed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(check::ends_with_check(&typed, check::m10), typed == number);
    }

    #[test]
    fn a_body_with_its_check_digit_passes(five in "[0-9]{5}", eleven in "[0-9]{11}", twelve in "[0-9]{12}") {
        let municipality = format!("{five}{}", check::mod11_a(&five).unwrap());
        prop_assert!(check::ends_with_check(&municipality, check::mod11_a));
        let personal = format!("{eleven}{}", check::mod11_b(&eleven).unwrap());
        prop_assert!(check::ends_with_check(&personal, check::mod11_b));
        let corporate = format!("{}{twelve}", check::mod9(&twelve).unwrap());
        prop_assert!(check::is_corporate_number(&corporate));
    }
}
