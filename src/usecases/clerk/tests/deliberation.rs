//! The committee's part of the road: members, sessions, opinions, results.

use crate::domain::lang::Lang;
use crate::store::{agenda as agendas, audit, committee};
use crate::usecases::clerk::draft::page as draft_page;
use crate::usecases::committee::{agenda, conclude, desk, member, members, minutes, session, sheet};

use super::*;

const MEMBERS: [&str; 3] = ["usr_m1", "usr_m2", "usr_m3"];

fn secretary() -> Caller {
    staff("usr_secretary", &["secretary"])
}

fn sits(id: &str) -> Caller {
    staff(id, &["committee_member"])
}

/// A result as the secretary types it.
fn result(conclusion: &str, criterion: &str, opinion: &str) -> conclude::Typed {
    let text = |text: &str| text.to_owned();
    conclude::Typed { conclusion: text(conclusion), criterion: text(criterion), opinion: text(opinion) }
}

fn views(diagnosis: &str, severity: &str, reason: &str) -> member::Typed {
    let views = [("diagnosis", diagnosis), ("severity", severity)];
    let views = views.map(|(question, view)| (question.to_owned(), view.to_owned())).into();
    member::Typed { views, reason: reason.to_owned(), ..Default::default() }
}

impl World {
    fn program(&self) -> String {
        self.house().programs.offered().next().unwrap().definition.id.clone()
    }

    fn appointment(&self, user: &str) -> members::Typed {
        members::Typed {
            program: self.program(),
            user: user.to_owned(),
            profession: "神経内科".to_owned(),
            designated: true,
            starts_on: "2026-11-01".to_owned(),
            ..members::Typed::default()
        }
    }

    fn seat_members(&self) {
        for id in MEMBERS {
            self.open_account(id, &["committee_member"]);
            members::appoint(self.house(), &secretary(), &self.appointment(id)).unwrap();
        }
    }

    /// A case before a session of today.
    fn before_session(&self, reason: &str) -> (String, String) {
        let case = self.ready();
        self.act(&case, Act::Refer, &typed(reason, "", "")).unwrap();
        let called = agenda::Typed {
            program: self.program(),
            held_on: self.house().today().to_string(),
            place: "会議室".to_owned(),
            online: false,
        };
        let session = agenda::call(self.house(), &secretary(), &called).unwrap();
        agenda::put(self.house(), &secretary(), &session, std::slice::from_ref(&case)).unwrap();
        (session, case)
    }

    fn open_with(&self, session: &str, present: &[&str]) {
        agenda::open(self.house(), &secretary(), session).unwrap();
        self.attend(session, present).unwrap();
    }

    fn attend(&self, session: &str, present: &[&str]) -> Result<(), Error> {
        let present: Vec<String> = present.iter().map(|id| (*id).to_owned()).collect();
        conclude::attend(self.house(), &secretary(), session, &present)
    }

    /// Lets a committee find that a case, which is referred now, does not meet the standard.
    pub(super) fn refuse_by_committee(&self, case: &str) {
        self.seat_members();
        self.act(case, Act::Refer, &typed("重症度", "", "")).unwrap();
        let (house, by) = (self.house(), secretary());
        let held_on = house.today().to_string();
        let called =
            agenda::Typed { program: self.program(), held_on, place: "会議室".to_owned(), online: true };
        let session = agenda::call(house, &by, &called).unwrap();
        agenda::put(house, &by, &session, &[case.to_owned()]).unwrap();
        self.open_with(&session, &MEMBERS);
        let typed = result("not_met", "diagnosis_not_met", "診断の根拠がない");
        conclude::conclude(house, &by, &session, case, &typed).unwrap();
        conclude::confirm(house, &by, &session).unwrap();
    }

    fn audited(&self, action: &str) -> usize {
        let rows = self.scene.read(|conn| audit::after(conn, 0, 10_000));
        rows.iter().filter(|row| row.action == action).count()
    }
}

