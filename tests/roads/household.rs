//! A family of three recipients whose caps are shared, until one of them ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use madoguchi::domain::permission::Actor;
use madoguchi::domain::program::Program;
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

use crate::town::Town;
use crate::{forms, people};

const PROGRAM: &str = "nanbyo";

fn program(house: &House) -> Arc<Program> {
    house.programs.newest(PROGRAM).unwrap()
}

/// The office of a town, without its pages.
pub struct Office<'a> {
    house: &'a House,
    reviewer: Caller,
    signers: [Caller; 2],
}

pub fn office(town: &Town) -> Office<'_> {
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
        let program = program(self.house);
        program.cases["general-1"].answers[form]
            .iter()
            .map(|(path, value)| (path.clone(), vec![text(value)]))
            .collect()
    }

    /// A case under examination whose application names others.
    pub fn examined(&self, (given, birth): (&str, &str), others: &[(&str, &str)]) -> String {
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
        let kind = format!("{PROGRAM}/new");
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
        let program = program(self.house);
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

/// One of three recipients who ends leaves two caps to be determined anew.
pub async fn one_of_three_ends(town: &Town) {
    let office = office(town);
    let (anne, ben, chie) = (("杏", "昭和40年5月3日"), ("勉", "昭和41年6月4日"), ("千恵", "昭和42年7月5日"));
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
    assert!(!page.text.contains("この窓口の受給者には見つかりません"), "{:#?}", page.said());
    let form = forms::forms(&page.text).into_iter().find(|form| form.action.contains("/tasks/")).unwrap();
    assert_eq!(clerk.send(&form.clone().pressing("act", "dismiss")).await.status, 422);
    let page = clerk.submit(&form.pressing("act", "done")).await;
    assert!(page.text.contains("処理済み"), "{:#?}", page.said());
    let page = clerk.visit("/staff/caps").await;
    assert_eq!(caps.captures_iter(&page.text).count(), 1, "{:#?}", page.said());
    assert_eq!(people::staff(town, "receiver").await.get("/staff/caps").await.status, 403);
}
