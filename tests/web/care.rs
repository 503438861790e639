//! What people write who assess a person for care certification: invented, but whole.

use super::typing::{Answers, answers};

/// What a surveyor finds at the home of somebody who walks with a stick.
pub fn survey() -> Answers {
    answers(&[
        ("basic.visited-on", "2026-11-09"),
        ("basic.place", "home"),
        ("basic.surveyor-name", "調査 春子"),
        ("basic.surveyor-kind", "municipal-surveyor"),
        ("basic.surveyor-organisation", "架空県城南市介護保険課"),
        ("basic.earlier", "first"),
        ("basic.services", "day-care"),
        ("basic.count.day-care", "4"),
        ("basic.count.rental", "1"),
        ("basic.facility", "none"),
        ("basic.household", "alone"),
        ("basic.contact.name", "架空 実"),
        ("basic.contact.relation", "長男"),
        ("basic.contact.phone", "0990000011"),
        ("basic.dwelling", "2階建ての持ち家。寝室は1階。"),
        ("basic.address", "架空県城南市本町1-2-3"),
        ("basic.phone", "0990000001"),
        ("basic.insured-number", "0000001001"),
        ("1-1", "1"),
        ("1-2", "4"),
        ("1-3", "2"),
        ("1-4", "2"),
        ("1-5", "1"),
        ("1-6", "2"),
        ("1-7", "2"),
        ("1-8", "2"),
        ("1-9", "2"),
        ("1-10", "2"),
        ("1-11", "2"),
        ("1-12", "1"),
        ("1-13", "2"),
        ("2-1", "1"),
        ("2-2", "1"),
        ("2-3", "1"),
        ("2-4", "1"),
        ("2-5", "1"),
        ("2-6", "1"),
        ("2-7", "1"),
        ("2-8", "1"),
        ("2-9", "1"),
        ("2-10", "1"),
        ("2-11", "2"),
        ("2-12", "2"),
        ("3-1", "1"),
        ("3-2", "1"),
        ("3-3", "1"),
        ("3-4", "2"),
        ("3-5", "1"),
        ("3-6", "1"),
        ("3-7", "1"),
        ("3-8", "1"),
        ("3-9", "1"),
        ("4-1", "1"),
        ("4-2", "1"),
        ("4-3", "1"),
        ("4-4", "1"),
        ("4-5", "1"),
        ("4-6", "1"),
        ("4-7", "1"),
        ("4-8", "1"),
        ("4-9", "1"),
        ("4-10", "1"),
        ("4-11", "1"),
        ("4-12", "1"),
        ("4-13", "1"),
        ("4-14", "1"),
        ("4-15", "1"),
        ("5-1", "2"),
        ("5-2", "2"),
        ("5-3", "2"),
        ("5-4", "1"),
        ("5-5", "4"),
        ("5-6", "4"),
        ("special_medical.any", "false"),
        ("scale_7_1", "A1"),
        ("scale_7_2", "Ⅰ"),
        (
            "note.1",
            "1-7 杖を使って歩く。膝の痛みのため家の中でも週に2回ほどつまずく。\n1-10 背中と足先を洗えず、週2回のデイサービスで洗ってもらう。",
        ),
        ("note.2", "2-11 ズボンをはくときに、長男が月に数回手を貸す。"),
        (
            "note.5",
            "5-5 買い物は長男が週1回まとめてする。\n5-6 炊飯と加熱は長男の作り置きを温める程度で、炊飯は全て長男がする。",
        ),
    ])
}

/// What the attending physician says of them.
pub fn opinion() -> Answers {
    answers(&[
        ("op.form", "2026-04"),
        ("op.times", "first"),
        ("op.other-departments", "none"),
        ("op.mental-any", "false"),
        ("op.behaviour", "none"),
        ("op.treatments", "none"),
        ("op.wheelchair", "1"),
        ("op.nutrition", "good"),
        ("op.outlook", "expected"),
        ("op.infection", "none"),
        ("op.doctor.name", "医師 一郎"),
        ("op.institution.name", "架空中央病院"),
        ("op.institution.address", "架空県城南市中央1-1"),
        ("op.institution.phone", "0990000100"),
        ("op.written-on", "2026-11-12"),
        ("op.last-seen", "2026-11-10"),
        ("op.diagnosis[0]/op.diagnosis.name", "両側変形性膝関節症"),
        ("op.diagnosis[0]/op.diagnosis.onset", "2013-04-01"),
        ("op.diagnosis[1]/op.diagnosis.name", "高血圧症"),
        ("op.stability", "stable"),
        ("op.course", "両膝の痛みで歩行が不安定。内服と外用で経過をみている。"),
        ("op.bedridden-scale", "A1"),
        ("op.dementia-scale", "Ⅰ"),
        ("op.memory", "1"),
        ("op.decision", "1"),
        ("op.communication", "1"),
        ("op.hand", "right"),
        ("op.height", "148.5"),
        ("op.weight", "52.0"),
        ("op.weight-change", "same"),
        ("op.joint-pain", "true"),
        ("op.joint-pain-site", "両膝"),
        ("op.joint-pain-degree", "moderate"),
        ("op.walking", "2"),
        ("op.walking-aid", "2"),
        ("op.meal", "1"),
        ("op.risks", "2"),
        ("op.plan", "転倒を防ぐ運動と住まいの手すり"),
        ("op.management", "10"),
        ("op.notes", "手すりと通所での運動があれば、今の暮らしを続けられる見込み。"),
        ("op.patient.name", "架空 うめ"),
        ("op.patient.kana", "カクウ ウメ"),
        ("op.patient.birth", "1941-02-11"),
        ("op.patient.sex", "female"),
        ("op.patient.address", "架空県城南市本町1-2-3"),
        ("op.patient.phone", "0990000001"),
    ])
}

/// What the ministry's software made of both.
pub fn judgement() -> Answers {
    answers(&[
        ("judged.on", "2026-11-16"),
        ("judged.level", "support2"),
        ("judged.minutes", "37.6"),
        ("judged.stability", "stable"),
        ("judged.software", "架空の版 1.0"),
        ("judged.group.1", "81.9"),
        ("judged.group.2", "97.9"),
        ("judged.group.3", "93.0"),
        ("judged.group.4", "100.0"),
        ("judged.group.5", "39.2"),
    ])
}

/// What a committee finds: a level for a year, with the reason where it is another than the judgement.
pub fn result(level: &str) -> Answers {
    let maintain = if level == "care1" { "unstable" } else { "likely" };
    answers(&[
        ("panel.primary", "support2"),
        ("panel.level", level),
        ("panel.maintain", maintain),
        ("panel.months", "12"),
        ("panel.evidence", "特記事項 2-11 に、着替えの手助けが毎日いるとある。"),
        ("panel.opinion", "転倒予防の運動を続けること。"),
    ])
}

/// The same with another level, as the software might give it where the state is stable.
pub fn judgement_of(level: &str) -> Answers {
    let mut all = judgement();
    all.insert("judged.level".to_owned(), level.to_owned());
    all
}