#[test]
fn there_is_no_result_without_quorum_and_a_confirmed_one_stays() {
    let world = world();
    world.seat_members();
    let (session, case) = world.before_session("重症度の基準を満たすか");
    let (house, by) = (world.house(), secretary());
    let write = |typed: &conclude::Typed| keys(conclude::conclude(house, &by, &session, &case, typed));
    let refused = result("not_met", "severity_not_met", "基準を満たさない");
    assert_eq!(write(&refused), ["committee.not-open"]);
    world.open_with(&session, &["usr_m1"]);
    assert_eq!(write(&refused), ["committee.quorum"]);
    world.attend(&session, &["usr_m1", "usr_m2"]).unwrap();
    assert_eq!(write(&result("", "", "意見")), ["committee.conclusion"]);
    assert_eq!(write(&result("not_met", "", "意見")), ["committee.criterion"]);
    assert_eq!(write(&result("met", "", " ")), ["committee.opinion"]);
    assert_eq!(write(&refused), ["done"]);
    assert_eq!(keys(agenda::close(house, &by, &session)), ["committee.unconfirmed"]);
    assert_eq!(world.case(&case).state, State::Deliberation, "nothing is known before it is confirmed");
    world.attend(&session, &["usr_m1"]).unwrap();
    assert_eq!(keys(conclude::confirm(house, &by, &session)), ["committee.quorum"]);
    world.attend(&session, &["usr_m2", "usr_m1"]).unwrap();
    assert_eq!(conclude::confirm(house, &by, &session).unwrap(), 1);
    assert_eq!(conclude::confirm(house, &by, &session).unwrap(), 0, "a second time finds nothing to do");
    let found = world.case(&case).committee.unwrap();
    assert_eq!((found.met, found.criterion.as_deref()), (false, Some("severity_not_met")));
    assert_eq!(found.session.as_deref(), Some(session.as_str()));
    assert_eq!(keys(world.attend(&session, &MEMBERS)), ["committee.confirmed"]);
    assert_eq!(write(&refused), ["committee.confirmed"]);
    assert_eq!(keys(agenda::take_off(house, &by, &session, &case)), ["committee.confirmed"]);
    agenda::close(house, &by, &session).unwrap();
    assert_eq!(keys(agenda::open(house, &by, &session)), ["committee.closed"]);
    let told = serde_json::to_value(minutes::minutes(house, &by, &session, Lang::Ja).unwrap()).unwrap();
    assert_eq!((told["present"].as_u64(), told["least"].as_u64()), (Some(2), Some(2)));
    assert_eq!(told["rows"][0]["conclusion"]["opinion"], "基準を満たさない");
}

#[test]
fn what_the_committee_found_stands_on_the_drafting_page() {
    let world = world();
    let case = world.ready();
    world.refuse_by_committee(&case);
    let page = draft_page(world.house(), &reviewer(), &case, None).unwrap();
    let shown = serde_json::to_value(&page).unwrap();
    let checked = |list: &str| -> Vec<serde_json::Value> {
        let all = shown[list].as_array().unwrap().iter();
        all.filter(|it| it["checked"] == true).cloned().collect()
    };
    assert_eq!(checked("outcomes")[0]["value"], "refused");
    let reasons = checked("reasons");
    assert_eq!((reasons.len(), reasons[0]["value"].as_str()), (1, Some("diagnosis_not_met")));
    assert_eq!(reasons[0]["observed"], "診断の根拠がない");
    assert!(
        reasons[0]["source"].as_str().unwrap().contains("指定難病審査会（令和8年11月22日"),
        "{reasons:?}"
    );
}

#[test]
fn a_question_sends_the_case_back_and_it_can_come_before_another_session() {
    let world = world();
    world.seat_members();
    let (session, case) = world.before_session("画像");
    let (house, by) = (world.house(), secretary());
    world.open_with(&session, &MEMBERS);
    let question = result("more_information", "severity_not_met", "画像検査はいつか");
    conclude::conclude(house, &by, &session, &case, &question).unwrap();
    conclude::confirm(house, &by, &session).unwrap();
    let back = world.case(&case);
    assert_eq!((back.state, back.committee), (State::InReview, None));
    assert_eq!(back.asked.unwrap().question, "画像検査はいつか");
    world.act(&case, Act::Refer, &typed("画像は別紙", "", "")).unwrap();
    let again = agenda::put(house, &by, &session, std::slice::from_ref(&case));
    assert_eq!(keys(again), ["committee.placed"], "not before the session that asked");
    agenda::close(house, &by, &session).unwrap();
    let waiting = world.scene.read(|conn| agendas::waiting(conn, &world.program()));
    assert_eq!(waiting.len(), 1);
}

