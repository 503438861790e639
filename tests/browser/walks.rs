//! The roads of `tests/roads` in Chromium, on the embedded database.

use super::roads::{
    agent, assistant, care, committee, dose_session, dose_town, doses, doubles, hospital, household, late,
    ledger, refund, renewal, screening, transfer, vaccination,
};
use super::town::{self, Town};
use super::window::Window;

/// Walks a road, where there is Chromium.
fn walk(settings: &[(&str, &str)], road: impl AsyncFn(&Town)) {
    town::in_towns(&[String::new()], settings, async |town| {
        if Window::open().await.is_some() {
            road(town).await;
        }
    });
}

#[test]
fn a_grant_is_renewed_with_one_document_sent_back() {
    walk(&[renewal::OPEN_AT_ONCE], renewal::without_a_gap);
}

#[test]
fn a_renewal_is_begun_after_the_end() {
    walk(&[], late::on_line);
}

#[test]
fn the_certificate_of_another_authority_is_taken_over() {
    walk(&[], transfer::carried_by_the_certificate);
}

#[test]
fn of_three_recipients_in_a_family_one_ends() {
    walk(&[], household::one_of_three_ends);
}

#[test]
fn care_is_certified_and_its_level_changed() {
    walk(&[], care::certified_and_changed);
}

#[test]
fn an_office_applies_for_a_person_who_asked_it() {
    walk(&[], agent::applied_for);
}

#[test]
fn care_is_certified_again_together_with_others() {
    walk(&[], care::renewed_together_with_others);
}

#[test]
fn the_delay_of_a_late_opinion_is_told_to_a_second_insured_person() {
    walk(&[], care::second_insured_with_a_late_opinion);
}

#[test]
fn a_refusal_goes_by_the_committee() {
    walk(&[], committee::refusal);
}

#[test]
fn what_was_paid_above_the_cap_comes_back() {
    walk(&[], refund::back_above_the_cap);
}

#[test]
fn what_a_vaccination_away_from_home_cost_is_paid_back() {
    walk(&[], vaccination::paid_back);
}

#[test]
fn a_lost_voucher_is_issued_again() {
    walk(&[], vaccination::reissued);
}

#[test]
fn the_questions_before_a_dose_are_answered_at_home() {
    walk(&[], screening::from_home_to_the_dose);
}

#[test]
fn a_certificate_is_prepared_and_signed() {
    walk(&[], assistant::prepared_and_signed);
}

#[test]
fn a_document_of_a_hospital_becomes_a_certificate() {
    walk(&[], hospital::document_to_certificate);
}

#[test]
fn two_counters_share_one_cap() {
    walk(&[], ledger::two_counters);
}

#[test]
fn the_office_looks_at_who_was_not_vaccinated_and_how_many_were() {
    walk(&[], dose_town::looked_at);
}

#[test]
fn those_who_did_not_come_are_written_to_once() {
    walk(&[], dose_town::written_to);
}

#[test]
fn two_records_of_one_dose_become_one() {
    walk(&[], doubles::made_one);
}

#[test]
fn one_child_comes_twice_to_a_session() {
    walk(&[], async |town| drop(dose_session::with_a_double(town).await));
}

#[test]
fn a_mother_is_vaccinated_before_the_birth() {
    walk(&[], doses::before_the_birth);
}

#[test]
fn an_elder_is_vaccinated_twice() {
    walk(&[], doses::of_an_elder);
}

#[test]
fn what_was_begun_in_time_is_finished() {
    walk(&[], doses::caught_up);
}

#[test]
fn a_child_is_vaccinated_from_birth_to_the_booster() {
    walk(&[], doses::of_an_infant);
}

#[test]
fn harm_after_a_dose_is_looked_into_and_recognised() {
    walk(&[], vaccination::relieved);
}
