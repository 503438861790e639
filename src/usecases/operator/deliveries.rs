//! Letters on their way: what the mail did not take, and what goes on paper.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::lang::Lang;
use crate::store::operation::{self, DeliveryRow};
use crate::store::{Conn, jobs, letters};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::render;

use super::desks::{opens_letters, seat_at_letters};
use super::discrepancies::reference;

/// Deliveries on a page.
pub const ROWS: i64 = 50;

/// A pile of deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pile {
    /// Its code.
    pub code: &'static str,
    /// In words.
    pub label: &'static str,
    channel: &'static str,
    states: &'static [&'static str],
}

const fn pile(
    code: &'static str,
    label: &'static str,
    channel: &'static str,
    states: &'static [&'static str],
) -> Pile {
    Pile { code, label, channel, states }
}

/// Every pile, the one to work on first.
pub const PILES: [Pile; 5] = [
    pile("paper", "郵送待ち", "paper", &["queued", "printed"]),
    pile("failed", "届かなかったメール", "mail", &["bounced"]),
    pile("waiting", "送信中のメール", "mail", &["queued"]),
    pile("posted", "発送済み", "paper", &["posted"]),
    pile("sent", "送信済み", "mail", &["sent"]),
];

/// The pile of a code; the first one for any other text.
pub fn pile_of(code: &str) -> Pile {
    let [first, ..] = PILES;
    PILES.into_iter().find(|pile| pile.code == code).unwrap_or(first)
}

/// Something that can be done with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// Its code.
    pub code: &'static str,
    /// In words.
    pub label: &'static str,
}

/// A delivery as the list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryView {
    /// Id.
    pub id: String,
    /// Reference number of the case.
    pub reference: String,
    /// Name of the letter.
    pub letter: String,
    /// How it travels.
    pub channel: &'static str,
    /// How it stands.
    pub state_label: &'static str,
    /// Whether somebody must do something.
    pub alert: bool,
    /// What to know of it.
    pub text: String,
    /// When it changed last.
    pub at: DateTime<Utc>,
    /// Where the document is, for somebody who may open it.
    pub pdf: Option<String>,
    /// What can be done.
    pub actions: Vec<Action>,
}

/// The deliveries of a pile, oldest first, after an id; and how many lie in each pile.
///
/// # Errors
/// When the caller has no place at the desk, or the database fails.
pub fn list(
    house: &House,
    caller: &Caller,
    pile: Pile,
    after: &str,
) -> Result<(Vec<DeliveryView>, Vec<i64>), Error> {
    seat_at_letters(house, caller)?;
    let opens = opens_letters(house, caller);
    house.database.read(|conn| {
        let rows = operation::deliveries(conn, pile.channel, pile.states, after, ROWS)?;
        let cases: Vec<String> = rows.iter().map(|row| row.case_id.clone()).collect();
        let references = operation::references(conn, &cases)?;
        let view = |row: DeliveryRow| view(house, pile, opens, reference(&references, &row.case_id), row);
        let views = rows.into_iter().map(view).collect();
        let count = |pile: &Pile| operation::deliveries_in(conn, pile.channel, pile.states);
        let counts = PILES.iter().map(count).collect::<Result<_, _>>()?;
        Ok((views, counts))
    })
}

fn view(house: &House, pile: Pile, opens: bool, reference: String, row: DeliveryRow) -> DeliveryView {
    let has_letter = row.letter_id.is_some();
    DeliveryView {
        reference,
        letter: letter_name(house, &row),
        channel: if pile.channel == "paper" { "郵送" } else { "メール" },
        state_label: state_words(&row.state),
        alert: matches!(row.state.as_str(), "bounced")
            || row.missing.as_ref().is_some_and(|it| !it.is_empty()),
        text: text(&row),
        at: row.changed_at.and_utc(),
        pdf: (has_letter && opens).then(|| format!("/operator/deliveries/{}/letter.pdf", row.id)),
        actions: actions(pile.channel, &row.state),
        id: row.id,
    }
}

fn letter_name(house: &House, row: &DeliveryRow) -> String {
    let Some(kind) = &row.kind else { return "お知らせ".to_owned() };
    let Ok(program) = house.programs.newest(&row.program) else { return kind.clone() };
    let rule = program.definition.letters.iter().find(|rule| rule.code == *kind);
    rule.map_or_else(|| kind.clone(), |rule| program.texts.text(Lang::Ja, &rule.label, &Default::default()))
}

fn text(row: &DeliveryRow) -> String {
    match row.missing.as_deref() {
        Some(missing) if !missing.is_empty() => {
            format!("書体にない文字があります（{missing}）。印刷したら手で直してください。")
        }
        _ => row.problem.clone(),
    }
}

fn state_words(state: &str) -> &'static str {
    match state {
        "queued" => "これから",
        "sent" => "送信済み",
        "bounced" => "届きませんでした",
        "printed" => "印刷済み",
        "posted" => "発送済み",
        _ => "不明",
    }
}

fn actions(channel: &str, state: &str) -> Vec<Action> {
    let printed = Action { code: "printed", label: "印刷した" };
    let posted = Action { code: "posted", label: "発送した" };
    let retry = Action { code: "retry", label: "もう一度メールで送る" };
    match (channel, state) {
        ("paper", "queued") => vec![printed, posted],
        ("paper", "printed") => vec![posted],
        ("mail", "bounced") => vec![retry],
        _ => Vec::new(),
    }
}

/// Does something with a delivery. The same key has its effect once.
///
/// # Errors
/// `delivery.settled` when it cannot be done any more; as [`list`].
pub fn act(house: &House, caller: &Caller, id: &str, action: &str, key: &str) -> Result<(), Error> {
    seat_at_letters(house, caller)?;
    house.database.write(|conn| {
        let (case, _, channel, state) = operation::delivery(conn, id)?;
        if !actions(&channel, &state).iter().any(|it| it.code == action) {
            return Err(Error::refused("delivery.settled"));
        }
        if action == "retry" {
            send_again(house, conn, id, key)?;
        } else {
            letters::set_delivery(conn, id, action, "", house.now())?;
        }
        let detail = json!({ "delivery": id, "state": action });
        house.record(conn, caller, "record_delivery", &case, "done", detail)
    })
}

fn send_again(house: &House, conn: &mut Conn, id: &str, key: &str) -> Result<(), Error> {
    let now = house.now();
    letters::set_delivery(conn, id, "queued", "", now)?;
    let job = house.new_id("job")?;
    Ok(jobs::enqueue(conn, &job, "mail", id, &format!("mail/{id}/{key}"), now)?)
}

/// The document of a delivery, for somebody who may see what stands in it. Blocks while it draws.
///
/// # Errors
/// [`Error::NotFound`] as well for a caller who must not see it; as [`list`].
pub fn pdf(house: &House, caller: &Caller, id: &str) -> Result<Vec<u8>, Error> {
    seat_at_letters(house, caller)?;
    let (case, letter, _, _) = house.database.read(|conn| operation::delivery(conn, id))?;
    render::pdf(house, caller, &case, &letter.ok_or(Error::NotFound)?)
}
