//! A survey filled in at a home without network, on a device that took it along.

use std::collections::BTreeMap;

use fantoccini::Locator;
use madoguchi::usecases::physician::request::open;
use madoguchi::usecases::physician::save::save;
use madoguchi::usecases::{Caller, sessions};
use serde_json::Value;

use super::pages::{answer_all, press};
use super::roads::care;
use super::support::browser::{Browser, Scripts};
use super::town::{self, Town};
use super::{desk, office, people, samples};

const BODY: &str = "note.1";
const LIFE: &str = "note.2";
const PROMPT: &str = "もう一度確かめてください";
/// Somebody who cannot turn over and bathes alone: answers that are rare together (警告コード 01).
const TURNING: (&str, &str) = ("1-3", "3");
const BATHING: (&str, &str) = ("1-10", "1");

/// Somebody with a request on their device.
struct Visit<'t> {
    town: &'t Town,
    window: Browser,
    caller: Caller,
    case: String,
}

impl Visit<'_> {
    fn page(&self, step: &str) -> String {
        format!("{}/physician/requests/{}?step={step}", self.town.url, self.case)
    }

    async fn open(&self, step: &str) {
        self.window.goto(&self.page(step)).await;
    }

    /// A step of the device, with everything that was typed on it put back.
    async fn open_apart(&self, step: &str) {
        self.open(step).await;
        let ready = Locator::Css("form[data-ready]");
        self.window.client().wait().for_element(ready).await.expect("the page that was taken along");
    }

    async fn typed(&self, name: &str) -> String {
        let field =
            self.window.client().find(Locator::Css(&format!("main [name=\"{name}\"]"))).await.unwrap();
        field.prop("value").await.unwrap().unwrap()
    }

    /// The answer in the database.
    fn stored(&self, step: &str, path: &str) -> String {
        let view = open(self.town.house(), &self.caller, &self.case, step).unwrap().step;
        let field = view.fields.into_iter().find(|field| field.path == path).unwrap();
        let chosen = field.options.into_iter().find(|option| option.checked);
        chosen.map_or(field.value, |option| option.value)
    }

    /// Somebody answers in the house meanwhile.
    fn answer_in_the_house(&self, step: &str, path: &str, value: &str) {
        let posted = BTreeMap::from([(path.to_owned(), vec![value.to_owned()])]);
        save(self.town.house(), &self.caller, &self.case, step, &posted).unwrap();
    }

    async fn held(&self) -> Value {
        let script = include_str!("offline.js");
        self.window.client().execute_async(script, Vec::new()).await.unwrap()
    }
}

/// A filed application whose survey somebody makes.
async fn requested(town: &Town) -> Visit<'_> {
    let mut citizen = people::citizen(town, "p01").await;
    let case = care::file(&mut citizen, &samples::care_application()).await;
    let mut clerk = people::staff(town, "reviewer").await;
    care::take_up(&mut clerk, &case).await;
    let (window, login) = desk::window(town, "surveyor").await;
    office::ask(&mut clerk, &case, &people::id(&login)).await;
    let house = town.house();
    let user = house
        .database
        .read(|conn| madoguchi::store::users::find(conn, &house.keys, &people::id(&login)))
        .unwrap();
    let caller = Caller { actor: sessions::actor_of(&user), source: "test".to_owned() };
    Visit { town, window, caller, case }
}

async fn take_along(visit: &Visit<'_>) {
    visit.open("group-1").await;
    visit.window.see("この依頼を持ち出す").await;
    visit.window.toggle("この依頼を持ち出す").await;
    visit.window.see("この端末に持ち出しています").await;
    visit.window.check_accessibility().await;
    let held = visit.held().await;
    assert_eq!((held["sealed"].as_bool(), held["readable"].as_bool()), (Some(true), Some(false)), "{held}");
    assert!(held["names"].as_u64().unwrap() > 10, "{held}");
    let mut addresses = held["addresses"].as_array().unwrap().iter();
    assert!(addresses.all(|it| it.as_str().unwrap().starts_with("/static/")), "{held}");
}

