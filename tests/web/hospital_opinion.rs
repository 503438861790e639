//! 主治医意見書 out of a hospital's record system: the same road as a certificate's, under a profile of its own.

use madoguchi::sandbox::hospital;
use serde_json::{Value, json};

use super::road::request_code;
use super::roads::care::{file, signed, take_up};
use super::roads::hospital::{answer, base, issue, physician, registered};
use super::town::in_own_towns;
use super::{care, office, people, samples};

const EXAMPLE: &str = include_str!("../../forms/kaigo/fhir/example.json");
/// Number of the physician in the published example.
const NUMBER: &str = "D990001";

#[test]
fn a_document_becomes_the_signed_opinion_of_the_case() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let case = file(&mut citizen, &samples::care_application()).await;
        let mut clerk = people::staff(town, "reviewer").await;
        take_up(&mut clerk, &case).await;
        let code = request_code(&mut citizen, &case).await;
        physician(town, NUMBER, "attending", 1400);
        let system = registered(town, "madoka-central");

        let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
        hospital::address(&mut document, &code);
        let mut wrong = document.clone();
        *answer(&mut wrong, "op.memory") = json!({ "valueCoding": { "code": "9" } });
        let refused = system.hand_in(&base(town), &wrong).await.unwrap();
        assert_eq!((refused.status, issue(&refused).0), (422, "document.answer"), "{:#}", refused.body);
        assert!(
            issue(&refused).1.contains("QuestionnaireResponse") || issue(&refused).1.contains("entry[4]")
        );

        let taken = system.hand_in(&base(town), &document).await.unwrap();
        assert_eq!((taken.status, issue(&taken).0), (201, "document.taken"), "{:#}", taken.body);
        let again = system.hand_in(&base(town), &document).await.unwrap();
        assert_eq!((again.status, issue(&again).0), (200, "document.repeated"), "{:#}", again.body);
        let page = clerk.visit(&format!("/staff/cases/{case}/certificate")).await;
        for shown in ["電子署名を確認しました", "診療 七海", "両側変形性膝関節症", "148.5", "アオゾラ"]
        {
            assert!(page.text.contains(shown), "{shown}: {:#?}", page.said());
        }

        signed(town, &mut clerk, &case, "surveyor", &care::survey()).await;
        office::do_the_work(&mut clerk, &case, &care::judgement()).await;
        office::act(&mut clerk, &case, "refer", &[("reason", "意見書は医療機関から届きました")]).await;
    });
}
