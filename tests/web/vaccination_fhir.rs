//! The ledger of vaccinations over FHIR: for the person, and for the record system of the institution to which they
//! showed themself that day.

use madoguchi::cli::client;
use madoguchi::sandbox::hospital::{Answer, Hospital};
use madoguchi::store::immunization_subjects;
use madoguchi::usecases::operator::accounts;
use serde_json::Value;

use super::roads::hospital::base;
use super::town::{Town, folder, in_own_towns};
use super::{database, people};

const HOME: &str = "/staff/immunizations";
const LINES: &str = "system/Immunization.rs";
const NEXT: &str = "system/ImmunizationRecommendation.rs";

/// A person of the ledger with three doses; the id as FHIR writes it.
async fn recorded(town: &Town) -> String {
    let mut clerk = people::staff(town, "reviewer").await;
    let who =
        [("number", "77001"), ("kana", "シケン ハナコ"), ("birth", "1958-04-12"), ("name", "試験 花子")];
    let form = clerk.visit(HOME).await.form(HOME);
    let form = who.into_iter().fold(form, |form, (name, value)| form.with(name, value));
    let person = clerk.send(&form.pressing("act", "enter")).await.location().to_owned();
    for (vaccine, dose, on) in [
        ("flu_elderly", "1", "2025-11-05"),
        ("pneumo_elderly", "1", "2026-05"),
        ("zoster", "1", "2026-10-15"),
    ] {
        let doses = format!("{person}/doses");
        let form = clerk.visit(&format!("{doses}?vaccine={vaccine}")).await.form(&doses);
        clerk.submit(&form.with("dose", dose).with("on", on).with("lot", "AB12")).await;
    }
    person.rsplit('/').next().unwrap().replace('_', "-")
}

/// A record system of the institution at which a login works.
fn system(town: &Town, name: &str, institution: &str) -> Hospital {
    let hospital = Hospital::new(name).unwrap();
    let keys = folder("clinic-keys").join(format!("{name}-{}.json", town.url.len()));
    std::fs::write(&keys, hospital.jwks().to_string()).unwrap();
    let (id, institution) = (name.to_owned(), institution.to_owned());
    let options = client::Options { id, institution, name: "架空診療所".to_owned(), keys };
    client::add_to(town.house(), &options).unwrap();
    hospital
}

async fn get(town: &Town, hospital: &Hospital, scope: &str, path: &str) -> Answer {
    let token = hospital.token_for(&base(town), scope).await.unwrap();
    hospital.get(&base(town), &token, path).await.unwrap()
}

/// The code of the first issue.
fn issue(answer: &Answer) -> &str {
    answer.body["issue"][0]["details"]["coding"][0]["code"].as_str().unwrap_or_default()
}

