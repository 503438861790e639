//! Typed ids: a prefix that says what a thing is, and a UUID.
//!
//! The domain draws no random numbers, so the UUID always comes from the caller.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;
use uuid::Uuid;

/// The text is no id of the expected kind.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("expected {expected}_ and 32 hexadecimal digits")]
pub struct IdError {
    /// The prefix that was expected.
    pub expected: &'static str,
}

fn parse(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let refused = IdError { expected: prefix };
    let hex = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(refused)?;
    let uuid = Uuid::try_parse(hex).map_err(|_| refused)?;
    // One spelling an id, so that texts can be compared.
    if uuid.simple().to_string() == hex { Ok(uuid) } else { Err(refused) }
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What the written id begins with, before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// The id for a UUID that the caller drew.
            pub fn new(uuid: Uuid) -> Self {
                $name(uuid)
            }

            /// The id written as `prefix_` and 32 lower-case hexadecimal digits.
            ///
            /// # Errors
            /// [`IdError`] for any other spelling or another prefix.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                parse(Self::PREFIX, text).map($name)
            }

            /// The bare UUID.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", Self::PREFIX, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    )*};
}

typed_ids! {
    /// An application under a program and everything that happens to it.
    CaseId = "case";
    /// A decision on a case.
    DecisionId = "dec";
    /// A letter to a citizen.
    LetterId = "let";
    /// A piece of work that a case waits for, such as a physician's certificate.
    WorkItemId = "wi";
    /// A user with a right to work here: clerk, physician, committee member, operator.
    UserId = "usr";
    /// A citizen.
    CitizenId = "cit";
    /// An uploaded or received document.
    DocumentId = "doc";
    /// One run of a connector or of the nightly work.
    RunId = "run";
    /// An event in the life of a case.
    EventId = "evt";
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "01933b7e1c2a7d4f8a3b5c6d7e8f9012";

    #[test]
    fn an_id_reads_back_as_written() {
        let id = CaseId::new(Uuid::try_parse(HEX).unwrap());
        assert_eq!(id.to_string(), format!("case_{HEX}"));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.uuid().simple().to_string(), HEX);
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        assert_eq!(CaseId::parse(&format!("dec_{HEX}")), Err(IdError { expected: "case" }));
        assert_eq!(CaseId::parse(HEX), Err(IdError { expected: "case" }));
    }

    #[test]
    fn an_id_has_one_spelling() {
        for text in [
            "case_01933B7E1C2A7D4F8A3B5C6D7E8F9012",
            "case_01933b7e-1c2a-7d4f-8a3b-5c6d7e8f9012",
            "case_",
            "case_1",
        ] {
            assert!(CaseId::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_id_is_a_string_in_json() {
        let json = format!("\"wi_{HEX}\"");
        let id: WorkItemId = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), json);
        assert!(serde_json::from_str::<UserId>(&json).is_err());
    }
}
