//! The others of a household: members who consent by their own code, and recipients whose caps are shared.

use std::collections::BTreeMap;

use madoguchi::domain::permission::Actor;
use madoguchi::domain::program::vocabulary::CommandName;
use madoguchi::usecases::clerk::acts::{self, Act};
use madoguchi::usecases::clerk::approval::approve;
use madoguchi::usecases::clerk::draft;
use madoguchi::usecases::clerk::draft_content::{Typed, TypedReason, boxed};
use madoguchi::usecases::clerk::verdict::{About, Known, Typed as Ruling, rule};
use madoguchi::usecases::clerk::work::Posted;
use madoguchi::usecases::clerk::{paper, proposal, work_acts};
use madoguchi::usecases::household::partners::accept;
use madoguchi::usecases::{Caller, House};
use regex_lite::Regex;

use super::browser::{Browser, Page};
use super::forms;
use super::town::{Town, in_own_towns};
use super::{database, night, people, road, samples, typing};

/// What the applicant answers who has a brother of age and a child in the same insurance.
fn with_family() -> typing::Answers {
    let mut answers = samples::application();
    let row = |index: usize, item: &str| format!("household.member[{index}]/household.member.{item}");
    let mut put = |path: &str, value: &str| drop(answers.insert(path.to_owned(), value.to_owned()));
    put("insurance.kind", "kokuho");
    put("household.exists", "true");
    let family =
        [("青空 一郎", "sibling", "1960-06-01", "990000013277"), ("青空 小春", "child", "2020-04-01", "")];
    for (index, (name, relation, birth, number)) in family.into_iter().enumerate() {
        put(&row(index, "name"), name);
        put(&row(index, "relation"), relation);
        put(&row(index, "birth"), birth);
        put(&row(index, "tax"), "unknown");
        if !number.is_empty() {
            put(&row(index, "my-number"), number);
        }
    }
    answers
}

/// The form of a page with a hidden value.
fn form_with(page: &Page, action: &str, name: &str, value: &str) -> forms::Form {
    let mut all = forms::forms(&page.text).into_iter().filter(|form| form.action == action);
    all.find(|form| form.value(name) == Some(value)).unwrap_or_else(|| panic!("{value}: {:#?}", page.said()))
}

/// Asks for what a code opens, however it ends.
async fn show_code(member: &mut Browser, code: &str, birth: &str) -> Page {
    let form = member.visit("/member").await.form("/member");
    member.send(&form.with("code", code).with("birth", birth)).await
}