/// Two steps without network, which a reload does not lose and the network brings home.
async fn fill_apart(visit: &Visit<'_>) {
    let window = &visit.window;
    visit.town.cut().await;
    visit.open_apart("group-1").await;
    window.see("電波がありません").await;
    window.check_accessibility().await;
    window.check_no_sideways_scroll().await;
    answer_all(window, [TURNING, (BODY, "ベッド柵につかまる")]).await;
    assert!(!window.text().await.contains(PROMPT), "one answer alone is not rare");
    answer_all(window, [BATHING]).await;
    window.see(PROMPT).await;
    window.check_accessibility().await;
    window.screenshot("offline-step").await;
    press(window, "action", "continue").await;
    assert!(window.address().await.contains("step=group-2"), "{}", window.address().await);
    visit.open_apart("group-2").await;
    window.see(PROMPT).await;
    answer_all(window, [(LIFE, "食事は見守りが要る")]).await;
    press(window, "action", "save").await;
    for (step, name, value) in
        [("group-1", BODY, "ベッド柵につかまる"), ("group-2", LIFE, "食事は見守りが要る")]
    {
        visit.open_apart(step).await;
        assert_eq!(visit.typed(name).await, value);
        assert_eq!(visit.stored(step, name), "", "nothing has left the device");
    }
    window.goto(&format!("{}/physician", visit.town.url)).await;
    window.see("電波がないため送れません").await;

    visit.town.mend();
    window.goto(&format!("{}/physician", visit.town.url)).await;
    window.see("まだ送っていない回答があります").await;
    visit.open("group-2").await;
    window.see("すべて送りました").await;
    window.check_accessibility().await;
    assert_eq!(visit.stored("group-1", BODY), "ベッド柵につかまる");
    assert_eq!(visit.stored("group-1", TURNING.0), TURNING.1);
    assert_eq!(visit.stored("group-2", LIFE), "食事は見守りが要る");
}

/// The same question answered in the house meanwhile: the person chooses.
async fn clash(visit: &Visit<'_>) {
    let window = &visit.window;
    visit.town.cut().await;
    visit.open_apart("group-2").await;
    assert_eq!(visit.typed(LIFE).await, "食事は見守りが要る", "the copy was renewed");
    answer_all(window, [(LIFE, "食事は一部介助")]).await;
    press(window, "action", "save").await;
    visit.answer_in_the_house("group-2", LIFE, "食事は全介助");
    visit.town.mend();
    window.goto(&format!("{}/physician/offline", visit.town.url)).await;
    window.see("どちらを残すか選んでください").await;
    window.see("食事は全介助").await;
    window.check_accessibility().await;
    window.screenshot("offline-conflict").await;
    assert_eq!(visit.stored("group-2", LIFE), "食事は全介助", "nothing was overwritten");
    let device = Locator::Css("input[type=radio][value=device]");
    window.client().find(device).await.unwrap().click().await.unwrap();
    window.toggle("選んだほうで送る").await;
    window.see("すべて送りました").await;
    assert_eq!(visit.stored("group-2", LIFE), "食事は一部介助");
}

/// Whoever signs out leaves nothing behind, and is stopped while something was not sent.
async fn leave(visit: &Visit<'_>) {
    let window = &visit.window;
    visit.town.cut().await;
    visit.open_apart("group-2").await;
    answer_all(window, [(LIFE, "夜は家族が食べさせる")]).await;
    press(window, "action", "save").await;
    visit.town.mend();
    window.goto(&format!("{}/physician", visit.town.url)).await;
    window.see("まだ送っていない回答があります").await;
    window.click("サインアウト").await;
    window.see("サインアウトの前に").await;
    window.see("すべて送りました").await;
    assert_eq!(visit.stored("group-2", LIFE), "夜は家族が食べさせる");
    window.click("サインアウト").await;
    window.see("サインアウトしました").await;
    let held = visit.held().await;
    assert_eq!((held["names"].as_u64(), held["keys"].as_u64()), (Some(0), Some(0)), "{held}");
    assert_eq!(held["addresses"].as_array().unwrap().len(), 0, "{held}");
}

#[test]
fn a_home_without_network_loses_nothing() {
    town::in_towns(&[String::new()], &[], async |town| {
        let Some(first) = Browser::open(Scripts::On).await else { return };
        first.close().await;
        let visit = requested(town).await;
        take_along(&visit).await;
        fill_apart(&visit).await;
        clash(&visit).await;
        leave(&visit).await;
        visit.window.close().await;
    });
}
