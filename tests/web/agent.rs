//! An office that applies for persons: it reaches those who asked it to, as long as they do, and no further.

use chrono::Duration;
use madoguchi::domain::permission::{Actor, OPERATOR};
use madoguchi::usecases::Caller;
use madoguchi::usecases::operator::accounts::{self, NewAccount};

use super::browser::Browser;
use super::forms::Form;
use super::roads::agent::{HERE, applied_for, ask, begin, client, fill};
use super::roads::care;
use super::roads::committee::Committee;
use super::roads::road::id_of;
use super::town::{Town, in_own_towns};
use super::{database, people, samples};

/// Number of another office.
const ELSEWHERE: &str = "9970000026";
/// Days after which a certification of twelve months can be renewed.
const A_YEAR: i64 = 350;

/// The person no longer asks any office.
async fn end(citizen: &mut Browser) {
    let page = citizen.visit("/me/offices").await;
    citizen.submit(&page.form_for("/me/offices", "end").pressing("act", "end")).await;
}

/// A form of the browser's token that goes to an address which no page offers it.
async fn forged(browser: &mut Browser, action: &str) -> Form {
    let mut form = browser.visit("/agent").await.form("/sign-out");
    form.action = action.to_owned();
    form
}

/// Nothing of a case opens, by whatever address.
async fn sees_nothing(agent: &mut Browser, case: &str) {
    let paths =
        ["/a/{}", "/a/{}/s/filer", "/a/{}/review", "/a/{}/log", "/agent/drafts/{}", "/staff/cases/{}"];
    let more = ["/agent/cases/{}/papers/opinion", "/agent/cases/{}/papers/survey", "/physician/requests/{}"];
    for path in paths.iter().chain(&more) {
        let path = path.replace("{}", case);
        let mut page = agent.get(&path).await;
        while page.status == 303 && !page.location().contains("/sign-in?") {
            page = agent.get(page.location()).await;
        }
        assert!([303, 403, 404].contains(&page.status), "{path}: {}", page.status);
    }
    for path in ["/a/{}/s/doctor", "/a/{}/withdraw", "/a/{}/consents", "/a/{}/declare"] {
        let path = path.replace("{}", case);
        let form = forged(agent, &path).await;
        let form = form.with("declaration", "yes").with("consent", "information_sharing").with("act", "give");
        let page = agent.send(&form).await;
        assert!(page.status != 200 && page.status < 500, "{path}: {}", page.status);
        assert!(page.status != 303 || page.location().contains("/sign-in"), "{path}: {}", page.location());
    }
}

/// What was last written of a case.
fn version(town: &Town, case: &str) -> Vec<String> {
    let version = format!("SELECT CAST(version AS TEXT) AS text FROM cases WHERE id = '{case}'");
    database::texts(&town.house().database, &version)
}

#[test]
fn an_office_applies_for_a_person_who_asked_it() {
    in_own_towns(&[], applied_for);
}

#[test]
fn without_leave_an_office_learns_of_nobody() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let case = care::file(&mut citizen, &samples::care_application()).await;
        let mut agent = people::agent_at(town, HERE).await;
        let mut other = people::agent_at(town, ELSEWHERE).await;
        assert!(agent.visit("/agent").await.text.contains("まだいません"));
        let before = version(town, &case);
        sees_nothing(&mut agent, &case).await;
        let filing = forged(&mut agent, &format!("/agent/drafts/{case}")).await.with("declaration", "yes");
        assert_eq!(agent.send(&filing).await.status, 404);

        let page = citizen.visit("/me/offices").await;
        let wrong = page.form("/me/offices").with("number", "9970000099").pressing("act", "propose");
        assert_eq!(citizen.send(&wrong).await.status, 422, "there is no such office");
        let late = page.form("/me/offices").with("number", HERE).with("until", "2199-01-01");
        assert_eq!(citizen.send(&late.pressing("act", "propose")).await.status, 422, "longer than there is");

        ask(&mut citizen, HERE).await;
        let page = client(&mut agent).await;
        assert!(page.text.contains("青空"), "{:#?}", page.said());
        assert!(other.visit("/agent").await.text.contains("まだいません"), "another office sees nothing");
        let path = page.url.split_once("/agent").map(|it| format!("/agent{}", it.1)).unwrap();
        assert_eq!(other.get(&path).await.status, 404);
        sees_nothing(&mut agent, &case).await;
        assert_eq!(agent.send(&filing).await.status, 404, "a case that it did not begin");
        let log = citizen.visit(&format!("/a/{case}/log")).await;
        assert!(log.text.contains(&people::care_office(HERE).name), "{:#?}", log.said());

        end(&mut citizen).await;
        assert!(agent.visit("/agent").await.text.contains("まだいません"));
        assert_eq!(agent.get(&path).await.status, 404);
        let mut start = forged(&mut agent, &format!("{path}/start")).await;
        start = start.with("kind", "new");
        assert_eq!(agent.send(&start).await.status, 404);
        assert_eq!(version(town, &case), before, "nothing was written");
    });
}

