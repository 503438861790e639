//! Why a row was not taken: stored as codes, shown in words.

use serde::{Deserialize, Serialize};

use crate::ports::hub::Defect;

/// A fault of a row. It holds no value of the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Our code, or the hub's.
    pub code: String,
    /// The field, by our name or the hub's; empty when it is about the whole row.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// What the hub said, for codes that we have no words for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said: String,
}

impl Fault {
    /// A fault of the whole row.
    pub fn new(code: &str) -> Fault {
        Fault { code: code.to_owned(), field: String::new(), said: String::new() }
    }

    /// A fault of one field.
    pub fn at(code: &str, field: &str) -> Fault {
        Fault { field: field.to_owned(), ..Fault::new(code) }
    }

    /// The fault in Japanese words, for staff.
    pub fn words(&self) -> String {
        let what = code_words(&self.code).unwrap_or(if self.said.is_empty() {
            "登録できません"
        } else {
            &self.said
        });
        match field_words(&self.field) {
            "" => what.to_owned(),
            field => format!("{field}：{what}"),
        }
    }

    /// Whether the hub could not tell, or would not believe, whose number it is.
    pub(super) fn is_wrong_person(&self) -> bool {
        self.code.ends_with("E3001")
    }
}

impl From<&Defect> for Fault {
    fn from(defect: &Defect) -> Fault {
        Fault {
            code: defect.code.clone(),
            field: defect.field.clone().unwrap_or_default(),
            said: defect.message.clone(),
        }
    }
}

/// Faults as they are stored with a row.
pub(super) fn write(faults: &[Fault]) -> String {
    serde_json::to_string(faults).unwrap_or_default()
}

/// Faults as they were stored.
pub(super) fn read(stored: &str) -> Vec<Fault> {
    serde_json::from_str(stored).unwrap_or_default()
}

fn code_words(code: &str) -> Option<&'static str> {
    Some(match code.trim_start_matches("PMH-").trim_start_matches("KB-") {
        "insured-missing" => "被保険者番号がありません。申請の被保険者番号を確かめてください",
        "insured-wrong" => "被保険者番号は10桁の数字です。申請の被保険者番号を確かめてください",
        "number-missing" => "個人番号がありません。申請の個人番号を確かめてください",
        "number-wrong" => "個人番号の検査用数字が合いません",
        "field-missing" => "値がありません",
        "field-wrong" => "値を読み取れません",
        "unreadable" => "保存された行を読み取れません。システム管理者に知らせてください",
        "task-failed" => "連携先で処理が失敗しました。再送してください",
        "no-answer" => "連携先から結果が返りませんでした。連携先の内容を確かめて再送してください",
        "not-understood" => "連携先の結果を読み取れませんでした。連携先の内容を確かめて再送してください",
        "key-used" => "連携先が、同じ番号の別の送信として断りました。再送してください",
        "not-sent" => "送信できませんでした",
        "E1001" => "必須の値がありません",
        "E1002" => "文字数が制限を超えています",
        "E1003" => "使えない文字があります",
        "E1004" => "日付の形が違います",
        "E1005" => "終了日が開始日より前です",
        "E2001" => "連携先の制度マスタにない受給者証の種別です",
        "E2002" => "この日には受け付けていない種別です",
        "E2003" => "連携先の制度マスタにない所得区分です",
        "E2004" => "連携先の制度マスタにない追加条件です",
        "E3001" => {
            "個人番号から本人を特定できないか、基本5情報が一致しません。本人を取り違えていないか確かめてください"
        }
        "E3002" => "取り消した履歴と同じ番号です",
        "E3003" => "同じ種別の受給者証と有効期間が重なっています",
        "E3004" => "連携先にない履歴の取り消しです",
        "E2005" => "連携先にないコードです",
        "E3005" => "履歴番号が、連携先にある記録より新しくありません",
        "E3006" => "連携先に登録のない被保険者番号です。番号を確かめてください",
        "E4001" => "番号の検証番号が合いません",
        "E9001" => "連携先の内部エラーです。再送してください",
        _ => return None,
    })
}

