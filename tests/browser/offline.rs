//! A form filled in where there is no network, on a device that took it along.

use std::collections::BTreeMap;
use std::path::Path;

use fantoccini::Locator;
use madoguchi::usecases::physician::request::open;
use madoguchi::usecases::physician::save::save;
use madoguchi::usecases::{Caller, sessions};
use serde_json::Value;

use super::pages::{answer_all, press, submit};
use super::roads::road;
use super::support::browser::{Browser, Scripts};
use super::town::{self, Town};
use super::{desk, office, people};

const FORMER: &str = "patient.former-name";
const PLACE: &str = "birth.municipality";

/// The shipped program, with a certificate that may be taken along.
fn programs() -> String {
    let folder = town::folder("programs-offline");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("forms/nanbyo");
    copy(&root, &folder.join("nanbyo"));
    let file = folder.join("nanbyo/program.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let flagged = text.replacen("form = \"certificate\"", "form = \"certificate\"\noffline = true", 1);
    assert_ne!(text, flagged);
    std::fs::write(&file, flagged).unwrap();
    folder.display().to_string()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let goal = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &goal);
        } else {
            std::fs::copy(entry.path(), goal).unwrap();
        }
    }
}

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
        view.fields.into_iter().find(|field| field.path == path).unwrap().value
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

/// A filed application whose certificate somebody writes.
async fn requested(town: &Town) -> Visit<'_> {
    let mut citizen = people::citizen(town, "p01").await;
    let case = road::file(&mut citizen).await;
    office::act(&mut people::staff(town, "reviewer").await, &case, "begin", &[]).await;
    let code = road::request_code(&mut citizen, &case).await;
    let (window, login) = desk::window(town, "physician").await;
    window.goto(&format!("{}/physician/code", town.url)).await;
    answer_all(&window, [("code", code.as_str())]).await;
    submit(&window).await;
    let house = town.house();
    let user = house
        .database
        .read(|conn| madoguchi::store::users::find(conn, &house.keys, &people::id(&login)))
        .unwrap();
    let caller = Caller { actor: sessions::actor_of(&user), source: "test".to_owned() };
    Visit { town, window, caller, case }
}

async fn take_along(visit: &Visit<'_>) {
    visit.open("patient").await;
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
    visit.open_apart("patient").await;
    window.see("電波がありません").await;
    window.check_accessibility().await;
    window.check_no_sideways_scroll().await;
    window.screenshot("offline-step").await;
    answer_all(window, [(FORMER, "旧姓 花子")]).await;
    press(window, "action", "continue").await;
    assert!(window.address().await.contains("step=birth"), "{}", window.address().await);
    answer_all(window, [(PLACE, "架空県城南市")]).await;
    press(window, "action", "save").await;
    for (step, name, value) in [("patient", FORMER, "旧姓 花子"), ("birth", PLACE, "架空県城南市")]
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
    visit.open("birth").await;
    window.see("すべて送りました").await;
    window.check_accessibility().await;
    assert_eq!(visit.stored("patient", FORMER), "旧姓 花子");
    assert_eq!(visit.stored("birth", PLACE), "架空県城南市");
}

/// The same question answered in the house meanwhile: the person chooses.
async fn clash(visit: &Visit<'_>) {
    let window = &visit.window;
    visit.town.cut().await;
    visit.open_apart("birth").await;
    assert_eq!(visit.typed(PLACE).await, "架空県城南市", "the copy was renewed");
    answer_all(window, [(PLACE, "架空県城北市")]).await;
    press(window, "action", "save").await;
    visit.answer_in_the_house("birth", PLACE, "架空県城東市");
    visit.town.mend();
    window.goto(&format!("{}/physician/offline", visit.town.url)).await;
    window.see("どちらを残すか選んでください").await;
    window.see("架空県城東市").await;
    window.check_accessibility().await;
    window.screenshot("offline-conflict").await;
    assert_eq!(visit.stored("birth", PLACE), "架空県城東市", "nothing was overwritten");
    let device = Locator::Css("input[type=radio][value=device]");
    window.client().find(device).await.unwrap().click().await.unwrap();
    window.toggle("選んだほうで送る").await;
    window.see("すべて送りました").await;
    assert_eq!(visit.stored("birth", PLACE), "架空県城北市");
}

/// Whoever signs out leaves nothing behind, and is stopped while something was not sent.
async fn leave(visit: &Visit<'_>) {
    let window = &visit.window;
    visit.town.cut().await;
    visit.open_apart("birth").await;
    answer_all(window, [(PLACE, "架空県城西市")]).await;
    press(window, "action", "save").await;
    visit.town.mend();
    window.goto(&format!("{}/physician", visit.town.url)).await;
    window.see("まだ送っていない回答があります").await;
    window.click("サインアウト").await;
    window.see("サインアウトの前に").await;
    window.see("すべて送りました").await;
    assert_eq!(visit.stored("birth", PLACE), "架空県城西市");
    window.click("サインアウト").await;
    window.see("サインアウトしました").await;
    let held = visit.held().await;
    assert_eq!((held["names"].as_u64(), held["keys"].as_u64()), (Some(0), Some(0)), "{held}");
    assert_eq!(held["addresses"].as_array().unwrap().len(), 0, "{held}");
}

#[test]
fn a_home_without_network_loses_nothing() {
    let programs = programs();
    town::in_towns(&[String::new()], &[("programs_dir", &programs)], async |town| {
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
