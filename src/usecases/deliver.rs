//! Mails: the event is stored first, the mail follows, and where no mail arrives paper does.

use std::sync::Arc;

use serde_json::json;

use crate::domain::program::work::SettingValue;
use crate::ports::mail::{Attachment, Mail, MailError};
use crate::store::letters::{self, Delivery};
use crate::store::{Conn, StoreError, cases};

use super::access::Caller;
use super::error::Error;
use super::house::House;
use super::letters::Told;
use super::off_thread::off_thread;
use super::render;

/// After so many failed tries the letter goes on paper.
pub(super) const MOST_TRIES: i64 = 8;
/// The installation's setting that lets the letter itself travel with the mail.
const ATTACH: &str = "mail_attach_letters";

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Nothing is left to do: the mail is out, or the letter is on the paper list.
    Settled,
    /// To be tried again later, for this reason.
    Again(String),
}

/// Sends the mail of a delivery. Sending it again repeats its Message-ID.
///
/// # Errors
/// When the database fails.
pub async fn mail(house: &Arc<House>, delivery: &str) -> Result<Sent, Error> {
    let id = delivery.to_owned();
    let Some((mail, attempts)) = off_thread(house, move |house| prepare(house, &id)).await? else {
        return Ok(Sent::Settled);
    };
    let outcome = match &house.mailer {
        Some(mailer) => mailer.send(&mail).await,
        None => Err(MailError::Permanent { detail: "no mail server is configured".to_owned() }),
    };
    let id = delivery.to_owned();
    off_thread(house, move |house| settle(house, &id, attempts, outcome)).await
}

/// The mail of a delivery that is still queued, and how often it was tried.
fn prepare(house: &House, id: &str) -> Result<Option<(Mail, i64)>, Error> {
    let Some(delivery) = queued(house, id)? else { return Ok(None) };
    let told: Told = serde_json::from_slice(&delivery.body)?;
    let attachment = match &delivery.letter_id {
        Some(letter) if attaches(house) => Some(attachment(house, &delivery.case_id, letter)?),
        _ => None,
    };
    let message_id = format!("{}@{}", delivery.id, mail_host(&house.public_url));
    let mail = Mail { message_id, to: told.to, subject: delivery.subject, body: told.text, attachment };
    Ok(Some((mail, delivery.attempts)))
}

