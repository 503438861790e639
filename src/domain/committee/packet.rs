//! What members read of a case: the findings, without who the person is.

use serde::{Deserialize, Serialize};

use crate::domain::forms::Answers;

/// What stands in place of something that tells who the person is.
const WITHHELD: &str = "〔伏せ字〕";

/// A packet, fixed when the case is put on an agenda: a case with a committee does not change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Packet {
    /// Age in whole years on the day of the application.
    pub age: Option<u32>,
    /// Sex in words.
    pub sex: String,
    /// The entry of the program that the certificate is about, in words.
    pub entry: String,
    /// Kind of procedure in words.
    pub kind: String,
    /// Why the office asks the committee.
    pub referral: String,
    /// What the rules found unmet or unclear.
    pub unmet: Vec<String>,
    /// What the rules read out of the certificate, with its working.
    pub gate: Vec<Gate>,
    /// Reference-free day of the earlier certificate, and what it said otherwise.
    pub since: Option<Since>,
    /// The papers, step by step.
    pub sections: Vec<Section>,
    /// With which answers the form of the result begins, as the rules suggest.
    #[serde(default)]
    pub suggested: Answers,
    /// Whether the rules find that it can be concluded as suggested, together with others.
    #[serde(default)]
    pub simple: bool,
}

/// One value that the rules read out of the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
    /// How it came about, one step a line.
    pub working: Vec<Line>,
}

/// One line of a working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The step, or what went into it.
    pub label: String,
    /// What came out.
    pub value: String,
    /// Table row and article.
    pub source: Option<String>,
}

/// What changed since the certificate before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// When that was signed, as an ISO date.
    pub signed_on: String,
    /// Question, answer then, answer now.
    pub changes: Vec<(String, String, String)>,
}

/// A step of the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Question and answer.
    pub rows: Vec<(String, String)>,
}

impl Packet {
    /// The same packet in which none of the given texts stands any more, wherever somebody typed it.
    pub fn without(mut self, known: &[String]) -> Packet {
        let known: Vec<&str> = known.iter().map(|text| text.trim()).filter(|text| is_telling(text)).collect();
        let hide = |text: &mut String| known.iter().for_each(|it| *text = text.replace(it, WITHHELD));
        hide(&mut self.referral);
        self.unmet.iter_mut().for_each(hide);
        for gate in &mut self.gate {
            hide(&mut gate.value);
            gate.working.iter_mut().for_each(|line| hide(&mut line.value));
        }
        for (_, then, now) in self.since.iter_mut().flat_map(|since| &mut since.changes) {
            hide(then);
            hide(now);
        }
        self.sections.iter_mut().flat_map(|section| &mut section.rows).for_each(|(_, value)| hide(value));
        self
    }
}

/// Whether a text is long enough to tell somebody: 「リン」 and 「12」 stand in many findings, a name in kanji does not.
fn is_telling(text: &str) -> bool {
    let kana = |c: char| matches!(c, 'ぁ'..='ヿ');
    let least = match text {
        _ if text.is_ascii() => 6,
        _ if text.chars().all(kana) => 4,
        _ => 2,
    };
    text.chars().count() >= least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(text: &str) -> Packet {
        let line = Line { label: "段階".to_owned(), value: text.to_owned(), source: None };
        Packet {
            referral: text.to_owned(),
            unmet: vec![text.to_owned()],
            gate: vec![Gate { label: "重症度".to_owned(), value: text.to_owned(), working: vec![line] }],
            since: Some(Since {
                signed_on: "2025-11-01".to_owned(),
                changes: vec![("経過".to_owned(), text.to_owned(), text.to_owned())],
            }),
            sections: vec![Section {
                title: "経過".to_owned(),
                rows: vec![("症状".to_owned(), text.to_owned())],
            }],
            ..Packet::default()
        }
    }

    #[test]
    fn a_name_typed_into_any_text_is_withheld() {
        let known = ["難波　花子", "花子", "ハナコサン", "090-0000-0001", " ", "林"].map(str::to_owned);
        let reduced = packet("花子さん（090-0000-0001）は歩行に介助がいる。林").without(&known);
        let stored = serde_json::to_string(&reduced).unwrap();
        assert!(!stored.contains("花子") && !stored.contains("090-0000"), "{stored}");
        assert!(stored.contains("歩行に介助がいる。林"), "{stored}");
        assert_eq!(stored.matches(WITHHELD).count(), 14, "{stored}");
    }

    #[test]
    fn findings_that_look_like_a_short_name_or_number_stay() {
        let known = ["リン", "ハナ", "12", "345"].map(str::to_owned);
        let findings = packet("インスリン12単位、BNP 345、ハナミズ");
        assert_eq!(findings.clone().without(&known), findings);
    }

    #[test]
    fn nothing_else_is_changed() {
        assert_eq!(packet("ヤール2度").without(&["花子".to_owned()]), packet("ヤール2度"));
    }
}
