//! The days that are worth an entry in a person's own calendar.

use chrono::NaiveDate;

use super::Line;

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// From this day on the dose should be given.
    Opens,
    /// This is the last day for it.
    Closes,
}

impl About {
    /// The code, by which the catalogue names it.
    pub fn code(self) -> &'static str {
        match self {
            About::Opens => "opens",
            About::Closes => "closes",
        }
    }
}

/// A day to remember.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The vaccine it is about.
    pub line: &'a Line,
    /// What happens.
    pub about: About,
    /// The day.
    pub day: NaiveDate,
}

impl Entry<'_> {
    /// An address of the entry that stays the same while the dose is the same.
    pub fn uid(&self, calendar: &str) -> String {
        let number = if self.line.next.number.is_empty() { "0" } else { &self.line.next.number };
        format!("{}-{number}-{}@{calendar}.madoguchi", self.line.vaccine, self.about.code())
    }
}

/// The days that are worth an entry: of each dose that is open or comes, the first and the last.
pub fn entries<'a>(lines: &'a [Line], today: NaiveDate) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for line in lines.iter().filter(|line| line.standing.has_next()) {
        let days = [(About::Opens, line.next.opens_on()), (About::Closes, line.next.closes_on())];
        let days = days.into_iter().filter_map(|(about, day)| day.map(|day| (about, day)));
        entries.extend(days.map(|(about, day)| Entry { line, about, day }));
    }
    entries.retain(|entry| entry.about == About::Opens || entry.day >= today);
    entries
}
