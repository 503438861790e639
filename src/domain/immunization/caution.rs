//! What a physician must know before a dose: allergies that a record platform tells of.

use serde::{Deserialize, Serialize};

use crate::domain::clinical::{Allergy, Evidence, Told, Verification};

/// An allergy or intolerance as a record tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caution {
    /// Against what.
    pub what: String,
    /// `medication`, `food`, `environment` or `biologic`.
    pub categories: Vec<String>,
    /// Whether it is told as grave.
    pub grave: bool,
    /// Whether it is only suspected.
    pub suspected: bool,
    /// Whether the patient has not been told (未告知): nothing to say aloud.
    pub untold: bool,
    /// 10-digit code of the institution that recorded it; empty where the record does not say.
    pub institution: String,
    /// When it was last changed, as the record writes it.
    pub updated: String,
}

/// The allergies of a record that hold, the grave ones first. What is refuted, mistaken or over is left out, and what is
/// not for other institutions.
pub fn cautions(evidence: &Evidence) -> Vec<Caution> {
    let mut found: Vec<Caution> = evidence.allergies.iter().filter(|it| holds(it)).map(caution).collect();
    found.sort_by_key(|it| !it.grave);
    found.dedup();
    found
}

fn holds(allergy: &Allergy) -> bool {
    let refuted = matches!(allergy.verification, Verification::Refuted | Verification::EnteredInError);
    let over = matches!(allergy.clinical_status.as_deref(), Some("inactive" | "resolved"));
    !refuted && !over && allergy.origin.told != Told::Undelivered
}

fn caution(allergy: &Allergy) -> Caution {
    let confirmed = matches!(allergy.verification, Verification::Confirmed | Verification::Unstated);
    Caution {
        what: allergy.concept.label().to_owned(),
        categories: allergy.categories.clone(),
        grave: allergy.criticality.as_deref() == Some("high"),
        suspected: !confirmed,
        untold: allergy.origin.told == Told::Uninformed,
        institution: allergy.origin.institution.clone().unwrap_or_default(),
        updated: allergy.origin.last_updated.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allergy(what: &str) -> Allergy {
        let mut allergy = Allergy::default();
        allergy.concept.text = Some(what.to_owned());
        allergy
    }

    #[test]
    fn what_holds_is_told_and_the_grave_comes_first() {
        let mut grave = allergy("ゼラチン");
        grave.criticality = Some("high".to_owned());
        let (mut refuted, mut over, mut hidden) = (allergy("a"), allergy("b"), allergy("c"));
        refuted.verification = Verification::Refuted;
        over.clinical_status = Some("resolved".to_owned());
        hidden.origin.told = Told::Undelivered;
        let allergies = vec![allergy("卵"), refuted, over, hidden, grave];
        let told = cautions(&Evidence { allergies, ..Evidence::default() });
        let told: Vec<(&str, bool)> = told.iter().map(|it| (it.what.as_str(), it.grave)).collect();
        assert_eq!(told, [("ゼラチン", true), ("卵", false)]);
    }
}
