//! Everything about the hub that is not published, in one place.

/// Paths, headers, names and limits that the real interface may have otherwise.
///
/// Grammar and lengths that are published (`orgSpecificCertificateTypeId`, `certificationName`,
/// `medicalSubsidyRecipientNumber` and the numbers) are not here but in the check before sending.
#[derive(Clone, Debug)]
pub struct Profile {
    /// OAuth scope; empty for none.
    pub scope: String,
    /// Path of the difference-history registration.
    pub submit_path: String,
    /// Path of a task; `{task}` stands for its name.
    pub task_path: String,
    /// Path of a task's results; `{task}` stands for its name.
    pub results_path: String,
    /// Query parameter with the page of results, counted from 1.
    pub page_parameter: String,
    /// Path of the read-back.
    pub search_path: String,
    /// Path of a harmless read that shows that we are let in.
    pub probe_path: String,
    /// Paths of the 制度マスタ: certificate types, 所得区分, 所得区分以外.
    pub master_paths: [String; 3],
    /// Key of the list in a table of the 制度マスタ.
    pub masters_list: String,
    /// Header with the 全国地方公共団体コード.
    pub org_header: String,
    /// Header with a name for the request, made anew each time.
    pub request_header: String,
    /// Header with the idempotency key.
    pub idempotency_header: String,
    /// Key of 受給者証券面項目 in the record.
    pub printed_items: String,
    /// Key of the list in a page of results.
    pub results_list: String,
    /// Key of the next page's number in a page of results.
    pub next_page: String,
    /// Key of the list in a read-back.
    pub held_list: String,
    /// Most records in a batch.
    pub max_rows: usize,
    /// Most bytes of a batch.
    pub max_bytes: usize,
    /// Lengths in characters (Unicode scalars).
    pub lengths: Lengths,
}

/// Longest texts, in characters.
#[derive(Clone, Debug)]
pub struct Lengths {
    /// 氏名 and 氏名カナ.
    pub name: usize,
    /// 住所.
    pub address: usize,
    /// 受給者証サブキー and 履歴キー.
    pub key: usize,
    /// 区分.
    pub segment: usize,
    /// 所得区分.
    pub income_segment: usize,
    /// A code of 追加条件.
    pub condition: usize,
    /// 指定医療機関情報.
    pub institutions: usize,
    /// Code, name and value of a 受給者証券面項目.
    pub printed: [usize; 3],
    /// Most 受給者証券面項目.
    pub printed_items: usize,
    /// Greatest amount in yen.
    pub yen: u32,
}

impl Profile {
    /// The profile of the stand-in, proposed until the specification for vendors is at hand.
    pub fn proposed() -> Profile {
        Profile {
            scope: "medical-subsidy".to_owned(),
            submit_path: "difference-history-registration-tasks".to_owned(),
            task_path: "registration-tasks/{task}".to_owned(),
            results_path: "registration-tasks/{task}/results".to_owned(),
            page_parameter: "page".to_owned(),
            search_path: "subjects/search".to_owned(),
            probe_path: "masters/certificate-types".to_owned(),
            master_paths: ["certificate-types", "income-segments", "additional-conditions"]
                .map(|table| format!("masters/{table}")),
            masters_list: "items".to_owned(),
            org_header: "X-PMH-Org-Code".to_owned(),
            request_header: "X-Request-Id".to_owned(),
            idempotency_header: "Idempotency-Key".to_owned(),
            printed_items: "certificationDetails".to_owned(),
            results_list: "results".to_owned(),
            next_page: "nextPage".to_owned(),
            held_list: "rows".to_owned(),
            max_rows: 1_000,
            max_bytes: 5 * 1024 * 1024,
            lengths: Lengths::proposed(),
        }
    }

    /// The domain of vaccination, of which nothing is published; the rest as in the other domain.
    pub fn vaccination() -> Profile {
        Profile {
            scope: "vaccination".to_owned(),
            submit_path: "registration-tasks".to_owned(),
            probe_path: "vaccines".to_owned(),
            ..Profile::proposed()
        }
    }
}

impl Lengths {
    fn proposed() -> Lengths {
        Lengths {
            name: 100,
            address: 200,
            key: 50,
            segment: 100,
            income_segment: 50,
            condition: 20,
            institutions: 4_000,
            printed: [30, 50, 500],
            printed_items: 999,
            yen: 9_999_999,
        }
    }
}
