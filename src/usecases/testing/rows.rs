//! Rows for the hub.

use std::collections::BTreeMap;

use crate::domain::case::decision::Decision;
use crate::domain::case::testing::decision;
use crate::domain::program::vocabulary::{Outcome, State};
use crate::store::hub::{self as rows, HubRow};
use crate::store::seal::sha256_hex;
use crate::store::{cases, decisions, hub_lines};
use crate::usecases::registration::Registration;

use super::Scene;

impl Scene {
    /// A row for the hub, of a case of its own unless the case is there.
    pub fn row(&self, row: &HubRow, registration: &Registration) {
        let body = serde_json::to_vec(registration).unwrap();
        let known = self.house.database.read(|conn| cases::find(conn, &self.house.keys, &row.case_id));
        if known.is_err() {
            self.filed(&row.case_id, &row.case_id, State::Decided, |_| {});
            let stored = self.stored(&row.case_id);
            let granted = decision(1, Outcome::Granted, "", "");
            let decision = Decision { id: row.decision_id.clone(), ..granted };
            self.write(|_, conn| decisions::insert(conn, &stored, &decision, false));
        }
        let stored = self.stored(&row.case_id);
        let row = HubRow { content_hash: sha256_hex(&body), body, ..row.clone() };
        self.write(|scene, conn| {
            rows::insert(conn, &stored.key, &row, scene.now())?;
            cases::set_sync(conn, &row.case_id, "pending")
        });
    }

    /// State of every row by id, and the mark of its case.
    pub fn states(&self) -> BTreeMap<String, (String, String)> {
        self.read(|conn| {
            let lines = hub_lines::lines(conn, "", "", "", "", 10_000)?;
            let each = lines
                .into_iter()
                .map(|line| Ok((line.0, (line.7, cases::sync_of(conn, &line.2.unwrap_or_default())?))));
            each.collect()
        })
    }
}
