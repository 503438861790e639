//! The calendar as iCalendar (RFC 5545), which telephones and mail programs read.

use chrono::{DateTime, Days, Duration, Utc};
use icalendar::{Alarm, Calendar, Class, Component, Event, EventLike, Property};

use crate::domain::immunization::calendar::feed::{About, Entry};

/// Who writes the file, as RFC 5545 asks to be told.
const PRODUCT: &str = "-//Madoguchi//Vaccination calendar//JA";
/// How many days before the last day one is reminded.
const WARN_DAYS: i64 = 14;
/// How often programs should look again, in hours.
const REFRESH_HOURS: i64 = 12;

/// Writes a calendar. `id` tells this calendar from others, `words` gives title and text of an entry.
pub fn write<'a>(
    (id, name): (&str, &str),
    entries: &[Entry<'a>],
    words: impl Fn(&Entry<'a>) -> (String, String),
    now: DateTime<Utc>,
) -> String {
    let mut calendar = Calendar::new();
    calendar.properties.retain(|property| property.key() != "PRODID");
    calendar.append_property(Property::new("PRODID", PRODUCT));
    calendar.append_property(Property::new("METHOD", "PUBLISH"));
    calendar.name(name).ttl(&Duration::hours(REFRESH_HOURS));
    for entry in entries {
        calendar.push(event(id, entry, words(entry), now));
    }
    calendar.to_string()
}

fn event(id: &str, entry: &Entry<'_>, (title, text): (String, String), now: DateTime<Utc>) -> Event {
    let mut event = Event::new();
    event.uid(&entry.uid(id)).timestamp(now).summary(&title).description(&text).class(Class::Private);
    event.starts(entry.day).ends(entry.day + Days::new(1));
    // The day is a hint, and does not make anybody busy.
    event.add_property("TRANSP", "TRANSPARENT");
    if entry.about == About::Closes {
        let mut alarm = Alarm::display(&title, -Duration::days(WARN_DAYS));
        alarm.uid(&format!("alarm-{}", entry.uid(id))).timestamp(now);
        event.alarm(alarm);
    }
    event.done()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Utc};

    use super::write;
    use crate::domain::immunization::calendar::feed::entries;
    use crate::domain::immunization::calendar::{Line, Next, Standing};

    fn line() -> Line {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let next = Next {
            number: "2".to_owned(),
            earliest: day("2026-09-14"),
            latest: day("2027-06-14"),
            ..Next::default()
        };
        let (vaccine, name) = ("hepb".to_owned(), "B型肝炎".to_owned());
        Line { vaccine, name, standing: Standing::Due, given: vec![], next }
    }

    #[test]
    fn it_is_icalendar_with_folded_lines_and_addresses_that_stay() {
        let lines = [line()];
        let now: DateTime<Utc> = "2026-11-23T03:00:00Z".parse().unwrap();
        let found = entries(&lines, now.date_naive());
        let long = "B型肝炎、2回目を受ける日です; 長い説明,".repeat(8);
        let make = || write(("cal1", "予防接種"), &found, |_| ("B型肝炎, 2".to_owned(), long.clone()), now);
        let text = make();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(text.contains("UID:hepb-2-closes@cal1.madoguchi\r\n"));
        assert!(text.contains("DTSTART;VALUE=DATE:20270614\r\n"));
        assert!(text.contains("DTEND;VALUE=DATE:20270615\r\n"));
        assert!(text.contains("SUMMARY:B型肝炎\\, 2\r\n") && text.contains("TRIGGER:-P"));
        assert_eq!(text.matches("PRODID:").count(), 1);
        assert_eq!(text, make());
    }
}
