//! Signing in and out.

use chrono::Duration;

use super::people::{self, PASSWORD, code, hire, password, second_factor};
use super::town::{everywhere, in_own_towns};

/// What the page says, without what differs from page to page.
fn words(page: &super::browser::Page, login: &str) -> String {
    let token = page.form("/staff/sign-in").value("csrf").unwrap().to_owned();
    let page = page.text.replace(&token, "").replace(login, "");
    page.lines().filter(|line| !line.contains("print-head")).collect()
}

#[test]
fn a_wrong_password_an_unknown_login_and_a_closed_account_look_alike() {
    everywhere(async |town| {
        let (here, gone) = (hire(town, "receiver"), hire(town, "receiver"));
        people::dismiss(town, &gone);
        let mut said = Vec::new();
        for (login, typed) in [(here.as_str(), "wrong wrong wrong"), ("nobody", PASSWORD), (&gone, PASSWORD)]
        {
            let page = password(&mut town.browser(), login, typed).await;
            assert_eq!(page.status, 200);
            said.push(words(&page, login));
        }
        assert_eq!(said[0], said[1]);
        assert_eq!(said[0], said[2]);
    });
}

#[test]
fn an_account_rests_after_five_wrong_tries_and_its_owner_comes_in_later() {
    in_own_towns(&[], async |town| {
        let (login, other) = (hire(town, "receiver"), hire(town, "receiver"));
        let mut browser = town.browser();
        for _ in 0..5 {
            assert_eq!(password(&mut browser, &login, "wrong wrong wrong").await.status, 200);
        }
        assert_eq!(password(&mut browser, &login, PASSWORD).await.status, 200);
        assert_eq!(password(&mut browser, &other, PASSWORD).await.status, 303);
        town.clock.pass(Duration::minutes(16));
        let mut browser = town.browser();
        assert_eq!(password(&mut browser, &login, PASSWORD).await.status, 303);
    });
}

#[test]
fn wrong_codes_count_as_wrong_tries() {
    everywhere(async |town| {
        let login = hire(town, "receiver");
        let mut browser = town.browser();
        password(&mut browser, &login, PASSWORD).await;
        for _ in 0..5 {
            assert_eq!(second_factor(&mut browser, "000000x").await.status, 200);
        }
        let right = code(town, &login, 0);
        assert_eq!(second_factor(&mut browser, &right).await.status, 200);
    });
}

#[test]
fn a_code_works_once_and_an_older_one_never_after_it() {
    in_own_towns(&[], async |town| {
        let login = hire(town, "receiver");
        let mut first = town.browser();
        password(&mut first, &login, PASSWORD).await;
        let now = code(town, &login, 0);
        assert_eq!(second_factor(&mut first, &now).await.status, 303);
        let mut second = town.browser();
        password(&mut second, &login, PASSWORD).await;
        assert_eq!(second_factor(&mut second, &now).await.status, 200);
        assert_eq!(second_factor(&mut second, &code(town, &login, -1)).await.status, 200);
        assert_eq!(second_factor(&mut second, &code(town, &login, 5)).await.status, 200);
        town.clock.pass(Duration::seconds(30));
        assert_eq!(second_factor(&mut second, &code(town, &login, 0)).await.status, 303);
    });
}

#[test]
fn the_password_alone_opens_nothing() {
    everywhere(async |town| {
        let mut browser = town.browser();
        password(&mut browser, &hire(town, "operator"), PASSWORD).await;
        let page = browser.get("/staff").await;
        assert!([303, 404].contains(&page.status), "{}", page.status);
        let token = browser.get("/staff/second-factor").await.form("/staff/second-factor");
        let mut extend = token.clone();
        extend.action = "/session/extend".to_owned();
        assert_eq!(browser.send(&extend).await.location(), "/sign-in?next=/session/extend");
    });
}

#[test]
fn each_step_of_signing_in_gives_a_new_token_and_the_old_one_is_worth_nothing() {
    everywhere(async |town| {
        let login = hire(town, "secretary");
        let mut browser = town.browser();
        let mut tokens = Vec::new();
        browser.get("/staff/sign-in").await;
        tokens.push(browser.cookies["madoguchi"].clone());
        password(&mut browser, &login, PASSWORD).await;
        tokens.push(browser.cookies["madoguchi"].clone());
        second_factor(&mut browser, &code(town, &login, 0)).await;
        tokens.push(browser.cookies["madoguchi"].clone());
        assert!(tokens[0] != tokens[1] && tokens[1] != tokens[2]);
        for old in &tokens[..2] {
            let mut stale = town.browser();
            stale.cookies.insert("madoguchi".to_owned(), old.clone());
            assert_eq!(stale.get("/staff/second-factor").await.location(), "/staff/sign-in");
        }
    });
}

#[test]
fn a_token_that_somebody_planted_never_becomes_a_session() {
    everywhere(async |town| {
        let planted = "A".repeat(43);
        let mut victim = town.browser();
        victim.cookies.insert("madoguchi".to_owned(), planted.clone());
        people::sign_in(town, &mut victim, &hire(town, "manager")).await;
        assert_ne!(victim.cookies["madoguchi"], planted);
        let mut attacker = town.browser();
        attacker.cookies.insert("madoguchi".to_owned(), planted);
        assert_eq!(attacker.get("/staff/second-factor").await.location(), "/staff/sign-in");
        let mut short = town.browser();
        short.cookies.insert("madoguchi".to_owned(), "short".to_owned());
        short.get("/sign-in").await;
    });
}

