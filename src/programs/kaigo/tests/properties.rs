//! What holds for every survey.

use super::*;
use crate::programs::kaigo::addition::Addition;
use crate::programs::kaigo::model::MEDICAL;
use crate::programs::kaigo::survey::LIMB_LOSS;

/// The place of the tree with that code.
fn tree(id: &str) -> usize {
    model().trees.iter().position(|tree| tree.id == id).unwrap()
}

proptest! {
    #[test]
    fn minutes_lie_in_the_published_range_of_their_tree(sheet in sheets()) {
        let plain = Sheet { treatments: 0, ..sheet };
        let found = model().judge(&plain);
        for (span, tree) in found.minutes.iter().zip(&model().trees) {
            prop_assert!(tree.range.holds(span.low) && tree.range.holds(span.high), "{}: {span}", tree.id);
        }
    }

    #[test]
    fn the_total_is_the_sum_and_scores_stay_between_0_and_100(sheet in sheets()) {
        let found = model().judge(&sheet);
        let lost = sheet.chosen(model().survey.limbs_at).any(|option| option == LIMB_LOSS);
        let low: u32 = found.minutes.iter().map(|span| span.low.0).sum();
        let high: u32 = found.minutes.iter().map(|span| span.high.0).sum();
        if !lost {
            prop_assert_eq!((found.total.low.0, found.total.high.0), (low, high));
        }
        prop_assert!(found.total.low.0 >= low && found.total.high.0 <= high);
        prop_assert!(found.scores.iter().all(|score| score.high.0 <= 1000 && (lost || score.is_exact())));
    }

    #[test]
    fn a_heavier_answer_never_raises_a_score(sheet in sheets(), place in 0_usize..55) {
        let item = &model().survey.items[place];
        let marks = sheet.marks[place];
        prop_assume!(!item.multi && usize::from(marks) < 1 << (item.options.len() - 1));
        let mut heavier = sheet;
        heavier.marks[place] = marks << 1;
        let (before, after) = (model().judge(&sheet), model().judge(&heavier));
        for (group, (before, after)) in before.scores.iter().zip(after.scores).enumerate() {
            prop_assert!(after.high <= before.high && (group == item.group || after == *before));
        }
    }

    #[test]
    fn treatment_adds_exactly_its_minutes_to_one_tree(sheet in sheets(), treatment in 0_usize..12) {
        let without = Sheet { treatments: sheet.treatments & !(1 << treatment), ..sheet };
        let with = Sheet { treatments: without.treatments | 1 << treatment, ..sheet };
        let (without, with) = (model().judge(&without), model().judge(&with));
        let added = model().treatments[treatment].minutes.0;
        for (place, (before, after)) in without.minutes.iter().zip(with.minutes).enumerate() {
            let expected = if place == tree(MEDICAL) { added } else { 0 };
            prop_assert_eq!((after.low.0, after.high.0), (before.low.0 + expected, before.high.0 + expected));
        }
        prop_assert_eq!(with.total.high.0, without.total.high.0 + added);
    }

    #[test]
    fn more_minutes_are_never_a_lighter_level(less in 0_u32..1500, more in 0_u32..1500) {
        let (less, more) = (less.min(more), less.max(more));
        prop_assert!(model().level(minutes(less)) <= model().level(minutes(more)));
        let start = model().levels[model().level(minutes(less))].from;
        prop_assert!(start <= minutes(less));
    }

    #[test]
    fn the_addition_only_ever_adds_and_needs_both_grades_or_none_against_it(sheet in sheets()) {
        let found = model().judge(&sheet);
        if let Some(span) = found.addition.span() {
            prop_assert!(span.low == found.total.low && span.high >= found.total.high);
            prop_assert!(!sheet.addition.contains(&Some(false)) && found.total.low < minutes(700));
        }
        if let Addition::Possible(_) = found.addition {
            prop_assert_eq!(sheet.addition, [Some(true); 2]);
        }
    }

    #[test]
    fn the_way_ends_where_the_minutes_are(sheet in sheets()) {
        for facts in model().survey.facts(&sheet) {
            for tree in &model().trees {
                let (way, leaf) = tree.way(&facts);
                prop_assert!(way.iter().all(|(at, _)| *at < leaf));
                prop_assert!(tree.rows.len() == tree.nodes.len());
            }
        }
    }
}
