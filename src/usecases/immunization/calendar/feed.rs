//! Addresses under which a telephone's calendar reads the days of a person. Nobody can guess one, it can be ended at
//! any time, and it names nobody: the programs that fetch it belong to others.

use serde_json::json;

use crate::domain::immunization::calendar::feed::entries;
use crate::domain::lang::Lang;
use crate::domain::permission::Actor;
use crate::domain::program::vocabulary::CommandName;
use crate::store::dose_calendars::{self, DoseCalendar};
use crate::store::seal::sha256_hex;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access;
use crate::usecases::sessions::new_token;

use super::words::Speaker;
use super::{ical, lines};

/// Addresses of one sign-in for one person at most.
const MOST: usize = 10;

/// Makes an address; returns its secret part, which is not kept.
///
/// # Errors
/// [`Error::NotFound`] for a person for whom the caller does not act; `vaccination.feed.many`.
pub fn make(house: &House, caller: &Caller, lang: Lang, subject: &str) -> Result<String, Error> {
    let (token, now) = (new_token()?, house.now());
    let calendar = DoseCalendar {
        id: house.new_id("cal")?,
        subject: subject.to_owned(),
        citizen: caller.actor.id.clone(),
        lookup: sha256_hex(token.as_bytes()),
        lang: lang.code().to_owned(),
        at: now.naive_utc(),
        ended_at: None,
    };
    house.database.write(|conn| {
        access::open(house, conn, caller, subject, CommandName::ReadImmunizations)?;
        if dose_calendars::living(conn, &caller.actor.id, subject)?.len() >= MOST {
            return Err(Error::refused("vaccination.feed.many"));
        }
        dose_calendars::insert(conn, &calendar)?;
        let detail = json!({ "subject": subject, "calendar": calendar.id });
        house.record(conn, caller, "make_dose_calendar", "", "done", detail)
    })?;
    Ok(token)
}

/// Ends an address that the caller made.
///
/// # Errors
/// [`Error::NotFound`].
pub fn end(house: &House, caller: &Caller, subject: &str, id: &str) -> Result<(), Error> {
    house.database.write(|conn| {
        dose_calendars::end(conn, (&caller.actor.id, subject), id, house.now())?;
        let detail = json!({ "subject": subject, "calendar": id });
        house.record(conn, caller, "end_dose_calendar", "", "done", detail)
    })
}

/// The days of a person as iCalendar, for whoever has the address.
///
/// # Errors
/// [`Error::NotFound`] for an address that does not work, or no longer.
pub fn read(house: &House, token: &str) -> Result<String, Error> {
    house.database.write(|conn| {
        let calendar = dose_calendars::by_lookup(conn, &sha256_hex(token.as_bytes()))?;
        // Whoever has the address sees what its maker would, as long as they act for the person.
        let maker = Caller { actor: Actor::citizen(&calendar.citizen, ""), source: "calendar".to_owned() };
        let command = CommandName::ReadImmunizations;
        let ledger = access::open(house, conn, &maker, &calendar.subject, command)?;
        let lang = Lang::from_code(&calendar.lang).unwrap_or_default();
        let lines = lines::of(house, conn, &ledger, lang)?;
        let speaker = Speaker { house, lang };
        let words = |entry: &crate::domain::immunization::calendar::feed::Entry<'_>| {
            let (line, dose) = (entry.line, speaker.dose(&entry.line.next.number));
            let key = format!("feed.entry-{}", entry.about.code());
            let title = speaker.say(&key, &[("vaccine", &line.name), ("dose", &dose)]);
            (title, format!("{} {}", speaker.sentence(line), speaker.say("physician", &[])))
        };
        let name = speaker.say("title", &[]);
        Ok(ical::write((&calendar.id, &name), &entries(&lines, house.today()), words, house.now()))
    })
}
