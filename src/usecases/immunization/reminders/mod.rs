//! Reminders of vaccinations by mail: what a guardian wants, what the night tells once, and how the mails go out.

pub mod night;
pub mod post;
pub mod settings;
pub mod stop;

use std::collections::BTreeMap;

use crate::domain::lang::Lang;
use crate::store::Conn;
use crate::store::dose_mails::{self, DoseMail, Words};
use crate::store::seal::sha256_hex;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::outbox::enqueue;

/// Characters of the secret that stops the mails of a sign-in.
const SECRET: usize = 40;

/// What stops the mails of a sign-in without signing in. It is made anew for each mail from a key that only the house
/// has, and is stored nowhere but as its hash.
fn stop_secret(house: &House, citizen: &str) -> String {
    house.keys.lookup.hash("dose-reminders", citizen).chars().take(SECRET).collect()
}

fn stop_hash(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

/// A text of the catalogue about reminders.
fn say(house: &House, lang: Lang, key: &str, slots: &[(&str, &str)]) -> String {
    let office = |key: &str| house.office.get(key).cloned().unwrap_or_default();
    let mut args: BTreeMap<String, String> =
        slots.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    args.insert("office".to_owned(), office("name"));
    args.insert("phone".to_owned(), office("phone"));
    house.texts.text(lang, &format!("reminder.{key}"), &args)
}

/// Queues a mail in the transaction of what causes it.
fn queue(
    house: &House,
    conn: &mut Conn,
    citizen: &str,
    (id, kind): (&str, &str),
    words: Words,
) -> Result<(), Error> {
    let mail = DoseMail {
        id: id.to_owned(),
        citizen: citizen.to_owned(),
        kind: kind.to_owned(),
        words,
        attempts: 0,
    };
    dose_mails::queue(conn, &house.keys, &mail, house.now())?;
    enqueue(house, conn, "dose-mail", id, &house.stamp(&Caller::system().actor))
}
