//! 経由: an office that only receives passes a case on to the body that decides, and may get it back.
//!
//! Where a case lies is a facet, not a state: the same examination goes on at another desk.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::program::vocabulary::{Holder, State};

use super::Case;

/// An office that receives applications and does not decide (経由機関).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// 全国地方公共団体コード, or the operator's own code of a branch.
    pub code: String,
    /// Its name when it received the application.
    pub name: String,
}

/// One way between the two bodies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Whether it leads to the body that decides (進達); otherwise back (差戻し).
    pub onward: bool,
    /// When the case was sent.
    pub sent_at: DateTime<Utc>,
    /// The day on which it was sent.
    pub sent_on: NaiveDate,
    /// What was written with it: a remark, or the reason of a 差戻し.
    pub remark: String,
    /// The day of arrival, once the other side took it over.
    pub arrived_on: Option<NaiveDate>,
}

/// The way of a case that another office than the deciding body received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Who received it. The day of receipt there counts as the day of the application.
    pub receiver: Receiver,
    /// The ways so far, oldest first.
    pub legs: Vec<Leg>,
    /// Keys of the items that the receiving office ruled on since it has the case: about form only.
    #[serde(default)]
    pub looked_at: BTreeSet<String>,
}

/// Where a case lies, seen from the body for which somebody works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Custody {
    /// With this body: it acts.
    #[default]
    Here,
    /// On its way to this body, which has to take it over first.
    Arriving,
    /// With the other body, to which this one passed it: it sees how the case stands.
    PassedOn,
    /// With an office from which this body has not got it.
    Elsewhere,
}

impl Route {
    /// A route that begins at an office.
    pub fn at(receiver: Receiver) -> Route {
        Route { receiver, legs: Vec::new(), looked_at: BTreeSet::new() }
    }

    /// Who has the case.
    pub fn holder(&self) -> Holder {
        match self.legs.last() {
            Some(leg) if leg.onward && leg.arrived_on.is_none() => Holder::OnTheWay,
            Some(leg) if leg.onward => Holder::Deciding,
            _ => Holder::Receiving,
        }
    }

    /// The newest 差戻し, while the receiving office has the case because of it.
    pub fn sent_back(&self) -> Option<&Leg> {
        self.legs.last().filter(|leg| !leg.onward)
    }

    /// The day on which the case first arrived at the body that decides.
    pub fn arrived_on(&self) -> Option<NaiveDate> {
        self.legs.iter().find_map(|leg| leg.arrived_on.filter(|_| leg.onward))
    }
}

impl Case {
    /// Who has the case; where one body receives and decides, always that one.
    pub fn holder(&self) -> Holder {
        self.route.as_ref().map_or(Holder::Deciding, Route::holder)
    }

    /// Code of the office that received it; empty for the body that decides.
    pub fn receiving_office(&self) -> &str {
        self.route.as_ref().map_or("", |route| &route.receiver.code)
    }

    /// Code of the office that has it; empty for the body that decides, also while it is on its way there.
    pub fn holding_office(&self) -> &str {
        if self.holder() == Holder::Receiving { self.receiving_office() } else { "" }
    }

    /// Where the case lies for somebody who works for a receiving office of that code, or, without one,
    /// for the body that decides.
    pub fn custody(&self, body: Option<&str>) -> Custody {
        // What is not filed lies with who writes it.
        if self.state == State::Draft {
            return Custody::Here;
        }
        let Some(route) = &self.route else {
            return if body.is_none() { Custody::Here } else { Custody::Elsewhere };
        };
        match (body, route.holder()) {
            (Some(code), _) if code != route.receiver.code => Custody::Elsewhere,
            (Some(_), Holder::Receiving) | (None, Holder::Deciding) => Custody::Here,
            (Some(_), _) => Custody::PassedOn,
            (None, Holder::OnTheWay) => Custody::Arriving,
            (None, Holder::Receiving) if route.legs.is_empty() => Custody::Elsewhere,
            (None, Holder::Receiving) => Custody::PassedOn,
        }
    }
}
