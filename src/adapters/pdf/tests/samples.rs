//! Letters of an invented person.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;

use crate::domain::letter::{Letter, LetterTemplate, Slots, compose};

/// The letters of the first program.
pub const LETTERS: [&str; 7] = [
    "receipt",
    "correction",
    "grant-notice",
    "certificate",
    "ledger",
    "refusal-notice",
    "renewal-invitation",
];

const VALUES: &[(&str, &str)] = &[
    ("case.reference", "NB-7K3F-92QM-C"),
    ("case.qr", "NB-7K3F-92QM-C"),
    ("case.card", "MADOGUCHI-CARD 0010001 1958-04-12"),
    ("case.receiver", "架空県まどか保健所"),
    ("case.received_on", "令和8年11月2日（2026年11月2日）"),
    ("case.kind", "新規"),
    ("letter.issued_on", "令和8年11月24日（2026年11月24日）"),
    ("addressee.postcode", "010-0001"),
    ("addressee.address", "架空県みずほ市大字中野字上ノ段一丁目23番地45\nコーポひだまり 203号室"),
    ("addressee.name", "渡邉󠄀 花子"),
    ("applicant.name", "渡邉󠄀 花子"),
    ("patient.name", "渡邉󠄀 花子"),
    ("patient.kana", "ワタナベ ハナコ"),
    ("patient.sex", "女"),
    ("patient.birth_date", "昭和30年1月5日（1955年1月5日）"),
    ("patient.address", "架空県みずほ市大字中野字上ノ段一丁目23番地45 コーポひだまり 203号室"),
    ("insurance.insurer", "全国健康保険協会 架空支部"),
    ("insurance.symbol_number", "12345・678（枝番 01）"),
    ("insurance.category", "ウ"),
    ("decision.disease_name", "パーキンソン病（告示番号6）"),
    ("decision.payer_number", "54999018"),
    ("decision.recipient_number", "1234563"),
    ("decision.start_on", "令和8年10月15日（2026年10月15日）"),
    ("decision.valid_to", "令和9年12月31日（2027年12月31日）"),
    ("decision.decided_on", "令和8年11月20日（2026年11月20日）"),
    ("decision.cap", "10,000円"),
    ("decision.tier", "一般所得Ⅰ"),
    ("decision.cap_basis", "一般"),
    ("decision.outcome", "認定しない"),
    ("committee.held_on", "令和8年11月12日（2026年11月12日）"),
    ("correction.due_on", "令和8年12月8日（2026年12月8日）"),
    ("office.name", "架空県"),
    ("office.title", "架空県知事"),
    ("office.department", "健康福祉部 疾病対策課 難病係"),
    ("office.address", "〒010-8570 架空県みずほ市県庁一丁目1-1"),
    ("office.phone", "018-000-0000（平日 8:30〜17:15）"),
];

const SUMMARY: &[(&str, &str, &str)] = &[
    ("受診者について", "1. 氏名", "渡邉󠄀 花子"),
    ("受診者について", "2. フリガナ", "ワタナベ ハナコ"),
    ("受診者について", "3. 生年月日", "昭和30年1月5日（1955年1月5日）"),
    ("受診者について", "4. 個人番号", "●●●●●●●●9018"),
    ("医療保険について", "7. 保険の種類", "全国健康保険協会"),
    ("医療保険について", "8. 記号・番号", "12345・678（枝番 01）"),
    ("病名について", "14. 指定難病の名称", "パーキンソン病（告示番号6）"),
    ("病名について", "22. 申請が遅れた理由", ""),
];

const REASON: &[(&str, &str)] = &[
    ("criterion", "重症度分類の基準"),
    ("required", "Hoehn-Yahr重症度分類3度以上、かつ生活機能障害度2度以上"),
    ("observed", "Hoehn-Yahr重症度分類2度、生活機能障害度1度"),
    ("legal_basis", "難病法7条1項1号"),
    (
        "text",
        "指定難病にかかっていることは確認できましたが、病状の程度が基準を満たしていません。基準は「Hoehn-Yahr重症度分類3度以上、かつ生活機能障害度2度以上」であり、臨床調査個人票から確認できた状態は「Hoehn-Yahr重症度分類2度、生活機能障害度1度」でした。",
    ),
];

const ITEMS: &[&[(&str, &str)]] = &[
    &[
        ("label", "11. 保険者番号"),
        (
            "reason",
            "入力された内容と、付けられた書類の内容が違っています。どちらが正しいか確かめて、直してください。",
        ),
        ("note", "資格確認書の番号は8桁です。"),
    ],
    &[
        ("label", "軽症高額の医療費の領収書"),
        ("reason", "書類の一部のページが足りません。すべてのページを付けてください。"),
    ],
];

const STEPS: &[&[(&str, &str)]] = &[
    &[
        ("label", "階層区分"),
        ("value", "市町村民税（所得割）の合計 52,300円"),
        ("source", "難病法施行令1条1項"),
    ],
    &[
        ("label", "支給開始日"),
        ("value", "重症度分類を満たすと診断された日 2026年10月15日"),
        ("source", "難病法7条5項"),
    ],
];

/// The appeal instruction, shortened.
const APPEAL: &str = "１　この決定に不服があるときは、この決定があったことを知った日の翌日から起算して3か月以内に、{office.title}に対して審査請求をすることができます。ただし、この決定の日の翌日から起算して1年を経過したときは、正当な理由がある場合を除き、審査請求をすることができません。\n２　この決定の取消しを求める訴え（取消訴訟）は、この決定があったことを知った日の翌日から起算して6か月以内に、{office.name}を被告として提起することができます。";

/// Every slot of every letter.
pub fn slots() -> Slots {
    let rows = |rows: &[&[(&str, &str)]]| rows.iter().map(|row| map(row)).collect::<Vec<_>>();
    let summary = SUMMARY
        .iter()
        .map(|(section, label, value)| map(&[("section", section), ("label", label), ("value", value)]));
    Slots {
        values: map(VALUES),
        lists: BTreeMap::from([
            ("summary.rows".to_owned(), summary.collect()),
            ("correction.items".to_owned(), rows(ITEMS)),
            ("decision.reasons".to_owned(), rows(&[REASON])),
            ("decision.steps".to_owned(), rows(STEPS)),
        ]),
    }
}

/// A letter of the first program, filled.
pub fn letter(kind: &str, slots: &Slots) -> Letter {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("forms/nanbyo/letters/{kind}.toml"));
    let template = LetterTemplate::load(&std::fs::read_to_string(file).unwrap(), kind).unwrap();
    let phrases = map(&[("appeal", APPEAL)]);
    compose(&template, slots, &phrases, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()).unwrap()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
