//! Two lines of the ledger that tell of one dose, such as one from paper and one from a clinic: where they differ, and
//! the line that takes the place of both.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::record::Category;
use super::{Immunization, Origin};
use crate::domain::program::vocabulary::vocabulary;

/// What the rules said against a line because another told of the same dose.
const DUPLICATE: &str = "DUPLICATE";

vocabulary! {
    /// What may stand otherwise in two lines about one dose.
    Item {
        /// Number of the dose.
        Dose = "dose",
        /// The day.
        On = "on",
        /// 接種区分.
        Category = "category",
        /// Product.
        Product = "product",
        /// Lot.
        Lot = "lot",
        /// Institution: its code and its name.
        Institution = "institution",
        /// Physician.
        Physician = "physician",
        /// Amount.
        Amount = "amount",
        /// Part of the body.
        Site = "site",
        /// Way of giving it.
        Route = "route",
        /// Reaction.
        Reaction = "reaction",
    }
}

impl Item {
    /// What a line says, as stored; empty where it does not say.
    pub fn of(self, line: &Immunization) -> String {
        let content = &line.content;
        match self {
            Item::Dose => line.dose.clone(),
            Item::On => line.on.to_string(),
            Item::Category if line.category == Category::Unknown => String::new(),
            Item::Category => line.category.code().to_owned(),
            Item::Product => line.product.clone().unwrap_or_default(),
            Item::Lot => line.lot.clone(),
            Item::Institution => format!("{} {}", line.institution, content.institution).trim().to_owned(),
            Item::Physician => content.physician.clone(),
            Item::Amount => content.amount.clone(),
            Item::Site => content.site.clone(),
            Item::Route => content.route.clone(),
            Item::Reaction => content.reaction.clone(),
        }
    }

    fn take(self, from: &Immunization, into: &mut Immunization) {
        let (content, told) = (&mut into.content, &from.content);
        match self {
            Item::Dose => into.dose.clone_from(&from.dose),
            Item::On => into.on = from.on,
            Item::Category => into.category = from.category,
            Item::Product => into.product.clone_from(&from.product),
            Item::Lot => into.lot.clone_from(&from.lot),
            Item::Institution => {
                into.institution.clone_from(&from.institution);
                content.institution.clone_from(&told.institution);
            }
            Item::Physician => content.physician.clone_from(&told.physician),
            Item::Amount => content.amount.clone_from(&told.amount),
            Item::Site => content.site.clone_from(&told.site),
            Item::Route => content.route.clone_from(&told.route),
            Item::Reaction => content.reaction.clone_from(&told.reaction),
        }
    }
}

/// What two lines say otherwise; an item that only one of them has is among it.
pub fn differing(one: &Immunization, other: &Immunization) -> Vec<Item> {
    Item::ALL.iter().copied().filter(|item| item.of(one) != item.of(other)).collect()
}

/// The line that takes the place of both: the one that stands, with some items of the other. It has no id, author or
/// time of its own yet.
pub fn merged(stands: &Immunization, other: &Immunization, taken: &BTreeSet<Item>) -> Immunization {
    let mut line = Immunization {
        id: String::new(),
        supersedes: Some(stands.id.clone()),
        superseded_by: None,
        nth: 0,
        ..stands.clone()
    };
    taken.iter().for_each(|item| item.take(other, &mut line));
    if other.origin == Origin::Clinic && stands.origin != Origin::Clinic {
        claimed(other, &mut line);
    }
    line.content.doubts.retain(|doubt| doubt != DUPLICATE);
    line
}

/// What an institution recorded at its desk it may claim, whichever line stands.
fn claimed(desk: &Immunization, line: &mut Immunization) {
    (line.origin, line.copay) = (desk.origin, desk.copay);
    line.institution.clone_from(&desk.institution);
    line.content.institution.clone_from(&desk.content.institution);
    line.content.exemption.clone_from(&desk.content.exemption);
    line.content.proof.clone_from(&desk.content.proof);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::immunization::Status;
    use crate::domain::immunization::record::Content;

    fn line(id: &str, lot: &str, site: &str) -> Immunization {
        Immunization {
            id: id.to_owned(),
            vaccine: "v1".to_owned(),
            dose: "1".to_owned(),
            on: "2026-05-01".parse().unwrap(),
            nth: 1,
            status: Status::Completed,
            origin: Origin::Clinic,
            category: Category::Routine,
            product: None,
            lot: lot.to_owned(),
            institution: String::new(),
            copay: None,
            content: Content {
                site: site.to_owned(),
                doubts: vec![DUPLICATE.to_owned(), "TOO_EARLY".to_owned()],
                ..Content::default()
            },
            supersedes: None,
            superseded_by: None,
            author: String::new(),
            at: chrono::DateTime::UNIX_EPOCH,
            keep_until: None,
        }
    }

    #[test]
    fn the_line_that_stands_takes_the_chosen_items_and_nothing_else() {
        let (one, two) = (line("imm_1", "A1", ""), line("imm_2", "B2", "left-thigh"));
        assert_eq!(differing(&one, &two), [Item::Lot, Item::Site]);
        let made = merged(&one, &two, &[Item::Site].into());
        assert_eq!((made.lot.as_str(), made.content.site.as_str()), ("A1", "left-thigh"));
        assert_eq!((made.supersedes.as_deref(), made.nth), (Some("imm_1"), 0));
        assert_eq!(made.content.doubts, ["TOO_EARLY"], "what else was said against it stays");
    }

    #[test]
    fn what_an_institution_may_claim_stays_with_the_dose() {
        let paper = Immunization { origin: Origin::Paper, ..line("imm_1", "A1", "") };
        let desk =
            Immunization { copay: Some(0), institution: "1310000003".to_owned(), ..line("imm_2", "A1", "") };
        let made = merged(&paper, &desk, &BTreeSet::new());
        assert_eq!(
            (made.origin, made.copay, made.institution.as_str()),
            (Origin::Clinic, Some(0), "1310000003")
        );
        assert_eq!(merged(&desk, &paper, &BTreeSet::new()).copay, Some(0));
    }

    #[test]
    fn every_item_can_be_taken() {
        let one = line("imm_1", "A1", "");
        let mut two = line("imm_2", "B2", "left-thigh");
        two.dose = "2".to_owned();
        two.on = "2026-05".parse().unwrap();
        two.category = Category::Voluntary;
        two.product = Some("p".to_owned());
        two.institution = "1".to_owned();
        for text in [
            &mut two.content.institution,
            &mut two.content.physician,
            &mut two.content.amount,
            &mut two.content.route,
            &mut two.content.reaction,
        ] {
            *text = "x".to_owned();
        }
        assert_eq!(differing(&one, &two), Item::ALL);
        let made = merged(&one, &two, &Item::ALL.iter().copied().collect());
        assert!(differing(&made, &two).is_empty());
    }
}
