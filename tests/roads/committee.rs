//! A case goes before the committee and is refused on its finding.

use chrono::Duration;

use super::road::{Filed, certified};
use crate::browser::{Browser, Page};
use crate::forms::{self, Form};
use crate::town::Town;
use crate::{database, night, office, people, samples};

const MEMBERS: &str = "/committee/members";
/// Whose committee it is.
const PROGRAM: &str = "nanbyo";

/// Their panel, where the committee has any, and the fields for which they sit.
const PANEL: &str = "第1合議体";
const FIELDS: [&str; 3] = ["medical", "health", "welfare"];

/// A committee of three. The third works where the town's physicians do.
pub struct Committee {
    pub secretary: Browser,
    pub members: Vec<String>,
    convening: String,
}

impl Committee {
    /// Registers the members on the secretary's page.
    pub async fn appointed(town: &Town) -> Committee {
        Committee::of(town, PROGRAM, &["9910000027", "", "9910000019"]).await
    }

    /// The committee of a program, with members who work at these institutions.
    pub async fn of(town: &Town, program: &'static str, institutions: &[&str]) -> Committee {
        let mut secretary = people::staff(town, "secretary").await;
        let mut members = Vec::new();
        for (place, institution) in institutions.iter().enumerate() {
            let login = people::hire(town, "committee_member");
            let page = secretary.visit("/committee/members").await;
            let mut forms = forms::forms(&page.text).into_iter();
            let own = |form: &Form| form.action == MEMBERS && form.value("program") == Some(program);
            let form = forms.find(own).unwrap().with("user", &people::id(&login));
            let form = form.with("profession", "脳神経内科");
            // Only a committee of designated physicians asks whether one is.
            let form = if program == PROGRAM { form.with("designated", "1") } else { form };
            let seat = [("panel", PANEL), ("field", FIELDS[place % FIELDS.len()])];
            let asked = seat.iter().filter(|(name, _)| form.value(name).is_some());
            let form = asked.fold(form.clone(), |form, (name, value)| form.with(name, value));
            let form = form.with("institution_code", institution);
            let form = form.with("starts_on", &town.house().today().to_string());
            secretary.submit(&form).await;
            members.push(login);
        }
        let register = secretary.visit("/committee").await;
        let panel = format!("{program}/{PANEL}");
        let convening = if register.text.contains(&panel) { panel } else { program.to_owned() };
        Committee { secretary, members, convening }
    }

    /// Calls a session of today, and gives its page.
    pub async fn call(&mut self, town: &Town) -> Page {
        let form = self.secretary.visit("/committee").await.form("/committee/sessions");
        let form = form.with("program", &self.convening).with("place", "2階会議室");
        let form = form.with("held_on", &town.house().today().to_string());
        self.secretary.submit(&form).await
    }

    /// Calls a session of today with the cases that wait, and gives its address.
    pub async fn called(&mut self, town: &Town) -> String {
        let page = self.call(town).await;
        let home = address(&page);
        self.secretary.submit(&page.form_for(&home, "put")).await;
        home
    }

    /// Does something with the session as a whole.
    pub async fn act(&mut self, home: &str, act: &str, more: &[(&str, &str)]) -> Page {
        let form = self.secretary.visit(home).await.form_for(home, act);
        let form = more.iter().fold(form, |form, (name, value)| form.pressing(name, value));
        self.secretary.send(&form).await
    }

    /// Writes down that every member is there.
    pub async fn everybody_attends(&mut self, home: &str) {
        let ids: Vec<String> = self.members.iter().map(|login| people::id(login)).collect();
        let present: Vec<(&str, &str)> = ids.iter().map(|id| ("present", id.as_str())).collect();
        assert_eq!(self.act(home, "attend", &present).await.status, 303);
    }

    /// Writes the result of a case down.
    pub async fn conclude(&mut self, home: &str, case: &str, typed: &[(&str, &str)]) -> Page {
        let action = format!("{home}/cases/{case}");
        let form = self.secretary.visit(home).await.form(&action).pressing("act", "conclude");
        let form = typed.iter().fold(form, |form, (name, value)| form.with(name, value));
        self.secretary.send(&form).await
    }
}

/// The address of a session's page.
pub fn address(page: &Page) -> String {
    format!("/committee/sessions/{}", page.url.split("/sessions/").nth(1).unwrap())
}

const NOT_MET: [(&str, &str); 3] =
    [("conclusion", "not_met"), ("criterion", "severity_not_met"), ("opinion", "重症度の基準を満たさない")];

/// A case before which all but the committee stand.
pub async fn referred(town: &Town) -> Filed {
    let mut filed = certified(town, &samples::mild_certificate(town.house().today())).await;
    office::accept_all(&mut filed.clerk, &filed.case).await;
    office::accept_certificate(&mut filed.clerk, &filed.case).await;
    office::do_the_work(&mut filed.clerk, &filed.case, &samples::findings()).await;
    let early = office::try_draft(&mut filed.clerk, &filed.case, "refused", &[]).await;
    assert_eq!(early.status, 422, "the committee was not asked");
    let reason = [("reason", "青空花子さんの重症度")];
    office::act(&mut filed.clerk, &filed.case, "refer", &reason).await;
    filed
}

