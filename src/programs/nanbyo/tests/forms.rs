use std::collections::BTreeSet;

use super::*;
use crate::domain::forms::{Catalogues, Env, Form, check, enabled_steps, populate};
use crate::domain::lang::Lang;
use serde_json::{Value, json};

pub(super) fn form(name: &str) -> Form {
    let file = format!("questionnaires/{name}.json");
    let source = fs::read_to_string(format!("forms/nanbyo/{file}")).unwrap();
    Form::load(&source, &file).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

fn catalogues() -> Catalogues {
    let diseases = tables().choices("diseases", day("2026-05-10")).unwrap();
    Catalogues::from([("diseases".to_owned(), diseases)])
}

/// What hinders filing, as `path key`.
fn errors(form: &Form, answers: &Answers) -> Vec<String> {
    let (context, catalogues) =
        (BTreeMap::from([("case".to_owned(), json!({ "kind": "NEW", "procedure": "new" }))]), catalogues());
    let env = Env { today: day("2026-05-10"), context: &context, catalogues: &catalogues, lang: Lang::Ja };
    let hard = check(form, answers, &env).into_iter().filter(|error| !error.soft);
    hard.map(|error| format!("{} {}", error.path, error.key)).collect()
}

fn steps(form: &Form, answers: &Answers) -> Vec<String> {
    let (context, catalogues) =
        (BTreeMap::from([("case".to_owned(), json!({ "kind": "NEW", "procedure": "new" }))]), catalogues());
    let env = Env { today: day("2026-05-10"), context: &context, catalogues: &catalogues, lang: Lang::Ja };
    enabled_steps(form, answers, &env).into_iter().map(|step| step.link_id.clone()).collect()
}

const APPLICATION: &[(&str, &str)] = &[
    ("filer.role", ":self"),
    ("patient.undivided", "no"),
    ("patient.family-name", "窓口"),
    ("patient.given-name", "花子"),
    ("patient.family-kana", "マドグチ"),
    ("patient.given-kana", "ハナコ"),
    ("patient.birth", "1958-03-02"),
    ("patient.sex", ":female"),
    ("patient.prefecture", "架空県"),
    ("patient.city", "みほん市"),
    ("patient.street", "中央1-2-3"),
    ("insurance.kind", ":kokuho"),
    ("insurance.insurer-name", "みほん市"),
    ("insurance.number", "み-12"),
    ("household.exists", "yes"),
    ("household.member[0]/household.member.name", "窓口 太郎"),
    ("household.member[0]/household.member.relation", ":spouse"),
    ("household.member[0]/household.member.birth", "1955-01-05"),
    ("household.member[0]/household.member.tax", ":unknown"),
    ("disease.number", ":6"),
    ("physician.way", ":online"),
    ("physician.institution", "みほん病院"),
    ("physician.name", "医師 一"),
    ("special.long-term", "no"),
    ("special.ventilator", "no"),
    ("special.mild-cost", "no"),
    ("other.exists", "no"),
    ("other.own-child-program", "no"),
    ("start.wished-on", "2026-04-20"),
    ("income.assistance", "no"),
    ("income.non-taxed", ":no"),
    ("registration.wished", "no"),
    ("delivery.elsewhere", "no"),
];

fn application(more: &[(&str, &str)]) -> Answers {
    let mut answers = answers(APPLICATION);
    for (path, number) in [
        ("patient.postcode", "1000000"),
        ("patient.phone", "0300000000"),
        ("insurance.insurer-number", "138248"),
    ] {
        answers.set(path, Answer::Text(number.to_owned()));
    }
    more.iter().for_each(|(path, value)| answers.set(path, answer(value)));
    answers
}

#[test]
fn a_filled_application_can_be_filed_with_its_papers_still_missing() {
    assert_eq!(errors(&form("application"), &application(&[])), Vec::<String>::new());
}

#[test]
fn an_empty_application_says_what_is_missing() {
    let missing = errors(&form("application"), &Answers::new());
    for path in ["filer.role", "patient.family-name", "insurance.kind", "disease.number", "income.assistance"]
    {
        assert!(missing.iter().any(|error| error.starts_with(&format!("{path} form.required"))), "{path}");
    }
}

#[test]
fn a_minor_needs_a_guardian_and_an_adult_does_not() {
    let form = form("application");
    let shown =
        |birth| steps(&form, &application(&[("patient.birth", birth)])).contains(&"guardian".to_owned());
    assert!(shown("2008-05-11"));
    assert!(!shown("2008-05-10"));
}

#[test]
fn the_insurance_opens_what_it_needs() {
    let form = form("application");
    let shown = |more: &[(&str, &str)]| steps(&form, &application(more)).contains(&"household".to_owned());
    assert!(shown(&[]));
    assert!(!shown(&[("insurance.kind", ":seiho")]));
    assert!(!shown(&[("insurance.kind", ":kyokai"), ("insurance.person", ":insured")]));
    assert!(shown(&[("insurance.kind", ":kyokai"), ("insurance.person", ":dependant")]));
}

#[test]
fn a_late_application_is_asked_for_the_reason() {
    let form = form("application");
    let answers = |wished, reason| application(&[("start.wished-on", wished), ("start.reason", reason)]);
    let asked = |answers| errors(&form, &answers).contains(&"start.reason-text form.required".to_owned());
    assert!(asked(answers("2026-02-01", ":other")));
    assert!(!asked(answers("2026-02-01", ":illness")));
    assert!(!asked(answers("2026-04-20", ":other")));
    assert!(errors(&form, &application(&[("start.wished-on", "2026-05-11")])).len() == 1);
}

#[test]
fn the_record_of_the_person_fills_the_form() {
    let representation = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation";
    let name = |code: &str, family: &str, given: &str| {
        let writing = json!([{ "url": representation, "valueCode": code }]);
        json!({ "extension": writing, "family": family, "given": [given] })
    };
    let address =
        json!({ "postalCode": "1000000", "state": "架空県", "city": "みほん市", "line": ["中央1-2-3"] });
    let patient = json!({
        "resourceType": "Patient",
        "name": [name("IDE", "\u{FA19}谷", "花子"), name("SYL", "カミタニ", "ハナコ")],
        "birthDate": "1958-03-02",
        "gender": "female",
        "address": [address],
    });
    let (context, catalogues) = (BTreeMap::from([("patient".to_owned(), patient)]), catalogues());
    let env = Env { today: day("2026-05-10"), context: &context, catalogues: &catalogues, lang: Lang::Ja };
    let filled = populate(&form("application"), &env);
    let text = |path: &str| match filled.get(path) {
        Some(Answer::Text(text)) => text.clone(),
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(text("patient.family-name"), "\u{FA19}谷");
    assert_eq!(
        (text("patient.given-kana"), text("patient.street")),
        ("ハナコ".to_owned(), "中央1-2-3".to_owned())
    );
    assert!(matches!(filled.get("patient.sex"), Some(Answer::Choice(coding)) if coding.code == "female"));
    assert!(matches!(filled.get("patient.birth"), Some(Answer::Date(_))));
}

#[test]
fn the_certificate_shows_the_part_of_its_disease() {
    let form = form("certificate");
    let parts = |disease| steps(&form, &answers(&[("disease.number", disease)]));
    let has = |steps: &[String], part: &str| steps.iter().any(|step| step == part);
    let (parkinson, colitis, other) = (parts(":6"), parts(":97"), parts(":1"));
    assert!(
        has(&parkinson, "parkinson-severity")
            && !has(&parkinson, "colitis-severity")
            && !has(&parkinson, "other-diagnosis")
    );
    assert!(has(&colitis, "colitis-laboratory") && !has(&colitis, "parkinson-diagnosis"));
    assert!(has(&other, "other-diagnosis") && !has(&other, "parkinson-severity"));
    assert!(!has(&other, "living-upper"));
    let own = [(":2", "als"), (":49", "sle"), (":57", "dcm"), (":84", "sarcoidosis"), (":96", "crohn")];
    for (disease, part) in own {
        let asked = parts(disease);
        let foreign = own
            .iter()
            .filter(|(_, it)| *it != part)
            .any(|(_, it)| asked.iter().any(|step| step.starts_with(it)));
        assert!(asked.iter().any(|step| step.starts_with(part)) && !foreign, "{disease}: {asked:?}");
        assert!(!has(&asked, "other-diagnosis") && !has(&asked, "other-severity"), "{disease}: {asked:?}");
    }
    assert!(has(&steps(&form, &answers(&[("ventilator.used", "yes")])), "living-upper"));
}

#[test]
fn what_the_rules_read_is_asked_by_the_forms() {
    let forms = [
        (
            "application",
            "disease.number insurance.kind insurance.person insurance.guardian-latter-stage special.mild-cost \
            special.ventilator special.long-term start.reason start.wished-on income.pension income.other income.benefits \
            household.member.name cost.row.from cost.row.total",
        ),
        (
            "certificate",
            "disease.number diagnosis.category diagnosis.met-on diagnosis.onset diagnosis.meets-severity \
            parkinson.tremor parkinson.rigidity parkinson.akinesia parkinson.postural parkinson.imaging parkinson.no-drug \
            parkinson.drug-response parkinson.hoehn-yahr parkinson.life-disability colitis.bloody-stool colitis.endoscopy \
            colitis.biopsy colitis.excluded colitis.stools colitis.blood colitis.fever colitis.temperature \
            colitis.tachycardia colitis.pulse colitis.anaemia colitis.haemoglobin colitis.inflammation colitis.esr colitis.crp \
            colitis.bloody-stools colitis.leukocytes colitis.strong-pain colitis.stated ventilator.used ventilator.mode \
            ventilator.weaning ventilator.external-heart ventilator.due-to-disease living.meal living.transfer \
            living.grooming living.toilet living.bathing living.walking living.stairs living.dressing living.bowel \
            living.bladder als.grade als.adult als.progressive als.excluded als.gene als.upper als.lower sle.ana \
            sle.immunology dcm.exclusion dcm.continuous sarcoidosis.group crohn.longitudinal crohn.cobblestone crohn.granuloma \
            crohn.aphtha crohn.anal-lesion crohn.gastroduodenal crohn.indistinct other.scale other.mrs other.nutrition \
            other.respiration other.barthel other.nyha other.vision other.name other.grade physician.kind physician.written-on physician.designated-until",
        ),
        (
            "office",
            "assistance.receives assistance.border-tier tax.basis tax.role tax.non-taxed tax.shotokuwari \
            tax.designated-city tax.recomputed income.pension income.other income.benefits cost.row.from cost.row.total \
            mild-cost.met-on medical.diagnosis-met medical.severity-met medical.ventilator start.reason-accepted \
            apportionment.cap insurance.share institution.scope validity.special renewal.late",
        ),
    ];
    for (name, items) in forms {
        let form = form(name);
        for item in items.split_whitespace() {
            assert!(form.item(item).is_some(), "{name} asks no {item}");
        }
    }
}

/// Keys of one section of the Japanese texts.
fn texts(section: &str) -> BTreeSet<String> {
    let source = fs::read_to_string("forms/nanbyo/texts/ja.toml").unwrap();
    let texts: toml::Table = source.parse().unwrap();
    texts[section].as_table().unwrap().keys().map(|key| format!("{section}.{key}")).collect()
}

#[test]
fn every_sentence_the_rules_point_to_is_in_the_catalogue() {
    let known: BTreeSet<String> = ["finding", "working"].into_iter().flat_map(texts).collect();
    let folders = ["src/programs/nanbyo", "src/programs/nanbyo/parts"];
    let rules =
        folders.into_iter().flat_map(|it| fs::read_dir(it).unwrap()).map(|entry| entry.unwrap().path());
    let mut used = 0;
    for file in rules.filter(|path| path.is_file()) {
        let source = fs::read_to_string(&file).unwrap();
        let literals = source.split('"').skip(1).step_by(2);
        for key in literals.filter(|text| text.starts_with("finding.") || text.starts_with("working.")) {
            assert!(key.contains('{') || known.contains(key), "{key} in {}", file.display());
            used += 1;
        }
    }
    assert!(used > 50, "{used}");
}

#[test]
fn the_codes_of_the_forms_are_those_of_the_tables() {
    let codes = |form: &Form, item: &str| -> BTreeSet<String> {
        form.item(item).unwrap().choices.iter().map(|choice| choice.code.clone()).collect()
    };
    let keys = |table: &str| -> BTreeSet<String> {
        tables().rows(table, day("2026-05-10")).unwrap().iter().map(|row| row.key().to_owned()).collect()
    };
    let (application, certificate, office) = (form("application"), form("certificate"), form("office"));
    assert_eq!(codes(&application, "insurance.kind"), keys("insurances"));
    assert_eq!(codes(&application, "start.reason"), keys("delay_reasons"));
    assert_eq!(codes(&certificate, "physician.kind"), keys("physician_kinds"));
    assert_eq!(codes(&certificate, "colitis.stated"), keys("colitis_grades"));
    assert_eq!(codes(&office, "insurance.share"), keys("shares"));
    assert!(codes(&office, "assistance.border-tier").is_subset(&keys("tiers")));
    let roles = tables().rows("households", day("2026-05-10")).unwrap();
    let roles: BTreeSet<String> =
        roles.iter().flat_map(|row| row.text("counted").unwrap().split(' ')).map(str::to_owned).collect();
    assert_eq!(codes(&office, "tax.role"), roles);
}

#[test]
fn every_label_of_the_applicants_form_is_in_three_languages() {
    let form = form("application");
    let mut open: Vec<&Value> = vec![form.json()];
    let mut labels = 0;
    while let Some(item) = open.pop() {
        if item.get("linkId").is_some() {
            let translations = item.pointer("/_text/extension").and_then(Value::as_array).map_or(0, Vec::len);
            assert_eq!(translations, 2, "{}", item["linkId"]);
            labels += 1;
        }
        open.extend(item.get("item").and_then(Value::as_array).into_iter().flatten());
    }
    assert!(labels > 100, "{labels}");
}
