//! Everything about the interface that is not published or differs between its versions, in one place.

/// Version of the 介護情報基盤との連携におけるインタフェース仕様書.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Of 2025-03-31.
    V1_0,
    /// Of 2025-07-16: the 被保険者証 has key items and a 履歴番号.
    V2_0,
}

impl Version {
    /// As settings and files write it.
    pub fn code(self) -> &'static str {
        match self {
            Version::V1_0 => "1.0",
            Version::V2_0 => "2.0",
        }
    }

    /// The version of a code.
    pub fn from_code(code: &str) -> Option<Version> {
        [Version::V1_0, Version::V2_0].into_iter().find(|it| it.code() == code)
    }
}

/// Form of the files with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With a line of names on top.
    Csv,
    /// A list of objects.
    Json,
}

impl Format {
    /// Ending of the file's name, and how settings write it.
    pub fn code(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
        }
    }

    /// The form of a code.
    pub fn from_code(code: &str) -> Option<Format> {
        [Format::Csv, Format::Json].into_iter().find(|it| it.code() == code)
    }
}

/// What a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 認定情報.
    Certification,
    /// 被保険者証.
    Card,
    /// 同意情報.
    Consent,
}

impl Kind {
    /// In the order in which they are sent.
    pub const ALL: [Kind; 3] = [Kind::Certification, Kind::Card, Kind::Consent];

    /// As names of files write it; proposed.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Certification => "NINTEI",
            Kind::Card => "HIHOKENSHASHO",
            Kind::Consent => "DOUI",
        }
    }
}

/// How a value looks and whether there must be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// One of the codes.
    Code(&'static [&'static str]),
    /// `YYYY-MM-DD`.
    Day,
    /// A number, not negative.
    Number,
    /// Text of at most so many characters.
    Text(usize),
    /// `true` or `false`.
    Flag,
}

/// Where the value of a column comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// 保険者番号.
    Insurer,
    /// 被保険者番号.
    Insured,
    /// The key of the certification.
    Key,
    /// 履歴番号.
    HistoryNumber,
    /// Whether the record takes back what was told.
    Deleted,
    /// First day.
    ValidFrom,
    /// Last day.
    ValidTo,
    /// A field that the program names.
    Field(&'static str, Look, bool),
    /// Always the same.
    Fixed(&'static str),
}

/// A column: its name and where its value comes from.
pub type Column = (&'static str, Origin);

/// 要支援1, 要支援2, 要介護1 to 5, as the interfaces of 国保連 code them.
const LEVELS: &[&str] = &["12", "13", "21", "22", "23", "24", "25"];
/// 新規, 更新, 区分変更, 職権, 転入, as one product for certification codes them.
const KINDS: &[&str] = &["1", "2", "3", "4", "5"];
/// Longest text; proposed.
const TEXT: usize = 1_000;

const LEVEL: Column = ("careLevelCode", Origin::Field("level", Look::Code(LEVELS), true));
const DECIDED_ON: Column = ("decisionDate", Origin::Field("decided_on", Look::Day, true));
const DESIGNATION: Column =
    ("serviceDesignation", Origin::Field("service_designation", Look::Text(TEXT), false));
const OPINION: Column = ("committeeComment", Origin::Field("committee_opinion", Look::Text(TEXT), false));

const CERTIFICATION: &[Column] = &[
    ("insurerNo", Origin::Insurer),
    ("insuredNo", Origin::Insured),
    ("historyNo", Origin::HistoryNumber),
    ("isDeleted", Origin::Deleted),
    ("applicationNo", Origin::Key),
    ("applicationKind", Origin::Field("application_kind", Look::Code(KINDS), true)),
    ("applicationDate", Origin::Field("application_date", Look::Day, true)),
    ("surveyDate", Origin::Field("survey_date", Look::Day, false)),
    ("opinionReceivedDate", Origin::Field("opinion_date", Look::Day, false)),
    ("primaryResult", Origin::Field("primary_result", Look::Text(TEXT), false)),
    ("reviewDate", Origin::Field("review_date", Look::Day, false)),
    LEVEL,
    DECIDED_ON,
    ("validFrom", Origin::ValidFrom),
    ("validTo", Origin::ValidTo),
    DESIGNATION,
    OPINION,
    ("status", Origin::Fixed("DECIDED")),
];

const CARD_1_0: &[Column] = &[
    ("insurerNo", Origin::Insurer),
    ("insuredNo", Origin::Insured),
    ("isDeleted", Origin::Deleted),
    LEVEL,
    DECIDED_ON,
    ("validFrom", Origin::ValidFrom),
    ("validTo", Origin::ValidTo),
    LIMIT,
    OPINION,
    DESIGNATION,
];

const CARD_2_0: &[Column] = &[
    ("insurerNo", Origin::Insurer),
    ("insuredNo", Origin::Insured),
    ("cardKey", Origin::Key),
    ("historyNo", Origin::HistoryNumber),
    ("isDeleted", Origin::Deleted),
    LEVEL,
    DECIDED_ON,
    ("validFrom", Origin::ValidFrom),
    ("validTo", Origin::ValidTo),
    LIMIT,
    OPINION,
    DESIGNATION,
];

/// 区分支給限度基準額 in units a month.
const LIMIT: Column = ("limitUnits", Origin::Field("limit_units", Look::Number, true));

const CONSENT: &[Column] = &[
    ("insurerNo", Origin::Insurer),
    ("insuredNo", Origin::Insured),
    ("historyNo", Origin::HistoryNumber),
    ("isDeleted", Origin::Deleted),
    ("applicationNo", Origin::Key),
    ("isConsented", Origin::Field("consent", Look::Flag, true)),
];

/// The columns of a kind in a version, in their order.
pub fn columns(version: Version, kind: Kind) -> &'static [Column] {
    match (kind, version) {
        (Kind::Certification, _) => CERTIFICATION,
        (Kind::Card, Version::V1_0) => CARD_1_0,
        (Kind::Card, Version::V2_0) => CARD_2_0,
        (Kind::Consent, _) => CONSENT,
    }
}

/// The column with the key of a record in a version, where the kind has one.
pub fn key_column(version: Version, kind: Kind) -> Option<&'static str> {
    columns(version, kind).iter().find(|(_, from)| *from == Origin::Key).map(|(name, _)| *name)
}
