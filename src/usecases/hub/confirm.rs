//! After the results the hub is asked what it holds: registered is what can be read back.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream;

use crate::ports::hub::{Entry, HeldRow, HubError};
use crate::store::Conn;
use crate::store::hub;
use crate::store::hub_moves;
use crate::store::hub_state::{self, Discrepancy};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::off_thread::off_thread;

use super::session::{Halt, Session};
use super::{LANES, Link, convert, ledger};

/// Rows compared in one step.
const PAGE: i64 = 200;

/// How the comparison ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub confirmed: i64,
    pub different: i64,
}

struct Expected {
    row: String,
    case: String,
    subject: String,
    sent: Entry,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Same,
    Missing,
    Different(Vec<&'static str>),
}

struct Finding {
    row: String,
    case: String,
    verdict: Verdict,
}

/// Compares every accepted row with what the hub holds, and counts in `compared`.
pub(super) async fn read_back(session: &Session<'_>, compared: &mut Compared) -> Result<(), Halt> {
    let mut after = String::new();
    loop {
        let (start, urgent_only) = (after, session.urgent_only);
        let link = session.link.clone();
        let (page, last) =
            off_thread(session.house, move |house| page(house, &link, &start, urgent_only)).await?;
        let Some(last) = last else { return Ok(()) };
        after = last;
        let (findings, halt) = compare(session, page).await;
        let connector = session.link.connector.clone();
        let counted = off_thread(session.house, move |house| store(house, &connector, &findings)).await?;
        compared.confirmed += counted.confirmed;
        compared.different += counted.different;
        if let Some(halt) = halt {
            return Err(halt);
        }
    }
}

/// The next accepted rows, and the id after which to go on, while there are any. Rows for which a later
/// one of the same key was taken are no longer what the hub should hold.
fn page(
    house: &House,
    link: &Link,
    after: &str,
    urgent_only: bool,
) -> Result<(Vec<Expected>, Option<String>), Error> {
    house.database.write(|conn| {
        let rows = hub::unconfirmed(conn, &house.keys, &link.connector, after, PAGE)?;
        let last = rows.last().map(|row| row.id.clone());
        let subjects: Vec<String> = rows.iter().map(|row| row.subject.clone()).collect();
        let states: (&[&str], &[&str]) = (&["accepted"], &["accepted", "confirmed"]);
        let aside = ledger::step_aside(house, conn, &link.connector, &subjects, states)?;
        let wanted = rows.into_iter().filter(|row| (row.urgent || !urgent_only) && !aside.contains(&row.id));
        let expected = wanted.filter_map(|row| {
            let sent = convert::entry(&*link.hub, &row).ok()?;
            Some(Expected { row: row.id, case: row.case_id, subject: row.subject, sent })
        });
        Ok((expected.collect(), last))
    })
}

/// Asks once a person and certificate type; what was found before a fault is kept.
async fn compare(session: &Session<'_>, page: Vec<Expected>) -> (Vec<Finding>, Option<Halt>) {
    let mut groups: BTreeMap<(String, String), Vec<Expected>> = BTreeMap::new();
    for row in page {
        groups.entry((row.subject.clone(), row.sent.certificate_type.clone())).or_default().push(row);
    }
    let asked = stream::iter(groups.into_values().map(|group| ask(session, group)));
    let answers: Vec<_> = asked.buffer_unordered(LANES).collect().await;
    let (mut findings, mut halt) = (Vec::new(), None);
    for answer in answers {
        match answer {
            Ok(found) => findings.extend(found),
            Err(error) => halt = Some(error.into()),
        }
    }
    (findings, halt)
}

async fn ask(session: &Session<'_>, group: Vec<Expected>) -> Result<Vec<Finding>, HubError> {
    let Some(first) = group.first() else { return Ok(Vec::new()) };
    let hub = &session.link.hub;
    let held = session.patiently(|| hub.read_back(&first.sent)).await?;
    let verdict = |sent: &Entry| match (&held, hub.as_held(sent)) {
        (Some(held), Some(sent)) => judge(&sent, held),
        // Who cannot be asked has said all in the result, without which the row was not accepted.
        _ => Verdict::Same,
    };
    let finding = |it: Expected| Finding { verdict: verdict(&it.sent), row: it.row, case: it.case };
    Ok(group.into_iter().map(finding).collect())
}

fn judge(sent: &HeldRow, held: &[HeldRow]) -> Verdict {
    let same_row =
        |it: &&HeldRow| it.history_key == sent.history_key && it.field("sub_key") == sent.field("sub_key");
    match held.iter().find(same_row) {
        None if sent.deleted => Verdict::Same,
        None => Verdict::Missing,
        Some(row) => match differences(sent, row) {
            fields if fields.is_empty() => Verdict::Same,
            fields => Verdict::Different(fields),
        },
    }
}

/// Names of the fields in which the hub holds something else. Of a withdrawn row only that counts.
fn differences(sent: &HeldRow, held: &HeldRow) -> Vec<&'static str> {
    if sent.deleted || held.deleted {
        return if sent.deleted == held.deleted { Vec::new() } else { vec!["deleted"] };
    }
    sent.fields.keys().filter(|name| sent.field(name) != held.field(name)).copied().collect()
}

