//! The answers of one person's survey (基本調査), packed.

/// Most questions a survey may have; the last place holds the kind of paralysis.
pub const SLOTS: usize = 64;
/// The place of the kind of paralysis among the marks: the last one.
pub const KIND: u8 = 63;
/// Most options a question may have.
pub const OPTIONS: usize = 8;

/// One person's answers. A place holds a bit for each chosen option, the lowest for option 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Chosen options by the place of the question.
    pub marks: [u8; SLOTS],
    /// Special medical treatment received: a bit each, in the order of the table.
    pub treatments: u16,
    /// Whether 認知症加算 is possible by each of the two independence scales; `None` where not told.
    pub addition: [Option<bool>; 2],
}

impl Default for Sheet {
    fn default() -> Sheet {
        Sheet { marks: [0; SLOTS], treatments: 0, addition: [None, None] }
    }
}

impl Sheet {
    /// Chooses an option, counted from 1, besides those chosen already.
    pub fn choose(&mut self, place: usize, option: usize) {
        if let (Some(marks), Some(bit)) = (self.marks.get_mut(place), bit(option)) {
            *marks |= bit;
        }
    }

    /// Chooses these options, counted from 1, and no others.
    pub fn answer(&mut self, place: usize, options: &[usize]) {
        if let Some(marks) = self.marks.get_mut(place) {
            *marks = 0;
        }
        options.iter().for_each(|option| self.choose(place, *option));
    }

    /// The options chosen at a place, counted from 1.
    pub fn chosen(&self, place: usize) -> impl Iterator<Item = usize> {
        let marks = self.marks.get(place).copied().unwrap_or_default();
        (1..=OPTIONS).filter(move |option| bit(*option).is_some_and(|bit| marks & bit != 0))
    }
}

/// The bit of an option counted from 1; `None` beyond the most that there can be.
pub fn bit(option: usize) -> Option<u8> {
    let shift = u32::try_from(option.checked_sub(1)?).ok()?;
    1_u8.checked_shl(shift)
}
