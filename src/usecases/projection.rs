//! What lists show of a case, derived from it.

use crate::domain::case::Case;
use crate::domain::case::reminding::left_to_a_person;
use crate::domain::program::display;
use crate::domain::program::vocabulary::{Holder, State};
use crate::domain::text::search_key;
use crate::store::Conn;
use crate::store::cases::Projection;

use super::access::Opened;
use super::carry_out::items;
use super::error::Error;
use super::house::House;
use super::{slots, standing};

/// The columns of a case as it is now.
pub fn of(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Projection, Error> {
    let case = &opened.stored.case;
    let today = house.today();
    let answers = standing::answers(conn, opened)?;
    let (name, kana, birth) = slots::person(&opened.program, &answers);
    let items = items(house, conn, opened)?;
    let facts = crate::domain::case::facts::facts(case, &items, today);
    let mut waiting: Vec<String> = facts.open.iter().cloned().collect();
    if let Some(stage) = display::stage(&opened.program.definition, &facts) {
        waiting.push(stage.code.clone());
        waiting.push(format!("for:{}", serde_json::to_value(stage.waits_for)?.as_str().unwrap_or_default()));
    }
    if case.state == State::InReview && case.draft.as_ref().is_some_and(|it| it.returned.is_some()) {
        waiting.push("draft_returned".to_owned());
    }
    if case.work.iter().any(|item| left_to_a_person(item).is_some()) {
        waiting.push(TO_REMIND.to_owned());
    }
    if case.delay.is_some() {
        waiting.push(DELAY_READY.to_owned());
    }
    waiting.extend(way(case).map(str::to_owned));
    let person = person_hash(house, &name, &kana, &birth);
    Ok(Projection {
        due_on: nearest_due(case, today),
        waiting: format!(" {} ", waiting.join(" ")),
        sync: String::new(),
        duplicate: !case.duplicates.is_empty() && !case.duplicate_cleared,
        answered: answered(case),
        person,
        label: name,
    })
}

/// Mark of a case with somebody to call or to write to, because a result does not come.
pub const TO_REMIND: &str = "to_remind";
/// Mark of a case whose notice of delay is ready to be signed.
pub const DELAY_READY: &str = "delay_ready";
/// Mark of a case that was passed on and not taken over yet.
pub const ON_THE_WAY: &str = "on_the_way";
/// Mark of a case that the body that decides sent back.
pub const SENT_BACK: &str = "sent_back";

fn way(case: &Case) -> Option<&'static str> {
    let route = case.route.as_ref()?;
    match route.holder() {
        Holder::OnTheWay => Some(ON_THE_WAY),
        _ => route.sent_back().map(|_| SENT_BACK),
    }
}

/// The keyed hash of who a person is; empty without a birth date.
pub fn person_hash(house: &House, name: &str, kana: &str, birth: &str) -> String {
    if birth.is_empty() {
        return String::new();
    }
    let who = if kana.is_empty() { name } else { kana };
    house.keys.lookup.hash("person", &format!("{}\n{birth}", search_key(who)))
}

/// The day on which the nearest running clock or open work item ends; far away when none runs.
fn nearest_due(case: &Case, today: chrono::NaiveDate) -> chrono::NaiveDate {
    let running =
        case.clocks.iter().filter(|clock| clock.stopped_at.is_none() && clock.paused_since.is_none());
    let clocks = running.map(|clock| clock.due_on(today));
    let correction = case.open_correction().map(|round| round.due_on);
    let work = case.work.iter().filter(|item| item.state.is_open()).map(|item| item.due_on);
    clocks.chain(correction).chain(work).min().unwrap_or(FAR)
}

/// A day that sorts after every real one and that both databases can store.
const FAR: chrono::NaiveDate = match chrono::NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => chrono::NaiveDate::MAX,
};

/// A correction was answered and its items are not all looked at again.
fn answered(case: &Case) -> bool {
    let Some(round) = case.corrections.last() else { return false };
    let unseen = |path: &String| !case.verdicts.keys().any(|key| key.ends_with(&format!(":{path}")));
    round.answered_at.is_some() && round.items.iter().any(unseen)
}
