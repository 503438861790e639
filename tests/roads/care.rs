//! Care certification: application, survey and opinion side by side, primary judgement, committee, result.

use chrono::Duration;
use madoguchi::domain::case::decision::Decision;
use madoguchi::store::cases;
use madoguchi::usecases::upkeep;

use super::committee::{Committee, member};
use super::road::{self, Filed};
use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::typing::{Answers, fill_step};
use crate::{care, database, forms, office, people, samples};

const PROGRAM: &str = "/p/kaigo";
/// Days after which a certification of twelve months can be renewed.
const A_YEAR: i64 = 350;

/// Begins a first application, fills it and files it.
pub async fn file(browser: &mut Browser, answers: &Answers) -> String {
    let page = browser.visit(PROGRAM).await;
    let page = browser.submit(&page.form(&format!("{PROGRAM}/start"))).await;
    fill(browser, &page, answers).await
}

/// Begins what follows a certification, from its page.
async fn follow(browser: &mut Browser, kind: &str, case: &str, answers: &Answers) -> String {
    let page = browser.visit(&format!("/a/{case}")).await;
    let form = page.form(&format!("{PROGRAM}/start")).pressing("kind", &format!("{kind}/{case}"));
    let page = browser.submit(&form).await;
    fill(browser, &page, answers).await
}

/// Fills an application that was begun, page by page, and files it.
async fn fill(browser: &mut Browser, page: &Page, answers: &Answers) -> String {
    let case = road::id_of(page);
    let mut page = browser.visit(&format!("/a/{case}/s/filer")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        let action = format!("/a/{case}/s/{step}");
        let mut proofs = ["attachment.card", "attachment.insurance"].into_iter();
        if let Some(item) = proofs.find(|item| page.text.contains(&format!("name=\"{item}\""))) {
            page = road::attach(browser, &page, &action, &[item]).await;
        }
        page = fill_step(browser, page, &action, answers).await;
    }
    assert!(page.url.ends_with("/review"), "{}: {:#?}", page.url, page.said());
    let page = browser.visit(&format!("/a/{case}/declare")).await;
    let form = page.form(&format!("/a/{case}/declare")).with("declaration", "yes");
    let page = browser.submit(&form.pressing("consent", "information_sharing")).await;
    assert!(page.url.ends_with("/done"), "{}: {:#?}", page.url, page.said());
    case
}

/// Writes the form of one's work item page by page, and signs it.
async fn write(town: &Town, login: &str, case: &str, answers: &Answers) -> Page {
    let browser = &mut member(town, login).await;
    let home = format!("/physician/requests/{case}");
    let mut page = browser.visit(&home).await;
    let mut pages = 0;
    while !page.url.ends_with("/sign") {
        pages += 1;
        assert!(pages < 40, "{} is not done: {:#?}", page.url, page.said());
        let forms = forms::forms(&page.text);
        let step = forms.iter().find(|form| form.action.starts_with(&format!("{home}?step="))).unwrap();
        page = fill_step(browser, page, &step.action.clone(), answers).await;
    }
    let form = page.form(&format!("{home}/sign")).with("confirm", "yes");
    let page = browser.submit(&form.with("code", &people::code(town, login, 1))).await;
    assert!(page.url.ends_with("/signed"), "{}: {:#?}", page.url, page.said());
    page
}

/// Filed, surveyed at home, with the opinion of the attending physician.
pub async fn surveyed(town: &Town, mut citizen: Browser, application: &Answers) -> Filed {
    let case = file(&mut citizen, application).await;
    let mut clerk = people::staff(town, "reviewer").await;
    take_up(&mut clerk, &case).await;
    signed(town, &mut clerk, &case, "surveyor", &care::survey()).await;
    signed(town, &mut clerk, &case, "physician", &care::opinion()).await;
    Filed { citizen, clerk, case }
}

/// The same, with the ministry's judgement typed in.
pub async fn judged(town: &Town, citizen: Browser, application: &Answers) -> Filed {
    let mut filed = surveyed(town, citizen, application).await;
    office::do_the_work(&mut filed.clerk, &filed.case, &care::judgement()).await;
    filed
}

/// The examination begins, and every item is in order.
pub async fn take_up(clerk: &mut Browser, case: &str) {
    office::act(clerk, case, "begin", &[]).await;
    office::take(clerk, case).await;
    office::accept_all(clerk, case).await;
}

/// Somebody is asked to write a form, writes and signs it, and the office takes it.
pub async fn signed(town: &Town, clerk: &mut Browser, case: &str, role: &str, form: &Answers) {
    let login = people::hire(town, role);
    office::ask(clerk, case, &people::id(&login)).await;
    write(town, &login, case, form).await;
    office::accept_papers(clerk, case).await;
}

