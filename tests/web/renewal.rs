//! A grant is renewed in its last months, or after its end.

use super::roads::{late, renewal};
use super::town::in_own_towns;

#[test]
fn a_grant_is_renewed_without_a_gap_and_keeps_its_number() {
    in_own_towns(&[renewal::OPEN_AT_ONCE], renewal::without_a_gap);
}

#[test]
fn a_renewal_on_paper_after_the_end_is_judged_as_the_officer_chooses() {
    in_own_towns(&[], late::on_paper);
}

#[test]
fn a_renewal_can_be_begun_on_line_after_the_end_and_nothing_is_promised() {
    in_own_towns(&[], late::on_line);
}

#[test]
fn long_after_the_end_only_a_first_application_can_be_begun_on_line() {
    in_own_towns(&[], async |town| {
        let (mut citizen, _, first) = late::ended(town, 91).await;
        let page = citizen.visit("/p/nanbyo").await;
        assert!(!page.text.contains(&format!("renewal/{first}")), "{:#?}", page.said());
        let form = page.form("/p/nanbyo/start").with("kind", &format!("renewal/{first}"));
        let page = citizen.send(&form).await;
        assert!(page.text.contains("更新できる受給者証が見つかりません"), "{:#?}", page.said());
    });
}
