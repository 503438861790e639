//! Two guardians of one child: an invitation, its end, and what the office does under 支援措置.

use regex_lite::Regex;

use super::browser::{Browser, Page};
use super::town::{Town, in_own_towns};
use super::vaccination_calendar::child;
use super::{database, forms, people};

const JOIN: &str = "/me/vaccinations/join";

/// A child of five months of the parent `p01`, and the day of its birth.
async fn family(town: &Town) -> (Browser, String, String) {
    let parent = people::citizen(town, "p01").await;
    let id = child(town).await;
    let birth = town.house().today() - chrono::Days::new(155);
    (parent, id, birth.to_string())
}

fn code_of(page: &Page) -> String {
    let code = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").unwrap();
    code.find(&page.text).unwrap_or_else(|| panic!("{:#?}", page.said())).as_str().to_owned()
}

/// The form of a page with a button.
fn form_with(page: &Page, act: &str) -> forms::Form {
    let mut all = forms::forms(&page.text).into_iter();
    all.find(|form| form.offers("act", act)).unwrap_or_else(|| panic!("{act}: {:#?}", page.said()))
}

async fn press(browser: &mut Browser, address: &str, act: &str) -> Page {
    let page = browser.visit(address).await;
    browser.send(&form_with(&page, act).pressing("act", act)).await
}

async fn join(browser: &mut Browser, code: &str, birth: &str) -> Page {
    let form = browser.visit(JOIN).await.form(JOIN);
    browser.send(&form.with("code", code).with("birth", birth)).await
}

#[test]
fn another_parent_joins_by_a_code_and_both_see_who_has_access() {
    in_own_towns(&[], async |town| {
        let (mut first, id, birth) = family(town).await;
        let mut second = people::citizen(town, "p02").await;
        let (calendar, home) = (format!("/me/vaccinations/{id}"), format!("/me/vaccinations/{id}/guardians"));
        assert_eq!(second.get(&home).await.status, 404);
        let code = code_of(&press(&mut first, &home, "invite").await);
        let page = join(&mut second, &code, "2020-01-01").await;
        assert!(page.status == 422 && !page.text.contains("桃子"), "{:#?}", page.said());
        let page = join(&mut second, &code, &birth).await;
        assert!(page.location().ends_with(&calendar), "{:#?}", page.said());
        assert_eq!(second.get(&calendar).await.status, 200);
        let shown = second.visit(&home).await;
        assert_eq!(shown.text.matches("<h3>").count(), 2, "{:#?}", shown.said());
        let mut third = people::citizen(town, "p03").await;
        assert_eq!(join(&mut third, &code, &birth).await.status, 422, "a code works once");

        let other = code_of(&press(&mut second, &home, "invite").await);
        let page = press(&mut first, &home, "end").await;
        assert_eq!(page.status, 303, "either ends an invitation: {:#?}", page.said());
        assert_eq!(join(&mut third, &other, &birth).await.status, 422);
        press(&mut second, &home, "leave").await;
        assert_eq!(second.get(&calendar).await.status, 404);
        let log = first.visit(&format!("{calendar}/log")).await;
        assert!(log.text.contains("保護者に加わった"), "{:#?}", log.said());
        for table in ["guardian_invitations", "audit"] {
            let rows = database::rows(&town.house().database, table);
            assert!(!rows.iter().any(|row| row.contains(&code) || row.contains("桃子")), "{table}");
        }
    });
}

#[test]
fn a_code_rests_after_many_wrong_ones_and_ends_with_its_hours() {
    in_own_towns(&[], async |town| {
        let (mut first, id, birth) = family(town).await;
        let home = format!("/me/vaccinations/{id}/guardians");
        let code = code_of(&press(&mut first, &home, "invite").await);
        let mut guesser = people::citizen(town, "p02").await;
        for _ in 0..5 {
            join(&mut guesser, &code, "2020-01-01").await;
        }
        let page = join(&mut guesser, &code, &birth).await;
        assert_eq!(page.status, 422, "five wrong birth dates end a code");
        for _ in 0..4 {
            join(&mut guesser, "2222-2222-2222", &birth).await;
        }
        let page = join(&mut guesser, "2222-2222-2222", &birth).await;
        assert!(page.text.contains("60分"), "{:#?}", page.said());
    });
}

#[test]
fn the_office_lets_a_guardian_join_ends_one_and_guards_a_child() {
    in_own_towns(&[], async |town| {
        let (mut kept, id, birth) = family(town).await;
        let mut other = people::citizen(town, "p02").await;
        let mut clerk = people::staff(town, "reviewer").await;
        let desk = format!("/staff/immunizations/people/{id}/guardians");
        let page = press(&mut clerk, &desk, "invite").await;
        assert!(page.text.contains("確かめた書類を選んで"), "{:#?}", page.said());
        let page = clerk.visit(&desk).await;
        let form = form_with(&page, "invite").with("papers", "family_register").pressing("act", "invite");
        let code = code_of(&clerk.send(&form).await);
        assert_eq!(join(&mut other, &code, &birth).await.status, 303);
        let calendar = format!("/me/vaccinations/{id}");
        let feed = other.visit(&calendar).await;
        let form = feed.form(&format!("{calendar}/calendar")).pressing("act", "make");
        assert!(other.send(&form).await.text.contains(".ics"));

        let page = clerk.visit(&desk).await;
        let ids =
            database::texts(&town.house().database, "SELECT id AS text FROM citizens ORDER BY created_at");
        let form = form_with(&page, "shield").with("keep", &ids[0]).pressing("act", "shield");
        let page = clerk.submit(&form).await;
        assert!(page.text.contains("この人の居所は"), "{:#?}", page.said());
        assert_eq!(kept.get(&calendar).await.status, 200);
        for lost in [calendar.clone(), format!("{calendar}/log"), format!("{calendar}/guardians")] {
            assert_eq!(other.get(&lost).await.status, 404, "{lost}");
        }
        let shown = kept.visit(&format!("{calendar}/guardians")).await;
        assert!(shown.text.contains("窓口に相談してください"), "{:#?}", shown.said());
        let page = clerk.visit(&desk).await;
        let invite = form_with(&page, "invite").with("papers", "custody").pressing("act", "invite");
        let page = clerk.send(&invite).await;
        assert!(page.status == 422 && page.text.contains("守られている側"), "{:#?}", page.said());
        let again = code_of(&clerk.send(&invite.with("guarded", "yes")).await);
        assert_eq!(join(&mut other, &again, &birth).await.status, 303, "the office said so");

        let form = form_with(&clerk.visit(&desk).await, "end");
        let page = clerk.send(&form.clone().pressing("act", "end")).await;
        assert!(page.text.contains("理由を選んで"), "{:#?}", page.said());
        let reason = format!("reason-{}", form.value("guardian").unwrap());
        clerk.submit(&form.with(&reason, "custody").pressing("act", "end")).await;
        let mut manager = people::staff(town, "manager").await;
        let page = press(&mut manager, &desk, "lift").await;
        assert_eq!(page.status, 303, "{:#?}", page.said());
    });
}
