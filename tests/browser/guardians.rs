//! The pages of guardians and of reminders in Chromium: each is looked at by axe as it is shown.

use regex_lite::Regex;

use super::people;
use super::roads::screening::child;
use super::town;
use super::window::Window;

#[test]
fn a_parent_lets_another_join_and_is_reminded() {
    town::in_towns(&[String::new()], &[], async |town| {
        if Window::open().await.is_none() {
            return;
        }
        let mut parent = people::citizen(town, "p01").await;
        let id = child(town, 130);
        let home = format!("/me/vaccinations/{id}/guardians");
        let page = parent.visit(&home).await;
        let page = parent.send(&page.form_for(&home, "invite")).await;
        let code = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").unwrap();
        assert!(code.is_match(&page.text), "{:#?}", page.said());
        let page = parent.visit("/me/vaccinations/join").await;
        let page = parent.send(&page.form("/me/vaccinations/join").with("code", "x")).await;
        assert!(page.text.contains("加われません"), "{:#?}", page.said());
        let reminders = "/me/vaccinations/reminders";
        let page = parent.visit(reminders).await;
        let form = page.form_for(reminders, "keep").with("address", "parent@example.jp");
        let page = parent.submit(&form).await;
        assert!(page.text.contains("確認を待っています"), "{:#?}", page.said());
        let page = parent.visit("/reminders/stop/0").await;
        assert!(page.text.contains("止めます"), "{:#?}", page.said());
        let mut clerk = people::staff(town, "reviewer").await;
        let desk = format!("/staff/immunizations/people/{id}/guardians");
        let page = clerk.visit(&desk).await;
        let page = clerk.submit(&page.form_for(&desk, "shield")).await;
        assert!(page.text.contains("支援措置"), "{:#?}", page.said());
    });
}
