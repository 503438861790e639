//! 要介護認定: from the application to the decision, and what follows one.

use super::roads::care;
use super::town::in_own_towns;

#[test]
fn a_first_application_is_certified_and_its_level_changed() {
    in_own_towns(&[], care::certified_and_changed);
}

#[test]
fn a_renewal_is_concluded_together_with_others() {
    in_own_towns(&[], care::renewed_together_with_others);
}

#[test]
fn of_a_second_insured_person_with_a_late_opinion_the_delay_is_told() {
    in_own_towns(&[], care::second_insured_with_a_late_opinion);
}
