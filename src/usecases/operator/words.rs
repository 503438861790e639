//! Codes of jobs and records in words.

/// What a job of the outbox does.
pub fn job_words(kind: &str) -> &'static str {
    match kind {
        "render" => "文書の作成",
        "mail" => "メールの送信",
        "pull" => "診療情報の取得",
        "urgent" => "緊急連携",
        "upkeep" => "定期の手入れ",
        _ => "その他の処理",
    }
}

/// What a record of access tells.
pub fn action_words(action: &str) -> &str {
    let known = ACTIONS.iter().find(|(code, _)| *code == action);
    known.map_or(action, |(_, words)| words)
}

const ACTIONS: &[(&str, &str)] = &[
    ("start_draft", "申請の作成を始めた"),
    ("save_answers", "申請の内容を保存した"),
    ("attach", "書類を添付した"),
    ("give_consent", "同意した"),
    ("revoke_consent", "同意を取り消した"),
    ("submit", "申請した"),
    ("register_paper", "紙の申請を登録した"),
    ("begin_review", "審査を始めた"),
    ("assign", "担当を決めた"),
    ("set_verdict", "項目を判定した"),
    ("request_correction", "補正を求めた"),
    ("resubmit", "補正して出し直した"),
    ("lapse_correction", "補正の期限が過ぎた"),
    ("pull_records", "診療情報を取得した"),
    ("start_item", "作業を始めた"),
    ("save_item", "作業の内容を保存した"),
    ("complete_item", "作業を終えた・署名した"),
    ("accept_item", "作業の結果を受け入れた"),
    ("return_item", "作業の結果を差し戻した"),
    ("waive_item", "作業を省いた"),
    ("remind_item", "作業を催促した"),
    ("refer_to_committee", "審査会に付した"),
    ("record_committee_result", "審査会の結果を記録した"),
    ("draft_decision", "起案した"),
    ("approve_level", "決裁した"),
    ("return_draft", "起案を差し戻した"),
    ("finalise", "決定した"),
    ("withdraw", "取り下げた"),
    ("end_without_decision", "決定せずに終えた"),
    ("revise_decision", "決定を見直した"),
    ("extend_period", "期間を延ばした"),
    ("expire_draft", "古い下書きを消した"),
    ("add_note", "メモを書いた"),
    ("send_message", "メッセージを送った"),
    ("clear_duplicate", "重複の疑いを解いた"),
    ("set_protection", "支援措置を変えた"),
    ("record_sync", "連携の結果を記録した"),
    ("record_delivery", "送付の結果を記録した"),
    ("read", "案件を見た"),
    ("read_log", "案件の記録を見た"),
    ("read_list", "案件の一覧を見た"),
    ("read_ledger", "管理票を見た"),
    ("post_ledger", "管理票に記入した"),
    ("type_ledger", "紙の管理票を入力した"),
    ("link_partner", "按分の相手を確かめた"),
    ("settle_cap", "上限額の見直しを処理した"),
    ("find_card", "受給者証を照会した"),
    ("sign_in", "サインイン"),
    ("search_audit", "監査記録を見た"),
    ("verify_audit", "監査記録を確かめた"),
    ("add_account", "利用者を加えた"),
    ("change_account", "利用者の役割などを変えた"),
    ("reset_factor", "認証アプリの登録をやり直した"),
    ("retry_job", "処理をやり直した"),
    ("retry_row", "連携の行を再送した"),
    ("release_batch", "連携の束を組みなおした"),
    ("start_run", "連携を始めた"),
    ("start_connector", "連携を再開した"),
    ("stop_connector", "連携を止めた"),
    ("clear_discrepancy", "不一致を確認済みにした"),
];
