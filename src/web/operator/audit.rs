//! The chained record of who did and read what.

use actix_web::{HttpResponse, get, post, web};
use serde_json::{Value, json};

use crate::usecases::operator::audit::{self, Chain, Filter, KINDS, ROWS, RecordView};

use super::{Query, draw, next, wanted};
use crate::web::session::redirect_with;
use crate::web::{Failure, Frame, Page, Posted, Visitor};

const PATH: &str = "/operator/audit";

/// `GET /operator/audit`
#[get("/operator/audit")]
pub async fn search(
    frame: web::Data<Frame>,
    visitor: Visitor,
    query: Query,
) -> Result<HttpResponse, Failure> {
    let (caller, filter) = (visitor.user()?, filter(&query));
    let (asked, before) = (filter.clone(), wanted(&query, "before").parse().ok());
    let page = Page::new(&frame, &visitor, "監査記録");
    let (page, rows) = match frame.run(move |house| audit::search(house, &caller, &asked, before)).await {
        Ok(rows) => (page, rows),
        Err(Failure::Refused(refusals)) => (page.refusals(&frame, &refusals, None), Vec::new()),
        Err(failure) => return Err(failure),
    };
    draw(&frame, &visitor, &page, "operator/audit.html", context(&filter, &rows))
}

fn filter(query: &Query) -> Filter {
    let text = |name| wanted(query, name).to_owned();
    Filter {
        who: text("who"),
        reference: text("reference"),
        kind: text("kind"),
        from: text("from"),
        to: text("to"),
    }
}

fn context(filter: &Filter, rows: &[RecordView]) -> Value {
    let last = rows.last().map(|row| row.sequence.to_string()).unwrap_or_default();
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= ROWS);
    let parameters = [
        ("who", filter.who.as_str()),
        ("reference", &filter.reference),
        ("kind", &filter.kind),
        ("from", &filter.from),
        ("to", &filter.to),
        ("before", &last),
    ];
    json!({
        "filter": filter, "rows": rows, "previous": null, "next": next(PATH, &parameters, full),
        "kinds": KINDS.iter().map(|(value, label)| json!({ "value": value, "label": label })).collect::<Vec<_>>(),
    })
}

/// `POST /operator/audit/verify`: walks the whole chain.
#[post("/operator/audit/verify")]
pub async fn verify(
    frame: web::Data<Frame>,
    visitor: Visitor,
    _posted: Posted,
) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    Ok(match frame.run(move |house| audit::verify(house, &caller)).await? {
        Chain::Whole(rows, seal) => {
            let short: String = seal.chars().take(16).collect();
            let text = format!("{rows}件の記録に書きかえはありません。最後の印：{short}");
            redirect_with(&frame, PATH, "success", &text)
        }
        Chain::Broken(broken) => {
            let text = format!(
                "{}番の記録のところで、鎖が切れています。記録に手が加えられた疑いがあります。",
                broken.seq
            );
            redirect_with(&frame, PATH, "error", &text)
        }
    })
}
