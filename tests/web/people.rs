//! Who works in a town, and how everybody signs in.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::Duration;
use madoguchi::store::mandates;
use madoguchi::store::users::{self, Designation, Institution, User};
use madoguchi::usecases::{House, passwords};

use super::browser::{Browser, Page};
use super::town::Town;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

static HASH: LazyLock<String> = LazyLock::new(|| passwords::hash(PASSWORD).unwrap());
static HIRED: AtomicU32 = AtomicU32::new(0);

/// Opens an account for somebody with a role, and returns their login.
pub fn hire(town: &Town, role: &str) -> String {
    let login = format!("{role}-{}", HIRED.fetch_add(1, Ordering::Relaxed));
    let house = town.house();
    let user = user(house, &login, role);
    house.database.write(|conn| users::insert(conn, &house.keys, &user, house.now())).unwrap();
    login
}

/// A browser in which a clerk of an office that only receives is signed in.
pub async fn at_office(town: &Town, code: &str) -> Browser {
    let login = format!("forwarder-{}", HIRED.fetch_add(1, Ordering::Relaxed));
    let house = town.house();
    let user = User { office: Some(code.to_owned()), ..user(house, &login, "forwarder") };
    house.database.write(|conn| users::insert(conn, &house.keys, &user, house.now())).unwrap();
    let mut browser = town.browser();
    sign_in(town, &mut browser, &login).await;
    browser
}

/// Closes somebody's account.
pub fn dismiss(town: &Town, login: &str) {
    let id = id(login);
    town.house().database.write(|conn| users::set_active(conn, &id, false)).unwrap();
}

/// The id of somebody with a login.
pub fn id(login: &str) -> String {
    format!("usr_{login}")
}

/// The name under which pages show somebody.
pub fn name(login: &str) -> String {
    format!("試験 {login}")
}

fn user(house: &House, login: &str, role: &str) -> User {
    let today = house.today();
    let kind = match role {
        "physician" => Some("designated"),
        "surveyor" => Some("municipal-surveyor"),
        _ => None,
    };
    let designation = kind.map(|kind| Designation {
        kind: kind.to_owned(),
        number: "D990001".to_owned(),
        valid_from: today - Duration::days(400),
        valid_to: today + Duration::days(1400),
        institution_code: "9910000019".to_owned(),
        institution: "まどか中央病院".to_owned(),
        institution_address: "架空県まどか市2番2号".to_owned(),
        institution_phone: "099-000-0200".to_owned(),
    });
    User {
        id: id(login),
        login: login.to_owned(),
        name: name(login),
        roles: vec![role.to_owned()],
        designation,
        office: None,
        institution: match role {
            "institution" | "clinic" => Some(institution(login)),
            "assistant" => Some(hospital("9910000019")),
            "agent" => Some(care_office("9970000018")),
            _ => None,
        },
        password: HASH.clone(),
        totp: secret(login),
        totp_step: 0,
        failures: 0,
        locked_until: None,
        active: true,
    }
}

/// A browser in which an assistant at the institution of a code is signed in.
pub async fn assistant_at(town: &Town, code: &str) -> Browser {
    let login = format!("assistant-{}", HIRED.fetch_add(1, Ordering::Relaxed));
    let house = town.house();
    let user = User { institution: Some(hospital(code)), ..user(house, &login, "assistant") };
    house.database.write(|conn| users::insert(conn, &house.keys, &user, house.now())).unwrap();
    let mut browser = town.browser();
    sign_in(town, &mut browser, &login).await;
    browser
}

