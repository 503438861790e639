//! The questions of the survey and their points: from answers to the five group scores (中間評価項目得点).

use super::sheet::{KIND, SLOTS, Sheet};
use super::tenths::Tenths;

/// The groups of questions.
pub const GROUPS: usize = 5;
/// The question about paralysis. It enters scores and trees by its kind (table `limbs`).
pub const LIMBS: &str = "1-1";
/// The question about contracture. It enters scores and trees by its joints.
pub const JOINTS: &str = "1-2";
/// The option of [`LIMBS`] that is about a lost limb and no paralysis (table `limb_loss`).
pub const LIMB_LOSS: usize = 6;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number on the form, such as `2-4`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Place of its group.
    pub group: usize,
    /// Whether several options may be chosen; option 1 then excludes the others.
    pub multi: bool,
    /// Names of the options.
    pub options: Vec<String>,
}

/// The points of a question of which one option is chosen, or of the kind of paralysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scored {
    /// Its place.
    pub place: u8,
    /// Place of its group.
    pub group: u8,
    /// Tenths of points by option, counted from 0.
    pub points: [u16; 8],
}

/// A joint of [`JOINTS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joint {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its option, counted from 1.
    pub option: usize,
    /// Its bit among the marks.
    pub bit: u8,
    /// Points without and with contracture.
    pub points: [Tenths; 2],
}

/// A kind of paralysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The whole survey, ready to be scored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Names of the groups.
    pub groups: Vec<String>,
    /// The questions; the place of each is its place among the marks.
    pub items: Vec<Item>,
    /// Points of questions with one answer, and of the kinds of paralysis.
    pub scored: Vec<Scored>,
    /// Kinds of paralysis; the bit of each is its place.
    pub kinds: Vec<Kind>,
    /// The bit of the kind by limbs: options 2 to 5 of [`LIMBS`] as four bits.
    pub by_limbs: [u8; 16],
    /// What a lost limb may mean: the bit of a kind, or nothing.
    pub limb_loss: Vec<Option<u8>>,
    /// Joints that count.
    pub joints: Vec<Joint>,
    /// Place of [`LIMBS`].
    pub limbs_at: usize,
    /// Place of [`JOINTS`].
    pub joints_at: usize,
}

/// What the trees look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Chosen options by place, the kind of paralysis in the last one.
    pub marks: [u8; SLOTS],
    /// Tenths of points by group.
    pub scores: [u16; GROUPS],
}

impl Survey {
    /// The place of a question.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.items.iter().position(|item| item.id == id)
    }

    /// The facts of a sheet under each reading of a lost limb; one where no limb is lost.
    pub fn facts(&self, sheet: &Sheet) -> impl Iterator<Item = Facts> {
        let limbs = sheet.marks.get(self.limbs_at).copied().unwrap_or_default();
        let plain = self.by_limbs.get(usize::from((limbs >> 1) & 0b1111)).copied().unwrap_or_default();
        let lost = limbs & (1 << (LIMB_LOSS - 1)) != 0;
        let readings = if lost { self.limb_loss.as_slice() } else { &[None] };
        readings.iter().map(move |reading| self.scored(sheet, reading.unwrap_or(plain)))
    }

    fn scored(&self, sheet: &Sheet, kind: u8) -> Facts {
        let mut facts = Facts { marks: sheet.marks, scores: [0; GROUPS] };
        facts.marks[usize::from(KIND)] = kind;
        for scored in &self.scored {
            let chosen = facts.marks.get(usize::from(scored.place)).copied().unwrap_or_default();
            let option = chosen.trailing_zeros() as usize;
            let points = scored.points.get(option).copied().unwrap_or_default();
            facts.add(usize::from(scored.group), points);
        }
        self.score_joints(&mut facts);
        facts
    }

    fn score_joints(&self, facts: &mut Facts) {
        let (Some(marks), Some(item)) =
            (facts.marks.get(self.joints_at).copied(), self.items.get(self.joints_at))
        else {
            return;
        };
        for joint in &self.joints {
            let [absent, present] = joint.points;
            let points = if marks & joint.bit == 0 { absent } else { present };
            facts.add(item.group, u16::try_from(points.0).unwrap_or(u16::MAX));
        }
    }
}

impl Facts {
    fn add(&mut self, group: usize, points: u16) {
        if let Some(score) = self.scores.get_mut(group) {
            *score = score.saturating_add(points);
        }
    }

    /// The kind of paralysis, by its place.
    pub fn kind(&self) -> usize {
        self.marks[usize::from(KIND)].trailing_zeros() as usize
    }
}
