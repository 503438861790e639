//! What was paid before the certificate arrived is paid back beyond the cap, and the certificate stays as it is.

use super::roads;
use super::town::in_own_towns;

#[test]
fn what_was_paid_above_the_cap_comes_back() {
    in_own_towns(&[], roads::refund::back_above_the_cap);
}