#[test]
fn a_case_lies_before_one_session_and_only_while_the_committee_has_it() {
    let world = world();
    world.seat_members();
    let (first, case) = world.before_session("重症度");
    let (house, by) = (world.house(), secretary());
    let (second, other) = world.before_session("診断");
    let put = |session: &str, case: &str| keys(agenda::put(house, &by, session, &[case.to_owned()]));
    assert_eq!(put(&second, &case), ["committee.placed"]);
    assert_eq!(keys(agenda::put(house, &by, &second, &[])), ["committee.choose"]);
    assert_eq!(put(&second, &world.examined()), ["case.state"]);
    agenda::take_off(house, &by, &first, &case).unwrap();
    assert_eq!(put(&second, &case), ["done"]);
    agenda::order(house, &by, &second, &[(case.clone(), 1), (other.clone(), 2)]).unwrap();
    let page = session::page(house, &by, &second, Lang::Ja).unwrap();
    let order: Vec<_> = page.rows.iter().map(|row| (row.position, row.case.as_str())).collect();
    assert_eq!(order, [(1, case.as_str()), (2, other.as_str())]);
}

#[test]
fn opinions_are_hidden_until_one_has_given_ones_own_or_the_session_is_open() {
    let world = world();
    world.seat_members();
    let (session, case) = world.before_session("重症度");
    let house = world.house();
    let others = |who: &str| -> Option<usize> {
        let page = member::packet(house, &sits(who), &case, None, Lang::Ja).unwrap();
        serde_json::to_value(page).unwrap()["others"].as_array().map(Vec::len)
    };
    let give = |who: &str, typed: &member::Typed| keys(member::give(house, &sits(who), &case, typed));
    assert_eq!(give("usr_m1", &views("met", "", "")), ["committee.view"]);
    assert_eq!(give("usr_m1", &views("met", "not_met", "")), ["committee.reason"]);
    assert_eq!(give("usr_m1", &views("met", "not_met", "軽い")), ["done"]);
    assert_eq!((others("usr_m1"), others("usr_m2")), (Some(0), None));
    assert_eq!(give("usr_m2", &views("met", "met", "")), ["done"]);
    assert_eq!(others("usr_m2"), Some(1));
    assert_eq!(others("usr_m3"), None);
    agenda::open(house, &secretary(), &session).unwrap();
    assert_eq!(others("usr_m3"), Some(2));
    let page = session::page(house, &secretary(), &session, Lang::Ja).unwrap();
    assert_eq!(serde_json::to_value(&page.rows[0]).unwrap()["agreement"], "divided");
    assert_eq!(world.audited("give_opinion"), 2);
}

#[test]
fn whoever_is_out_of_term_or_after_the_session_reads_and_says_nothing() {
    let world = world();
    world.seat_members();
    let (session, case) = world.before_session("重症度");
    let house = world.house();
    let reads = |who: &str| member::packet(house, &sits(who), &case, None, Lang::Ja).is_ok();
    let gives = |who: &str| member::give(house, &sits(who), &case, &views("met", "met", "")).is_ok();
    assert!(reads("usr_m1") && gives("usr_m1"));
    assert!(!reads("usr_reviewer") && !gives("usr_nobody"), "the role alone opens nothing");
    let mine = world.scene.read(|conn| committee::appointments(conn, &world.program()));
    let end = |id: &str, on: &str| keys(members::end(house, &secretary(), &world.program(), id, on));
    let first = &mine.iter().find(|it| it.user == "usr_m1").unwrap().id;
    assert_eq!(end(first, "2030-01-01"), ["committee.end"]);
    assert_eq!(end(first, "2026-11-21"), ["done"]);
    assert!(!reads("usr_m1") && !gives("usr_m1"), "the term is over");
    assert!(sheet::packets(house, &sits("usr_m1"), &session).is_err());
    assert!(reads("usr_m2") && sheet::packets(house, &sits("usr_m2"), &session).is_ok());
    agenda::close(house, &secretary(), &session).unwrap();
    assert!(!reads("usr_m2") && !gives("usr_m2"), "the session is over");
    assert!(sheet::packets(house, &sits("usr_m2"), &session).is_err());
}