fn ids(found: &Value) -> Vec<String> {
    let entries = found["entry"].as_array().unwrap();
    entries.iter().map(|it| it["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

/// The record system of a clinic to which the person showed themself.
async fn shown(town: &Town, person: &str) -> Hospital {
    let mut clinic = people::staff(town, "clinic").await;
    let form = clinic.visit("/clinic").await.form("/clinic");
    let form = form.with("kana", "シケン ハナコ").with("birth", "1958-04-12").with("consent", "yes");
    let page = clinic.send(&form).await;
    assert!(page.location().ends_with(&person.replace('-', "_")), "{:#?}", page.said());
    let works_at = "SELECT institution AS text FROM users WHERE institution IS NOT NULL";
    let works_at: Value =
        serde_json::from_str(&database::texts(&town.house().database, works_at).remove(0)).unwrap();
    system(town, "clinic-system", works_at["code"].as_str().unwrap())
}

#[test]
fn a_clinics_system_reads_whoever_showed_themself_and_nobody_else() {
    in_own_towns(&[], async |town| {
        let person = recorded(town).await;
        let path = format!("Immunization?patient=Patient/{person}");
        let stranger = system(town, "stranger-system", "9940099999");
        assert_eq!(get(town, &stranger, LINES, &path).await.status, 404);
        let clinic = shown(town, &person).await;
        let found = get(town, &clinic, LINES, &path).await;
        assert_eq!(found.status, 200, "{:#}", found.body);
        let first = &found.body["entry"][0]["resource"];
        assert_eq!(first["occurrenceDateTime"], "2025-11-05");
        assert_eq!(found.body["entry"][1]["resource"]["occurrenceDateTime"], "2026-05");
        assert_eq!(
            first["meta"]["profile"][0],
            "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Immunization"
        );
        assert_eq!((&first["primarySource"], &first["lotNumber"]), (&false.into(), &"AB12".into()));
        let one = get(town, &clinic, LINES, &format!("Immunization/{}", first["id"].as_str().unwrap())).await;
        assert_eq!((one.status, &one.body), (200, first));
        let next = get(town, &clinic, NEXT, &format!("ImmunizationRecommendation?patient={person}")).await;
        let told = next.body["entry"][0]["resource"]["recommendation"].as_array().unwrap();
        let zoster = told.iter().find(|it| it["vaccineCode"][0]["coding"][0]["code"] == "zoster").unwrap();
        assert!(
            zoster["supportingImmunization"][0]["reference"]
                .as_str()
                .unwrap()
                .starts_with("Immunization/imm-")
        );
        let read = "SELECT detail AS text FROM audit WHERE action = 'read_immunizations'";
        let read = database::texts(&town.house().database, read);
        assert!(read.iter().filter(|it| it.contains("fhir")).count() >= 3, "{read:?}");
    });
}

#[test]
fn pages_follow_each_other_and_dates_are_bounds() {
    in_own_towns(&[], async |town| {
        let person = recorded(town).await;
        let clinic = shown(town, &person).await;
        let token = clinic.token_for(&base(town), LINES).await.unwrap();
        let mut path = format!("Immunization?patient={person}&_count=2");
        let mut seen = Vec::new();
        for _ in 0..3 {
            let page = clinic.get(&base(town), &token, &path).await.unwrap();
            seen.push(ids(&page.body).len());
            let links = page.body["link"].as_array().unwrap();
            let Some(next) = links.iter().find(|it| it["relation"] == "next") else { break };
            path = next["url"].as_str().unwrap().split_once("/api/fhir/").unwrap().1.to_owned();
        }
        assert_eq!(seen, [2, 1]);
        for (date, count) in [("ge2026-05-20", 2), ("le2026-04-30", 1), ("2026-10-15", 1), ("2026-10-16", 0)]
        {
            let path = format!("Immunization?patient={person}&date={date}");
            let page = clinic.get(&base(town), &token, &path).await.unwrap();
            assert_eq!(ids(&page.body).len(), count, "{date}");
        }
    });
}

#[test]
fn what_cannot_be_read_is_told_as_an_outcome() {
    in_own_towns(&[], async |town| {
        let person = recorded(town).await;
        let clinic = shown(town, &person).await;
        let path = format!("Immunization?patient={person}");
        let wrong = get(town, &clinic, NEXT, &path).await;
        assert_eq!((wrong.status, issue(&wrong)), (403, "fhir.scope"), "{:#}", wrong.body);
        let documents = get(town, &clinic, "system/Bundle.c", &path).await;
        assert_eq!(documents.status, 403);
        for (path, status, key) in [
            ("Immunization", 400, "fhir.patient"),
            ("Immunization?patient=sub-nobody", 404, "fhir.not-found"),
            ("Immunization/imm-none", 404, "fhir.not-found"),
        ] {
            let answer = get(town, &clinic, LINES, path).await;
            assert_eq!((answer.status, issue(&answer)), (status, key), "{path}: {:#}", answer.body);
        }
        let bad = get(town, &clinic, LINES, &format!("{path}&date=never")).await;
        assert_eq!((bad.status, issue(&bad)), (400, "fhir.date"), "{:#}", bad.body);
        let none = clinic.get(&base(town), "no-token", &path).await.unwrap();
        assert_eq!((none.status, issue(&none)), (401, "document.token"));
        let given = accounts::roles(town.house()).into_iter().map(|role| role.code);
        assert!(!given.collect::<Vec<_>>().contains(&"record_system".to_owned()), "no person holds it");
        let said = clinic.get(&base(town), "no-token", "metadata").await.unwrap();
        assert!(said.body.to_string().contains("ImmunizationRecommendation"), "{:#}", said.body);
    });
}

#[test]
fn a_person_reads_their_own_and_nobody_elses() {
    in_own_towns(&[], async |town| {
        let person = recorded(town).await;
        let path = format!("/api/fhir/Immunization?patient={person}");
        let mut citizen = people::citizen(town, "p01").await;
        assert_eq!(citizen.get(&path).await.status, 404);
        let id = database::texts(&town.house().database, "SELECT id AS text FROM citizens").remove(0);
        let house = town.house();
        let subject = person.replacen('-', "_", 1);
        house
            .database
            .write(|conn| immunization_subjects::add_guardian(conn, &subject, &id, house.now()))
            .unwrap();
        let page = citizen.get(&path).await;
        assert!(page.status == 200 && page.text.contains("JP_Immunization"), "{}", page.text);
        let log = citizen.visit(&format!("/me/vaccinations/{subject}/log")).await;
        for shown in ["予防接種の記録を見た", "接種の記録を書いた", "審査担当", "あなた"]
        {
            assert!(log.text.contains(shown), "no {shown}: {:#?}", log.said());
        }
        let mut other = people::citizen(town, "p02").await;
        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(other.get(&format!("/me/vaccinations/{subject}/log")).await.status, 404);
        let mut nobody = town.browser();
        assert_eq!(nobody.get(&path).await.status, 401);
    });
}
