//! Events in words.

use crate::domain::case::event::Event;
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::forms::Form;
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::usecases::slots::link_id;

use super::words;

type Words = (String, Option<String>);

/// What happened, and its particulars if there are any.
pub fn words(program: &Program, event: &Event) -> Words {
    match event {
        Event::WorkPlanned { .. }
        | Event::WorkRequested { .. }
        | Event::WorkBegun { .. }
        | Event::WorkPrepared { .. }
        | Event::WorkReminded { .. }
        | Event::WorkReceived { .. }
        | Event::WorkAccepted { .. }
        | Event::WorkReturned { .. }
        | Event::WorkWaived { .. }
        | Event::WorkCancelled { .. } => work(program, event),
        Event::ClockStarted { name, .. }
        | Event::ClockPaused { name }
        | Event::ClockResumed { name }
        | Event::ClockRestarted { name }
        | Event::ClockStopped { name } => clock(program, event, name),
        Event::Ruled { .. }
        | Event::VerdictsReset { .. }
        | Event::CorrectionRequested { .. }
        | Event::Resubmitted { .. }
        | Event::CorrectionLapsed => review(program, event),
        Event::Drafted { .. }
        | Event::LevelApproved { .. }
        | Event::DraftReturned { .. }
        | Event::Decided { .. }
        | Event::Reopened { .. }
        | Event::Referred { .. }
        | Event::CommitteeFound { .. }
        | Event::CommitteeAsked { .. } => ruling(program, event),
        _ => filing(program, event),
    }
}

fn plain(what: &str) -> Words {
    (what.to_owned(), None)
}

fn with(what: &str, detail: impl Into<String>) -> Words {
    (what.to_owned(), Some(detail.into()).filter(|it| !it.is_empty()))
}

fn filing(program: &Program, event: &Event) -> Words {
    match event {
        Event::Started { agency: Some(agency), .. } => {
            with("申請の作成を、本人に頼まれた事業所が始めました", &agency.name)
        }
        Event::Started { .. } => plain("申請の作成を始めました"),
        Event::AnswersSaved { changed, .. } => with("入力を保存しました", labels(program, changed)),
        Event::Attached { path, removed: false, .. } => with("書類を付けました", label(program, path)),
        Event::Attached { path, .. } => with("書類を取り消しました", label(program, path)),
        Event::ConsentGiven { key } => with("同意しました", consent(program, key)),
        Event::ConsentRevoked { key } => with("同意を取り消しました", consent(program, key)),
        Event::RevisionFixed { form, number, .. } => {
            let title = program.forms.get(form).map_or(form.as_str(), |form: &Form| form.title(Lang::Ja));
            with("内容を確定しました", format!("{title}　第{number}版"))
        }
        Event::Submitted { reference, .. } => with("申請が届きました", reference),
        Event::Forwarded { remark } => with("進達しました", remark),
        Event::TakenOver { arrived_on } => with("進達を受領しました", format!("届いた日 {arrived_on}")),
        Event::SentBack { reason } => with("受付機関に差し戻しました", reason),
        Event::ReviewBegun => plain("審査を始めました"),
        Event::Assigned { to: Some(_) } => plain("担当が決まりました"),
        Event::Assigned { to: None } => plain("担当を外しました"),
        Event::RecordsPulled => plain("診療情報を取得しました"),
        Event::Ended { code, reason } => {
            with(&format!("決定をせずに終えました（{}）", words::ending(code)), reason)
        }
        Event::DelayPrepared { until, reason } => {
            with(&format!("延期通知（{until}まで）を準備しました"), reason)
        }
        Event::PeriodExtended { until, reason } => with(&format!("期限を{until}に延ばしました"), reason),
        Event::Said { note: true, .. } => plain("メモを書きました"),
        Event::Said { .. } => plain("メッセージを送りました"),
        Event::DuplicateCleared => plain("重複ではないと確かめました"),
        Event::ProtectionSet { on: true } => plain("支援措置を設定しました"),
        Event::ProtectionSet { .. } => plain("支援措置を解きました"),
        other => plain(&other.code()),
    }
}

