//! The mails go out. Whether the guardian still wants them and still acts for each person is asked at the last moment.

use std::sync::Arc;

use serde_json::json;

use crate::ports::mail::{Mail, MailError};
use crate::store::dose_mails::{self, DoseMail, QUEUED};
use crate::store::dose_reminders::{self, Settings};
use crate::store::{Conn, immunization_subjects};
use crate::usecases::access::Caller;
use crate::usecases::deliver::{MOST_TRIES, Sent, mail_host};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::off_thread::off_thread;

/// Sends a mail. Sending it again repeats its Message-ID.
///
/// # Errors
/// When the database fails.
pub async fn send(house: &Arc<House>, id: &str) -> Result<Sent, Error> {
    let own = id.to_owned();
    let Some((mail, attempts)) = off_thread(house, move |house| prepare(house, &own)).await? else {
        return Ok(Sent::Settled);
    };
    let outcome = match &house.mailer {
        Some(mailer) => mailer.send(&mail).await,
        None => Err(MailError::Permanent { detail: "no mail server is configured".to_owned() }),
    };
    let own = id.to_owned();
    off_thread(house, move |house| settle(house, &own, attempts, outcome)).await
}

/// The mail as it may go out now; a mail that says nothing any more is dropped.
fn prepare(house: &House, id: &str) -> Result<Option<(Mail, i64)>, Error> {
    house.database.write(|conn| {
        let Some(mut found) = dose_mails::queued(conn, &house.keys, id)? else { return Ok(None) };
        if !may_go(house, conn, &mut found)? {
            dose_mails::set_state(conn, id, "dropped", house.now())?;
            record(house, conn, id, "dropped")?;
            return Ok(None);
        }
        let words = found.words;
        let parts = words.parts.into_iter().map(|part| part.text);
        let body: Vec<String> = std::iter::once(words.lead).chain(parts).chain([words.footer]).collect();
        let mail = Mail {
            message_id: format!("{id}@{}", mail_host(&house.public_url)),
            to: words.to,
            subject: words.subject,
            body: format!("{}\n", body.join("\n\n")),
            attachment: None,
        };
        Ok(Some((mail, found.attempts)))
    })
}

/// Whether the mail still says something to whoever gets it; what they must not read any more is left out.
fn may_go(house: &House, conn: &mut Conn, mail: &mut DoseMail) -> Result<bool, Error> {
    let settings = dose_reminders::find(conn, &house.keys, &mail.citizen)?;
    let Some(settings) = settings.filter(|it| it.address == mail.words.to) else { return Ok(false) };
    if mail.kind == "confirm" {
        return Ok(settings.confirmed_at.is_none() && settings.ended_at.is_none());
    }
    let acts_for: Vec<String> = immunization_subjects::of_guardian(conn, &house.keys, &mail.citizen)?
        .into_iter()
        .map(|it| it.subject.id)
        .collect();
    mail.words.parts.retain(|part| acts_for.contains(&part.subject));
    Ok(Settings::is_on(&settings) && !mail.words.parts.is_empty())
}

fn settle(house: &House, id: &str, attempts: i64, outcome: Result<(), MailError>) -> Result<Sent, Error> {
    house.database.write(|conn| {
        if dose_mails::queued(conn, &house.keys, id)?.is_none() {
            return Ok(Sent::Settled);
        }
        let state = match &outcome {
            Ok(()) => "sent",
            Err(error) if error.passes() && attempts + 1 < MOST_TRIES => {
                dose_mails::set_state(conn, id, QUEUED, house.now())?;
                return Ok(Sent::Again(error.to_string()));
            }
            Err(_) => "failed",
        };
        dose_mails::set_state(conn, id, state, house.now())?;
        record(house, conn, id, state).map(|()| Sent::Settled)
    })
}

fn record(house: &House, conn: &mut Conn, id: &str, state: &str) -> Result<(), Error> {
    let detail = json!({ "mail": id, "state": state });
    house.record(conn, &Caller::system(), "record_dose_mail", "", "done", detail)
}
