//! The lines of a calendar in the words of the reader.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::show_in;
use crate::domain::immunization::calendar::{Line, Standing};
use crate::domain::lang::Lang;
use crate::usecases::house::House;

/// A line of the calendar, ready to be shown; what does not apply is empty.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// The vaccine.
    pub vaccine: String,
    /// Its name.
    pub name: String,
    /// Code of how it stands.
    pub standing: Standing,
    /// The same in words.
    pub standing_label: String,
    /// The next dose.
    pub dose: String,
    /// Doses on record.
    pub given: Vec<String>,
    /// From when the next one may be given.
    pub from: String,
    /// When it is advised.
    pub advised: String,
    /// Until when it may be given.
    pub until: String,
    /// What to do, in a sentence.
    pub sentence: String,
}

/// Speaks of lines in a language.
pub(in crate::usecases::immunization) struct Speaker<'a> {
    pub(in crate::usecases::immunization) house: &'a House,
    pub(in crate::usecases::immunization) lang: Lang,
}

impl Speaker<'_> {
    /// A sentence of the catalogue.
    pub(super) fn say(&self, key: &str, slots: &[(&str, &str)]) -> String {
        let args: BTreeMap<String, String> =
            slots.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.house.texts.text(self.lang, &format!("vaccination.{key}"), &args)
    }

    fn day(&self, day: Option<NaiveDate>) -> String {
        day.map(|day| show_in(day, self.lang)).unwrap_or_default()
    }

    /// The number of a dose in words; nothing where there is none.
    pub(in crate::usecases::immunization) fn dose(&self, number: &str) -> String {
        match number {
            "" => String::new(),
            "B" => self.say("dose-booster", &[]),
            number => self.say("dose", &[("number", number)]),
        }
    }

    /// A line as it is shown.
    pub(super) fn shown(&self, line: &Line) -> Shown {
        let next = &line.next;
        let has_next = line.standing.has_next();
        let only = |text: String| if has_next { text } else { String::new() };
        Shown {
            vaccine: line.vaccine.clone(),
            name: line.name.clone(),
            standing: line.standing,
            standing_label: self.say(&format!("standing.{}", line.standing.code()), &[]),
            dose: only(self.dose(&next.number)),
            given: line.given.iter().map(|it| self.given(it)).collect(),
            from: only(self.day(next.earliest)),
            advised: only(self.span(next.opens_on(), next.advised_to)),
            until: only(self.day(next.latest)),
            sentence: self.sentence(line),
        }
    }

    fn given(&self, given: &crate::domain::immunization::calendar::Given) -> String {
        let day = show_in(given.date, self.lang);
        match self.dose(&given.number) {
            dose if dose.is_empty() => day,
            dose => format!("{dose} {day}"),
        }
    }

    fn span(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
        match (from, to) {
            (Some(from), Some(to)) if from <= to => {
                self.say("span", &[("from", &self.day(Some(from))), ("to", &self.day(Some(to)))])
            }
            _ => String::new(),
        }
    }

    /// What to do about a line.
    pub(in crate::usecases::immunization) fn sentence(&self, line: &Line) -> String {
        let next = &line.next;
        let (from, until) = (self.day(next.opens_on()), self.day(next.closes_on()));
        let ends = if next.closes_on().is_some() { "" } else { "-open" };
        let key = match line.standing {
            // Whose first day depends on what is not set yet, such as a season.
            Standing::Upcoming if next.opens_on().is_none() => "say.upcoming-unknown".to_owned(),
            Standing::Due | Standing::Overdue | Standing::Upcoming => {
                format!("say.{}{ends}", line.standing.code())
            }
            other => format!("say.{}", other.code()),
        };
        self.say(&key, &[("from", &from), ("until", &until)])
    }

    /// A title that says all of a line, for the drawing.
    pub(super) fn title(&self, line: &Line) -> String {
        let given: Vec<String> = line.given.iter().map(|it| self.given(it)).collect();
        let label = self.say(&format!("standing.{}", line.standing.code()), &[]);
        [line.name.clone(), label, given.join(", "), self.sentence(line)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" / ")
    }
}

/// Age on a day: years and months.
pub(super) fn age(birth: NaiveDate, today: NaiveDate) -> (u32, u32) {
    use chrono::Datelike;
    let months = (today.year() - birth.year()) * 12 + i32::try_from(today.month()).unwrap_or(0)
        - i32::try_from(birth.month()).unwrap_or(0)
        - i32::from(today.day() < birth.day());
    let months = u32::try_from(months).unwrap_or(0);
    (months / 12, months % 12)
}