/// The committee's session about one case: a member's opinion beforehand, the form of the result, the
/// confirmation.
pub async fn deliberated(town: &Town, board: &mut Committee, case: &str, result: &Answers) {
    let home = board.called(town).await;
    let packet = format!("/committee/packets/{case}");
    let mut first = member(town, &board.members[0]).await;
    let page = first.visit(&packet).await;
    assert!(page.text.contains("認定調査票") && page.text.contains("主治医意見書"), "{:#?}", page.said());
    for known in ["青空", "花子", "アオゾラ", "けやき台", "090-0000-0007", "まどか中央病院"]
    {
        assert!(!page.text.contains(known), "{known}: {:#?}", page.said());
    }
    let silent = first.send(&page.form(&packet)).await;
    assert_eq!(silent.status, 422, "an opinion without a level");
    let form = first.visit(&packet).await.form(&packet).with("choice", &result["panel.level"]);
    assert_eq!(first.send(&form).await.status, 303);

    assert_eq!(board.act(&home, "open", &[]).await.status, 303);
    let case_page = format!("{home}/cases/{case}");
    let write = format!("{case_page}/result");
    let page = board.secretary.visit(&case_page).await;
    assert!(page.text.contains(&people::name(&board.members[0])), "{:#?}", page.said());
    let form = crate::typing::typed(&page, page.form(&write), result);
    assert_eq!(board.secretary.send(&form).await.status, 422, "nobody is there yet");
    board.everybody_attends(&home).await;
    let page = board.secretary.visit(&case_page).await;
    let form = crate::typing::typed(&page, page.form(&write), result);
    let asked = board.secretary.send(&form).await;
    assert_eq!(asked.status, 422, "another level than the judgement needs its evidence: {:#?}", asked.said());
    let form = crate::typing::typed(&asked, asked.form(&write), result);
    let written = board.secretary.send(&form).await;
    assert_eq!(written.status, 303, "{:#?}", written.said());
    for _ in 0..2 {
        assert_eq!(board.act(&home, "confirm", &[]).await.status, 303, "given twice, it counts once");
    }
    let minutes = board.secretary.visit(&format!("{home}/minutes")).await;
    assert!(minutes.text.contains("<p><strong>要"), "the level is the result: {:#?}", minutes.said());
}

/// Drafted as the rules propose, and signed.
pub async fn granted(town: &Town, clerk: &mut Browser, case: &str) -> Decision {
    office::draft(clerk, case, "granted", &[]).await;
    office::approve(&mut people::staff(town, "approver").await, case).await;
    let house = town.house();
    let stored = house.database.read(|conn| cases::find(conn, &house.keys, case)).unwrap();
    stored.case.decision().cloned().unwrap()
}

/// Kinds of the letters of a case, in their order.
fn letters(town: &Town, case: &str) -> Vec<String> {
    let letters = format!("SELECT kind AS text FROM letters WHERE case_id = '{case}' ORDER BY at");
    database::texts(&town.house().database, &letters)
}

fn field(decision: &Decision, key: &str) -> String {
    let value = decision.draft.content.fields.get(key);
    value.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned)).unwrap_or_default()
}

/// 新規: the level of the committee becomes the decision, with its period, limit and letters.
pub async fn certified(town: &Town, board: &mut Committee, citizen: Browser) -> Filed {
    let mut filed = judged(town, citizen, &samples::care_application()).await;
    let (clerk, case) = (&mut filed.clerk, filed.case.as_str());
    let early = office::try_draft(clerk, case, "granted", &[]).await;
    assert_eq!(early.status, 422, "the committee was not asked");
    office::act(clerk, case, "refer", &[("reason", "二次判定をお願いします")]).await;
    deliberated(town, board, case, &care::result("care2")).await;
    let decision = granted(town, clerk, case).await;
    assert_eq!(
        (field(&decision, "level"), field(&decision, "limit_units")),
        ("care2".into(), "19705".into())
    );
    let page = filed.citizen.visit(&format!("/a/{case}/decision")).await;
    assert!(page.text.contains("要介護2") && page.text.contains("審査請求"), "{:#?}", page.said());
    let letters = letters(town, case);
    assert!(
        letters.contains(&"result-notice".to_owned()) && letters.contains(&"card".to_owned()),
        "{letters:?}"
    );
    assert!(
        !letters.contains(&"temporary-card".to_owned()),
        "whoever files on line keeps the card: {letters:?}"
    );
    filed
}

/// 更新: a renewal that the committee concludes together with others.
pub async fn renewed_together_with_others(town: &Town) {
    // The identity provider knows nothing of the town's clock: whoever signs in there does it today.
    let citizen = people::citizen(town, "p01").await;
    town.clock.pass(Duration::days(-A_YEAR));
    let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
    let Filed { case, .. } = certified(town, &mut board, citizen).await;

    town.clock.come_back();
    board.secretary = people::staff(town, "secretary").await;
    let mut citizen = people::citizen(town, "p01").await;
    let mut clerk = people::staff(town, "reviewer").await;
    let renewal = follow(&mut citizen, "renewal", &case, &samples::care_application()).await;
    take_up(&mut clerk, &renewal).await;
    signed(town, &mut clerk, &renewal, "surveyor", &care::survey()).await;
    signed(town, &mut clerk, &renewal, "physician", &care::opinion()).await;
    office::do_the_work(&mut clerk, &renewal, &care::judgement_of("care2")).await;
    office::act(&mut clerk, &renewal, "refer", &[("reason", "簡素化の対象です")]).await;
    let home = board.called(town).await;
    assert_eq!(board.act(&home, "open", &[]).await.status, 303);
    board.everybody_attends(&home).await;
    assert_eq!(board.act(&home, "simple", &[]).await.status, 303, "the six conditions hold");
    assert_eq!(board.act(&home, "confirm", &[]).await.status, 303);
    let renewed = granted(town, &mut clerk, &renewal).await;
    assert_eq!((field(&renewed, "level"), field(&renewed, "months")), ("care2".into(), "12".into()));
}

