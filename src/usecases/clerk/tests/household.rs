//! A family whose caps are shared: candidates, accepted links, and the caps that a decision changes.

use crate::domain::program::vocabulary::CommandName;
use crate::usecases::clerk::approval::approve;
use crate::usecases::clerk::draft::submit;
use crate::usecases::clerk::draft_content::TypedReason;
use crate::usecases::clerk::household::tab;
use crate::usecases::household::partners::{accept, end};
use crate::usecases::household::tasks::{self, Settled, Task, settle};
use crate::usecases::slots;

use super::*;

/// Somebody invented: given name and birth date.
pub(super) type Person = (&'static str, &'static str);

const ANNE: Person = ("杏", "昭和40年5月3日");
pub(super) const BEN: Person = ("勉", "昭和41年6月4日");
pub(super) const CHIE: Person = ("千恵", "昭和42年7月5日");

impl World {
    /// A case under examination; its application names others as members of the household.
    pub(super) fn examined_of(&self, (given, birth): Person, others: &[Person]) -> String {
        let mut paper = self.typed_paper();
        let mut put = |path: &str, value: &str| {
            paper.posted.insert(path.to_owned(), vec![value.to_owned()]);
        };
        put("patient.given-name", given);
        put("patient.given-kana", "カナ");
        put("patient.birth", birth);
        put("insurance.kind", "kokuho");
        put("household.exists", if others.is_empty() { "false" } else { "true" });
        for (index, (given, birth)) in others.iter().enumerate() {
            let row = format!("household.member[{index}]");
            put(&format!("{row}/household.member.name"), &format!("架空 {given}"));
            put(&format!("{row}/household.member.relation"), "sibling");
            put(&format!("{row}/household.member.birth"), birth);
            put(&format!("{row}/household.member.tax"), "yes");
        }
        let case = paper::file(self.house(), &reviewer(), &paper, None, true).unwrap();
        self.act(&case, Act::Begin, &acts::Typed::default()).unwrap();
        case
    }

    /// Decides a case with a cap and the cap before it was shared.
    fn grant_with(&self, case: &str, cap: &str, whole: &str) {
        self.finish_work(case);
        self.accept_all(case);
        let mut typed = self.typed_draft(case, "granted");
        for (field, value) in [("cap", cap), ("cap_whole", whole)] {
            typed.fields.insert(field.to_owned(), value.to_owned());
            typed.whys.insert(field.to_owned(), "世帯の按分による".to_owned());
        }
        self.decide(case, &typed, &[approver()]);
    }

    fn decide(&self, case: &str, typed: &Typed, signers: &[Caller]) {
        submit(self.house(), &reviewer(), &self.known(case), typed).unwrap();
        let hash = self.case(case).draft.unwrap().hash;
        for signer in signers {
            approve(self.house(), signer, &self.known(case), &hash).unwrap();
        }
    }

    /// Takes a decision back.
    fn take_back(&self, case: &str) {
        self.act(case, Act::Revise, &super::typed("誤りがあった", "", "")).unwrap();
        let mut typed = self.typed_draft(case, "dismissed");
        let reason = TypedReason {
            criterion: "添付書類".to_owned(),
            required: "課税証明書".to_owned(),
            observed: "提出なし".to_owned(),
            source: "補正の記録".to_owned(),
        };
        typed.reasons.insert("attachment_missing".to_owned(), reason);
        self.decide(case, &typed, &[approver(), staff("usr_manager", &["manager"])]);
    }

    fn link(&self, case: &str, other: &str) -> Result<(), Error> {
        let known = self.known(case);
        accept(self.house(), &reviewer(), &known.order(CommandName::SaveItem), other)
    }

    fn open_caps(&self) -> Vec<Task> {
        tasks::open(self.house(), &reviewer()).unwrap().tasks
    }

    /// The tab of a case as its template takes it.
    fn household(&self, case: &str) -> serde_json::Value {
        serde_json::to_value(tab(self.house(), &reviewer(), case).unwrap()).unwrap()
    }
}

/// What tasks say: case, cap so far, cap to be.
fn told(tasks: &[Task]) -> Vec<(&str, i64, i64)> {
    let mut told: Vec<_> =
        tasks.iter().map(|task| (task.case.as_str(), task.before.0, task.after.0)).collect();
    told.sort_unstable();
    told
}

/// Three recipients of one household, linked; their caps are those of the example 20,000, 20,000 and 1,000.
fn three(world: &World) -> [String; 3] {
    let anne = world.examined_of(ANNE, &[]);
    world.grant_with(&anne, "10000", "20000");
    let ben = world.examined_of(BEN, &[ANNE]);
    world.link(&ben, &anne).unwrap();
    world.grant_with(&ben, "10000", "20000");
    let chie = world.examined_of(CHIE, &[ANNE, BEN]);
    world.link(&chie, &anne).unwrap();
    world.link(&chie, &ben).unwrap();
    [anne, ben, chie]
}

