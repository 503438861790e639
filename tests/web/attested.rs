//! 登録者証: applied for by itself, with the notice of a refusal that accepted the diagnosis.

use super::roads::transfer::{file, fill};
use super::town::in_own_towns;
use super::typing::{Answers, answers};
use super::{database, night, office, people, samples};

fn attested() -> Answers {
    let mut all = samples::application();
    all.extend(answers(&[("attestation.evidence", "refusal-notice"), ("attestation.delivery", "paper")]));
    all
}

#[test]
fn it_is_issued_from_the_papers_without_money_or_a_physician() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let (case, steps) = fill(&mut citizen, "registration", &attested(), &["attestation.copy"]).await;
        let silent = ["physician", "insurance-kind", "income", "registration", "proof"];
        assert!(!steps.iter().any(|step| silent.contains(&step.as_str())), "{steps:?}");
        file(&mut citizen, &case, &[]).await;
        let clerk = &mut people::staff(town, "reviewer").await;
        office::act(clerk, &case, "begin", &[]).await;
        office::take(clerk, &case).await;
        office::accept_all(clerk, &case).await;
        office::do_the_work(clerk, &case, &samples::findings()).await;
        office::draft(clerk, &case, "granted", &[]).await;
        office::approve(&mut people::staff(town, "approver").await, &case).await;

        let page = citizen.visit(&format!("/a/{case}/decision")).await;
        assert!(page.text.contains("登録者証を交付しました"), "{:#?}", page.said());
        night::letters_go_out(town).await;
        let house = town.house();
        let letters = format!("SELECT kind AS text FROM letters WHERE case_id = '{case}' ORDER BY 1");
        let letters = database::texts(&house.database, &letters);
        assert_eq!(letters, ["receipt", "registration-card", "registration-notice"]);
        night::registers(town).await;
        let rows = "SELECT state AS text FROM hub_rows";
        assert_eq!(database::texts(&house.database, rows), Vec::<String>::new(), "it is no certificate");
    });
}