/// 新規 and 区分変更: a first application by the committee, and a change of the level that goes by it again.
pub async fn certified_and_changed(town: &Town) {
    let citizen = people::citizen(town, "p01").await;
    let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
    let Filed { mut citizen, mut clerk, case } = certified(town, &mut board, citizen).await;
    let mut worse = samples::care_application();
    worse.insert("level-change.reason".to_owned(), "転んで骨折し、歩けなくなった".to_owned());
    let change = follow(&mut citizen, "change-level", &case, &worse).await;
    take_up(&mut clerk, &change).await;
    signed(town, &mut clerk, &change, "surveyor", &care::survey()).await;
    signed(town, &mut clerk, &change, "physician", &care::opinion()).await;
    office::do_the_work(&mut clerk, &change, &care::judgement()).await;
    office::act(&mut clerk, &change, "refer", &[("reason", "区分変更です")]).await;
    deliberated(town, &mut board, &change, &care::result("care3")).await;
    let changed = granted(town, &mut clerk, &change).await;
    assert_eq!(field(&changed, "valid_from"), town.house().today().to_string());
    assert!(letters(town, &change).contains(&"result-notice".to_owned()));
}

/// The night makes the notice ready and reminds the physician; a person calls, signs and sends.
async fn delay_is_told_in_time(town: &Town, case: &str, doctor: &str) {
    for _ in 0..3 {
        upkeep::run(town.house()).unwrap();
    }
    let mut clerk = people::staff(town, "reviewer").await;
    let home = clerk.visit("/staff").await;
    assert!(home.text.contains("延期通知に署名する案件"), "{:#?}", home.said());
    let list = clerk.visit("/staff/reminders").await;
    assert!(list.text.contains("まどか中央病院") && list.text.contains("主治医意見書"), "{:#?}", list.said());
    let (_, rest) = list.text.split_once(&format!("/staff/cases/{case}/work/")).unwrap();
    let address = format!("/staff/cases/{case}/work/{}", rest.split('"').next().unwrap());
    let form = clerk.visit(&address).await.form(&address).pressing("act", "remind").with("via", "letter");
    assert_eq!(clerk.send(&form).await.status, 422, "without words");
    let form = clerk.visit(&address).await.form(&address).pressing("act", "remind").with("via", "letter");
    clerk.submit(&form.with("note", "ファクスで催促した")).await;
    let list = clerk.visit("/staff/reminders").await;
    assert!(!list.text.contains("まどか中央病院"), "{:#?}", list.said());
    let inbox = member(town, doctor).await.visit("/physician").await;
    assert!(inbox.text.contains("催促"), "{:#?}", inbox.said());

    let address = format!("/staff/cases/{case}/act/extend");
    let page = clerk.visit(&address).await;
    assert!(
        page.text.contains("主治医意見書") && page.text.contains("次のものがまだそろっていない"),
        "{:#?}",
        page.said()
    );
    clerk.submit(&page.form(&address)).await;
    assert!(letters(town, case).contains(&"delay-notice".to_owned()));
}

/// 第2号: with a specified disease, and an opinion so late that the delay is told in time.
pub async fn second_insured_with_a_late_opinion(town: &Town) {
    let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
    let mut citizen = people::citizen(town, "p01").await;
    let case = file(&mut citizen, &samples::second_insured()).await;
    let mut clerk = people::staff(town, "reviewer").await;
    take_up(&mut clerk, &case).await;
    signed(town, &mut clerk, &case, "surveyor", &care::survey()).await;
    let doctor = people::hire(town, "physician");
    office::ask(&mut clerk, &case, &people::id(&doctor)).await;
    town.clock.pass(Duration::days(25));
    delay_is_told_in_time(town, &case, &doctor).await;
    let mut clerk = people::staff(town, "reviewer").await;
    office::take(&mut clerk, &case).await;
    write(town, &doctor, &case, &care::opinion()).await;
    office::accept_papers(&mut clerk, &case).await;
    office::do_the_work(&mut clerk, &case, &care::judgement()).await;
    office::act(&mut clerk, &case, "refer", &[("reason", "第2号です")]).await;
    board.secretary = people::staff(town, "secretary").await;
    let mut result = care::result("care1");
    result.insert("panel.disease-met".to_owned(), "true".to_owned());
    deliberated(town, &mut board, &case, &result).await;
    let decision = granted(town, &mut clerk, &case).await;
    assert_eq!(field(&decision, "category"), "second");
    assert_eq!(field(&decision, "specific_disease"), "脳血管疾患");
}
