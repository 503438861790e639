//! The invented city: its office and the people who work in it.

use sha2::{Digest, Sha256};

use crate::config::Config;

/// The password of everybody in the demo. No real installation starts with an account that has it.
pub const PASSWORD: &str = "madoguchi-demo";

/// Somebody who works in the demo.
pub struct Colleague {
    /// Login name.
    pub login: &'static str,
    /// Name.
    pub name: &'static str,
    /// Role codes.
    pub roles: &'static [&'static str],
    /// What they do, in words.
    pub role_words: &'static str,
    /// Kind of designation, number, 医療機関コード and name of the institution, for physicians.
    pub designation: Option<(&'static str, &'static str, &'static str, &'static str)>,
    /// Number, name and kind of the institution or office: of those at a counter the usual kind of care, of who
    /// applies for persons what the office is; assistants have none.
    pub institution: Option<(&'static str, &'static str, &'static str)>,
    /// Code of the receiving office, for those who work for one.
    pub office: Option<&'static str>,
}

const fn colleague(
    login: &'static str,
    name: &'static str,
    roles: &'static [&'static str],
    role_words: &'static str,
) -> Colleague {
    Colleague { login, name, roles, role_words, designation: None, institution: None, office: None }
}

/// The city beside it that only receives: its code, its name, and the addresses for which it receives.
pub const RECEIVING: (&str, &str, &str) = ("990027", "みどり市役所 福祉課", "架空県みどり市");

/// Everybody who works in the demo.
pub const STAFF: &[Colleague] = &[
    colleague("uketsuke", "受付 みどり", &["receiver"], "受付（市町村・保健所の窓口）"),
    colleague("tantou", "審査 一郎", &["reviewer"], "審査担当（起案する人）"),
    colleague("tantou2", "審査 二葉", &["reviewer"], "審査担当（もう一人）"),
    colleague("shomu", "庶務 光", &["secretary"], "審査会の事務局"),
    colleague("iin1", "委員 一葉", &["committee_member"], "審査会の委員（脳神経内科）"),
    colleague("iin2", "委員 二郎", &["committee_member"], "審査会の委員（循環器内科）"),
    colleague("iin3", "委員 三和", &["committee_member"], "審査会の会長（消化器内科）"),
    colleague("kessai", "決裁 三郎", &["approver"], "決裁者（課長）"),
    colleague("bucho", "統括 四季", &["manager"], "部長（不利益処分の2人目）"),
    colleague("kansa", "監査 五月", &["auditor"], "監査（だれが見たかの記録）"),
    colleague("unyo", "運用 六花", &["operator"], "システム運用"),
    Colleague {
        login: "midori",
        name: "経由 みのり",
        roles: &["forwarder"],
        role_words: "受付だけをする市の窓口（みどり市）",
        designation: None,
        institution: None,
        office: Some(RECEIVING.0),
    },
    Colleague {
        login: "ishi",
        name: "診療 七海",
        roles: &["physician"],
        role_words: "指定医（まどか中央病院）",
        designation: Some(("designated", "D990001", "9910000019", "まどか中央病院")),
        institution: None,
        office: None,
    },
    Colleague {
        login: "ishi2",
        name: "往診 八重",
        roles: &["physician"],
        role_words: "協力指定医（更新だけ）",
        designation: Some(("cooperating", "C990002", "9910000027", "けやき台診療所")),
        institution: None,
        office: None,
    },
    Colleague {
        login: "chousa",
        name: "調査 春子",
        roles: &["surveyor"],
        role_words: "認定調査員（介護保険の担当課）",
        designation: Some(("municipal-surveyor", "S990001", "990001", "まどか市介護保険課")),
        institution: None,
        office: None,
    },
    Colleague {
        login: "kyotaku",
        name: "介護 千尋",
        roles: &["agent"],
        role_words: "ケアマネジャー（けやき台ケアプラン、申請の代行）",
        designation: None,
        institution: Some(("9970000018", "けやき台ケアプラン", "care-plan-office")),
        office: None,
    },
    Colleague {
        login: "jimu",
        name: "補助 百合",
        roles: &["assistant"],
        role_words: "医師事務作業補助者（まどか中央病院）",
        designation: None,
        institution: Some(("9910000019", "まどか中央病院", "")),
        office: None,
    },
    Colleague {
        login: "byoin",
        name: "会計 九十九",
        roles: &["institution"],
        role_words: "指定医療機関の窓口（まどか中央病院の会計）",
        designation: None,
        institution: Some(("9910000019", "まどか中央病院", "outpatient")),
        office: None,
    },
    Colleague {
        login: "yakkyoku",
        name: "調剤 十和",
        roles: &["institution"],
        role_words: "指定医療機関の窓口（けやき台薬局）",
        designation: None,
        institution: Some(("9940000020", "けやき台薬局", "pharmacy")),
        office: None,
    },
    Colleague {
        login: "sesshu",
        name: "接種 一十三",
        roles: &["clinic"],
        role_words: "接種をする医療機関（けやき台診療所）",
        designation: None,
        institution: Some(("9910000027", "けやき台診療所", "")),
        office: None,
    },
];

/// The secret of somebody's second factor: always the same, so that the demo's page can show the code.
pub fn totp_secret(login: &str) -> Vec<u8> {
    Sha256::digest(format!("demo {login}")).iter().copied().take(20).collect()
}

/// The office in whose name the demo decides, where nothing else is set.
pub fn office(config: &mut Config) {
    let values = [
        ("name", "架空県まどか保健所"),
        ("title", "架空県知事　空野 広子"),
        ("department", "疾病対策課 医療費助成担当"),
        ("postcode", "000-0100"),
        ("address", "架空県まどか市けやき台1丁目1番1号"),
        ("phone", "099-000-0100"),
        ("hours", "平日 8時30分から17時15分"),
        ("review_authority", "架空県知事"),
        ("review_board", "架空県の審査請求の審査会"),
        ("defendant", "架空県"),
        ("representative", "架空県知事"),
        ("payer_number", "54996012"),
        ("insurer_number", "990010"),
        ("municipality_code", "990019"),
        ("identity_provider", "デモ用の本人確認（デジタル認証アプリのかわり）"),
        ("platform_name", "デモ医療情報プラットフォーム"),
    ];
    for (key, value) in values {
        config.set(&format!("office.{key}"), value);
    }
}
