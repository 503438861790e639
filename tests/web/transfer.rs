//! A person moves here with a certificate of another authority that is still in force.

use super::roads::transfer::{CONSENTS, FILES, file, fill, moved};
use super::town::in_own_towns;
use super::{database, office, people, roads};

#[test]
fn the_earlier_certificate_carries_a_grant_without_a_physician() {
    in_own_towns(&[], roads::transfer::carried_by_the_certificate);
}

#[test]
fn one_that_has_ended_asks_for_a_physician_as_a_first_application_does() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let (case, steps) = fill(&mut citizen, "transfer-in", &moved(town, -1), &FILES).await;
        assert!(steps.iter().any(|step| step == "physician"), "{steps:?}");
        file(&mut citizen, &case, &CONSENTS).await;
        let clerk = &mut people::staff(town, "reviewer").await;
        office::act(clerk, &case, "begin", &[]).await;
        let open = format!("SELECT kind AS text FROM work_items WHERE case_id = '{case}' ORDER BY 1");
        let open = database::texts(&town.house().database, &open);
        assert!(open.iter().any(|kind| kind == "medical_certificate"), "{open:?}");
    });
}
