//! A certificate that an assistant prepares and the physician signs.

use std::collections::BTreeMap;

use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::typing::{Answers, answers, fill_step};
use crate::{forms, office, people, samples};

use super::road::{file, request_code};

/// Opens a request by its code, as a physician, and gives its path.
pub async fn open(doctor: &mut Browser, code: &str) -> String {
    let page = doctor.visit("/physician/code").await;
    let page = doctor.submit(&page.form("/physician/code").with("code", code)).await;
    format!("/physician/requests/{}", page.url.split("/physician/requests/").nth(1).unwrap())
}

/// A filed application under examination, and the code of its request.
pub async fn requested(town: &Town) -> (String, String) {
    let mut citizen = people::citizen(town, "p01").await;
    let case = file(&mut citizen).await;
    let mut clerk = people::staff(town, "reviewer").await;
    office::act(&mut clerk, &case, "begin", &[]).await;
    let code = request_code(&mut citizen, &case).await;
    (case, code)
}

/// The form of the step that a page shows.
fn step(page: &Page, home: &str) -> String {
    let found =
        forms::forms(&page.text).into_iter().find(|it| it.action.starts_with(&format!("{home}?step=")));
    found.unwrap().action
}

/// Fills in every step. One comes back while an answer brings something up, and the last one always does.
async fn fill(helper: &mut Browser, home: &str, answers: &Answers) -> Page {
    let mut page = helper.visit(home).await;
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    loop {
        let action = step(&page, home);
        let times = seen.entry(action.clone()).or_default();
        *times += 1;
        if *times > 3 {
            return page;
        }
        page = fill_step(helper, page, &action, answers).await;
    }
}

/// The assistant sees nothing before the physician was asked, and the physician sees what
/// was prepared by whom, and what changed since, before signing.
pub async fn prepared_and_signed(town: &Town) {
    let (case, code) = requested(town).await;
    let login = &people::hire(town, "physician");
    let mut doctor = town.browser();
    people::sign_in(town, &mut doctor, login).await;
    let mut helper = people::staff(town, "assistant").await;
    let list = helper.visit("/physician").await;
    assert!(!list.text.contains(&case), "nobody at the hospital was asked yet");

    let home = open(&mut doctor, &code).await;
    let list = helper.visit("/physician").await;
    assert!(list.text.contains(&home) && list.text.contains("未着手"), "{:#?}", list.said());
    let page = fill(&mut helper, &home, &samples::certificate(town.house().today())).await;
    assert!(!page.text.contains("署名に進む"), "{:#?}", page.said());
    let list = helper.submit(&page.form(&format!("{home}/prepare"))).await;
    assert!(list.text.contains("準備済み"), "{:#?}", list.said());

    let list = doctor.visit("/physician").await;
    assert!(list.text.contains("準備済み"), "{:#?}", list.said());
    let course = format!("{home}?step=diagnosis");
    let page = doctor.visit(&course).await;
    assert!(
        page.text.contains("補助者が準備しました") && page.text.contains("補助者が入力"),
        "{:#?}",
        page.said()
    );
    let own = answers(&[("diagnosis.course", "屋内は伝い歩き。")]);
    let page = fill_step(&mut doctor, page, &course, &own).await;
    assert!(page.status == 200);
    let page = doctor.visit(&format!("{home}/sign")).await;
    assert!(page.text.contains("準備のあとに変わったところ"), "{:#?}", page.said());
    assert!(!page.text.contains("署名の前に必要なこと"), "{:#?}", page.said());
    let form = page.form(&format!("{home}/sign")).with("confirm", "yes");
    let page = doctor.submit(&form.with("code", &people::code(town, login, 1))).await;
    assert!(page.url.ends_with("/signed"), "{}", page.url);

    let list = helper.visit("/physician").await;
    assert!(!list.text.contains(&case), "what is signed is no longer prepared");
}
