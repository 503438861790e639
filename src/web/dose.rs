//! The boxes of the form of a dose, which clinic and office share.

use crate::usecases::immunization::typed::Typed;

use super::Posted;

/// What was typed for a dose.
pub(super) fn typed(posted: &Posted) -> Typed {
    let text = |name: &str| posted.text(name).to_owned();
    Typed {
        outcome: text("outcome"),
        vaccine: text("vaccine"),
        product: text("product"),
        dose: text("dose"),
        on: text("on"),
        lot: text("lot"),
        amount: text("amount"),
        site: text("site"),
        route: text("route"),
        physician: text("physician"),
        voucher: text("voucher"),
        screening: text("screening"),
        exemption: text("exemption"),
        proof: text("proof"),
        reaction: text("reaction"),
        reason: text("reason"),
        request: posted.request().to_owned(),
    }
}