fn work(program: &Program, event: &Event) -> Words {
    match event {
        Event::WorkPlanned { kind, due_on, .. } => {
            let label = program.definition.work_item(kind).map(|it| words::text(program, &it.label));
            with("作業を用意しました", format!("{}（{due_on}まで）", label.unwrap_or_default()))
        }
        Event::WorkRequested { name, due_on, .. } => {
            with("作業を依頼しました", format!("{name}（{due_on}まで）"))
        }
        Event::WorkBegun { .. } => plain("作業が始まりました"),
        Event::WorkPrepared { .. } => plain("補助者が下準備をしました"),
        Event::WorkReminded { via, note, .. } => with(words::reminder(*via, note.is_empty()), note),
        Event::WorkReceived { revision, .. } => {
            with("結果が届きました", revision.map(|it| format!("第{it}版")).unwrap_or_default())
        }
        Event::WorkAccepted { .. } => plain("結果を受理しました"),
        Event::WorkReturned { reason, .. } => with("結果を差し戻しました", reason),
        Event::WorkWaived { reason, .. } => {
            let phrase = program.phrases.waived(reason).map(|it| it.label.clone());
            with("作業を省略しました", phrase.unwrap_or_else(|| reason.clone()))
        }
        _ => plain("作業を取りやめました"),
    }
}

fn clock(program: &Program, event: &Event, name: &str) -> Words {
    let rule = program.definition.clocks.iter().find(|clock| clock.code == name);
    let label = rule.map_or_else(|| name.to_owned(), |it| words::text(program, &it.label));
    let what = match event {
        Event::ClockStarted { .. } => "期間が始まりました",
        Event::ClockPaused { .. } => "期間を止めました",
        Event::ClockResumed { .. } => "期間が再び進みます",
        Event::ClockRestarted { .. } => "期間がはじめから数え直されます",
        _ => "期間が終わりました",
    };
    with(what, label)
}

fn review(program: &Program, event: &Event) -> Words {
    match event {
        Event::Ruled { items, ruling } => {
            let paths: Vec<String> = items.iter().map(|(key, _)| path_of(program, key)).collect();
            with(ruled(ruling.as_ref()), labels(program, &paths))
        }
        Event::VerdictsReset { items } => {
            let paths: Vec<String> = items.iter().map(|key| path_of(program, key)).collect();
            with("確認をやり直します", labels(program, &paths))
        }
        Event::CorrectionRequested { items, due_on } => {
            with(&format!("補正を求めました（{due_on}まで）"), labels(program, items))
        }
        Event::Resubmitted { .. } => plain("補正の回答が届きました"),
        _ => plain("補正の期限が過ぎました"),
    }
}

fn ruled(ruling: Option<&Ruling>) -> &'static str {
    match ruling {
        Some(Ruling::Accepted) => "項目を確認しました",
        Some(Ruling::Returned { .. }) => "項目を差し戻しました",
        Some(Ruling::Waived { .. }) => "項目を省略しました",
        None => "項目の確認を取り消しました",
    }
}

fn ruling(program: &Program, event: &Event) -> Words {
    match event {
        Event::Referred { reason } => with("審査会に付議しました", reason),
        Event::CommitteeAsked { question, .. } => with("審査会：追加の情報を求める", question),
        Event::CommitteeFound { met, opinion, .. } => {
            with(if *met { "審査会：要件を満たす" } else { "審査会：要件を満たさない" }, opinion)
        }
        Event::Drafted { content, .. } => {
            let label = program
                .definition
                .outcomes
                .iter()
                .find(|rule| rule.code == content.outcome)
                .map(|rule| words::text(program, &rule.label));
            with("起案しました", label.unwrap_or_default())
        }
        Event::LevelApproved { role, .. } => {
            let label = program.definition.role(role).map(|it| words::text(program, &it.label));
            with("決裁しました", label.unwrap_or_default())
        }
        Event::DraftReturned { remark } => with("起案を差し戻しました", remark),
        Event::Decided { .. } => plain("決定しました"),
        Event::Reopened { reason } => with("決定の見直しを始めました", reason),
        other => plain(&other.code()),
    }
}

fn consent(program: &Program, key: &str) -> String {
    program.definition.consent(key).map(|it| words::text(program, &it.label)).unwrap_or_default()
}

fn path_of(program: &Program, key: &str) -> String {
    let prefix = item_key(&program.definition.forms.application, "");
    key.strip_prefix(&prefix).unwrap_or(key).to_owned()
}

fn label(program: &Program, path: &str) -> String {
    let id = link_id(path);
    let item = program.forms.values().find_map(|form| form.item(id));
    item.map_or_else(|| path.to_owned(), |item| item.text.get(Lang::Ja).to_owned())
}

fn labels(program: &Program, paths: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut found: Vec<String> = paths.iter().take(SHOWN).map(|path| label(program, path)).collect();
    found.dedup();
    let more = paths.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" ほか{more}件") } else { String::new() };
    format!("{}{rest}", found.join("、"))
}
