//! The committee: who is excluded, what members read and say, and that nothing comes of it without a quorum.

use super::road::Filed;
use super::roads::committee::{Committee, address, member, referred};
use super::town::{Town, in_own_towns};
use super::{database, forms, office, people, roads};

async fn excluded_learns_nothing(town: &Town, login: &str, home: &str, case: &str) {
    let mut excluded = member(town, login).await;
    let packet = format!("/committee/packets/{case}");
    assert_eq!(excluded.get(&packet).await.status, 404);
    let mut form = excluded.get("/committee").await.form("/language");
    form.action = packet;
    let form = form.with("view-diagnosis", "met").with("view-severity", "met");
    assert_eq!(excluded.send(&form).await.status, 404);
    assert_eq!(excluded.get(&format!("{home}/packets.pdf")).await.status, 404, "nothing is left to print");
    let page = excluded.visit("/committee").await;
    assert!(
        page.text.contains("審査に加われません") && !page.text.contains("パーキンソン"),
        "{:#?}",
        page.said()
    );
    let why = "SELECT detail AS text FROM audit WHERE action = 'read_packet' AND outcome = 'refused'";
    let why = database::texts(&town.house().database, why);
    assert!(!why.is_empty() && why.iter().all(|detail| detail.contains("institution")), "{why:?}");
}

#[test]
fn a_refusal_goes_by_the_committee_two_signatures_and_its_reasons() {
    in_own_towns(&[], roads::committee::refusal);
}

#[test]
fn an_excluded_member_and_those_of_other_roles_see_nothing_of_a_case() {
    in_own_towns(&[], async |town| {
        let mut board = Committee::appointed(town).await;
        let Filed { case, .. } = referred(town).await;
        let home = board.called(town).await;
        let mut reader = member(town, &board.members[0]).await;
        for path in ["/staff", "/staff/queue", "/committee/members", home.as_str()] {
            assert!([403, 404].contains(&reader.get(path).await.status), "{path}");
        }
        assert_eq!(reader.get(&format!("/staff/cases/{case}")).await.status, 404);
        for role in ["reviewer", "approver", "manager", "receiver", "physician", "auditor"] {
            let mut other = people::staff(town, role).await;
            for path in ["/committee", "/committee/members", &home, &format!("/committee/packets/{case}")] {
                let status = other.get(path).await.status;
                assert!([403, 404].contains(&status), "{role} {path}: {status}");
            }
        }
        excluded_learns_nothing(town, &board.members[2], &home, &case).await;
    });
}

#[test]
fn a_question_brings_the_case_back_to_its_examiner() {
    in_own_towns(&[], async |town| {
        let mut board = Committee::appointed(town).await;
        let Filed { mut clerk, case, .. } = referred(town).await;
        let home = board.called(town).await;
        board.act(&home, "open", &[]).await;
        let ids: Vec<String> = board.members.iter().map(|login| people::id(login)).collect();
        let present = [("present", ids[0].as_str()), ("present", ids[1].as_str())];
        board.act(&home, "attend", &present).await;
        let asked = [("conclusion", "more_information"), ("opinion", "画像検査はいつ行われたか")];
        assert_eq!(board.conclude(&home, &case, &asked).await.status, 303);
        assert_eq!(board.act(&home, "confirm", &[]).await.status, 303);
        let page = clerk.visit(&format!("/staff/cases/{case}")).await;
        assert!(page.text.contains("画像検査はいつ行われたか"), "{:#?}", page.said());
        let early = office::try_draft(&mut clerk, &case, "refused", &[]).await;
        assert_eq!(early.status, 422, "a question is no result");
    });
}

#[test]
fn a_panel_has_a_chair_of_its_own_who_is_missed_at_its_session() {
    in_own_towns(&[], async |town| {
        let mut board = Committee::of(town, "kaigo", &["9910000027", "", ""]).await;
        let register = "/committee/members";
        let page = board.secretary.visit(register).await;
        assert!(page.text.contains("長が決まっていません"), "{:#?}", page.said());
        for login in [&board.members[0], &board.members[1]] {
            let page = board.secretary.visit(register).await;
            let of_member =
                page.text.split("<li><div><strong>").find(|it| it.starts_with(&people::name(login)));
            let form = forms::forms(of_member.unwrap()).remove(0).pressing("act", "panel-chair");
            let page = board.secretary.submit(&form).await;
            assert!(
                page.text.contains(&format!("合議体の長：{}", people::name(login))),
                "{:#?}",
                page.said()
            );
            assert_eq!(
                page.text.matches("chip-blue\">合議体の長").count(),
                1,
                "one at a time: {:#?}",
                page.said()
            );
        }
        let home = address(&board.call(town).await);
        board.act(&home, "open", &[]).await;
        let ids: Vec<String> = board.members.iter().map(|login| people::id(login)).collect();
        for (present, missed) in [(&ids[..1], true), (&ids[..2], false)] {
            let present: Vec<_> = present.iter().map(|id| ("present", id.as_str())).collect();
            board.act(&home, "attend", &present).await;
            let page = board.secretary.visit(&home).await;
            assert_eq!(page.text.contains("この合議体の長がいません"), missed, "{:#?}", page.said());
        }
        let minutes = board.secretary.visit(&format!("{home}/minutes")).await;
        assert!(minutes.text.contains("合議体の長"), "{:#?}", minutes.said());
    });
}

#[test]
fn the_pages_are_there_in_three_languages() {
    in_own_towns(&[], async |town| {
        let mut board = Committee::appointed(town).await;
        let home = address(&board.call(town).await);
        for (lang, title) in [("en", "Committee sessions"), ("ja-simple", "会議"), ("ja", "審査会")] {
            let form = board.secretary.visit("/committee").await.form("/language").with("lang", lang);
            board.secretary.send(&form).await;
            for path in ["/committee", "/committee/members", &home, &format!("{home}/minutes")] {
                let page = board.secretary.visit(path).await;
                assert!(page.text.contains(title), "{lang} {path}: {:#?}", page.said());
                assert!(!page.text.contains("board."), "{lang} {path}: a key is shown");
            }
        }
    });
}
