//! Everything that a person has under way.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::usecases::citizen::renewal::Renewal;
use crate::usecases::citizen::{mandates, mine};
use crate::usecases::immunization::calendar::mine as vaccinations;
use crate::web::page::rfc3339;
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /me`
#[get("/me")]
pub async fn view(frame: web::Data<Frame>, visitor: Visitor) -> Result<HttpResponse, Failure> {
    let (caller, lang) = (visitor.citizen()?, visitor.lang);
    let mine = frame.run(move |house| mine::page(house, &caller, lang)).await?;
    let draft = |it: &mine::Draft| {
        json!({ "id": it.head.id, "title": it.head.title, "updated_at": rfc3339(it.saved_at),
            "agency": it.head.agency,
            "expires_on": it.expires_on })
    };
    let filed = |it: &mine::Filed| {
        json!({ "id": it.head.id, "title": it.head.title, "reference": it.head.reference, "stage": it.stage,
            "agency": it.head.agency,
            "todo": it.todo })
    };
    let renewal = |it: &Renewal| {
        json!({ "title": it.head.title, "due_on": it.due_on, "late": it.late,
            "url": format!("/p/{}#start", it.program) })
    };
    let context = json!({
        "vaccinations": vaccinations::are_kept(&frame.house),
        "offices": mandates::offered(&frame.house),
        "drafts": mine.drafts.iter().map(draft).collect::<Vec<_>>(),
        "cases": mine.cases.iter().map(filed).collect::<Vec<_>>(),
        "renewals": mine.renewals.iter().map(renewal).collect::<Vec<_>>(),
    });
    frame.views.page("citizen/me.html", &Page::titled(&frame, &visitor, "me.title"), context)
}
