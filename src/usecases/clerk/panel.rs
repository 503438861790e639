//! The panel at the right of a case: what a decision still needs, in words, and what can be done.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::case::work::WorkItem;
use crate::domain::program::vocabulary::{Assignee, CommandName, Holder, OptionalState, State};
use crate::usecases::access::Opened;

use super::may::may;
use super::words;

/// The first conditions, those about the items: an office that only receives looks at no more.
const ABOUT_ITEMS: usize = 2;

/// A condition in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Whether it holds.
    pub met: bool,
    /// The words.
    pub text: String,
    /// Where it can be mended.
    pub href: Option<String>,
}

/// Something that can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    label: &'static str,
    href: String,
    primary: bool,
}

/// The panel.
#[derive(Clone, Debug, Serialize)]
pub struct Panel {
    /// Items without verdict.
    pub unseen: usize,
    /// Items that go back.
    pub returned: usize,
    /// What the committee wants to know before it concludes.
    pub question: Option<String>,
    /// What the next step is: 起案, or 進達 at an office that only receives.
    pub needed_for: &'static str,
    /// What the next step needs.
    pub guards: Vec<Condition>,
    /// What the reader can do now.
    pub actions: Vec<Action>,
}

/// The panel of an opened case with so many items unseen and returned.
pub fn of(opened: &Opened, unseen: usize, returned: usize, today: NaiveDate) -> Panel {
    let examined = opened.stored.case.state == State::InReview;
    let receives = opened.stored.case.holder() == Holder::Receiving;
    let mut guards = if examined { conditions(opened, unseen, returned) } else { Vec::new() };
    if receives {
        guards.truncate(ABOUT_ITEMS);
    }
    let needed_for = if receives { "進達" } else { "起案" };
    let actions = actions(opened, returned, guards.iter().all(|guard| guard.met), today);
    let question = opened.stored.case.asked.as_ref().filter(|_| examined).map(|it| it.question.clone());
    Panel { unseen: if examined { unseen } else { 0 }, returned, question, needed_for, guards, actions }
}

/// What must hold before a decision is drafted.
pub fn conditions(opened: &Opened, unseen: usize, returned: usize) -> Vec<Condition> {
    let id = &opened.stored.case.id;
    let here = format!("/staff/cases/{id}");
    let seen = match unseen {
        0 => "すべての項目を確認しました".to_owned(),
        count => format!("確認していない項目が{count}件あります"),
    };
    let back = match returned {
        0 => "差し戻したままの項目はありません".to_owned(),
        count => format!("差し戻した項目が{count}件あります"),
    };
    let mut found = vec![
        Condition { met: unseen == 0, text: seen, href: Some(here.clone()) },
        Condition { met: returned == 0, text: back, href: Some(format!("{here}/correction")) },
    ];
    for shape in opened.program.definition.join(CommandName::DraftDecision) {
        let Some(item) = opened.stored.case.work_of(&shape.kind) else { continue };
        let label = words::text(&opened.program, &shape.label);
        let state = words::work_state(item.state);
        let text = format!("{label}：{state}");
        let href = work_href(id, item, shape.assignee);
        found.push(Condition { met: item.state.is_done(), text, href: Some(href) });
    }
    found
}

/// The page of a work item: what a physician wrote stands on the tab of the certificate.
pub fn work_href(case: &str, item: &WorkItem, assignee: Assignee) -> String {
    if assignee == Assignee::Physician && item.received_at.is_some() {
        return format!("/staff/cases/{case}/certificate");
    }
    format!("/staff/cases/{case}/work/{}", item.id)
}

fn actions(opened: &Opened, returned: usize, ready: bool, today: NaiveDate) -> Vec<Action> {
    let case = &opened.stored.case;
    let open = !matches!(case.state, State::Decided | State::Ended | State::Draft);
    let in_state = |state| case.state == state;
    let committee = opened.program.definition.uses(OptionalState::Deliberation);
    let lapsed = case.open_correction().is_some_and(|round| round.due_on < today);
    let routed = in_state(State::InReview) && case.route.is_some();
    let held = |holder| routed && case.holder() == holder;
    let all: [(bool, CommandName, &'static str, &'static str, bool); 17] = [
        (in_state(State::Submitted), CommandName::BeginReview, "審査を始める", "act/begin", true),
        (
            in_state(State::InReview) && returned > 0,
            CommandName::RequestCorrection,
            "補正を求める",
            "correction",
            true,
        ),
        (
            in_state(State::InReview) && committee,
            CommandName::ReferToCommittee,
            "審査会へ",
            "act/refer",
            false,
        ),
        (held(Holder::Receiving), CommandName::Forward, "進達する", "act/forward", ready),
        (held(Holder::OnTheWay), CommandName::TakeOver, "進達を受領する", "act/take-over", true),
        (held(Holder::Deciding), CommandName::SendBack, "受付機関に差し戻す", "act/send-back", false),
        (in_state(State::InReview), CommandName::DraftDecision, "起案する", "draft", ready),
        (in_state(State::Deliberation), CommandName::Convene, "審査会の開催", "/committee", true),
        (in_state(State::Approval), CommandName::ApproveLevel, "決裁を見る", "approval", true),
        (
            in_state(State::Correction) && lapsed,
            CommandName::LapseCorrection,
            "補正なしで進める",
            "act/lapse",
            false,
        ),
        (in_state(State::Decided), CommandName::ReviseDecision, "決定を見直す", "act/revise", false),
        (!in_state(State::Draft), CommandName::Assign, "担当を変える", "act/assign", false),
        (open, CommandName::ExtendPeriod, "延期を知らせる", "act/extend", false),
        (open, CommandName::Withdraw, "取下げを受ける", "act/withdraw", false),
        (open, CommandName::EndWithoutDecision, "決定せずに終える", "act/end", false),
        (!in_state(State::Draft), CommandName::SetProtection, "支援措置", "act/protection", false),
        (true, CommandName::Read, "印刷用の表示", "print", false),
    ];
    let shown = all.into_iter().filter(|(fits, command, ..)| *fits && may(opened, *command));
    shown.map(|(_, _, label, path, primary)| action(&case.id, label, path, primary)).collect()
}

/// A path that begins with a slash is a page of its own.
fn action(case: &str, label: &'static str, path: &str, primary: bool) -> Action {
    let href = if path.starts_with('/') { path.to_owned() } else { format!("/staff/cases/{case}/{path}") };
    Action { label, href, primary }
}