fn queued(house: &House, id: &str) -> Result<Option<Delivery>, Error> {
    let found = house.database.read(|conn| find(house, conn, id));
    match found {
        Ok(delivery) if delivery.channel == "mail" && delivery.state == "queued" => Ok(Some(delivery)),
        // A draft that was deleted took its deliveries along.
        Ok(_) | Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn find(house: &House, conn: &mut Conn, id: &str) -> Result<Delivery, StoreError> {
    let case = letters::case_of_delivery(conn, id)?;
    let stored = cases::find(conn, &house.keys, &case)?;
    letters::delivery(conn, &stored, id)
}

fn attaches(house: &House) -> bool {
    house.settings.get(ATTACH) == Some(&SettingValue::Number(1))
}

fn attachment(house: &House, case: &str, letter: &str) -> Result<Attachment, Error> {
    Ok(Attachment { name: "tsuchi.pdf".to_owned(), pdf: render::bytes(house, case, letter)? })
}

/// The host of the public address, as the right side of a Message-ID.
pub(super) fn mail_host(public_url: &str) -> String {
    let host = public_url.split("://").nth(1).unwrap_or_default();
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if !host.is_empty() && host.chars().all(plain) { host.to_owned() } else { "localhost".to_owned() }
}

fn settle(house: &House, id: &str, attempts: i64, outcome: Result<(), MailError>) -> Result<Sent, Error> {
    house.database.write(|conn| {
        let delivery = find(house, conn, id)?;
        if delivery.state != "queued" {
            return Ok(Sent::Settled);
        }
        match outcome {
            Ok(()) => {
                letters::set_delivery(conn, id, "sent", "", house.now())?;
                record(house, conn, &delivery, "sent").map(|()| Sent::Settled)
            }
            Err(error) if error.passes() && attempts + 1 < MOST_TRIES => {
                letters::set_delivery(conn, id, "queued", &error.to_string(), house.now())?;
                Ok(Sent::Again(error.to_string()))
            }
            Err(error) => {
                letters::set_delivery(conn, id, "bounced", &error.to_string(), house.now())?;
                on_paper(house, conn, &delivery)?;
                record(house, conn, &delivery, "bounced").map(|()| Sent::Settled)
            }
        }
    })
}

/// Puts the letter on the paper list. A bare notice has nothing to print.
fn on_paper(house: &House, conn: &mut Conn, failed: &Delivery) -> Result<(), Error> {
    if failed.letter_id.is_none() {
        return Ok(());
    }
    let told: Told = serde_json::from_slice(&failed.body)?;
    let paper = Delivery {
        id: house.new_id("dlv")?,
        channel: "paper".to_owned(),
        state: "queued".to_owned(),
        body: serde_json::to_vec(&Told { to: String::new(), text: told.text })?,
        attempts: 0,
        problem: String::new(),
        at: house.now(),
        ..failed.clone()
    };
    let stored = cases::find(conn, &house.keys, &failed.case_id)?;
    Ok(letters::queue(conn, &stored, &paper)?)
}

fn record(house: &House, conn: &mut Conn, delivery: &Delivery, state: &str) -> Result<(), Error> {
    let detail = json!({ "delivery": delivery.id, "state": state });
    house.record(conn, &Caller::system(), "record_delivery", &delivery.case_id, "done", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usecases::testing::Scene;

    #[test]
    fn a_message_id_has_a_plain_host() {
        assert_eq!(mail_host("https://madoguchi.example.lg.jp/x"), "madoguchi.example.lg.jp");
        assert_eq!(mail_host("http://127.0.0.1:8080"), "127.0.0.1");
        assert_eq!(mail_host("http://[::1]:8080"), "localhost");
        assert_eq!(mail_host("nonsense"), "localhost");
    }

    #[tokio::test]
    async fn a_mail_is_sent_once() {
        let scene = Scene::new();
        let delivery = scene.delivery("dlv_1", Some("let_1"));
        assert_eq!(mail(&scene.house, &delivery).await.unwrap(), Sent::Settled);
        assert_eq!(mail(&scene.house, &delivery).await.unwrap(), Sent::Settled);
        let mails = scene.mailer.sent();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].message_id, "dlv_1@town.example");
        assert!(mails[0].attachment.is_none());
        assert_eq!(scene.deliveries(), [("mail".to_owned(), "sent".to_owned())]);
    }

    #[tokio::test]
    async fn a_passing_fault_is_tried_again_and_at_last_paper_goes() {
        let scene = Scene::new();
        let delivery = scene.delivery("dlv_1", Some("let_1"));
        scene.mailer.fail(|| MailError::Temporary { detail: "451".to_owned() });
        for _ in 1..MOST_TRIES {
            assert!(matches!(mail(&scene.house, &delivery).await.unwrap(), Sent::Again(_)));
        }
        assert_eq!(mail(&scene.house, &delivery).await.unwrap(), Sent::Settled);
        let states = [("mail".to_owned(), "bounced".to_owned()), ("paper".to_owned(), "queued".to_owned())];
        assert_eq!(scene.deliveries(), states);
    }

    #[tokio::test]
    async fn a_refused_mail_goes_on_paper_at_once() {
        let scene = Scene::new();
        let delivery = scene.delivery("dlv_1", Some("let_1"));
        scene.mailer.fail(|| MailError::Permanent { detail: "550".to_owned() });
        assert_eq!(mail(&scene.house, &delivery).await.unwrap(), Sent::Settled);
        assert_eq!(mail(&scene.house, &delivery).await.unwrap(), Sent::Settled);
        assert_eq!(scene.deliveries().len(), 2, "one paper letter, however often the job runs");
    }

    #[tokio::test]
    async fn a_mail_of_unknown_fate_is_repeated_under_the_same_name() {
        let scene = Scene::new();
        let delivery = scene.delivery("dlv_1", None);
        scene.mailer.fail(|| MailError::Unknown { detail: "cut".to_owned() });
        mail(&scene.house, &delivery).await.unwrap();
        scene.mailer.recover();
        mail(&scene.house, &delivery).await.unwrap();
        let ids: Vec<String> = scene.mailer.tried();
        assert_eq!(ids, ["dlv_1@town.example", "dlv_1@town.example"]);
    }

    #[tokio::test]
    async fn the_letter_goes_along_only_where_the_office_wants_it() {
        let scene = Scene::with(|house| {
            house.settings.insert(ATTACH.to_owned(), SettingValue::Number(1));
        });
        let delivery = scene.delivery("dlv_1", Some("let_1"));
        mail(&scene.house, &delivery).await.unwrap();
        assert!(scene.mailer.sent()[0].attachment.as_ref().is_some_and(|it| it.pdf.starts_with(b"%PDF")));
    }
}
