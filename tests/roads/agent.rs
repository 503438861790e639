//! An office of care managers applies for a person who asked it to.

use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::typing::{Answers, fill_step};
use crate::{people, samples};

/// Number of the office.
pub const HERE: &str = "9970000018";

/// The person asks an office to apply for them.
pub async fn ask(citizen: &mut Browser, office: &str) {
    let page = citizen.visit("/me/offices").await;
    let form = page.form("/me/offices").with("number", office).pressing("act", "propose");
    let proposed = citizen.send(&form).await;
    assert!(proposed.status == 200 && proposed.text.contains(&people::care_office(office).name));
    let page = citizen.submit(&proposed.form("/me/offices").pressing("act", "give")).await;
    assert!(page.text.contains("頼んでいます"), "{:#?}", page.said());
}

/// The page of the only client of an office.
pub async fn client(agent: &mut Browser) -> Page {
    let list = agent.visit("/agent").await;
    let path = list.text.split("href=\"").find(|it| it.starts_with("/agent/clients/")).unwrap();
    let path = path.split('"').next().unwrap().to_owned();
    agent.visit(&path).await
}

/// Begins a kind of procedure for the only client, and gives the id of the draft.
pub async fn begin(agent: &mut Browser, kind: &str) -> String {
    let page = client(agent).await;
    let start =
        format!("{}/start", page.url.split_once("/agent").map(|it| format!("/agent{}", it.1)).unwrap());
    let form = page.form(&start);
    let (_, value) = form.buttons.iter().find(|(_, value)| value.starts_with(kind)).unwrap().clone();
    let page = agent.submit(&form.pressing("kind", &value)).await;
    page.url.split("/agent/drafts/").nth(1).unwrap().to_owned()
}

/// Fills a draft page by page from a step on.
pub async fn fill(agent: &mut Browser, case: &str, first: &str, answers: &Answers) -> Page {
    let mut page = agent.visit(&format!("/a/{case}/s/{first}")).await;
    while page.url.contains("/s/") {
        let step = page.url.split("/s/").nth(1).unwrap().split(['?', '#']).next().unwrap().to_owned();
        page = fill_step(agent, page, &format!("/a/{case}/s/{step}"), answers).await;
    }
    page
}

/// The person asks the office, which fills a first application in and files it; the person sees by whom.
pub async fn applied_for(town: &Town) {
    let mut citizen = people::citizen(town, "p01").await;
    let mut agent = people::agent_at(town, HERE).await;
    assert!(agent.visit("/agent").await.text.contains("まだいません"));
    ask(&mut citizen, HERE).await;
    let case = begin(&mut agent, "new").await;
    let mut answers = samples::care_application();
    answers.remove("filer.role");
    let page = fill(&mut agent, &case, "filer", &answers).await;
    let home = format!("/agent/drafts/{case}");
    assert!(page.url.ends_with(&home), "{}", page.url);
    agent.submit(&page.form(&home).with("declaration", "yes")).await;
    let page = agent.visit("/agent/renewals").await;
    assert!(page.text.contains("いま申請できるものはありません"), "{:#?}", page.said());
    let mine = citizen.visit(&format!("/a/{case}")).await;
    assert!(mine.text.contains(&people::care_office(HERE).name), "{:#?}", mine.said());
}
