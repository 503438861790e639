//! A row in the hub's own terms, which the record is made of.

use chrono::NaiveDate;

use crate::domain::numbers::{MyNumber, PayerNumber};

/// One history row of a certificate. Has no `Debug`: it names a person.
#[derive(PartialEq, Eq)]
pub struct SubsidyRow {
    /// 機関別受給者証種別ID, at most 50 half-width letters and digits.
    pub certificate_type: String,
    /// 個人番号.
    pub number: MyNumber,
    /// 基本5情報.
    pub person: BasicFive,
    /// 不開示: nothing about this person may be shown to anyone.
    pub withheld: bool,
    /// 公費負担者番号.
    pub payer_number: Option<PayerNumber>,
    /// 受給者証名, at most 100 characters.
    pub certificate_name: String,
    /// 公費受給者番号, at most 30 characters; passed unchanged to the receipt computer.
    pub recipient_number: Option<String>,
    /// 受給者証サブキー: tells two certificates of one type and person apart.
    pub sub_key: Option<String>,
    /// 区分.
    pub segment: Option<String>,
    /// 所得区分, a code of the hub's master.
    pub income_segment: Option<String>,
    /// 追加条件: codes of the hub's master.
    pub conditions: Vec<Condition>,
    /// 指定医療機関情報, free text.
    pub institutions: Option<String>,
    /// 常に償還払い.
    pub always_reimbursed: bool,
    /// 自己負担上限額.
    pub cap: Option<Cap>,
    /// First day of entitlement.
    pub valid_from: NaiveDate,
    /// Last day of entitlement, not before the first.
    pub valid_to: NaiveDate,
    /// 履歴キー: names this row among the person's rows of the type.
    pub history_key: String,
    /// The row should never have existed.
    pub deleted: bool,
    /// 受給者証券面項目, in print order.
    pub printed: Vec<PrintedItem>,
}

/// 基本5情報, as in the resident register. Has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct BasicFive {
    /// 氏名.
    pub name: String,
    /// 氏名カナ.
    pub kana: String,
    /// 住所.
    pub address: String,
    /// 生年月日.
    pub birth_date: NaiveDate,
    /// 性別.
    pub sex: Sex,
}

/// Sex as the hub codes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    /// 不明.
    Unknown,
    /// 男.
    Male,
    /// 女.
    Female,
    /// 適用不能.
    NotApplicable,
}

/// 追加条件.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// 追加条件項目コード.
    pub item: String,
    /// 追加条件コード.
    pub code: String,
}

/// 自己負担上限額.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// Yen a month, 0 to 9,999,999.
    pub monthly: u32,
    /// Such as 高額かつ長期.
    pub note: Option<String>,
}

/// A line printed on the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedItem {
    /// Code of the item.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}
