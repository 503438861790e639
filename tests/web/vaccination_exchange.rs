//! What the national register holds of the ledger of vaccinations: the same night as it was recorded, corrected when it
//! was corrected, and in the form that is kept in `tests/data/pmh`.
//!
//! `MADOGUCHI_WRITE_GOLDEN=1 cargo test --test web vaccination_exchange` writes the files anew; read what changed.

use std::path::Path;

use madoguchi::adapters::pmh::vaccination_record;
use madoguchi::domain::immunization::{Voucher, VoucherState, voucher};
use madoguchi::jobs::{JobsPlan, Kind, Runner};
use madoguchi::ports::hub::Entry;
use madoguchi::store::{hub, vouchers};
use madoguchi::usecases::registration::Registration;
use regex_lite::Regex;
use serde_json::{Value, json};

use super::browser::Browser;
use super::town::{ORG_CODE, Town, in_own_towns};
use super::{database, night, people};

const HOME: &str = "/staff/immunizations";
const CONNECTOR: &str = "pmh_vaccination";
/// 青空 花子 of the stand-in.
const NUMBER: &str = "990000013277";
const WHO: [(&str, &str); 6] = [
    ("number", "77001"),
    ("kana", "アオゾラ ハナコ"),
    ("birth", "1958-04-12"),
    ("name", "青空 花子"),
    ("sex", "female"),
    ("address", "架空県まどか市けやき台2丁目2番2号"),
];

fn texts(town: &Town, sql: &str) -> Vec<String> {
    database::texts(&town.house().database, sql)
}

fn states(town: &Town) -> Vec<String> {
    let sql = format!("SELECT state AS text FROM hub_rows WHERE connector = '{CONNECTOR}' ORDER BY seq");
    texts(town, &sql)
}

/// A person whom a clerk entered, with a dose from paper.
async fn recorded(clerk: &mut Browser) -> String {
    let mut form = clerk.visit(HOME).await.form(HOME);
    for (name, value) in WHO {
        form = form.with(name, value);
    }
    let person = clerk.send(&form.pressing("act", "enter")).await.location().to_owned();
    dose(clerk, &person, "2026-10-15").await;
    person
}

async fn dose(clerk: &mut Browser, person: &str, on: &str) {
    let doses = format!("{person}/doses");
    let form = clerk.visit(&format!("{doses}?vaccine=pneumo_elderly")).await.form(&doses);
    let typed = [("dose", "1"), ("on", on), ("lot", "AB12"), ("amount", "0.5"), ("site", "left-upper-arm")];
    let form = typed.into_iter().fold(form, |form, (name, value)| form.with(name, value));
    clerk.submit(&form.with("route", "intramuscular").with("physician", "診療 七海")).await;
}

async fn numbered(clerk: &mut Browser, person: &str) {
    let form = clerk.visit(person).await.form(person).pressing("act", "number");
    assert_eq!(clerk.send(&form.clone().with("my-number", "990000013278")).await.status, 422);
    let page = clerk.submit(&form.with("my-number", NUMBER)).await;
    assert!(page.text.contains("表示しません") && !page.text.contains(NUMBER), "{:#?}", page.said());
}

/// Corrects the line that stands.
async fn corrected(clerk: &mut Browser, person: &str, field: &str, value: &str) {
    let link = Regex::new(r#"href="(/staff/immunizations/people/[^"]+/doses/[^"]+)""#).unwrap();
    let page = clerk.visit(person).await;
    let address = link.captures(&page.text).unwrap()[1].to_owned();
    let form = clerk.visit(&address).await.form(&address).with(field, value);
    clerk.submit(&form.with("reason", "予診票を確かめた")).await;
}

async fn moved_out(clerk: &mut Browser, person: &str) {
    let form = clerk.visit(person).await.form(person).with("how", "moved_out").with("left", "2026-11-01");
    clerk.submit(&form.pressing("act", "leave")).await;
}

/// The newest row of a kind as it travels, without what is made anew in each town.
fn newest(town: &Town, kind: &str) -> Value {
    let house = town.house();
    let person = texts(town, "SELECT id AS text FROM immunization_subjects").remove(0);
    let subject = house.keys.lookup.hash("subject", &person);
    let rows = house.database.read(|conn| hub::told(conn, &house.keys, CONNECTOR, &subject, &[])).unwrap();
    let read = |row: hub::HubRow| (serde_json::from_slice::<Registration>(&row.body).unwrap(), row);
    let mut told = rows.into_iter().map(read).filter(|(told, _)| told.certificate_type == kind);
    let (told, row) = told.next_back().unwrap();
    let entry = Entry {
        number: told.number,
        certificate_type: told.certificate_type,
        fields: told.fields,
        details: told.details,
        valid_from: told.valid_from,
        valid_to: told.valid_to,
        history_key: row.history_key,
        history_number: row.seq,
        deleted: row.deleted,
    };
    let mut record = vaccination_record(&entry).unwrap_or_else(|faults| panic!("{faults:?}"));
    record["municipalityIdentityKey"] = json!("IDENTITY");
    if record["kind"] == "RECORD" {
        record["historyKey"] = json!("DOSE");
    }
    record
}

fn golden(town: &Town, kind: &str, name: &str) {
    let found = newest(town, kind);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/pmh/vaccination-{name}.json"));
    if std::env::var_os("MADOGUCHI_WRITE_GOLDEN").is_some() {
        std::fs::write(&file, format!("{found:#}\n")).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(found, kept, "{name}");
}

#[test]
fn a_dose_is_at_the_register_the_same_night_and_every_change_of_it() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let person = recorded(&mut clerk).await;
        assert!(states(town).is_empty(), "nobody is told of without a number");
        numbered(&mut clerk, &person).await;
        assert_eq!(states(town), ["pending", "pending"], "who they are, and the dose");
        golden(town, "subject", "subject");
        golden(town, "record", "record");
        night::registers(town).await;
        assert_eq!(states(town), ["confirmed", "confirmed"]);

        corrected(&mut clerk, &person, "lot", "CD34").await;
        golden(town, "record", "correction");
        night::registers(town).await;
        corrected(&mut clerk, &person, "outcome", "mistaken").await;
        golden(town, "record", "withdrawal");
        night::registers(town).await;
        moved_out(&mut clerk, &person).await;
        golden(town, "subject", "removal");
        night::registers(town).await;
        assert_eq!(states(town), ["confirmed"; 5]);
        let open = "SELECT kind AS text FROM discrepancies WHERE cleared_at IS NULL";
        assert!(texts(town, open).is_empty());
    });
}

