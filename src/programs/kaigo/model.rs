//! The primary judgement (一次判定): from answers to group scores, minutes by tree, their sum, and the
//! levels it may mean.

use super::addition::{Addition, Steps};
use super::sheet::Sheet;
use super::survey::{Facts, GROUPS, Survey};
use super::tenths::{Span, Tenths};
use super::tree::Tree;

/// The most trees there can be. The law has eight.
pub const TREES: usize = 8;
/// The tree to which special medical treatment adds its minutes.
pub const MEDICAL: &str = "medical";

/// Special medical treatment (特別な医療).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Treatment {
    /// Its number on the form.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// The minutes it adds.
    pub minutes: Tenths,
}

/// A level (要介護状態区分 as far as minutes tell it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The least minutes.
    pub from: Tenths,
    /// What 認知症加算 adds at this level; none where it cannot be added.
    pub steps: Option<Steps>,
    /// Place of its row in the table `levels`.
    pub row: usize,
}

/// A combination of answers that is rare and should be looked at again (警告コード).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warning {
    /// Its code.
    pub code: String,
    /// Places of questions with the bit of the option.
    pub all: Vec<(u8, u8)>,
}

/// A grade of an independence scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The scale, such as `7-2`.
    pub scale: String,
    /// The grade, such as `Ⅱa`.
    pub grade: String,
    /// Whether 認知症加算 is possible with it.
    pub addition: bool,
}

/// Everything the judgement needs, as it holds in one period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// The questions and their points.
    pub survey: Survey,
    /// The trees, at most [`TREES`].
    pub trees: Vec<Tree>,
    /// Special medical treatment, at most 16.
    pub treatments: Vec<Treatment>,
    /// The levels, lightest first.
    pub levels: Vec<Level>,
    /// The warnings.
    pub warnings: Vec<Warning>,
    /// The grades of both scales.
    pub grades: Vec<Grade>,
}

/// What the judgement gives for one sheet. Never the official result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Group scores; where a lost limb can be read in several ways, the highest and lowest differ.
    pub scores: [Span; GROUPS],
    /// Minutes by tree.
    pub minutes: [Span; TREES],
    /// Their sum.
    pub total: Span,
    /// Whether 認知症加算 may come on top.
    pub addition: Addition,
}

impl Model {
    /// Judges a sheet.
    pub fn judge(&self, sheet: &Sheet) -> Judgement {
        let treated = self.treated(sheet);
        let readings = self.survey.facts(sheet).map(|facts| self.by_facts(&facts, treated));
        let found = readings.reduce(Judgement::around).unwrap_or_default();
        Judgement { addition: self.addition(found.total, sheet), ..found }
    }

    fn by_facts(&self, facts: &Facts, treated: Tenths) -> Judgement {
        let mut found = Judgement::default();
        for (span, score) in found.scores.iter_mut().zip(facts.scores) {
            *span = Span::exactly(Tenths(u32::from(score)));
        }
        for (span, tree) in found.minutes.iter_mut().zip(&self.trees) {
            let own = if tree.id == MEDICAL { treated } else { Tenths(0) };
            *span = tree.minutes(facts).plus(Span::exactly(own));
            found.total = found.total.plus(*span);
        }
        found
    }

    /// The minutes of the special medical treatment on a sheet.
    pub fn treated(&self, sheet: &Sheet) -> Tenths {
        let received = |at: usize| sheet.treatments.checked_shr(at as u32).is_some_and(|bits| bits & 1 == 1);
        let treatments = self.treatments.iter().enumerate().filter(|(at, _)| received(*at));
        treatments.fold(Tenths(0), |sum, (_, treatment)| sum.plus(treatment.minutes))
    }

    /// The place of the level of so many minutes.
    pub fn level(&self, minutes: Tenths) -> usize {
        self.levels.iter().rposition(|level| level.from <= minutes).unwrap_or_default()
    }

    /// Every level the minutes may mean, lightest first.
    pub fn levels(&self, minutes: Span) -> &[Level] {
        self.levels.get(self.level(minutes.low)..=self.level(minutes.high)).unwrap_or_default()
    }

    /// The warnings that a sheet raises.
    pub fn warnings<'a>(&'a self, sheet: &'a Sheet) -> impl Iterator<Item = &'a Warning> {
        let given = |(place, option): &(u8, u8)| {
            sheet.marks.get(usize::from(*place)).is_some_and(|it| it & option != 0)
        };
        self.warnings.iter().filter(move |warning| warning.all.iter().all(given))
    }
}

impl Default for Judgement {
    fn default() -> Judgement {
        Judgement {
            scores: [Span::default(); GROUPS],
            minutes: [Span::default(); TREES],
            total: Span::default(),
            addition: Addition::No,
        }
    }
}

impl Judgement {
    /// What holds both, while it is open which of two readings is right.
    fn around(mut self, other: Judgement) -> Judgement {
        let ours = self.scores.iter_mut().chain(&mut self.minutes).chain([&mut self.total]);
        let theirs = other.scores.iter().chain(&other.minutes).chain([&other.total]);
        ours.zip(theirs).for_each(|(span, other)| *span = span.around(*other));
        self
    }
}
