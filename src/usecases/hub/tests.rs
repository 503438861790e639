//! The hub's work on a real database, against a hub in memory.

mod care;
mod masters;
mod nights;
mod outside;
mod troubles;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::PMH as CONNECTOR;
use super::*;
use crate::domain::numbers::MyNumber;
use crate::ports::hub::HubError;
use crate::store::hub::HubRow;
use crate::store::hub_batches;
use crate::usecases::registration::Registration;
use crate::usecases::testing::{Scene, refusal};

/// Numbers of invented people with right check digits.
fn number(n: u32) -> String {
    let stem = format!("{:011}", 10_000_000_000_u64 + u64::from(n));
    (0..10).map(|check| format!("{stem}{check}")).find(|it| MyNumber::parse(it).is_ok()).unwrap()
}

pub fn registration() -> Registration {
    let fields = [
        ("name", "窓口 花子"),
        ("name_kana", "マドグチ ハナコ"),
        ("address", "青空県若葉市一丁目1番地"),
        ("birth_date", "1990-06-28"),
        ("sex", "female"),
        ("certificate_name", "特定医療費受給者証"),
        ("payer_number", "54136015"),
        ("recipient_number", "1234566"),
        ("monthly_cap", "10000"),
        ("income_segment", "C1"),
        ("institutions", "青空病院\n若葉薬局"),
        ("always_reimbursed", "0"),
        ("withheld", "false"),
    ];
    Registration {
        certificate_type: "54NANBYO".to_owned(),
        number: "123456789018".to_owned(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        details: vec![
            ("DISEASE_NAME".to_owned(), "疾病名".to_owned(), "病".to_owned()),
            ("TIER".to_owned(), "階層区分".to_owned(), String::new()),
        ],
        valid_from: "2026-10-01".parse().unwrap(),
        valid_to: "2027-09-30".parse().unwrap(),
    }
}

pub fn row(id: &str) -> HubRow {
    HubRow {
        id: id.to_owned(),
        connector: CONNECTOR.to_owned(),
        case_id: "case_1".to_owned(),
        decision_id: "dec_1".to_owned(),
        person: None,
        subject: "s1".to_owned(),
        seq: 0,
        history_key: format!("K-{id}"),
        deleted: false,
        urgent: false,
        body: Vec::new(),
        content_hash: String::new(),
        state: "pending".to_owned(),
        attempts: 0,
        position: 0,
    }
}

fn plan() -> HubPlan {
    let pace = HubPace {
        first_poll: Duration::from_millis(1),
        longest_poll: Duration::from_millis(4),
        give_up: Duration::from_millis(20),
    };
    HubPlan { org: "131016".to_owned(), pace }
}

/// The `n`th person's row: case, subject and number of their own.
pub fn person(scene: &Scene, n: u32) -> HubRow {
    let id = format!("hub_{n:04}");
    let row = HubRow {
        case_id: format!("case_p{n}"),
        decision_id: format!("dec_p{n}"),
        subject: format!("s{n}"),
        history_key: format!("K{n}"),
        ..row(&id)
    };
    scene.row(&row, &Registration { number: number(n), ..registration() });
    row
}

/// Another row of the same person, case and decision.
fn further(
    scene: &Scene,
    before: &HubRow,
    id: &str,
    change: impl FnOnce(&mut HubRow, &mut Registration),
) -> HubRow {
    let n = before.subject.trim_start_matches('s').parse().unwrap();
    let mut registration = Registration { number: number(n), ..registration() };
    let mut row = HubRow { id: id.to_owned(), history_key: format!("K-{id}"), ..before.clone() };
    change(&mut row, &mut registration);
    scene.row(&row, &registration);
    row
}

async fn night(scene: &Scene) -> Report {
    nightly(&scene.house, &plan(), &|_| ()).await.unwrap()
}

fn state(scene: &Scene, row: &HubRow) -> (String, String) {
    scene.states()[&row.id].clone()
}

fn pair(row: &str, case: &str) -> (String, String) {
    (row.to_owned(), case.to_owned())
}

fn unreachable() -> HubError {
    HubError::Unavailable { detail: "refused".to_owned() }
}
