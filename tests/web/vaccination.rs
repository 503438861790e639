//! 予防接種: from the application to the decision and its letter.

use super::roads::vaccination;
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
