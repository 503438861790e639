//! Codes in the words of the office.

use std::collections::BTreeMap;

use crate::domain::case::work::WorkState;
use crate::domain::lang::Lang;
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{Channel, CommandName, State};
use crate::domain::refusal::Refusal;

/// A state of a case.
pub fn state(state: State) -> &'static str {
    match state {
        State::Draft => "下書き",
        State::Submitted => "受付済み",
        State::InReview => "審査中",
        State::Correction => "補正中",
        State::Deliberation => "審査会",
        State::Approval => "決裁中",
        State::Decided => "決定済み",
        State::Ended => "終了",
    }
}

/// A state of a work item.
pub fn work_state(state: WorkState) -> &'static str {
    match state {
        WorkState::Planned => "依頼前",
        WorkState::Requested => "依頼済み",
        WorkState::InProgress => "作業中",
        WorkState::Received => "届いた（未確認）",
        WorkState::Accepted => "受理済み",
        WorkState::Waived => "省略",
        WorkState::Cancelled => "取りやめ",
    }
}

/// What a case waits for: a program's work item or stage, or a side.
pub fn waiting(program: &Program, code: &str) -> Option<String> {
    let side = match code.strip_prefix("for:") {
        Some("applicant") => Some("申請者"),
        Some("physician") => Some("医師・医療機関"),
        Some("surveyor") => Some("調査員"),
        Some("office") => Some("担当課"),
        Some("committee") => Some("審査会"),
        _ => None,
    };
    let item = || program.definition.work_item(code).map(|item| text(program, &item.label));
    side.map(str::to_owned).or_else(item)
}

/// A reminder: a step of the ladder, or what a person did.
pub fn reminder(via: Channel, ladder: bool) -> &'static str {
    match (via, ladder) {
        (Channel::Inbox, _) => "作成者の画面で催促しました",
        (Channel::Mail, _) => "メールで催促しました",
        (Channel::CallList, true) => "電話で催促する一覧に載せました",
        (Channel::CallList, false) => "電話で催促しました",
        (Channel::Letter, true) => "手紙・ファクスで催促する一覧に載せました",
        (Channel::Letter, false) => "手紙・ファクスで催促しました",
    }
}

/// How far a row for an outside register has come.
pub fn sync(state: &str) -> &str {
    match state {
        "pending" => "連携待ち",
        "sent" => "送信済み（結果待ち）",
        "accepted" => "受け付けられた（確認待ち）",
        "confirmed" => "連携済",
        "rejected" => "連携エラー",
        "superseded" => "新しい内容に置きかえ",
        other => other,
    }
}

/// How a delivery stands.
pub fn delivery(channel: &str, state: &str) -> String {
    let way = if channel == "mail" { "メール" } else { "郵送" };
    let how = match state {
        "queued" => "待機中",
        "sent" => "送信済み",
        "bounced" => "届かなかった",
        "printed" => "印刷済み",
        "posted" => "発送済み",
        other => other,
    };
    format!("{way}：{how}")
}

/// How a case ended without a decision.
pub fn ending(code: &str) -> &str {
    match code {
        "withdrawn" => "取下げ",
        "deceased" => "本人の死亡",
        "moved_out" => "転出",
        "duplicate" => "重複した申請",
        "filed_in_error" => "誤った申請",
        other => other,
    }
}

