//! What the hub is told of the kinds of procedure that end a certificate, print it again, or follow another
//! authority's.

use super::*;

impl Road {
    /// The grant ends against the person's will, so the decision names its reason.
    fn revoked(&self, case: &str) {
        self.do_the_work(case);
        self.world.accept_all(case);
        let reason = TypedReason {
            criterion: "重症度".to_owned(),
            required: "重症度の基準を満たすこと".to_owned(),
            observed: "基準に届かない".to_owned(),
            source: "主治医の報告".to_owned(),
        };
        let mut typed = self.typed(case, "granted", &[]);
        typed.reasons.insert("no_longer_met".to_owned(), reason);
        self.signed(case, &typed);
    }
}

const MOVES_AWAY: [(&str, &str); 5] = [
    ("ending.reason", "moved"),
    ("ending.happened-on", "2026-12-10"),
    ("ending.new-authority", "となり県"),
    ("ending.applied-on", "2026-12-15"),
    ("ending.certificate", "post"),
];

const REVOKED: [(&str, &str); 3] = [
    ("cancellation.ground", "not-met"),
    ("cancellation.facts", "主治医の報告で確かめた。"),
    ("cancellation.happened-on", "2026-11-20"),
];

const MOVES_HERE: [(&str, &str); 7] = [
    ("earlier.authority", "架空北県"),
    ("earlier.payer-number", "54996012"),
    ("earlier.recipient-number", "1234566"),
    ("earlier.valid-from", "2026-01-01"),
    ("earlier.valid-to", "2026-12-31"),
    ("earlier.moved-on", "2026-11-10"),
    ("earlier.mild-cost", "false"),
];

#[tokio::test]
async fn what_is_given_back_ends_its_row_early_and_withdraws_nothing() {
    let road = Road::new().await;
    let case = road.granted();
    road.tells("grant").await;
    let back = road.filed("return", &road.reference(&case), &MOVES_AWAY);
    road.decided(&back, "granted", &[]);
    road.tells("return").await;
}

#[tokio::test]
async fn a_revocation_ends_its_row_with_the_day_of_the_decision_and_is_told_at_once() {
    let road = Road::new().await;
    let case = road.granted();
    road.tells("grant").await;
    let end = road.filed("revocation", &road.reference(&case), &REVOKED);
    road.revoked(&end);
    road.tells("revocation").await;
}

#[tokio::test]
async fn a_certificate_that_is_printed_again_tells_nothing() {
    let road = Road::new().await;
    let case = road.granted();
    road.tells("grant").await;
    let again = road.filed("reissue", &road.reference(&case), &[("reprint.reason", "lost")]);
    road.decided(&again, "granted", &[]);
    road.tells("reissue").await;
}

#[tokio::test]
async fn whoever_moves_here_has_a_row_of_ours_from_the_day_of_the_application() {
    let road = Road::new().await;
    let case = road.filed("transfer-in", "", &MOVES_HERE);
    road.decided(&case, "granted", &[]);
    road.tells("transfer-in").await;
}
