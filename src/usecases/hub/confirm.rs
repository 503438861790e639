//! After the results the hub is asked what it holds: registered is what can be read back.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream;

use crate::ports::hub::{Cap, HeldRow, HubError, SubsidyRow};
use crate::store::Conn;
use crate::store::hub;
use crate::store::hub_moves;
use crate::store::hub_state::{self, Discrepancy};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::off_thread::off_thread;

use super::session::{Halt, Session};
use super::{CONNECTOR, LANES, convert, ledger};

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
    sent: SubsidyRow,
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
        let (page, last) = off_thread(session.house, move |house| page(house, &start, urgent_only)).await?;
        let Some(last) = last else { return Ok(()) };
        after = last;
        let (findings, halt) = compare(session, page).await;
        let counted = off_thread(session.house, move |house| store(house, &findings)).await?;
        compared.confirmed += counted.confirmed;
        compared.different += counted.different;
        if let Some(halt) = halt {
            return Err(halt);
        }
    }
}

/// The next accepted rows, and the id after which to go on, while there are any. Rows for which a later
/// one of the same key was taken are no longer what the hub should hold.
fn page(house: &House, after: &str, urgent_only: bool) -> Result<(Vec<Expected>, Option<String>), Error> {
    house.database.write(|conn| {
        let rows = hub::unconfirmed(conn, &house.keys, CONNECTOR, after, PAGE)?;
        let last = rows.last().map(|row| row.id.clone());
        let subjects: Vec<String> = rows.iter().map(|row| row.subject.clone()).collect();
        let aside = ledger::step_aside(house, conn, &subjects, (&["accepted"], &["accepted", "confirmed"]))?;
        let wanted = rows.into_iter().filter(|row| (row.urgent || !urgent_only) && !aside.contains(&row.id));
        let expected = wanted.filter_map(|row| {
            let sent = convert::subsidy_row(&row).ok()?;
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
    let (person, kind) = (&first.sent.number, first.sent.certificate_type.as_str());
    let held = session.patiently(|| session.hub.read_back(person, Some(kind))).await?;
    Ok(group
        .into_iter()
        .map(|expected| Finding {
            verdict: judge(&expected.sent, &held),
            row: expected.row,
            case: expected.case,
        })
        .collect())
}

fn judge(sent: &SubsidyRow, held: &[HeldRow]) -> Verdict {
    let same_row = |it: &&HeldRow| it.history_key == sent.history_key && it.sub_key == sent.sub_key;
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
fn differences(sent: &SubsidyRow, held: &HeldRow) -> Vec<&'static str> {
    if sent.deleted || held.deleted {
        return if sent.deleted == held.deleted { Vec::new() } else { vec!["deleted"] };
    }
    let cap = match sent.cap {
        Some(Cap::Monthly { yen, .. }) => Some(yen),
        _ => None,
    };
    let payer = sent.payer_number.as_ref().map(|number| number.as_str());
    let fields = [
        ("withheld", sent.withheld == held.withheld),
        ("valid_from", sent.valid_from == held.valid_from),
        ("valid_to", sent.valid_to == held.valid_to),
        ("payer_number", payer == held.payer_number.as_deref()),
        ("recipient_number", sent.recipient_number == held.recipient_number),
        ("income_segment", sent.income_segment == held.income_segment),
        ("monthly_cap", cap == held.monthly_cap),
    ];
    fields.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

fn store(house: &House, findings: &[Finding]) -> Result<Compared, Error> {
    house.database.write(|conn| {
        let (same, other): (Vec<_>, Vec<_>) =
            findings.iter().partition(|finding| finding.verdict == Verdict::Same);
        for finding in &other {
            match &finding.verdict {
                Verdict::Same => {}
                Verdict::Missing => note(house, conn, finding, "missing", String::new())?,
                Verdict::Different(fields) => note(house, conn, finding, "different", fields.join(","))?,
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

fn note(house: &House, conn: &mut Conn, finding: &Finding, kind: &str, fields: String) -> Result<(), Error> {
    let found = Discrepancy {
        id: house.new_id("dis")?,
        connector: CONNECTOR.to_owned(),
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
    use super::super::tests::{registration, row};
    use super::*;
    use crate::store::hub::HubRow;

    fn sent() -> SubsidyRow {
        let body = serde_json::to_vec(&registration()).unwrap();
        convert::subsidy_row(&HubRow { body, ..row("hub_1") }).ok().unwrap()
    }

    fn held(sent: &SubsidyRow) -> HeldRow {
        HeldRow {
            certificate_type: sent.certificate_type.clone(),
            sub_key: None,
            history_key: sent.history_key.clone(),
            deleted: false,
            withheld: false,
            valid_from: sent.valid_from,
            valid_to: sent.valid_to,
            payer_number: sent.payer_number.as_ref().map(|it| it.as_str().to_owned()),
            recipient_number: sent.recipient_number.clone(),
            income_segment: sent.income_segment.clone(),
            monthly_cap: Some(10_000),
        }
    }

    #[test]
    fn what_was_sent_and_is_held_is_the_same() {
        let sent = sent();
        assert_eq!(judge(&sent, &[held(&sent)]), Verdict::Same);
    }

    #[test]
    fn differing_fields_are_named() {
        let sent = sent();
        let other = HeldRow { monthly_cap: Some(5_000), valid_to: sent.valid_from, ..held(&sent) };
        assert_eq!(judge(&sent, &[other]), Verdict::Different(vec!["valid_to", "monthly_cap"]));
    }

    #[test]
    fn a_row_under_another_key_is_not_ours() {
        let sent = sent();
        let other = HeldRow { history_key: "other".to_owned(), ..held(&sent) };
        assert_eq!(judge(&sent, &[other]), Verdict::Missing);
    }

    #[test]
    fn a_withdrawn_row_may_be_gone_but_not_alive() {
        let sent = SubsidyRow { deleted: true, ..sent() };
        assert_eq!(judge(&sent, &[]), Verdict::Same);
        assert_eq!(judge(&sent, &[HeldRow { deleted: true, ..held(&sent) }]), Verdict::Same);
        assert_eq!(judge(&sent, &[held(&sent)]), Verdict::Different(vec!["deleted"]));
    }
}