#[test]
fn an_office_is_found_from_the_first_account_at_it() {
    in_own_towns(&[], async |town| {
        let add = |login: &str, institution| {
            let new = NewAccount {
                login: login.to_owned(),
                name: "介護 千尋".to_owned(),
                roles: vec!["agent".to_owned()],
                designation: None,
                institution,
                office: None,
                password: people::PASSWORD.to_owned(),
            };
            let operator = Actor::with_roles("cli", "cli", [OPERATOR]);
            accounts::add(town.house(), &Caller { actor: operator, source: "cli".to_owned() }, &new)
        };
        assert!(add("kyotaku", None).is_err(), "whoever applies for others works for an office");
        let mut citizen = people::citizen(town, "p01").await;
        let page = citizen.visit("/me/offices").await;
        let form = page.form("/me/offices").with("number", ELSEWHERE).pressing("act", "propose");
        assert_eq!(citizen.send(&form).await.status, 422);
        add("kyotaku", Some(people::care_office(ELSEWHERE))).unwrap();
        ask(&mut citizen, ELSEWHERE).await;
    });
}

#[test]
fn an_office_files_for_its_client_who_stays_the_master_of_it() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let mut agent = people::agent_at(town, HERE).await;
        ask(&mut citizen, HERE).await;
        let case = begin(&mut agent, "new").await;
        let mut answers = samples::care_application();
        answers.remove("filer.role");
        let page = fill(&mut agent, &case, "filer", &answers).await;
        assert!(page.url.ends_with(&format!("/agent/drafts/{case}")), "{}", page.url);
        let home = format!("/agent/drafts/{case}");
        let consent = forged(&mut agent, &format!("/a/{case}/consents")).await;
        let consent = consent.with("act", "give").with("consent", "information_sharing");
        assert!(agent.send(&consent).await.location().contains("/sign-in"), "consents are the person's own");
        let undeclared = agent.send(&page.form(&home)).await;
        assert_eq!(undeclared.status, 422);
        let filing = page.form(&home).with("declaration", "yes");
        agent.submit(&filing).await;
        assert_eq!(agent.send(&filing).await.status, 303, "sent twice, it is filed once");

        let mine = citizen.visit("/me").await;
        let office = people::care_office(HERE).name;
        assert!(mine.text.contains(&office), "{:#?}", mine.said());
        let log = citizen.visit(&format!("/a/{case}/log")).await;
        assert!(log.text.contains("申請した") && log.text.contains(&office), "{:#?}", log.said());
        let mut clerk = people::staff(town, "reviewer").await;
        let history = clerk.visit(&format!("/staff/cases/{case}/history")).await;
        assert!(history.text.contains("頼まれた事業所") && history.text.contains(&office));
        let filed = clerk.visit(&format!("/staff/cases/{case}")).await;
        assert!(filed.text.contains(&office), "the proxy stands in the application");
        sees_nothing(&mut agent, &case).await;
        let page = citizen.visit(&format!("/a/{case}/withdraw")).await;
        let withdraw = page.form(&format!("/a/{case}/withdraw")).with("confirm", "yes");
        citizen.submit(&withdraw).await;
        assert!(client(&mut agent).await.text.contains("この事業所が代行"));
    });
}

#[test]
fn a_draft_that_the_person_began_stays_theirs() {
    in_own_towns(&[], async |town| {
        let mut citizen = people::citizen(town, "p01").await;
        let page = citizen.visit("/p/kaigo").await;
        let page = citizen.submit(&page.form("/p/kaigo/start")).await;
        let own = id_of(&page);
        let mut agent = people::agent_at(town, HERE).await;
        ask(&mut citizen, HERE).await;
        sees_nothing(&mut agent, &own).await;
        let page = client(&mut agent).await;
        assert!(!page.text.contains("/agent/drafts/"), "{:#?}", page.said());
        let start = page.text.split("action=\"").find(|it| it.starts_with("/agent/clients/")).unwrap();
        let start = start.split('"').next().unwrap();
        let said = agent.submit(&page.form(start).pressing("kind", "new")).await;
        assert!(said.text.contains("本人が自分で申請を始めています"), "{:#?}", said.said());
    });
}

