//! A part of the certificate with values of the record, taken by buttons alone.

use super::road::{file, request_code};
use super::roads::assistant::open;
use super::town::in_own_towns;
use super::typing::answers;
use super::{office, people};

const BUNDLE: &str = r#"{"resourceType": "Bundle", "type": "collection", "entry": [
  {"resource": {"resourceType": "Patient", "id": "1", "birthDate": "1958-04-12"}},
  {"resource": {"resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "Patient/1"},
    "code": {"text": "ヘモグロビン"}, "effectiveDateTime": "2026-10-01", "valueQuantity": {"value": 9.8, "unit": "g/dL"}}},
  {"resource": {"resourceType": "Observation", "id": "o2", "status": "final", "subject": {"reference": "Patient/1"},
    "meta": {"tag": [{"system": "http://jpfhir.jp/fhir/clins/CodeSystem/JP_ehrshrs_indication", "code": "UNINFORMED"}]},
    "code": {"text": "ヘモグロビン"}, "effectiveDateTime": "2026-11-01", "valueQuantity": {"value": 4.4, "unit": "g/dL"}}}]}"#;

#[test]
fn a_value_of_the_record_goes_into_the_form_by_its_button_and_what_was_not_told_does_not() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let case = file(&mut citizen).await;
        let mut clerk = people::staff(town, "reviewer").await;
        office::act(&mut clerk, &case, "begin", &[]).await;
        let code = request_code(&mut citizen, &case).await;
        let doctor = &mut people::staff(town, "physician").await;
        let home = open(doctor, &code).await;

        let page = doctor.visit(&home).await;
        let page = doctor
            .submit(&page.form(&format!("{home}/file")).attaching("bundle", "r.json", BUNDLE.as_bytes()))
            .await;
        let step = |name: &str| format!("{home}?step={name}");
        let disease = answers(&[("disease.number", "クローン病")]);
        super::typing::fill_step(doctor, page, &step("disease"), &disease).await;

        let page = doctor.visit(&step("crohn-severity-2")).await;
        assert!(page.text.contains("2026-10-01の検査") && page.text.contains("未告知"), "{:#?}", page.said());
        let page = doctor
            .submit(&page.form(&format!("{home}/accept")).pressing("accept", "ioibd.haemoglobin"))
            .await;
        let form = page.form(&step("crohn-severity-2"));
        assert_eq!(form.value("ioibd.haemoglobin"), Some("9.8"));
        assert!(page.text.contains("診療情報から "), "{:#?}", page.said());

        for page in [format!("/a/{case}"), "/me".to_owned(), format!("/a/{case}/log")] {
            let shown = citizen.visit(&page).await;
            assert!(!shown.text.contains("4.4") && !shown.text.contains("ヘモグロビン"), "{page}");
        }
    });
}