fn store(house: &House, connector: &str, findings: &[Finding]) -> Result<Compared, Error> {
    house.database.write(|conn| {
        let (same, other): (Vec<_>, Vec<_>) =
            findings.iter().partition(|finding| finding.verdict == Verdict::Same);
        for finding in &other {
            match &finding.verdict {
                Verdict::Same => {}
                Verdict::Missing => note(house, conn, connector, finding, ("missing", String::new()))?,
                Verdict::Different(fields) => {
                    note(house, conn, connector, finding, ("different", fields.join(",")))?;
                }
            }
        }
        let confirmed = confirm(house, conn, &same)?;
        Ok(Compared { confirmed, different: i64::try_from(other.len()).unwrap_or(i64::MAX) })
    })
}

/// The hub holds these rows as they were sent; how many of them were confirmed only now.
fn confirm(house: &House, conn: &mut Conn, same: &[&Finding]) -> Result<i64, Error> {
    let rows: Vec<&str> = same.iter().map(|finding| finding.row.as_str()).collect();
    let confirmed = hub_moves::confirm(conn, &rows, house.now())?;
    hub_state::clear_discrepancies(conn, &rows, house.now())?;
    ledger::show(house, conn, same.iter().map(|finding| finding.case.as_str()))?;
    Ok(i64::try_from(confirmed).unwrap_or(i64::MAX))
}

fn note(
    house: &House,
    conn: &mut Conn,
    connector: &str,
    finding: &Finding,
    (kind, fields): (&str, String),
) -> Result<(), Error> {
    let found = Discrepancy {
        id: house.new_id("dis")?,
        connector: connector.to_owned(),
        row_id: finding.row.clone(),
        case_id: finding.case.clone(),
        kind: kind.to_owned(),
        fields,
        found_at: house.now().naive_utc(),
        cleared_at: None,
    };
    Ok(hub_state::note_discrepancy(conn, &found)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, cap: &str, to: &str) -> HeldRow {
        let fields = [("monthly_cap", cap), ("valid_to", to)].map(|(name, value)| (name, value.to_owned()));
        HeldRow { history_key: key.to_owned(), deleted: false, fields: fields.into() }
    }

    fn sent() -> HeldRow {
        row("k", "10000", "2027-09-30")
    }

    #[test]
    fn what_was_sent_and_is_held_is_the_same() {
        assert_eq!(judge(&sent(), &[row("j", "1", ""), sent()]), Verdict::Same);
    }

    #[test]
    fn differing_fields_are_named() {
        let other = row("k", "5000", "2026-10-01");
        assert_eq!(judge(&sent(), &[other]), Verdict::Different(vec!["monthly_cap", "valid_to"]));
    }

    #[test]
    fn a_row_under_another_key_is_not_ours() {
        assert_eq!(judge(&sent(), &[row("other", "10000", "2027-09-30")]), Verdict::Missing);
        let mut below = sent();
        below.fields.insert("sub_key", "2".to_owned());
        assert_eq!(judge(&sent(), &[below]), Verdict::Missing);
    }

    #[test]
    fn a_withdrawn_row_may_be_gone_but_not_alive() {
        let withdrawn = HeldRow { deleted: true, ..sent() };
        assert_eq!(judge(&withdrawn, &[]), Verdict::Same);
        assert_eq!(judge(&withdrawn, &[HeldRow { deleted: true, ..row("k", "", "") }]), Verdict::Same);
        assert_eq!(judge(&withdrawn, &[sent()]), Verdict::Different(vec!["deleted"]));
    }
}