fn field_words(field: &str) -> &str {
    match field {
        "number" | "myNumber" => "個人番号",
        "name" | "basicFiveInfo.name" => "氏名",
        "name_kana" | "basicFiveInfo.nameKana" => "氏名カナ",
        "address" | "basicFiveInfo.address" => "住所",
        "birth_date" | "basicFiveInfo.dateOfBirth" => "生年月日",
        "sex" | "basicFiveInfo.sex" => "性別",
        "certificate_type" | "orgSpecificCertificateTypeId" => "受給者証の種別",
        "certificate_name" | "certificationName" => "受給者証名",
        "payer_number" | "medicalSubsidyInsurerNumber" => "公費負担者番号",
        "recipient_number" | "medicalSubsidyRecipientNumber" => "公費受給者番号",
        "monthly_cap" | "maxCopaymentAmount" => "自己負担上限額",
        "income_segment" | "incomeSegment" => "所得区分",
        "conditions" | "additionalConditions" => "追加条件",
        "institutions" | "designatedMedicalInstitutions" => "指定医療機関",
        "always_reimbursed" | "isAlwaysReimbursement" => "常に償還払い",
        "withheld" | "isNotDisclosed" => "不開示",
        "deleted" | "isDeleted" => "取り消し",
        "valid_from" | "validFrom" => "有効期間の開始日",
        "valid_to" | "validTo" => "有効期間の終了日",
        "historyKey" | "applicationNo" | "cardKey" => "履歴キー",
        "historyNo" => "履歴番号",
        "insuredNo" => "被保険者番号",
        "level" | "careLevelCode" => "認定の区分",
        "application_kind" | "applicationKind" => "申請の種類",
        "application_date" | "applicationDate" => "申請日",
        "decided_on" | "decisionDate" => "決定日",
        "limit_units" | "limitUnits" => "区分支給限度基準額",
        "committee_opinion" | "committeeComment" => "審査会の意見",
        "consent" | "isConsented" => "同意",
        "vaccine" | "vaccineCode" => "接種の種類",
        "eligibilities" => "接種対象",
        "on" | "vaccinatedOn" => "接種日",
        "lot" | "lotNumber" => "製造番号",
        "product" | "productCode" => "製品",
        "dose" | "doseNumber" => "回数",
        "amount" | "doseAmount" => "接種量",
        "institution" | "institutionCode" => "医療機関",
        "physician" | "doctorName" => "医師",
        "judgement" => "予診の結果",
        "removal_reason" | "removalReason" => "消除の事由",
        "removal_date" | "removalDate" => "消除の異動日",
        other => other,
    }
}

/// Names of differing fields, as a discrepancy stores them, in words.
pub(super) fn fields_in_words(fields: &str) -> String {
    fields.split(',').filter(|field| !field.is_empty()).map(field_words).collect::<Vec<_>>().join("・")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_back_as_stored() {
        let faults = vec![Fault::new("number-missing"), Fault::at("PMH-E2003", "incomeSegment")];
        assert_eq!(read(&write(&faults)), faults);
        assert_eq!(read(""), Vec::new());
    }

    #[test]
    fn a_fault_names_its_field_and_what_to_do() {
        assert_eq!(
            Fault::at("PMH-E2003", "incomeSegment").words(),
            "所得区分：連携先の制度マスタにない所得区分です"
        );
        assert!(Fault::new("number-missing").words().contains("確かめてください"));
    }

    #[test]
    fn an_unknown_code_is_shown_in_the_words_of_the_hub() {
        let fault = Fault { said: "受付停止中".to_owned(), ..Fault::at("PMH-E7777", "x") };
        assert_eq!(fault.words(), "x：受付停止中");
        assert_eq!(Fault::new("PMH-E7777").words(), "登録できません");
    }
}
