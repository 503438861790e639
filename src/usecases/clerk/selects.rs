//! The choices by which a list is narrowed.

use serde::Serialize;

use crate::domain::program::vocabulary::State;
use crate::store::offices::ReceivingOffice;
use crate::usecases::access::Caller;
use crate::usecases::house::House;

use super::dossier::Choice;
use super::queue::{Asked, programs};
use super::words;

/// A list of choices.
#[derive(Clone, Debug, Serialize)]
pub struct Select {
    /// Name of the query parameter.
    pub name: &'static str,
    label: &'static str,
    value: String,
    options: Vec<Choice>,
    /// The words for no choice.
    blank: &'static str,
}

impl Select {
    /// The choice that holds, in words.
    pub fn chosen(&self) -> Option<String> {
        let option = self.options.iter().find(|option| option.value == self.value)?;
        Some(format!("{}：{}", self.label, option.label))
    }
}

/// The choices for a reader, with those that hold.
pub fn of(house: &House, caller: &Caller, asked: &Asked, offices: &[ReceivingOffice]) -> Vec<Select> {
    let select = |name: &'static str, label: &'static str, options: Vec<Choice>| Select {
        name,
        label,
        value: asked.get(name).cloned().unwrap_or_default(),
        options,
        blank: "すべて",
    };
    let reached = programs(house, caller);
    let mut all = vec![
        select("state", "状態", states()),
        select("owner", "担当", fixed(&[("me", "自分"), ("none", "担当なし")])),
        select("waiting", "待っている相手", waiting(house, &reached)),
        select(
            "clock",
            "期限",
            fixed(&[("over", "超過"), ("urgent", "3営業日以内"), ("soon", "10営業日以内")]),
        ),
        select(
            "mark",
            "しるし",
            fixed(&[
                ("answered", "補正の回答あり"),
                ("draft_returned", "起案の差戻し"),
                ("to_remind", "催促が必要"),
                ("delay_ready", "延期通知の準備あり"),
                ("on_the_way", "進達・未受領"),
                ("sent_back", "処分庁からの差戻し"),
                ("duplicate", "重複の疑い"),
                ("rejected", "連携エラー"),
                ("confirmed", "連携済"),
            ]),
        ),
        select("origin", "受け方", fixed(&[("online", "オンライン"), ("paper", "紙")])),
    ];
    all.extend(places(caller, asked, offices));
    if reached.len() > 1 {
        let title = |id: &String| {
            let program = house.programs.newest(id).ok()?;
            let label = words::text(&program, &program.definition.title);
            Some(Choice { value: id.clone(), label })
        };
        all.insert(0, select("program", "制度", reached.iter().filter_map(title).collect()));
    }
    all
}

/// Where cases lie and who received them, where there is more than one office.
fn places(caller: &Caller, asked: &Asked, offices: &[ReceivingOffice]) -> Vec<Select> {
    if offices.is_empty() {
        return Vec::new();
    }
    let select = |name: &'static str, label: &'static str, blank: &'static str, options: Vec<Choice>| {
        Select { name, label, value: asked.get(name).cloned().unwrap_or_default(), options, blank }
    };
    if caller.actor.office.is_some() {
        return vec![select("held", "所在", "この窓口にある案件", fixed(&[("passed", "進達した案件")]))];
    }
    let named = offices.iter().map(|it| Choice { value: it.code.clone(), label: it.name.clone() });
    vec![
        select("held", "所在", "この機関にある案件", fixed(&[("passed", "差し戻した案件")])),
        select("office", "受け付けた機関", "すべて", named.collect()),
    ]
}

fn fixed(pairs: &[(&str, &str)]) -> Vec<Choice> {
    pairs.iter().map(|(value, label)| Choice { value: (*value).into(), label: (*label).into() }).collect()
}

fn states() -> Vec<Choice> {
    let filed = State::ALL.iter().filter(|state| **state != State::Draft);
    filed.map(|state| Choice { value: state.code().into(), label: words::state(*state).into() }).collect()
}

fn waiting(house: &House, reached: &[String]) -> Vec<Choice> {
    let mut found = fixed(&[
        ("for:applicant", "申請者"),
        ("for:physician", "医師・医療機関"),
        ("for:office", "担当課"),
        ("for:committee", "審査会"),
    ]);
    for program in reached.iter().filter_map(|id| house.programs.newest(id).ok()) {
        for item in &program.definition.work_items {
            let choice = Choice { value: item.kind.clone(), label: words::text(&program, &item.label) };
            if !found.contains(&choice) {
                found.push(choice);
            }
        }
    }
    found
}

/// The filters that hold, in one sentence.
pub fn in_words(asked: &Asked, selects: &[Select]) -> String {
    let search = asked.get("q").map(|text| text.trim()).filter(|text| !text.is_empty());
    let search = search.map(|text| format!("「{text}」に当たる"));
    let chosen = selects.iter().filter_map(Select::chosen);
    search.into_iter().chain(chosen).collect::<Vec<_>>().join("・")
}