pub async fn member(town: &Town, login: &str) -> Browser {
    let mut browser = town.browser();
    // Whoever signed in or signed a moment ago waits until the telephone shows another code.
    town.clock.pass(Duration::minutes(1));
    people::sign_in(town, &mut browser, login).await;
    browser
}

/// Gives an opinion on a packet.
async fn opine(member: &mut Browser, case: &str, severity: &str, reason: &str) -> Page {
    let packet = format!("/committee/packets/{case}");
    let form = member.visit(&packet).await.form(&packet).with("view-diagnosis", "met");
    member.send(&form.with("view-severity", severity).with("reason", reason)).await
}

/// Nothing on a page tells who the person or the signer is.
fn tells_nobody(page: &Page) {
    for known in
        ["青空", "花子", "アオゾラ", "けやき台", "090-0000-0007", "1958", "まどか中央病院", "D990001"]
    {
        assert!(!page.text.contains(known), "{known}: {:#?}", page.said());
    }
}

/// A refusal goes by the committee, two signatures and its reasons.
pub async fn refusal(town: &Town) {
    let mut board = Committee::appointed(town).await;
    let Filed { mut citizen, mut clerk, case } = referred(town).await;
    let home = board.called(town).await;

    let mut first = member(town, &board.members[0]).await;
    let packet = first.visit(&format!("/committee/packets/{case}")).await;
    assert!(packet.text.contains("パーキンソン病") && packet.text.contains("日常生活に支障はない"));
    assert_eq!(packet.text.matches("<li>重症度の基準を満たしていません。").count(), 2, "told twice");
    tells_nobody(&packet);
    assert_eq!(opine(&mut first, &case, "not_met", "").await.status, 422);
    assert_eq!(opine(&mut first, &case, "not_met", "1度").await.status, 303);
    let mut second = member(town, &board.members[1]).await;
    let hidden = second.visit(&format!("/committee/packets/{case}")).await;
    assert!(!hidden.text.contains(&people::name(&board.members[0])), "{:#?}", hidden.said());
    assert_eq!(opine(&mut second, &case, "not_met", "軽症").await.status, 303);
    let shown = second.visit(&format!("/committee/packets/{case}")).await;
    assert!(shown.text.contains(&people::name(&board.members[0])), "{:#?}", shown.said());
    let printed = first.get(&format!("{home}/packets.pdf")).await;
    assert_eq!((printed.status, printed.header("content-type")), (200, "application/pdf"));

    assert_eq!(board.act(&home, "open", &[]).await.status, 303);
    let ids: Vec<String> = board.members.iter().map(|login| people::id(login)).collect();
    let present = [("present", ids[0].as_str()), ("present", ids[2].as_str())];
    assert_eq!(board.act(&home, "attend", &present).await.status, 303);
    let page = board.conclude(&home, &case, &NOT_MET).await;
    assert_eq!(page.status, 422, "who is excluded makes no quorum");
    assert!(page.text.contains("重症度の基準を満たさない"), "what was typed is gone");
    let present = [("present", ids[0].as_str()), ("present", ids[1].as_str())];
    let form = board.secretary.visit(&home).await.form(&home).without("present").pressing("act", "attend");
    let form = present.iter().fold(form, |form, (name, value)| form.pressing(name, value));
    board.secretary.submit(&form).await;
    assert_eq!(board.conclude(&home, &case, &NOT_MET).await.status, 303);
    let matrix = board.secretary.visit(&home).await;
    assert!(matrix.text.contains("一致") && matrix.text.contains("除斥"), "{:#?}", matrix.said());
    for _ in 0..2 {
        assert_eq!(board.act(&home, "confirm", &[]).await.status, 303, "given twice, it counts once");
    }
    let found = "SELECT kind AS text FROM case_events WHERE kind = 'committee_found'";
    assert_eq!(database::texts(&town.house().database, found).len(), 1);
    let minutes = board.secretary.visit(&format!("{home}/minutes")).await;
    assert!(minutes.text.contains("重症度の基準を満たさない"), "{:#?}", minutes.said());
    assert!(!minutes.text.contains("未確定"), "{:#?}", minutes.said());
    tells_nobody(&minutes);

    let draft = clerk.visit(&format!("/staff/cases/{case}/draft")).await;
    let form = draft.form(&format!("/staff/cases/{case}/draft"));
    assert_eq!(form.value("outcome"), Some("refused"));
    assert_eq!(form.value("reason"), Some("severity_not_met"));
    assert!(form.value("source:severity_not_met").unwrap().contains("指定難病審査会"));
    clerk.submit(&form.pressing("act", "submit")).await;
    office::approve(&mut people::staff(town, "approver").await, &case).await;
    assert_eq!(citizen.get(&format!("/a/{case}/decision")).await.status, 404, "one signature decides");
    office::approve(&mut people::staff(town, "manager").await, &case).await;
    let page = citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("審査請求") && page.text.contains("重症度"), "{:#?}", page.said());
    assert_eq!(page.form("/p/nanbyo/start").value("kind"), Some("registration"), "the diagnosis was met");
    night::letters_go_out(town).await;
    let rows = database::rows(&town.house().database, "hub_rows");
    assert!(rows.is_empty(), "a refusal was registered");
    assert!(night::record_is_sound(town), "the record of access is broken");
}
