//! Letters, and mails that wait to be sent.

use crate::domain::letter::{Head, Letter};
use crate::store::letters::{self, Delivery, LetterRow};
use crate::usecases::letters::Told;

use super::Scene;

impl Scene {
    /// A composed letter of the scene's case.
    pub fn letter(&self, id: &str) {
        let head = Head {
            reference: "NB-0001".to_owned(),
            date: String::new(),
            to: None,
            from: Vec::new(),
            seal: None,
            code: None,
        };
        let (kind, title, issued) = ("receipt".to_owned(), "受理".to_owned(), self.house.today());
        let letter = Letter { kind, title, issued, head, blocks: Vec::new(), watermark: None };
        let row = LetterRow {
            id: id.to_owned(),
            decision_id: None,
            kind: "receipt".to_owned(),
            body: serde_json::to_vec(&letter).unwrap(),
            file: String::new(),
            missing: String::new(),
            at: self.now(),
        };
        let stored = self.stored(&self.case);
        self.write(|_, conn| letters::insert(conn, &stored, &row));
    }

    /// A mail that waits to be sent.
    pub fn delivery(&self, id: &str, letter: Option<&str>) -> String {
        let told =
            Told { to: "hanako@mail.example".to_owned(), text: "お知らせがあります".to_owned() };
        let delivery = Delivery {
            id: id.to_owned(),
            case_id: self.case.clone(),
            letter_id: letter.map(str::to_owned),
            channel: "mail".to_owned(),
            state: "queued".to_owned(),
            subject: "窓口からのお知らせ".to_owned(),
            body: serde_json::to_vec(&told).unwrap(),
            attempts: 0,
            problem: String::new(),
            at: self.now(),
        };
        let stored = self.stored(&self.case);
        self.write(|_, conn| letters::queue(conn, &stored, &delivery));
        id.to_owned()
    }

    /// Channel and state of the deliveries of the scene's case, in alphabetical order.
    pub fn deliveries(&self) -> Vec<(String, String)> {
        let lines = self.read(|conn| letters::deliveries_of(conn, &self.case));
        let mut found: Vec<_> = lines.into_iter().map(|line| (line.3, line.4)).collect();
        found.sort();
        found
    }
}
