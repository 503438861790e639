//! Codes of a record in the words of the people who examine it.

use crate::domain::clinical::{Diagnosis, Evidence, Fault, Flag, FlagKind, Place, Verification};
use crate::domain::proposal::{Match, MatchBasis};

/// How sure the recorder is; nothing where it is not stated.
pub(super) fn verification(diagnosis: &Diagnosis) -> Option<String> {
    let words = match diagnosis.verification {
        Verification::Unstated if diagnosis.suspected() => "疑い",
        Verification::Unstated => return None,
        Verification::Confirmed if diagnosis.suspected() => "確定（病名に「疑い」あり）",
        Verification::Confirmed => "確定",
        Verification::Unconfirmed => "疑い",
        Verification::Provisional => "暫定",
        Verification::Differential => "鑑別中",
        Verification::Refuted => "否定",
        Verification::EnteredInError => "誤記",
    };
    Some(words.to_owned())
}

/// `clinicalStatus` of a diagnosis.
pub(super) fn clinical_status(code: &str) -> String {
    let words = match code {
        "active" => "継続中",
        "recurrence" | "relapse" => "再発",
        "inactive" => "活動なし",
        "remission" => "寛解",
        "resolved" => "治癒",
        other => other,
    };
    words.to_owned()
}

/// A status that is not the usual one.
pub(super) fn status(code: &str) -> &str {
    match code {
        "preliminary" | "registered" => "中間報告",
        "amended" | "corrected" => "訂正済み",
        "cancelled" | "stopped" => "中止",
        "entered-in-error" => "誤記",
        "on-hold" => "保留",
        "draft" => "下書き",
        other => other,
    }
}

/// What a diagnosis may be, in a few words.
pub(super) fn matched(found: &Match) -> String {
    format!("→ 告示番号{} {}（{}）", found.number, found.name, basis(found))
}

/// On what a match rests.
pub(super) fn basis(found: &Match) -> String {
    match found.basis {
        MatchBasis::Number => "記録に番号あり".to_owned(),
        MatchBasis::Ontology => format!("{}が一致", found.matched),
        MatchBasis::Name => "病名が一致".to_owned(),
        MatchBasis::FoldedName => "病名が表記ちがいで一致".to_owned(),
        MatchBasis::Icd10 => format!("ICD-10 {}が一致", found.matched),
        MatchBasis::Icd10Category => format!("ICD-10 {}の分類が近い", found.matched),
    }
}

/// Every flag in words. Nothing flagged is dropped.
pub(super) fn contradictions(evidence: &Evidence) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for flag in &evidence.flags {
        let line = flag_words(evidence, flag);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn flag_words(evidence: &Evidence, flag: &Flag) -> String {
    let about = flag.place.as_ref().map(|place| label(evidence, place)).unwrap_or_default();
    match &flag.kind {
        FlagKind::NoPatient => "記録に本人が見つかりません。保険の記号・番号を確かめてください。".to_owned(),
        FlagKind::SeveralPatients { count } => {
            format!("同じ保険の番号で{count}人の記録が見つかりました。本人のものか確かめてください。")
        }
        FlagKind::BirthDateDiffers { found } => format!("記録の生年月日（{found}）が申請書と違います。"),
        FlagKind::NameDiffers => "記録の氏名が申請書と違います。".to_owned(),
        FlagKind::OtherSubject => format!("{about}別の人についての記録が混ざっています。"),
        FlagKind::NoDiagnoses => "確かな病名の記録がありません。".to_owned(),
        FlagKind::EnteredInError => format!("{about}誤って入力されたと記録されています。"),
        FlagKind::Refuted => format!("{about}否定された病名です。"),
        FlagKind::Unconfirmed => format!("{about}疑い病名です。"),
        FlagKind::UnknownModifier => {
            format!("{about}意味を変えうる未知の項目があります。原本を確かめてください。")
        }
        FlagKind::Notice { text } => format!("情報基盤からの知らせ：{text}"),
        FlagKind::ReadingProblem { fault } => {
            let place =
                flag.place.as_ref().map(|place| format!("（{}ページ {}）", place.page + 1, place.path));
            format!("記録の一部を読めません：{}{}", fault_words(*fault), place.unwrap_or_default())
        }
    }
}

/// The name of the entry at a place, as the beginning of a sentence.
fn label(evidence: &Evidence, place: &Place) -> String {
    let diagnoses = evidence.diagnoses.iter().map(|entry| (&entry.origin, &entry.concept));
    let labs = evidence.labs.iter().map(|entry| (&entry.origin, &entry.concept));
    let drugs = evidence.drugs.iter().map(|entry| (&entry.origin, &entry.concept));
    let allergies = evidence.allergies.iter().map(|entry| (&entry.origin, &entry.concept));
    let mut all = diagnoses.chain(labs).chain(drugs).chain(allergies);
    let found = all.find(|(origin, _)| origin.place == *place);
    found.map(|(_, concept)| format!("「{}」：", concept.label())).unwrap_or_default()
}

fn fault_words(fault: Fault) -> &'static str {
    match fault {
        Fault::NotJson => "JSONではありません",
        Fault::NotAResource => "FHIRのリソースではありません",
        Fault::TextExpected => "文字があるはずの項目です",
        Fault::ListExpected => "一覧があるはずの項目です",
        Fault::ObjectExpected => "まとまりがあるはずの項目です",
        Fault::DateExpected => "日付があるはずの項目です",
    }
}
