use super::*;

const BIRTH: &str = "2026-03-01";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn vaccines() -> Vec<Vaccine> {
    let products = vec![("p1".to_owned(), "製品1".to_owned(), false)];
    let text = str::to_owned;
    vec![Vaccine {
        key: text("v1"),
        name: text("一"),
        name_en: text("One"),
        class: text("A"),
        current: true,
        anew: false,
        cohort: crate::domain::immunization::outlook::Cohort::Fiscal,
        products,
    }]
}

fn typed() -> Typed {
    let text = str::to_owned;
    Typed {
        outcome: text("given"),
        vaccine: text("v1"),
        product: text("p1"),
        dose: text("２"),
        on: text("令和8年11月20日"),
        lot: text("(01)04912345678904(17)270228(10)ab-12"),
        amount: text("0.25"),
        site: text("left-thigh"),
        route: text("subcutaneous"),
        physician: text("診療 七海"),
        ..Typed::default()
    }
}

fn read_it(typed: &Typed) -> Result<Entry, Vec<String>> {
    let read = read(typed, day(BIRTH), &vaccines(), day("2026-11-23"));
    read.map_err(|faults| faults.into_iter().map(|it| it.key).collect())
}

#[test]
fn a_scanned_package_gives_lot_and_last_day() {
    let entry = read_it(&typed()).unwrap();
    assert_eq!((entry.lot.as_str(), entry.expires), ("ab-12", Some(day("2027-02-28"))));
    assert_eq!((entry.dose.as_str(), entry.on), ("2", day("2026-11-20")));
    let entry = read_it(&Typed { lot: "ａｂ123c".to_owned(), ..typed() }).unwrap();
    assert_eq!((entry.lot.as_str(), entry.expires), ("ab123c", None));
}

#[test]
fn each_fault_is_named_and_all_of_them_at_once() {
    let none = Typed { vaccine: "v1".to_owned(), ..Typed::default() };
    let all = ["product", "number", "lot", "amount", "site", "route", "physician", "day"];
    assert_eq!(read_it(&none), Err(all.map(|key| format!("dose.{key}")).to_vec()));
    let wrong = |change: fn(&mut Typed)| {
        let mut typed = typed();
        change(&mut typed);
        read_it(&typed).unwrap_err().join(",")
    };
    assert_eq!(wrong(|it| it.on = "2026-02-28".to_owned()), "dose.before-birth");
    assert_eq!(wrong(|it| it.on = "2026-11-24".to_owned()), "dose.future");
    assert_eq!(wrong(|it| it.product = "p9".to_owned()), "dose.product");
    assert_eq!(wrong(|it| it.vaccine = "v9".to_owned()), "dose.vaccine,dose.product");
    assert_eq!(wrong(|it| it.amount = "10.01".to_owned()), "dose.amount");
    assert_eq!(wrong(|it| it.amount = "0".to_owned()), "dose.amount");
    assert_eq!(wrong(|it| it.lot = "ロット".to_owned()), "dose.lot");
}

#[test]
fn a_dose_that_was_not_given_needs_its_reason_and_no_lot() {
    let mut not_done = Typed { outcome: "not_done".to_owned(), lot: String::new(), ..typed() };
    assert_eq!(read_it(&not_done), Err(vec!["dose.reason".to_owned()]));
    not_done.reason = "38度の発熱".to_owned();
    assert_eq!(read_it(&not_done).unwrap().outcome, Outcome::NotDone);
}

#[test]
fn an_exemption_is_one_of_the_towns_and_was_proved() {
    let known = [Exemption { key: "welfare".to_owned(), label: "生活保護".to_owned(), copay: 0 }];
    let exempted = |exemption: &str, proof: &str, outcome: &str| {
        let text = str::to_owned;
        let (exemption, proof) = (text(exemption), text(proof));
        let typed = Typed { exemption, proof, outcome: text(outcome), reason: text("発熱"), ..typed() };
        let entry = exempt(&typed, &known, read_it(&typed).unwrap());
        entry.map(|it| (it.copay, it.content.proof)).map_err(|fault| fault.key)
    };
    assert_eq!(exempted("welfare", "受給証明書", "given"), Ok((Some(0), "受給証明書".to_owned())));
    assert_eq!(exempted("", "受給証明書", "given"), Ok((None, String::new())));
    assert_eq!(exempted("welfare", "受給証明書", "not_done"), Ok((None, String::new())));
    assert_eq!(exempted("welfare", " ", "given"), Err("dose.proof".to_owned()));
    assert_eq!(exempted("other", "証明書", "given"), Err("dose.exemption".to_owned()));
}
