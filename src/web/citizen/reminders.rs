//! Reminders of vaccinations by mail: what is wanted, and the page that stops them without a sign-in.

use actix_web::{HttpResponse, get, post, web};
use serde_json::json;

use crate::domain::lang::Lang;
use crate::domain::refusal::Refusal;
use crate::usecases::immunization::reminders::settings::{self, Chosen};
use crate::usecases::immunization::reminders::stop as stopping;
use crate::web::page::rfc3339;
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

use super::say;

const PATH: &str = "/me/vaccinations/reminders";
/// Each in its own words, as at the top of every page.
const LANGUAGES: [(&str, &str); 3] = [("ja", "日本語"), ("ja-simple", "やさしい日本語"), ("en", "English")];
const OCCASIONS: [&str; 3] = ["begins", "ends", "overdue"];

/// `GET /me/vaccinations/reminders`
#[get("/me/vaccinations/reminders")]
pub async fn view(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    draw(&frame, &visitor, None, &[]).await
}

async fn draw(
    frame: &Frame,
    visitor: &Visitor,
    typed: Option<Chosen>,
    refusals: &[Refusal],
) -> Result<HttpResponse, Failure> {
    let caller = visitor.citizen()?;
    let found = frame.run(move |house| settings::page(house, &caller)).await?;
    let page = Page::titled(frame, visitor, "reminder.title").back("/me/vaccinations");
    let page = page.refusals(frame, refusals, None);
    let chosen = typed.unwrap_or_else(|| chosen(&found, visitor.lang));
    let option = |value: &str| {
        let checked = chosen.occasions.iter().any(|it| it == value);
        let label = say(frame, visitor, &format!("reminder.occasion.{value}"));
        json!({ "value": value, "label": label, "checked": checked })
    };
    let person = |it: &settings::Person| json!({ "value": it.id, "label": it.name, "checked": chosen.people.contains(&it.id) });
    let languages = LANGUAGES.map(|(code, name)| json!({ "value": code, "label": name }));
    let context = json!({
        "state": state(&found), "failed": found.failed, "possible": found.possible,
        "waits_until": found.waits_until.map(rfc3339),
        "address": chosen.address, "lang": chosen.lang, "languages": languages,
        "occasions": OCCASIONS.map(option),
        "people": found.people.iter().map(person).collect::<Vec<_>>(),
    });
    frame.views.page_with(page.status(), "citizen/reminders.html", &page, context)
}

fn state(found: &settings::Page) -> &'static str {
    match &found.settings {
        Some(it) if it.is_on() => "on",
        Some(it) if it.ended_at.is_none() => "waiting",
        _ => "off",
    }
}

/// What was chosen before; at first everything, in the language of the page.
fn chosen(found: &settings::Page, lang: Lang) -> Chosen {
    let people = found.people.iter().filter(|it| it.wanted).map(|it| it.id.clone()).collect();
    let Some(known) = &found.settings else {
        let occasions = OCCASIONS.map(str::to_owned).to_vec();
        return Chosen { address: String::new(), lang: lang.code().to_owned(), occasions, people };
    };
    let wanted = [known.begins, known.ends, known.overdue];
    let occasions = OCCASIONS.iter().zip(wanted).filter(|(_, wanted)| *wanted);
    Chosen {
        address: known.address.clone(),
        lang: known.lang.clone(),
        occasions: occasions.map(|(code, _)| (*code).to_owned()).collect(),
        people,
    }
}

/// `POST /me/vaccinations/reminders`: `act` is `keep`, `confirm` or `off`.
#[post("/me/vaccinations/reminders")]
pub async fn change(
    frame: web::Data<Frame>,
    visitor: Visitor,
    posted: Posted,
) -> Result<HttpResponse, Failure> {
    let (caller, code) = (visitor.citizen()?, posted.text("code").to_owned());
    let text = |name: &str| posted.text(name).chars().take(254).collect::<String>();
    let all = |name: &str| posted.all(name).to_vec();
    let typed = Chosen {
        address: text("address"),
        lang: text("lang"),
        occasions: all("occasions"),
        people: all("people"),
    };
    let wanted = typed.clone();
    let (done, told, typed) = match posted.text("act") {
        "keep" => {
            let done = frame.run(move |house| settings::keep(house, &caller, &wanted)).await;
            (done, "reminder.kept", Some(typed))
        }
        "confirm" => {
            let done = frame.run(move |house| settings::confirm(house, &caller, &code)).await;
            (done, "reminder.confirmed", None)
        }
        "off" => (frame.run(move |house| settings::off(house, &caller)).await, "reminder.stopped", None),
        _ => return Err(Failure::Bad),
    };
    match done {
        Ok(()) => Ok(redirect_with(&frame, PATH, "success", &say(&frame, &visitor, told))),
        Err(Failure::Refused(refusals)) => draw(&frame, &visitor, typed, &refusals).await,
        Err(failure) => Err(failure),
    }
}

/// `GET /reminders/stop/{secret}`: says the same of every address, and does nothing, as some programs open each link of
/// a mail by themselves.
#[get("/reminders/stop/{secret}")]
pub async fn stop_page(
    frame: web::Data<Frame>,
    visitor: Visitor,
    secret: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let page = Page::titled(&frame, &visitor, "reminder.stop-title");
    frame.views.page("citizen/reminders_stop.html", &page, json!({ "secret": *secret, "done": false }))
}

/// `POST /reminders/stop/{secret}`
#[post("/reminders/stop/{secret}")]
pub async fn stop(
    frame: web::Data<Frame>,
    visitor: Visitor,
    secret: web::Path<String>,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    frame.run(move |house| stopping::stop(house, &secret)).await?;
    let page = Page::titled(&frame, &visitor, "reminder.stop-title");
    frame.views.page("citizen/reminders_stop.html", &page, json!({ "secret": "", "done": true }))
}