/// What somebody did, as the record of access names it.
pub fn command(code: &str) -> &str {
    let Some(command) = CommandName::from_code(code) else {
        return match code {
            "read" => "閲覧",
            "find_card" => "受給者証の照会",
            "open_member_code" => "家族の同意コードの照会",
            "plan_bulk" => "一括処理の試し計算",
            "start_bulk" => "一括処理の開始",
            "cancel_bulk" => "一括処理の取りやめ",
            "print_letter" => "通知の印刷",
            "invite_renewal" => "更新のお知らせの作成",
            other => other,
        };
    };
    match command {
        CommandName::StartDraft => "下書きの開始",
        CommandName::SaveAnswers => "入力の保存",
        CommandName::Attach => "書類の添付",
        CommandName::GiveConsent => "同意",
        CommandName::RevokeConsent => "同意の取消し",
        CommandName::Submit => "申請",
        CommandName::RegisterPaper => "紙の申請の登録",
        CommandName::BeginReview => "審査の開始",
        CommandName::Assign => "担当の変更",
        CommandName::SetVerdict => "項目の確認",
        CommandName::RequestCorrection => "補正の依頼",
        CommandName::Resubmit => "補正の提出",
        CommandName::LapseCorrection => "補正の期限切れ",
        CommandName::PullRecords => "診療情報の取得",
        CommandName::StartItem => "作業の依頼",
        CommandName::SaveItem => "作業の保存",
        CommandName::PrepareItem => "作業の下準備",
        CommandName::CompleteItem => "作業の完了",
        CommandName::AcceptItem => "結果の受理",
        CommandName::ReturnItem => "結果の差戻し",
        CommandName::WaiveItem => "作業の省略",
        CommandName::RemindItem => "作業の督促",
        CommandName::PrepareDelay => "延期通知の準備",
        CommandName::ReferToCommittee => "審査会への付議",
        CommandName::RecordCommitteeResult => "審査会の結果の記録",
        CommandName::AskByCommittee => "審査会からの質問の記録",
        CommandName::Convene => "審査会の開催",
        CommandName::ReadPacket => "審査資料の閲覧",
        CommandName::GiveOpinion => "事前意見の提出",
        CommandName::DraftDecision => "起案",
        CommandName::ApproveLevel => "決裁",
        CommandName::DecideByRule => "規則による決定",
        CommandName::ReturnDraft => "起案の差戻し",
        CommandName::Finalise => "決定",
        CommandName::Withdraw => "取下げ",
        CommandName::EndWithoutDecision => "決定をしない終了",
        CommandName::ReviseDecision => "決定の見直し",
        CommandName::ExtendPeriod => "延期の通知",
        CommandName::ExpireDraft => "下書きの削除",
        CommandName::AddNote => "メモ",
        CommandName::SendMessage => "やりとり",
        CommandName::ClearDuplicate => "重複の確認",
        CommandName::Forward => "進達",
        CommandName::TakeOver => "進達の受領",
        CommandName::SendBack => "受付機関への差戻し",
        CommandName::SetProtection => "支援措置の設定",
        CommandName::RecordSync => "連携結果の記録",
        CommandName::RecordDelivery => "発送の記録",
        CommandName::Read => "閲覧",
        CommandName::ReadLog => "記録の閲覧",
        CommandName::ReadLedger => "管理票の閲覧",
        CommandName::PostLedger => "管理票への記入",
        CommandName::TypeLedger => "紙の管理票の入力",
        CommandName::InviteMember => "家族への同意コードの発行",
        CommandName::MemberConsent => "家族の同意",
        CommandName::Enquire => "照会",
        CommandName::LinkPartner => "按分の相手の確認",
        CommandName::SettleCap => "上限額の見直しの処理",
        CommandName::ReadClient => "代行する事業所の閲覧",
        CommandName::ReadPapers => "代行する事業所による書類の閲覧",
        CommandName::ReadImmunizations => "接種記録の閲覧",
        CommandName::RecordImmunization => "接種の記録",
        CommandName::AnswerScreening => "予診票の記入",
        CommandName::JudgeScreening => "予診",
        CommandName::ReportReaction => "副反応疑い報告",
        CommandName::KeepImmunizations => "接種の台帳の整備",
        CommandName::ShareImmunizations => "接種の記録を見る保護者の追加",
        CommandName::ShowSecret => "伏せた番号の表示",
    }
}

/// A text of the program in Japanese.
pub fn text(program: &Program, key: &str) -> String {
    program.texts.text(Lang::Ja, key, &BTreeMap::new())
}

/// Refusals whose slots hold text keys of the program, with the texts in their place.
pub fn spelled(program: &Program, refusals: Vec<Refusal>) -> Vec<Refusal> {
    let spell = |mut refusal: Refusal| {
        for value in refusal.args.values_mut().filter(|value| program.texts.has(value)) {
            *value = text(program, value);
        }
        refusal
    };
    refusals.into_iter().map(spell).collect()
}

/// What the rules' reading of a form is called.
pub fn gate(program: &Program, form: &str) -> String {
    own(program, &format!("gate.{form}"), "規則による読み取り（参考）")
}

/// A program's own words for something that has usual ones.
pub fn own(program: &Program, key: &str, usual: &str) -> String {
    if program.texts.has(key) { text(program, key) } else { usual.to_owned() }
}
