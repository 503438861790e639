//! 副反応疑い報告: written from a dose at a clinic, sealed, printed, and listed for those who keep the ledger.

use regex_lite::Regex;

use super::roads::dose_session::{birth, comes, held, recorded};
use super::roads::screening::child;
use super::town::in_own_towns;
use super::typing::{answers, typed};
use super::{database, people};

#[test]
fn a_reaction_is_reported_from_a_dose_and_seen_by_the_office() {
    in_own_towns(&[], async |town| {
        people::citizen(town, "p01").await;
        let subject = child(town, 130);
        let mut clinic = people::staff(town, "clinic").await;
        let session = held(&mut clinic).await;
        let page = comes(&mut clinic, &session, &birth(town)).await;
        recorded(&mut clinic, &page, "").await;
        let page = clinic.visit(&format!("/clinic/people/{subject}")).await;
        let link = Regex::new(r#"href="(/clinic/people/[^"]+/reaction)""#).unwrap();
        let address = link.captures(&page.text).unwrap()[1].to_owned();
        let page = clinic.visit(&address).await;
        let form = page.form(&address);
        let empty = clinic.send(&form).await;
        assert!(empty.status == 422 && empty.text.contains("報告者"), "{:#?}", empty.said());
        let onset = town.house().today().to_string();
        let mut said = answers(&[
            ("report.reporter", "giver"),
            ("report.name", "診療 七海"),
            ("report.phone", "099-000-0200"),
            ("report.scheme", "routine"),
            ("report.where", "けやき台診療所"),
            ("reaction.symptom", "anaphylaxis"),
            ("reaction.course", "顔色が悪くなり救急搬送"),
            ("reaction.serious", "admission"),
            ("reaction.outcome", "recovered"),
        ]);
        said.insert("reaction.onset".to_owned(), onset);
        let filled = typed(&page, form, &said);
        let done = clinic.send(&filled).await;
        assert_eq!(done.status, 303, "{:#?}", done.said());
        assert_eq!(clinic.send(&filled).await.status, 303, "the same page writes one");
        let kept = database::rows(&town.house().database, "reaction_reports");
        assert!(kept.len() == 1 && !kept.concat().contains("救急搬送"), "{kept:?}");

        let page = clinic.visit(&address).await;
        let link = Regex::new(r#"href="(/clinic/people/[^"]+/reactions/[^"]+)""#).unwrap();
        let paper = link.captures(&page.text).unwrap()[1].to_owned();
        let pdf = clinic.get(&paper).await;
        assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"));
        assert_eq!(people::staff(town, "clinic").await.get(&paper).await.status, 404);
        let mut clerk = people::staff(town, "reviewer").await;
        let page = clerk.visit("/staff/immunizations/reactions").await;
        assert!(page.text.contains("青空　桃子") && page.text.contains("AB-12"), "{:#?}", page.said());
        let link = Regex::new(r#"href="(/staff/immunizations/reactions/[^"]+)""#).unwrap();
        let paper = link.captures(&page.text).unwrap()[1].to_owned();
        assert_eq!(clerk.get(&paper).await.header("content-type"), "application/pdf");
        assert_eq!(
            people::staff(town, "approver").await.get("/staff/immunizations/reactions").await.status,
            403
        );
    });
}
