//! A grant is renewed in its last months, with one document sent back on the way.

use super::roads::renewal;
use super::town::in_own_towns;

#[test]
fn a_grant_is_renewed_without_a_gap_and_keeps_its_number() {
    in_own_towns(&[renewal::OPEN_AT_ONCE], renewal::without_a_gap);
}