#[test]
fn a_day_that_is_not_known_is_not_told_and_nothing_is_told_twice() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let person = recorded(&mut clerk).await;
        let doses = format!("{person}/doses");
        let form = clerk.visit(&format!("{doses}?vaccine=zoster")).await.form(&doses);
        clerk.submit(&form.with("dose", "1").with("on", "2026-05")).await;
        numbered(&mut clerk, &person).await;
        numbered(&mut clerk, &person).await;
        night::registers(town).await;
        night::registers(town).await;
        let told = states(town);
        assert_eq!(told.iter().filter(|state| *state == "confirmed").count(), 2, "{told:?}");
    });
}

#[test]
fn what_the_register_refuses_lies_with_the_operator_and_is_sent_again() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let person = recorded(&mut clerk).await;
        numbered(&mut clerk, &person).await;
        let fault =
            json!({ "route": "/pmh/vaccination/v1/registration-tasks", "fault": "fail_task", "times": 1 });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let planned =
            http.post(format!("{}/_sandbox/faults", town.outside.pmh_root)).json(&fault).send().await;
        assert!(planned.unwrap().status().is_success());
        let runner = Runner::new(town.app.house.clone(), JobsPlan::new(ORG_CODE).hurried().hub);
        runner.run_now(Kind::Nightly, &|_| {}).await.unwrap();
        let mut operator = people::staff(town, "operator").await;
        assert!(states(town).contains(&"rejected".to_owned()), "{:?}", states(town));
        let run = "SELECT id AS text FROM runs WHERE job = 'nightly' ORDER BY due_at DESC";
        let run = format!("/operator/runs/{}", texts(town, run).remove(0));
        let page = operator.visit(&run).await;
        assert!(page.text.contains("PMH（予防接種）") && page.text.contains("再送"), "{:#?}", page.said());
        assert!(!page.text.contains("青空") && !page.text.contains(NUMBER), "{:#?}", page.said());
        let again = page.form(&format!("{run}/retry")).pressing("all", "1");
        operator.submit(&again).await;
        night::registers(town).await;
        let told = states(town);
        assert!(told.iter().all(|it| it == "confirmed" || it == "superseded"), "{told:?}");
    });
}

#[test]
fn a_right_for_which_the_register_has_no_code_holds_nobody_back() {
    in_own_towns(&[], async |town| {
        let mut clerk = people::staff(town, "reviewer").await;
        let person = recorded(&mut clerk).await;
        let (house, today) = (town.house(), town.house().today());
        let voucher = Voucher {
            id: "vou_1".to_owned(),
            number: voucher::number(1),
            subject: person.rsplit('/').next().unwrap().to_owned(),
            case: None,
            vaccine: "rsv_maternal".to_owned(),
            product: None,
            dose: "1".to_owned(),
            valid_from: today,
            valid_to: None,
            state: VoucherState::Issued,
            used_by: None,
            reason: String::new(),
        };
        house.database.write(|conn| vouchers::insert(conn, &voucher, house.now())).unwrap();
        numbered(&mut clerk, &person).await;
        night::registers(town).await;
        assert_eq!(states(town), ["confirmed", "confirmed"]);
    });
}