/// A browser in which somebody is signed in whose office, of a number, applies for persons.
#[allow(dead_code, reason = "only the tests over HTTP have such offices")]
pub async fn agent_at(town: &Town, code: &str) -> Browser {
    let login = format!("agent-{}", HIRED.fetch_add(1, Ordering::Relaxed));
    let house = town.house();
    let office = care_office(code);
    house.database.write(|conn| mandates::keep_agency(conn, &office, house.now())).unwrap();
    let user = User { institution: Some(office), ..user(house, &login, "agent") };
    house.database.write(|conn| users::insert(conn, &house.keys, &user, house.now())).unwrap();
    let mut browser = town.browser();
    sign_in(town, &mut browser, &login).await;
    browser
}

/// An office of care managers.
pub fn care_office(code: &str) -> Institution {
    Institution {
        code: code.to_owned(),
        name: format!("架空ケアプラン {code}"),
        kind: "care-plan-office".to_owned(),
        phone: "099-000-0300".to_owned(),
    }
}

/// Where physicians and their assistants work.
fn hospital(code: &str) -> Institution {
    Institution {
        code: code.to_owned(),
        name: "まどか中央病院".to_owned(),
        kind: String::new(),
        phone: String::new(),
    }
}

/// Where somebody works: every login has an institution of its own.
pub fn institution(login: &str) -> Institution {
    let number = login.bytes().fold(0, |number, byte| (number * 31 + u32::from(byte)) % 100_000);
    Institution {
        code: format!("99400{number:05}"),
        name: format!("架空薬局 {login}"),
        kind: "pharmacy".to_owned(),
        phone: String::new(),
    }
}

/// The secret of somebody's second factor: twenty bytes.
fn secret(login: &str) -> Vec<u8> {
    login.bytes().cycle().take(20).collect()
}

/// The code that somebody's telephone shows, so many steps of 30 seconds from now.
pub fn code(town: &Town, login: &str, steps: i64) -> String {
    let at = town.house().now() + Duration::seconds(30 * steps);
    let totp = passwords::totp(&secret(login), login, "madoguchi").unwrap();
    totp.generate(u64::try_from(at.timestamp()).unwrap()).to_string()
}

/// Sends login and password.
pub async fn password(browser: &mut Browser, login: &str, password: &str) -> Page {
    let page = browser.get("/staff/sign-in").await;
    let form = page.form("/staff/sign-in").with("login", login).with("password", password);
    browser.send(&form).await
}

/// Sends the code of the second factor.
pub async fn second_factor(browser: &mut Browser, code: &str) -> Page {
    let page = browser.get("/staff/second-factor").await;
    browser.send(&page.form("/staff/second-factor").with("code", code)).await
}

/// A browser in which somebody with a role is signed in.
pub async fn staff(town: &Town, role: &str) -> Browser {
    let login = hire(town, role);
    let mut browser = town.browser();
    sign_in(town, &mut browser, &login).await;
    browser
}

/// Signs somebody in with both factors.
pub async fn sign_in(town: &Town, browser: &mut Browser, login: &str) {
    let page = password(browser, login, PASSWORD).await;
    assert_eq!(page.location(), "/staff/second-factor", "{login}");
    let page = second_factor(browser, &code(town, login, 0)).await;
    assert_eq!(page.status, 303, "{login}: {}", page.text);
}

/// A browser in which a person of the identity provider is signed in.
pub async fn citizen(town: &Town, person: &str) -> Browser {
    let mut browser = town.browser();
    let back = at_provider(&mut browser, person).await;
    let page = browser.get(&back).await;
    assert_eq!((page.status, page.location()), (303, "/me"), "{}", page.text);
    browser
}

/// Goes to the identity provider, signs in there, and returns the address to which it sends back.
pub async fn at_provider(browser: &mut Browser, person: &str) -> String {
    let page = browser.get("/sign-in").await;
    let page = browser.send(&page.form("/sign-in/start")).await;
    assert_eq!(page.status, 303, "{}", page.text);
    let choice = browser.elsewhere(page.location()).await;
    let form = choice.first_form().with("person", person).pressing("action", "sign-in");
    let answer = browser.send_elsewhere(&choice.url, &form).await;
    answer.location().to_owned()
}
