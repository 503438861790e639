//! A session for many on a device whose network goes: nothing is lost, and each entry arrives once.

use serde_json::{Value, json};

use super::pages::{answer_all, submit};
use super::roads::screening::child;
use super::support::browser::{Browser, Scripts};
use super::town::{self, Town};
use super::{database, desk, people};

const CHOSEN: [(&str, &str); 6] = [
    ("product", "hepb/hepb"),
    ("lot", "AB-12"),
    ("amount", "0.25"),
    ("site", "left-thigh"),
    ("route", "subcutaneous"),
    ("physician", "診療 七海"),
];
const KANA: &str = "アオゾラ モモコ";

/// A clinic in the middle of a session, to whose desk the child came.
struct Desk<'t> {
    town: &'t Town,
    window: Browser,
    session: String,
    birth: String,
}

impl Desk<'_> {
    fn lines(&self) -> usize {
        database::texts(&self.town.house().database, "SELECT id AS text FROM immunizations").len()
    }

    async fn held(&self) -> Value {
        let script = include_str!("offline.js");
        let name = vec![json!("madoguchi-doses")];
        self.window.client().execute_async(script, name).await.unwrap()
    }

    /// Records the child, as the page without network lets.
    async fn record(&self) {
        let window = &self.window;
        if !window.text().await.contains("氏名（フリガナ）") {
            window.toggle("番号や氏名で記録する").await;
        }
        answer_all(window, [("kana", KANA), ("birth", self.birth.as_str()), ("consent", "true")]).await;
        window.see("青空　桃子").await;
        window.toggle("接種したことを記録する").await;
        window.see("電波がないため送れません").await;
    }
}

async fn opened(town: &Town) -> Desk<'_> {
    people::citizen(town, "p01").await;
    child(town, 130);
    let births = "SELECT CAST(birth AS TEXT) AS text FROM immunization_subjects";
    let birth = database::texts(&town.house().database, births).remove(0);
    let (window, _) = desk::window(town, "clinic").await;
    window.goto(&format!("{}/clinic/session", town.url)).await;
    answer_all(&window, CHOSEN).await;
    submit(&window).await;
    let session = window.address().await;
    window.toggle("番号や氏名でさがす").await;
    answer_all(&window, [("kana", KANA), ("birth", birth.as_str()), ("consent", "true")]).await;
    submit(&window).await;
    window.see("接種できます").await;
    Desk { town, window, session, birth }
}

/// The session goes on the device.
async fn taken_along(desk: &Desk<'_>) {
    let window = &desk.window;
    window.goto(&desk.session).await;
    window.toggle("この端末に用意する").await;
    window.see("この端末に用意しました").await;
    window.check_accessibility().await;
    let held = desk.held().await;
    assert_eq!((held["sealed"].as_bool(), held["readable"].as_bool()), (Some(true), Some(false)), "{held}");
    let mut addresses = held["addresses"].as_array().unwrap().iter();
    assert!(addresses.all(|it| it.as_str().unwrap().starts_with("/static/")), "{held}");
}

/// Two entries without network, which a reload does not lose.
async fn without_network(desk: &Desk<'_>) {
    let window = &desk.window;
    desk.town.cut().await;
    window.goto(&desk.session).await;
    window.see("電波のない所").await;
    window.see("送っていない記録　0件").await;
    desk.record().await;
    window.see("送っていない記録　1件").await;
    desk.record().await;
    window.see("送っていない記録　2件").await;
    window.check_accessibility().await;
    window.check_no_sideways_scroll().await;
    window.screenshot("dose-session-apart").await;
    window.goto(&desk.session).await;
    window.see("送っていない記録　2件").await;
    assert_eq!(desk.lines(), 0, "nothing has left the device");
}

/// The network is back: one arrives, the other waits for a reason, and is stopped by none at sign-out.
async fn sent(desk: &Desk<'_>) {
    let window = &desk.window;
    desk.town.mend();
    window.goto(&format!("{}/clinic", desk.town.url)).await;
    window.see("まだ送っていない接種の記録があります").await;
    window.goto(&format!("{}/apart", desk.session)).await;
    window.see("送った記録　1件").await;
    window.see("間隔が足りません").await;
    window.check_accessibility().await;
    assert_eq!(desk.lines(), 1);
    window.click("サインアウト").await;
    window.see("サインアウトの前に").await;
    let reason = fantoccini::Locator::Css("#open input[name=reason]");
    window.client().find(reason).await.unwrap().send_keys("誤って続けて接種した").await.unwrap();
    window.toggle("直して送る").await;
    window.see("送っていない記録はありません").await;
    window.see("送った記録　2件").await;
    assert_eq!(desk.lines(), 2);
    window.click("サインアウト").await;
    window.see("サインアウトしました").await;
    let held = desk.held().await;
    assert_eq!((held["names"].as_u64(), held["keys"].as_u64()), (Some(0), Some(0)), "{held}");
    assert_eq!(held["addresses"].as_array().unwrap().len(), 0, "{held}");
}

#[test]
fn a_session_goes_on_without_network() {
    town::in_towns(&[String::new()], &[], async |town| {
        let Some(first) = Browser::open(Scripts::On).await else { return };
        first.close().await;
        let desk = opened(town).await;
        taken_along(&desk).await;
        without_network(&desk).await;
        sent(&desk).await;
        desk.window.close().await;
    });
}