#[test]
fn cookies_are_kept_from_scripts_and_other_sites() {
    everywhere(async |town| {
        let page = town.browser().get("/sign-in").await;
        let cookies = page.set_cookies();
        assert_eq!(cookies.len(), 1);
        for wanted in ["madoguchi=", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookies[0].contains(wanted), "{}", cookies[0]);
        }
        assert!(!cookies[0].contains("Domain") && !cookies[0].contains("Expires"), "{}", cookies[0]);
    });
}

#[test]
fn signing_out_ends_the_session_everywhere() {
    everywhere(async |town| {
        let login = hire(town, "auditor");
        let mut browser = town.browser();
        people::sign_in(town, &mut browser, &login).await;
        let token = browser.cookies["madoguchi"].clone();
        let form = browser.get("/signed-out").await.form("/sign-out");
        assert_eq!(browser.send(&form).await.location(), "/signed-out");
        let mut copy = town.browser();
        copy.cookies.insert("madoguchi".to_owned(), token);
        let page = copy.get("/signed-out").await;
        assert!(!page.text.contains(&people::name(&login)), "the copy is still signed in");
    });
}

#[test]
fn a_session_ends_without_use_and_in_any_case_after_twelve_hours() {
    in_own_towns(&[], async |town| {
        let login = hire(town, "reviewer");
        let name = &people::name(&login);
        let mut browser = town.browser();
        people::sign_in(town, &mut browser, &login).await;
        town.clock.pass(Duration::minutes(59));
        assert!(browser.get("/signed-out").await.text.contains(name));
        town.clock.pass(Duration::minutes(61));
        assert!(!browser.get("/signed-out").await.text.contains(name));
        people::sign_in(town, &mut browser, &login).await;
        for _ in 0..14 {
            browser.get("/signed-out").await;
            town.clock.pass(Duration::minutes(50));
        }
        assert!(browser.get("/signed-out").await.text.contains(name));
        town.clock.pass(Duration::minutes(25));
        assert!(!browser.get("/signed-out").await.text.contains(name));
    });
}

#[test]
fn nobody_is_sent_to_another_site() {
    everywhere(async |town| {
        for next in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"] {
            let login = hire(town, "reviewer");
            let mut browser = town.browser();
            let form = browser.get("/staff/sign-in").await.form("/staff/sign-in");
            let form = form.with("next", next).with("login", &login).with("password", PASSWORD);
            browser.send(&form).await;
            let page = second_factor(&mut browser, &code(town, &login, 0)).await;
            assert_eq!((page.status, page.location()), (303, "/staff"), "{next}");
        }
        let mut browser = town.browser();
        let form = browser.get("/sign-in").await.form("/language").with("back", "//evil.example/");
        assert_eq!(browser.send(&form.pressing("lang", "en")).await.location(), "/");
    });
}

#[test]
fn after_signing_in_one_is_where_one_wanted_to_be() {
    everywhere(async |town| {
        let login = hire(town, "approver");
        let mut browser = town.browser();
        let form = browser.get("/staff/sign-in?next=/staff/somewhere").await.form("/staff/sign-in");
        browser.send(&form.with("login", &login).with("password", PASSWORD)).await;
        let page = second_factor(&mut browser, &code(town, &login, 0)).await;
        assert_eq!(page.location(), "/staff/somewhere");
    });
}

#[test]
fn a_citizen_signs_in_through_the_provider() {
    everywhere(async |town| {
        let mut browser = people::citizen(town, "p01").await;
        assert_eq!(browser.get("/sign-in").await.location(), "/me");
    });
}

#[test]
fn an_answer_of_the_provider_counts_once_and_in_the_browser_that_asked() {
    everywhere(async |town| {
        let mut asked = town.browser();
        let back = people::at_provider(&mut asked, "p01").await;
        // The address with the code was seen by somebody else.
        let mut other = town.browser();
        let page = other.get(&back).await;
        assert_eq!((page.status, page.location()), (200, ""), "a foreign answer signed somebody in");
        let forged = back.split("state=").next().unwrap().to_owned() + "state=forged";
        assert_eq!(asked.get(&forged).await.status, 200);
        assert_eq!(asked.get(&back).await.location(), "/me");
        let again = asked.get(&back).await;
        assert_ne!(again.status, 500);
        assert_eq!(asked.get("/sign-in").await.location(), "/me");
    });
}

#[test]
fn whoever_knocks_too_often_is_told_when_to_come_back() {
    in_own_towns(&[("rate_sign_in", "3"), ("rate_all", "1000")], async |town| {
        let login = hire(town, "receiver");
        let mut browser = town.browser();
        for _ in 0..3 {
            assert_eq!(password(&mut browser, &login, "wrong wrong wrong").await.status, 200);
        }
        let page = password(&mut browser, &login, PASSWORD).await;
        assert_eq!(page.status, 429);
        let wait = page.header("retry-after").to_owned();
        assert!(wait.parse::<u64>().is_ok_and(|seconds| (1..=60).contains(&seconds)), "{wait:?}");
        assert!(page.text.contains("<html") && page.header("x-frame-options") == "DENY", "{}", page.text);
        // Without a trusted proxy nobody escapes by naming another address.
        let form = browser.get("/staff/sign-in").await.form("/staff/sign-in");
        let (kind, body) = form.with("login", &login).body();
        let request = browser.request(reqwest::Method::POST, "/staff/sign-in");
        let request =
            request.header("content-type", kind).header("x-forwarded-for", "203.0.113.9").body(body);
        assert_eq!(browser.send_request(request).await.status, 429);
    });
}
