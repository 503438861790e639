//! Telling the applicant of a date once, by mail where there is an address.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::calendar::{DateStyle, show};
use crate::store::idempotency::{self, Done};
use crate::store::letters::{self, Delivery};
use crate::store::{Conn, upkeep};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::working_answers;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::letters::{Told, mail_args, with_footer};
use crate::usecases::outbox::enqueue;
use crate::usecases::slots;

/// Arguments of a text.
pub(super) type Args = BTreeMap<String, String>;

/// The date that a text names.
pub(super) fn due(day: NaiveDate) -> Args {
    Args::from([("due".to_owned(), show(day, DateStyle::WarekiFirst))])
}

/// Tells once for all of the keys that are due and were not noted yet; whether it did.
pub(super) fn tell_once(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    keys: &[String],
    text: &str,
    args: Args,
) -> Result<bool, Error> {
    let mut news = false;
    for key in keys {
        if upkeep::noted_at(conn, key)?.is_none() {
            idempotency::note(conn, key, &noted(opened), house.now())?;
            news = true;
        }
    }
    if news {
        send(house, conn, opened, text, args)?;
    }
    Ok(news)
}

fn noted(opened: &Opened) -> Done {
    let case = &opened.stored.case;
    Done {
        actor: "system".to_owned(),
        command: "remind".to_owned(),
        case_id: case.id.clone(),
        version: case.version,
    }
}

/// Queues the mail. Without an address the pages of the case alone show the date.
fn send(house: &House, conn: &mut Conn, opened: &Opened, text: &str, args: Args) -> Result<(), Error> {
    let to = address(conn, opened)?;
    if to.is_empty() || house.mailer.is_none() {
        return Ok(());
    }
    let case = &opened.stored.case;
    let args: Args = mail_args(house, opened).into_iter().chain(args).collect();
    let words = |key: &str| house.texts.text(case.lang, key, &args);
    let told = Told { to, text: with_footer(house, opened, &words(text)) };
    let stamp = house.stamp(&Caller::system().actor);
    let delivery = Delivery {
        id: house.new_id("dlv")?,
        case_id: case.id.clone(),
        letter_id: None,
        channel: "mail".to_owned(),
        state: "queued".to_owned(),
        subject: words("mail.subject"),
        body: serde_json::to_vec(&told)?,
        attempts: 0,
        problem: String::new(),
        at: stamp.at,
    };
    letters::queue(conn, &opened.stored, &delivery)?;
    enqueue(house, conn, "mail", &delivery.id, &stamp)
}

fn address(conn: &mut Conn, opened: &Opened) -> Result<String, Error> {
    let definition = &opened.program.definition;
    let Some(item) = &definition.subject.email else { return Ok(String::new()) };
    let answers = working_answers(conn, opened, &definition.forms.application)?;
    Ok(slots::text(&answers, item).unwrap_or_default())
}
