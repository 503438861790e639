//! Record systems of hospitals: their registration, their access tokens, and the signed documents that
//! they hand in. A document takes the place of what a physician would have typed, and goes the same road.

pub mod clients;
pub mod receive;
pub mod token;

mod letterhead;
mod reading;

use crate::domain::document::Issue;
use crate::domain::permission::{Actor, RECORD_SYSTEM};
use crate::domain::refusal::Refusal;
use crate::store::clients::Client;

use super::access::Caller;
use super::error::Error;

/// A record system that showed a token.
#[derive(Clone, Debug)]
pub struct Hospital {
    client: Client,
    source: String,
    scopes: String,
}

impl Hospital {
    /// Whether its token is for a scope.
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.split(' ').any(|it| it == scope)
    }

    /// The system as a caller.
    pub fn caller(&self) -> Caller {
        let id = format!("client:{}", self.client.id);
        let mut actor = Actor::with_roles(&id, &self.client.name, [RECORD_SYSTEM]);
        actor.institution = Some(self.client.institution.clone());
        Caller { actor, source: self.source.clone() }
    }

    /// Where acts come from that a physician did in the hospital's own system.
    fn source(&self) -> String {
        format!("client:{}", self.client.id)
    }
}

/// Why a document is not taken.
#[derive(Debug)]
pub enum Failed {
    /// It cannot be read at all.
    Unreadable(Vec<Issue>),
    /// It can be read and not be taken: every reason at once.
    Unfit(Vec<Issue>),
    /// Its identifier belongs to another document.
    Taken(Vec<Issue>),
    /// Anything else.
    Other(Error),
}

impl Failed {
    fn unfit(kind: &'static str, refusal: Refusal) -> Failed {
        Failed::Unfit(vec![Issue::error(kind, refusal)])
    }

    /// The issues, if there are any.
    pub fn issues(&self) -> &[Issue] {
        match self {
            Failed::Unreadable(issues) | Failed::Unfit(issues) | Failed::Taken(issues) => issues,
            Failed::Other(_) => &[],
        }
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Failed {
        match error {
            Error::Refused(refusals) => {
                let issue = |refusal| Issue::error("business-rule", refusal);
                Failed::Unfit(refusals.into_iter().map(issue).collect())
            }
            other => Failed::Other(other),
        }
    }
}
