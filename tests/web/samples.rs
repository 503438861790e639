//! What people answer in a road: invented, but whole.

use chrono::{Duration, NaiveDate};

use super::typing::{Answers, answers};

/// A document with one empty page.
pub const DOCUMENT: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n\
    xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n\
    trailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n";

/// What the applicant answers.
pub fn application() -> Answers {
    answers(&[
        ("filer.role", "self"),
        ("patient.family-name", "青空"),
        ("patient.given-name", "花子"),
        ("patient.family-kana", "アオゾラ"),
        ("patient.given-kana", "ハナコ"),
        ("patient.birth", "1958-04-12"),
        ("patient.sex", "female"),
        ("patient.postcode", "000-0101"),
        ("patient.prefecture", "架空県"),
        ("patient.city", "まどか市"),
        ("patient.street", "けやき台2丁目2番2号"),
        ("patient.phone", "090-0000-0007"),
        ("patient.email", "hanako@example.jp"),
        ("patient.my-number", "990000013277"),
        ("insurance.kind", "kyokai"),
        ("insurance.person", "insured"),
        ("insurance.insurer-number", "01010016"),
        ("insurance.insurer-name", "架空健康保険協会"),
        ("insurance.symbol", "12"),
        ("insurance.number", "345"),
        ("disease.number", "パーキンソン病"),
        ("physician.way", "online"),
        ("physician.institution", "まどか中央病院"),
        ("physician.name", "診療 七海"),
        ("institution.row[0]/institution.row.kind", "hospital"),
        ("institution.row[0]/institution.row.name", "まどか中央病院"),
        ("special.long-term", "false"),
        ("special.ventilator", "false"),
        ("special.mild-cost", "false"),
        ("other.exists", "false"),
        ("other.own-child-program", "false"),
        ("income.assistance", "false"),
        ("income.non-taxed", "no"),
        ("registration.wished", "false"),
        ("delivery.elsewhere", "false"),
    ])
}

/// What a physician writes of a severe case, some days before `today`.
pub fn certificate(today: NaiveDate) -> Answers {
    let ago = |days| (today - Duration::days(days)).to_string();
    let (met_on, written_on) = (ago(20), ago(1));
    answers(&[
        ("disease.number", "パーキンソン病"),
        ("diagnosis.onset", "2024-03-10"),
        ("birth.municipality", "架空県まどか市"),
        ("family.history", "2"),
        ("care.certified", "3"),
        ("life.mobility", "2"),
        ("life.self-care", "2"),
        ("life.activity", "2"),
        ("life.pain", "1"),
        ("life.anxiety", "1"),
        ("parkinson.tremor", "true"),
        ("parkinson.rigidity", "true"),
        ("parkinson.akinesia", "true"),
        ("parkinson.postural", "true"),
        ("parkinson.imaging", "true"),
        ("parkinson.no-drug", "true"),
        ("parkinson.drug-response", "improved"),
        ("parkinson.hoehn-yahr", "3"),
        ("parkinson.life-disability", "2"),
        ("diagnosis.category", "definite"),
        ("diagnosis.meets-diagnosis", "true"),
        ("diagnosis.meets-severity", "true"),
        ("diagnosis.met-on", &met_on),
        ("diagnosis.course", "歩行に一部介助を要する。"),
        ("ventilator.used", "false"),
        ("ventilator.external-heart", "false"),
        ("physician.written-on", &written_on),
    ])
}

/// The same of a mild case.
pub fn mild_certificate(today: NaiveDate) -> Answers {
    let mild = [
        ("parkinson.hoehn-yahr", "1"),
        ("parkinson.life-disability", "1"),
        ("diagnosis.meets-severity", "false"),
        ("diagnosis.course", "日常生活に支障はない。"),
    ];
    let mut all = certificate(today);
    all.extend(answers(&mild));
    all
}

/// What the office finds.
pub fn findings() -> Answers {
    answers(&[
        ("insurance.confirmed", "true"),
        ("insurance.source", "exchange"),
        ("insurance.share", "3"),
        ("assistance.receives", "false"),
        ("assistance.border-case", "false"),
        ("tax.basis", "exchange"),
        ("tax.assessed-year", "2026"),
        ("tax.person[0]/tax.name", "青空 花子"),
        ("tax.person[0]/tax.role", "patient"),
        ("tax.person[0]/tax.non-taxed", "false"),
        ("tax.person[0]/tax.shotokuwari", "52000"),
        ("tax.person[0]/tax.designated-city", "false"),
        ("apportionment.exists", "false"),
        ("institution.scope", "any-designated"),
    ])
}

/// What the same person answers who applies for care certification.
pub fn care_application() -> Answers {
    answers(&[
        ("filer.role", "self"),
        ("person.family-name", "青空"),
        ("person.given-name", "花子"),
        ("person.family-kana", "アオゾラ"),
        ("person.given-kana", "ハナコ"),
        ("person.birth", "1958-04-12"),
        ("person.sex", "female"),
        ("insured.category", "first"),
        ("insured.number", "0000001001"),
        ("person.postcode", "000-0101"),
        ("person.prefecture", "架空県"),
        ("person.city", "まどか市"),
        ("person.street", "けやき台2丁目2番2号"),
        ("person.phone", "090-0000-0007"),
        ("place.elsewhere", "false"),
        ("insurance.insurer-name", "架空県後期高齢者医療広域連合"),
        ("previous.exists", "false"),
        ("doctor.none", "false"),
        ("doctor.name", "診療 七海"),
        ("doctor.institution", "まどか中央病院"),
        ("contact.who", "self"),
        ("visit.place", "home"),
        ("delivery.elsewhere", "false"),
    ])
}

/// What the same person files for their spouse, who is 56 and had a stroke.
pub fn second_insured() -> Answers {
    let mut all = care_application();
    all.extend(answers(&[
        ("filer.role", "family"),
        ("filer.relation", "spouse"),
        ("filer.name", "青空 花子"),
        ("filer.phone", "090-0000-0007"),
        ("person.given-name", "次郎"),
        ("person.given-kana", "ジロウ"),
        ("person.birth", "1970-02-11"),
        ("person.sex", "male"),
        ("insured.category", "second"),
        ("insurance.insurer-name", "架空健康保険組合"),
        ("insurance.insurer-number", "01010016"),
        ("disease.specific", "脳血管疾患"),
    ]));
    all
}
