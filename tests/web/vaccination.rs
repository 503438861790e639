//! 予防接種: from the application to the decision and its letter.

use super::roads::{doses, vaccination};
use super::town::in_own_towns;

#[test]
fn a_lost_voucher_is_issued_again() {
    in_own_towns(&[], vaccination::reissued);
}

#[test]
fn what_was_paid_away_from_home_is_paid_back_up_to_the_ceiling() {
    in_own_towns(&[], vaccination::paid_back);
}

#[test]
fn a_voucher_is_issued_again_by_rule_where_nothing_is_to_be_asked() {
    in_own_towns(&[("settings.yobo_sample_percent", "0")], vaccination::reissued_by_rule);
}

#[test]
fn harm_after_a_dose_is_looked_into_and_recognised() {
    in_own_towns(&[], vaccination::relieved);
}

#[test]
fn a_mother_is_vaccinated_before_the_birth() {
    in_own_towns(&[], doses::before_the_birth);
}

#[test]
fn an_elder_is_vaccinated_twice() {
    in_own_towns(&[], doses::of_an_elder);
}

#[test]
fn what_was_begun_in_time_is_finished() {
    in_own_towns(&[], doses::caught_up);
}

#[test]
fn a_child_is_vaccinated_from_birth_to_the_booster() {
    in_own_towns(&[], doses::of_an_infant);
}
