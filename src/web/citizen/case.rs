//! The home of a case: its task list while it is a draft, and where it stands afterwards.

use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use crate::domain::calendar::show_in;
use crate::domain::program::display::StepStatus;
use crate::usecases::Error;
use crate::usecases::citizen::status::{self, Awaited, Status, Step};
use crate::usecases::citizen::tasks::{self, Tasks};
use crate::web::agent::draft_address;
use crate::web::page::rfc3339;
use crate::web::session::redirect;
use crate::web::{Failure, Frame, Page, Visitor};

use super::{say, say_with};

enum Home {
    Draft(Box<Tasks>),
    Filed(Box<Status>),
}

/// `GET /a/{case}`
#[get("/a/{case}")]
pub async fn view(
    frame: web::Data<Frame>,
    visitor: Visitor,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.filler()?, visitor.lang);
    if !visitor.is_citizen() {
        return Ok(redirect(&draft_address(&id)));
    }
    let home = frame
        .run(move |house| match status::page(house, &caller, lang, &id) {
            Ok(status) => Ok(Home::Filed(Box::new(status))),
            Err(Error::NotFound) => Ok(Home::Draft(Box::new(tasks::page(house, &caller, lang, &id)?))),
            Err(error) => Err(error),
        })
        .await?;
    match home {
        Home::Draft(tasks) => task_list(&frame, &visitor, &tasks),
        Home::Filed(status) => standing(&frame, &visitor, &status),
    }
}

fn task_list(frame: &Frame, visitor: &Visitor, tasks: &Tasks) -> Result<HttpResponse, Failure> {
    let id = &tasks.head.id;
    let task = |task: &tasks::Task| json!({ "label": task.label, "href": format!("/a/{id}/s/{}", task.step), "status": task.status, "note": null });
    let section = |section: &tasks::Section| json!({ "title": section.title, "tasks": section.tasks.iter().map(task).collect::<Vec<_>>() });
    let all = || tasks.sections.iter().flat_map(|section| &section.tasks);
    let done = all().filter(|task| task.status == crate::domain::forms::StepStatus::Complete).count();
    let context = json!({
        "case": tasks.head, "sections": tasks.sections.iter().map(section).collect::<Vec<_>>(),
        "done": done, "total": all().count(), "expires_on": tasks.expires_on,
        "review_url": format!("/a/{id}/review"), "withdraw_url": format!("/a/{id}/withdraw"),
    });
    let page = Page::titled(frame, visitor, "tasks.title").back("/me");
    frame.views.page("citizen/tasks.html", &page, context)
}

fn standing(frame: &Frame, visitor: &Visitor, status: &Status) -> Result<HttpResponse, Failure> {
    let id = &status.head.id;
    let context = json!({
        "case": status.head, "now": status.now, "next": status.next, "days": null, "lacking": status.lacking,
        "expected_on": status.expected_on, "pulled_at": status.pulled_at.map(rfc3339),
        "timeline": status.timeline.iter().map(|step| step_view(frame, visitor, step)).collect::<Vec<_>>(),
        "corrections": corrections(id, status.correction.as_ref()),
        "request": status.request, "unread": status.unread, "decided": status.decided,
        "can_withdraw": status.can_withdraw,
        "ledger": status.ledger, "program": status.program, "procedures": status.procedures,
        "proof_url": status.proof.as_ref().map(|letter| format!("/a/{id}/letters/{letter}")),
    });
    let page = Page::titled(frame, visitor, "case.title").back("/me");
    frame.views.page("citizen/case.html", &page, context)
}

/// The banner of an open round of 補正.
pub fn corrections(id: &str, round: Option<&status::Round>) -> Value {
    round.map_or(Value::Null, |round| {
        json!({ "count": round.count, "due_on": round.due_on, "url": format!("/a/{id}/corrections") })
    })
}

fn step_view(frame: &Frame, visitor: &Visitor, step: &Step) -> Value {
    let (state, key) = match step.status {
        StepStatus::Done => ("done", "timeline.on"),
        StepStatus::Current => ("current", "timeline.since"),
        StepStatus::Ahead => ("upcoming", "timeline.on"),
    };
    let when = step.since.map(|day| say_with(frame, visitor, key, "date", &show_in(day, visitor.lang)));
    let who = step.who.as_ref().map(|who| match who {
        Awaited::Named(name) => say_with(frame, visitor, "timeline.waits", "who", name),
        Awaited::You => say(frame, visitor, "timeline.waits-you"),
        Awaited::Committee => say(frame, visitor, "timeline.waits-committee"),
    });
    json!({ "state": state, "label": step.label, "when": when, "who": who })
}
