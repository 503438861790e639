//! What the night tells: of each person, what can be given from now, what ends soon, and what is late. Each guardian is a
//! transaction of their own, and is told of each thing once.

use serde_json::json;

use crate::domain::immunization::Vaccine;
use crate::domain::immunization::calendar::Line;
use crate::domain::immunization::reminder::{Lead, Occasion, occasion, season};
use crate::domain::lang::Lang;
use crate::domain::permission::Actor;
use crate::domain::program::vocabulary::CommandName;
use crate::store::dose_mails::{Part, Words};
use crate::store::dose_reminders::{self, Reminder, Settings};
use crate::store::{Conn, immunization_subjects};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::immunization::access::{self, Keeping, Ledger};
use crate::usecases::immunization::calendar::{Speaker, lines};

use super::{queue, say, stop_secret};

/// Guardians looked at in one step.
const PAGE: i64 = 200;

/// Queues a mail for every guardian who has news; how many.
///
/// # Errors
/// When the database fails.
pub fn run(house: &House) -> Result<usize, Error> {
    let Ok(keeping) = Keeping::first(house) else { return Ok(0) };
    let Some(lead) = lead(house, &keeping).filter(|_| house.mailer.is_some()) else { return Ok(0) };
    let (mut queued, mut after) = (0, String::new());
    loop {
        let page = house.database.read(|conn| dose_reminders::wanting(conn, &after, PAGE))?;
        let Some(last) = page.last() else { return Ok(queued) };
        after.clone_from(last);
        for citizen in &page {
            match remind(house, citizen, lead) {
                Ok(told) => queued += usize::from(told),
                Err(Error::Unavailable(why)) => return Err(Error::Unavailable(why)),
                Err(error) => tracing::warn!(%error, "a guardian could not be reminded"),
            }
        }
    }
}

/// The days of the tables; without them nobody is reminded.
fn lead(house: &House, keeping: &Keeping) -> Option<Lead> {
    let days = |rule: &str| keeping.household_rule(house, rule);
    Some(Lead {
        begins: days("remind-begin-days")?,
        ends: days("remind-end-days")?,
        overdue: days("remind-overdue-days")?,
    })
}

fn remind(house: &House, citizen: &str, lead: Lead) -> Result<bool, Error> {
    house.database.write(|conn| {
        dose_reminders::hold(conn, citizen)?;
        let Some(settings) = dose_reminders::find(conn, &house.keys, citizen)?.filter(Settings::is_on) else {
            return Ok(false);
        };
        let id = house.new_id("dml")?;
        let night = Night { house, settings: &settings, lead, mail: &id };
        // The mail stands before what it tells of, and goes with it where there is nothing.
        let news = night.news(conn)?;
        if news.is_empty() {
            return Ok(false);
        }
        let (reminders, parts): (Vec<_>, Vec<_>) = news.into_iter().unzip();
        queue(house, conn, citizen, (&id, "reminder"), night.words(parts))?;
        let reminders = reminders.concat();
        dose_reminders::note(conn, &reminders)?;
        let detail = json!({ "guardian": citizen, "mail": id, "reminders": reminders.len() });
        house.record(conn, &Caller::system(), "remind_guardian", "", "done", detail)?;
        Ok(true)
    })
}

/// One guardian in one night.
struct Night<'a> {
    house: &'a House,
    settings: &'a Settings,
    lead: Lead,
    mail: &'a str,
}

impl Night<'_> {
    fn lang(&self) -> Lang {
        Lang::from_code(&self.settings.lang).unwrap_or_default()
    }

    /// What is new of each person for whom the guardian acts today.
    fn news(&self, conn: &mut Conn) -> Result<Vec<(Vec<Reminder>, Part)>, Error> {
        let (house, citizen) = (self.house, &self.settings.citizen);
        let caller = Caller { actor: Actor::citizen(citizen, ""), source: "upkeep".to_owned() };
        let silent = dose_reminders::silent(conn, citizen)?;
        let told = dose_reminders::told(conn, citizen)?;
        let mut news = Vec::new();
        for stored in immunization_subjects::of_guardian(conn, &house.keys, citizen)? {
            let subject = &stored.subject;
            let gone = subject.moved_out_on.is_some() || subject.died_on.is_some();
            if gone || silent.contains(&subject.id) {
                continue;
            }
            let command = CommandName::ReadImmunizations;
            let ledger = access::open(house, conn, &caller, &subject.id, command)?;
            let vaccines = ledger.keeping.vaccines(house);
            let all = lines::of(house, conn, &ledger, self.lang())?;
            let due: Vec<(Reminder, &Line)> =
                all.iter().filter_map(|line| self.due(&ledger, &vaccines, line)).collect();
            let fresh = |it: &Reminder| !told.iter().any(|known| known.tells_as(it));
            let due: Vec<_> = due.into_iter().filter(|(reminder, _)| fresh(reminder)).collect();
            if !due.is_empty() {
                news.push((due.iter().map(|it| it.0.clone()).collect(), self.part(&ledger, &due)));
            }
        }
        Ok(news)
    }

    fn due<'l>(&self, ledger: &Ledger, vaccines: &[Vaccine], line: &'l Line) -> Option<(Reminder, &'l Line)> {
        let occasion = occasion(line, self.house.today(), self.lead).filter(|it| self.wants(*it))?;
        let anew = vaccines.iter().any(|it| it.key == line.vaccine && it.anew);
        let reminder = Reminder {
            citizen: self.settings.citizen.clone(),
            subject: ledger.subject().id.clone(),
            vaccine: line.vaccine.clone(),
            dose: line.next.number.clone(),
            season: season(line, anew),
            occasion: occasion.code().to_owned(),
            mail: self.mail.to_owned(),
        };
        Some((reminder, line))
    }

    fn wants(&self, occasion: Occasion) -> bool {
        match occasion {
            Occasion::Begins => self.settings.begins,
            Occasion::Ends => self.settings.ends,
            Occasion::Overdue => self.settings.overdue,
        }
    }

    fn part(&self, ledger: &Ledger, due: &[(Reminder, &Line)]) -> Part {
        let speaker = Speaker { house: self.house, lang: self.lang() };
        let line = |(reminder, line): &(Reminder, &Line)| {
            let dose = speaker.dose(&line.next.number);
            let slots = [("vaccine", line.name.as_str()), ("dose", dose.as_str())];
            let what = say(self.house, self.lang(), &format!("mail.{}", reminder.occasion), &slots);
            format!("{what}\n  {}", speaker.sentence(line))
        };
        let name = &ledger.subject().person.name;
        let head = say(self.house, self.lang(), "mail.person", &[("name", name)]);
        let lines: Vec<String> = due.iter().map(line).collect();
        Part { subject: ledger.subject().id.clone(), text: format!("{head}\n{}", lines.join("\n")) }
    }

    fn words(&self, parts: Vec<Part>) -> Words {
        let (house, lang, public) = (self.house, self.lang(), &self.house.public_url);
        let page = format!("{public}/me/vaccinations");
        let stop = format!("{public}/reminders/stop/{}", stop_secret(house, &self.settings.citizen));
        let below = [
            say(house, lang, "mail.page", &[("url", &page)]),
            say(house, lang, "mail.stop", &[("url", &stop)]),
            say(house, lang, "mail.office", &[]),
        ];
        Words {
            to: self.settings.address.clone(),
            subject: say(house, lang, "mail.subject", &[]),
            lead: say(house, lang, "mail.lead", &[]),
            parts,
            footer: below.join("\n\n"),
        }
    }
}