#[test]
fn a_member_of_the_family_consents_by_their_own_code() {
    in_own_towns(&[], async |town| {
        let mut applicant = people::citizen(town, "p01").await;
        let case = road::file_as(&mut applicant, &with_family()).await;
        let page = applicant.visit(&format!("/a/{case}")).await;
        assert!(page.text.contains("（2人）"), "{:#?}", page.said());
        let home = format!("/a/{case}/household");
        let page = applicant.visit(&home).await;
        assert!(page.text.contains("********3277"), "{:#?}", page.said());
        let codes = format!("{home}/codes");
        assert_eq!(
            forms::forms(&page.text).iter().filter(|form| form.action == codes).count(),
            1,
            "a child has none"
        );
        let page = applicant.send(&page.form(&codes)).await;
        let code = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").unwrap();
        let code = code.find(&page.text).unwrap_or_else(|| panic!("{:#?}", page.said())).as_str().to_owned();

        let mut member = town.browser();
        let page = show_code(&mut member, &code, "1960-06-02").await;
        assert!(page.status == 422 && !page.text.contains("青空"), "{:#?}", page.said());
        let page = show_code(&mut member, &code, "昭和35年6月1日").await;
        assert!(page.text.contains("青空 一郎") && !page.text.contains("花子"), "{:#?}", page.said());
        let give = form_with(&page, "/member", "consent", "information_sharing");
        let page = member.send(&give.pressing("act", "give")).await;
        assert!(page.text.contains("同意を受け付けました"), "{:#?}", page.said());

        let page = applicant.visit(&home).await;
        assert!(page.text.contains("本人がオンラインで同意"), "{:#?}", page.said());
        let consents = format!("{home}/consents");
        let page = applicant.submit(&page.form(&consents).pressing("act", "give")).await;
        assert!(page.text.contains("申請者が代わりに同意"), "{:#?}", page.said());
        let page = applicant.visit(&format!("/a/{case}")).await;
        assert!(!page.text.contains("同意がそろっていない"), "{:#?}", page.said());
        seen_by_the_office(town, &case).await;
        for table in ["member_codes", "member_consents", "audit"] {
            let rows = database::rows(&town.house().database, table);
            assert!(!rows.iter().any(|row| row.contains(&code) || row.contains("一郎")), "{table}");
        }
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

async fn seen_by_the_office(town: &Town, case: &str) {
    let mut clerk = people::staff(town, "receiver").await;
    let home = format!("/staff/cases/{case}/household");
    let page = clerk.visit(&home).await;
    assert!(page.text.contains("本人がオンラインで同意"), "{:#?}", page.said());
    let revoke = page.form(&format!("{home}/consents")).pressing("act", "revoke");
    let page = clerk.submit(&revoke).await;
    let page_form = page.form(&format!("{home}/consents"));
    let page = clerk.send(&page_form.clone().pressing("act", "give")).await;
    assert_eq!(page.status, 422, "paper has a day: {:#?}", page.said());
    let field = Regex::new(r#"name="(signed_on-[^"]+)""#).unwrap();
    let field = field.captures(&page.text).unwrap()[1].to_owned();
    let today = town.house().today().to_string();
    let page = clerk.submit(&page_form.with(&field, &today).pressing("act", "give")).await;
    assert!(page.text.contains("書面で同意"), "{:#?}", page.said());
}

/// The office of a town, without its pages.
struct Office<'a> {
    house: &'a House,
    reviewer: Caller,
    signers: [Caller; 2],
}

fn office(town: &Town) -> Office<'_> {
    let caller = |role: &str| {
        let login = people::hire(town, role);
        let actor = Actor::with_roles(&people::id(&login), &people::name(&login), [role]);
        Caller { actor, source: "test".to_owned() }
    };
    let signers = [caller("approver"), caller("manager")];
    Office { house: town.house(), reviewer: caller("reviewer"), signers }
}

impl Office<'_> {
    fn known(&self, case: &str) -> Known {
        let version =
            self.house.read(&self.reviewer, case, "test", |_, it| Ok(it.stored.case.version)).unwrap();
        Known { case: case.to_owned(), version, request: self.house.new_id("req").unwrap() }
    }

    fn posted(&self, form: &str) -> Posted {
        let text = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let worked = &self.house.programs.offered().next().unwrap().cases["general-1"];
        worked.answers[form].iter().map(|(path, value)| (path.clone(), vec![text(value)])).collect()
    }

    /// A case under examination whose application names others.
    fn examined(&self, (given, birth): (&str, &str), others: &[(&str, &str)]) -> String {
        let mut posted = self.posted("application");
        let mut put = |path: &str, value: &str| drop(posted.insert(path.to_owned(), vec![value.to_owned()]));
        put("patient.given-name", given);
        put("patient.birth", birth);
        put("insurance.kind", "kokuho");
        put("household.exists", if others.is_empty() { "false" } else { "true" });
        for (index, (given, birth)) in others.iter().enumerate() {
            let row = format!("household.member[{index}]/household.member");
            put(&format!("{row}.name"), &format!("架空 {given}"));
            put(&format!("{row}.relation"), "sibling");
            put(&format!("{row}.birth"), birth);
            put(&format!("{row}.tax"), "yes");
        }
        let kind = format!("{}/new", self.house.programs.offered().next().unwrap().definition.id);
        let (arrived_on, request) = (self.house.today().to_string(), self.house.new_id("req").unwrap());
        let typed = paper::Typed {
            kind,
            arrived_on,
            late_reason: String::new(),
            posted,
            request,
            follows: String::new(),
        };
        let case = paper::file(self.house, &self.reviewer, &typed, None, true).unwrap();
        self.act(&case, Act::Begin, "");
        case
    }

    fn act(&self, case: &str, act: Act, reason: &str) {
        let typed = acts::Typed { reason: reason.to_owned(), ..acts::Typed::default() };
        acts::perform(self.house, &self.reviewer, &self.known(case), act, &typed).unwrap();
    }

    fn grant(&self, case: &str, cap: &str, whole: &str) {
        self.finish_work(case);
        let program = self.house.programs.offered().next().unwrap();
        for group in &program.definition.item_groups {
            let about = About::Group(group.code.clone());
            // A group without answers has nothing to accept.
            drop(rule(self.house, &self.reviewer, &self.known(case), &about, &Ruling::Accept));
        }
        self.decide_with(case, cap, whole);
    }

    /// Decides with a cap and the cap before it was shared, from today on.
    fn decide_with(&self, case: &str, cap: &str, whole: &str) {
        let today = self.house.today();
        let (from, to) = (today.to_string(), (today + chrono::Duration::days(300)).to_string());
        let own = [("cap", cap), ("cap_whole", whole), ("start_on", &from), ("valid_to", &to)];
        let paper = [("diagnosis_met", "true"), ("severity_met", "true"), ("ground", "severity")];
        let own: BTreeMap<&str, &str> = own.into_iter().chain(paper).collect();
        self.decide(case, self.typed(case, "granted", &own), &self.signers[..1]);
    }

    fn finish_work(&self, case: &str) {
        let item = |kind: &str| {
            let read = |_: &mut _, it: &madoguchi::usecases::Opened| {
                Ok(it.stored.case.work_of(kind).unwrap().id.clone())
            };
            self.house.read(&self.reviewer, case, "test", read).unwrap()
        };
        let reason = "certificate_on_paper";
        let certificate = item("medical_certificate");
        work_acts::waive(self.house, &self.reviewer, &self.known(case), &certificate, reason).unwrap();
        let mut findings = self.posted("office");
        for (path, value) in [("diagnosis-met", "yes"), ("severity-met", "yes"), ("reason", "紙による")] {
            findings.insert(format!("medical.{path}"), vec![value.to_owned()]);
        }
        for (kind, posted) in [("identity_check", Posted::new()), ("income_check", findings)] {
            let done = work_acts::finish(self.house, &self.reviewer, &self.known(case), &item(kind), &posted)
                .unwrap();
            assert!(matches!(done, work_acts::Outcome::Done), "{kind}: {done:?}");
        }
    }

    /// The drafting page with values of one's own.
    fn typed(&self, case: &str, outcome: &str, own: &BTreeMap<&str, &str>) -> Typed {
        let read = |conn: &mut _, opened: &madoguchi::usecases::Opened| {
            Ok((opened.program.clone(), proposal::of(self.house, conn, opened)?.unwrap()))
        };
        let (program, proposed) = self.house.read(&self.reviewer, case, "test", read).unwrap();
        let mut typed = Typed { outcome: outcome.to_owned(), ..Typed::default() };
        for field in &program.definition.decision.fields {
            let value = proposed.value(&field.key).map(boxed).unwrap_or_default();
            let value = own.get(field.key.as_str()).map_or(value, |value| (*value).to_owned());
            typed.fields.insert(field.key.clone(), value);
            typed.whys.insert(field.key.clone(), "世帯の按分による".to_owned());
        }
        typed
    }

    fn decide(&self, case: &str, typed: Typed, signers: &[Caller]) {
        draft::submit(self.house, &self.reviewer, &self.known(case), &typed).unwrap();
        let read =
            |_: &mut _, it: &madoguchi::usecases::Opened| Ok(it.stored.case.draft.clone().unwrap().hash);
        let hash = self.house.read(&self.reviewer, case, "test", read).unwrap();
        for signer in signers {
            approve(self.house, signer, &self.known(case), &hash).unwrap();
        }
    }

    fn take_back(&self, case: &str) {
        self.act(case, Act::Revise, "誤りがあった");
        let mut typed = self.typed(case, "dismissed", &BTreeMap::new());
        let text = || "提出なし".to_owned();
        let reason = TypedReason { criterion: text(), required: text(), observed: text(), source: text() };
        typed.reasons.insert("attachment_missing".to_owned(), reason);
        self.decide(case, typed, &self.signers);
    }

    fn link(&self, case: &str, other: &str) {
        let known = self.known(case);
        accept(self.house, &self.reviewer, &known.order(CommandName::SaveItem), other).unwrap();
    }
}

#[test]
fn one_of_three_recipients_who_ends_leaves_two_caps_to_be_determined_anew() {
    in_own_towns(&[], async |town| {
        let office = office(town);
        let (anne, ben, chie) =
            (("杏", "昭和40年5月3日"), ("勉", "昭和41年6月4日"), ("千恵", "昭和42年7月5日"));
        let first = office.examined(anne, &[]);
        office.grant(&first, "10000", "20000");
        let second = office.examined(ben, &[anne]);
        office.link(&second, &first);
        office.grant(&second, "10000", "20000");
        let third = office.examined(chie, &[anne, ben]);
        office.link(&third, &first);
        office.link(&third, &second);
        office.grant(&third, "480", "1000");
        let mut clerk = people::staff(town, "reviewer").await;
        let page = clerk.visit("/staff/caps").await;
        assert_eq!(page.text.matches("9,750円").count(), 2, "{:#?}", page.said());
        for case in [&first, &second] {
            office.act(case, Act::Revise, "家族が受給者になった");
            office.decide_with(case, "9750", "20000");
        }
        let page = clerk.visit("/staff/caps").await;
        assert!(page.text.contains("見直しを待つ案件はありません"), "{:#?}", page.said());
        office.take_back(&third);

        let page = clerk.visit("/staff/caps").await;
        let caps = Regex::new(r#"<td class="num">([0-9,]+)円</td><td class="num">([0-9,]+)円</td>"#).unwrap();
        let told: Vec<_> =
            caps.captures_iter(&page.text).map(|it| (it[1].to_owned(), it[2].to_owned())).collect();
        let raised = || ("9,750".to_owned(), "10,000".to_owned());
        assert_eq!(told, [raised(), raised()], "{:#?}", page.said());
        let home = format!("/staff/cases/{second}/household");
        let page = clerk.visit(&home).await;
        let form = forms::forms(&page.text).into_iter().find(|form| form.action.contains("/tasks/")).unwrap();
        assert_eq!(clerk.send(&form.clone().pressing("act", "dismiss")).await.status, 422);
        let page = clerk.submit(&form.pressing("act", "done")).await;
        assert!(page.text.contains("処理済み"), "{:#?}", page.said());
        let page = clerk.visit("/staff/caps").await;
        assert_eq!(caps.captures_iter(&page.text).count(), 1, "{:#?}", page.said());
        assert_eq!(people::staff(town, "receiver").await.get("/staff/caps").await.status, 403);
    });
}

#[test]
fn an_enquiry_goes_out_and_comes_back_as_a_file() {
    in_own_towns(&[], async |town| {
        let case = office(town).examined(("千恵", "昭和42年7月5日"), &[("勉", "昭和41年6月4日")]);
        let mut clerk = people::staff(town, "reviewer").await;
        let home = format!("/staff/cases/{case}/household");
        let page = clerk.visit(&home).await;
        let field = Regex::new(r#"name="(signed_on-[^"]+)""#).unwrap();
        let field = field.captures(&page.text).unwrap()[1].to_owned();
        let paper = page.form(&format!("{home}/consents")).with(&field, &town.house().today().to_string());
        let page = clerk.submit(&paper.pressing("act", "give")).await;
        let page = clerk.submit(&page.form(&format!("{home}/enquiries"))).await;
        assert!(page.text.contains("未送付"), "{:#?}", page.said());

        let page = clerk.visit("/staff/enquiries").await;
        let file = clerk.send(&page.form("/staff/enquiries/export")).await.text;
        let id =
            Regex::new("enq_[0-9a-f]+").unwrap().find(&file).unwrap_or_else(|| panic!("{file}")).as_str();
        let answers = format!("照会番号,課税区分,所得割額\n{id},課税,65000\nenq_0,課税,1\n");
        let page = clerk.visit("/staff/enquiries").await;
        let form = page.form("/staff/enquiries/import").attaching("file", "a.csv", answers.as_bytes());
        let page = clerk.send(&form.clone().pressing("act", "trial")).await;
        assert!(page.text.contains("新しい回答 1件、同じ回答 0件、誤り 1件"), "{:#?}", page.said());
        clerk.send(&form.clone().pressing("act", "store")).await;
        let page = clerk.send(&form.pressing("act", "store")).await;
        assert!(page.text.contains("新しい回答 0件、同じ回答 1件、誤り 1件"), "{:#?}", page.said());
        let page = clerk.visit(&home).await;
        let page = clerk.submit(&page.form(&format!("{home}/enquiries/{id}/take"))).await;
        assert!(page.text.contains("反映済み"), "{:#?}", page.said());
    });
}