#[test]
fn a_packet_tells_nobody_who_the_person_is() {
    let world = world();
    world.seat_members();
    let (_, case) = world.before_session("難波 花子さん、電話 090-0000-0001");
    let page = member::packet(world.house(), &sits("usr_m1"), &case, None, Lang::Ja).unwrap();
    let shown = serde_json::to_string(&page).unwrap();
    let stored = world.house().database.read(|conn| {
        let opened = world.house().open(
            conn,
            &reviewer(),
            &case,
            crate::domain::program::vocabulary::CommandName::Read,
        )?;
        crate::usecases::carry_out::fixed_answers(conn, &opened, "application")
    });
    let answers = stored.unwrap().unwrap();
    let text = |path: &str| crate::usecases::slots::text(&answers, path).unwrap();
    for path in ["patient.family-name", "patient.family-kana", "patient.street", "patient.phone"] {
        assert!(!shown.contains(&text(path)), "{path}: {shown}");
    }
    assert!(!shown.contains(&text("patient.birth")), "{shown}");
    assert!(!shown.contains(&world.case(&case).reference.unwrap()), "{shown}");
}

#[test]
fn only_the_secretary_convenes_and_a_secretary_says_nothing() {
    let world = world();
    world.seat_members();
    let (session, case) = world.before_session("重症度");
    let house = world.house();
    for other in [reviewer(), approver(), sits("usr_m1")] {
        assert!(members::registers(house, &other, Lang::Ja).is_err());
        assert!(session::page(house, &other, &session, Lang::Ja).is_err());
        assert!(agenda::open(house, &other, &session).is_err());
        let typed = result("met", "", "意見");
        assert!(conclude::conclude(house, &other, &session, &case, &typed).is_err());
        assert!(conclude::confirm(house, &other, &session).is_err());
    }
    assert!(desk::sessions(house, &reviewer(), Lang::Ja).is_err());
    assert!(member::packet(house, &secretary(), &case, None, Lang::Ja).is_err());
    assert!(member::give(house, &secretary(), &case, &views("met", "met", "")).is_err());
}

#[test]
fn an_appointment_is_checked_and_terms_do_not_overlap() {
    let world = world();
    world.open_account("usr_m1", &["committee_member"]);
    let appoint = |typed: &members::Typed| keys(members::appoint(world.house(), &secretary(), typed));
    let whole = world.appointment("usr_m1");
    let with = |change: &dyn Fn(&mut members::Typed)| {
        let mut typed = whole.clone();
        change(&mut typed);
        typed
    };
    assert_eq!(appoint(&with(&|it| it.user = "usr_reviewer".to_owned())), ["committee.member"]);
    assert_eq!(appoint(&with(&|it| it.designated = false)), ["committee.designated"]);
    assert_eq!(appoint(&with(&|it| it.profession.clear())), ["committee.line"]);
    assert_eq!(appoint(&with(&|it| it.institution_code = "12".to_owned())), ["committee.institution"]);
    assert_eq!(appoint(&whole), ["done"]);
    assert_eq!(appoint(&with(&|it| it.starts_on = "2028-10-31".to_owned())), ["committee.term"]);
    assert_eq!(appoint(&with(&|it| it.starts_on = "2028-11-01".to_owned())), ["done"]);
    let all = world.scene.read(|conn| committee::appointments(conn, &world.program()));
    assert_eq!(all.iter().map(|it| it.before).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(all[0].ends_on.to_string(), "2028-10-31");
}