#[test]
fn a_third_certificate_that_begins_or_ends_makes_a_task_for_each_of_the_others() {
    let world = world();
    let [anne, ben, chie] = three(&world);
    assert_eq!(world.open_caps(), [], "the caps of two were decided as shared");
    world.grant_with(&chie, "480", "1000");
    let open = world.open_caps();
    let mut expected = [(anne.as_str(), 10_000, 9_750), (ben.as_str(), 10_000, 9_750)];
    expected.sort_unstable();
    assert_eq!(told(&open), expected);
    assert_eq!(
        (open[0].from.to_string(), open[0].to.to_string()),
        ("2026-11-01".into(), "2027-10-31".into())
    );

    settle(world.house(), &reviewer(), &anne, &open_task(&open, &anne), &Settled::Done).unwrap();
    let again = settle(world.house(), &reviewer(), &anne, &open_task(&open, &anne), &Settled::Done);
    assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
    let none = Settled::Dismissed("　".to_owned());
    let refused = settle(world.house(), &reviewer(), &ben, &open_task(&open, &ben), &none);
    assert_eq!(keys(refused), ["cap-task.reason"]);
    assert_eq!(world.household(&ben)["tasks"][0]["state"], "open");

    // Nobody determined the cap anew, so nothing is left to do once the third is taken back.
    world.take_back(&chie);
    assert_eq!(world.open_caps(), []);
    assert_eq!(world.household(&ben)["tasks"][0]["state"], "replaced");
}

fn open_task(open: &[Task], case: &str) -> String {
    open.iter().find(|task| task.case == case).unwrap().id.clone()
}

#[test]
fn one_of_three_that_is_taken_back_raises_the_caps_of_the_two() {
    let world = world();
    let anne = world.examined_of(ANNE, &[]);
    world.grant_with(&anne, "9750", "20000");
    let ben = world.examined_of(BEN, &[ANNE]);
    world.link(&ben, &anne).unwrap();
    world.grant_with(&ben, "9750", "20000");
    let chie = world.examined_of(CHIE, &[ANNE, BEN]);
    world.link(&chie, &ben).unwrap();
    world.grant_with(&chie, "480", "1000");
    let before = world.open_caps().len();
    world.take_back(&chie);
    let mut expected = [(anne.as_str(), 9_750, 10_000), (ben.as_str(), 9_750, 10_000)];
    expected.sort_unstable();
    let open: Vec<Task> = world.open_caps().into_iter().filter(|task| task.cause == chie).collect();
    assert_eq!(told(&open), expected, "{before} before");
    let dismissed = Settled::Dismissed("死亡の届があった".to_owned());
    settle(world.house(), &reviewer(), &ben, &open_task(&open, &ben), &dismissed).unwrap();
    let shown = world.household(&ben);
    assert_eq!(
        (&shown["tasks"][0]["state"], &shown["tasks"][0]["reason"]),
        (&serde_json::json!("dismissed"), &serde_json::json!("死亡の届があった"),)
    );
}

#[test]
fn nothing_is_linked_but_by_a_clerk_and_only_a_candidate() {
    let world = world();
    let anne = world.examined_of(ANNE, &[]);
    world.grant_with(&anne, "20000", "20000");
    let ben = world.examined_of(BEN, &[ANNE]);
    let stranger = world.examined_of(CHIE, &[]);
    let shown = world.household(&ben);
    assert_eq!(shown["linked"], serde_json::json!([]));
    assert_eq!(shown["named"][0]["found"][0]["case"], anne.as_str());
    assert_eq!(shown["named"][0]["found"][0]["cap"], 20_000);
    assert_eq!(keys(world.link(&ben, &stranger)), ["partner.unknown"]);
    let receiver = staff("usr_receiver", &["receiver"]);
    let known = world.known(&ben);
    let refused = accept(world.house(), &receiver, &known.order(CommandName::SaveItem), &anne);
    assert_eq!(keys(refused), ["permission.denied"]);

    world.link(&ben, &anne).unwrap();
    assert_eq!(keys(world.link(&ben, &anne)), ["partner.unknown"], "a second time");
    let shown = world.household(&ben);
    assert_eq!(shown["named"][0]["found"], serde_json::json!([]));
    let link = shown["linked"][0]["link"].as_str().unwrap().to_owned();
    end(world.house(), &reviewer(), &ben, &link).unwrap();
    assert_eq!(world.household(&anne)["linked"], serde_json::json!([]));
}

#[test]
fn an_accepted_partner_stands_in_the_form_of_the_office_and_shares_the_cap() {
    let world = world();
    let anne = world.examined_of(ANNE, &[]);
    world.grant_with(&anne, "20000", "20000");
    let ben = world.examined_of(BEN, &[ANNE]);
    world.link(&ben, &anne).unwrap();
    let number = world.case(&anne).decision().unwrap().draft.content.fields["recipient_number"].clone();
    let (answers, proposed) = world
        .house()
        .read(&reviewer(), &ben, "test", |conn, opened| {
            let answers = crate::usecases::carry_out::working_answers(conn, opened, "office")?;
            Ok((answers, opened.stored.case.version))
        })
        .unwrap();
    assert!(proposed > 1);
    let text = |item: &str| slots::text(&answers, &format!("apportionment.other[0]/apportionment.{item}"));
    assert_eq!(text("cap").as_deref(), Some("20000"));
    assert_eq!(text("program").as_deref(), Some("nanbyo"));
    assert_eq!(text("recipient-number").as_deref(), number.as_str());
}