#[test]
fn renewals_are_filed_in_bulk_and_papers_are_read_by_consent() {
    in_own_towns(&[], async |town| {
        // The identity provider knows nothing of the town's clock: whoever signs in there does it today.
        let citizen = people::citizen(town, "p01").await;
        town.clock.pass(Duration::days(-A_YEAR));
        let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
        let case = care::certified(town, &mut board, citizen).await.case;
        town.clock.come_back();
        let mut citizen = people::citizen(town, "p01").await;
        let mut agent = people::agent_at(town, HERE).await;
        papers(&mut citizen, &mut agent, &mut people::agent_at(town, ELSEWHERE).await, &case).await;
        renewals(town, &mut citizen, &mut agent).await;
    });
}

async fn papers(citizen: &mut Browser, agent: &mut Browser, other: &mut Browser, case: &str) {
    let papers = ["survey", "opinion"].map(|form| format!("/agent/cases/{case}/papers/{form}"));
    for path in &papers {
        assert_eq!(agent.get(path).await.status, 404, "without leave");
    }
    ask(citizen, HERE).await;
    for path in &papers {
        let page = agent.get(path).await;
        assert_eq!(page.status, 200, "{path}: {:#?}", page.said());
        assert_eq!(other.get(path).await.status, 404, "another office");
    }
    assert_eq!(agent.get(&format!("/agent/cases/{case}/papers/application")).await.status, 404);
    let log = citizen.visit(&format!("/a/{case}/log")).await;
    assert!(log.text.contains("同意にもとづいて書類を読むため"), "{:#?}", log.said());

    let consents = format!("/a/{case}/consents");
    let page = citizen.visit(&consents).await;
    let revoke = page.form_for(&consents, "revoke").with("consent", "information_sharing");
    citizen.submit(&revoke.pressing("act", "revoke")).await;
    for path in &papers {
        let page = agent.get(path).await;
        assert_eq!(page.status, 403, "without consent");
        assert!(page.text.contains("情報の提供に同意していない"), "{:#?}", page.said());
    }
    let log = citizen.visit(&format!("/a/{case}/log")).await;
    assert!(log.text.contains("できませんでした"), "the try is there, too: {:#?}", log.said());
}

async fn renewals(town: &Town, citizen: &mut Browser, agent: &mut Browser) {
    let path = "/agent/renewals";
    let list = agent.visit("/agent").await;
    assert!(list.text.contains("更新できます"), "{:#?}", list.said());
    let prepare = agent.visit(path).await.form_for(path, "prepare").pressing("act", "prepare");
    let page = agent.submit(&prepare).await;
    let again = agent.submit(&prepare).await;
    assert!(again.text.contains("0人の申請書"), "prepared once: {:#?}", again.said());
    let draft = page.text.split("/agent/drafts/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    if page.text.contains("足りないものがある申請書はありません") {
        // Whoever takes something out of a draft sees what is missing, and that nothing is filed.
        let step = format!("/a/{draft}/s/contact");
        let form = agent.visit(&step).await.form(&step).with("contact.who", "other");
        agent.send(&form.pressing("action", "save")).await;
    }
    let lacking = agent.visit(path).await;
    assert!(lacking.text.contains("いま申請できるものはありません"), "{:#?}", lacking.said());
    let early = forged(agent, path).await.with("act", "file").with("declaration", "yes");
    let page = agent.submit(&early.with("chosen", &draft)).await;
    assert!(page.text.contains("下書きのまま"), "{:#?}", page.said());
    let step = format!("/a/{draft}/s/contact");
    let form = agent.visit(&step).await.form(&step).with("contact.who", "self");
    agent.send(&form.pressing("action", "save")).await;

    let ready = agent.visit(path).await.form_for(path, "file").pressing("act", "file");
    assert_eq!(agent.send(&ready).await.status, 422, "nothing is filed without the declaration");
    let filing = ready.with("declaration", "yes");
    let page = agent.submit(&filing).await;
    assert!(page.text.contains("1人の更新を申請しました"), "{:#?}", page.said());
    let page = agent.submit(&filing).await;
    assert!(page.text.contains("0人の更新を申請しました"), "{:#?}", page.said());
    let filed = "SELECT id AS text FROM cases WHERE kind = 'renewal' AND state = 'submitted'";
    assert_eq!(database::texts(&town.house().database, filed), [draft.as_str()]);
    let mine = citizen.visit(&format!("/a/{draft}")).await;
    assert!(mine.text.contains(&people::care_office(HERE).name), "{:#?}", mine.said());
}
