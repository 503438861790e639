//! 制度マスタ: what is kept, how the register's own differs, and files for whoever sets it up there.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get, web};
use serde_json::{Value, json};

use crate::domain::masters::{Difference, Table, What};
use crate::ports::hub::MasterTable;
use crate::usecases::Error;
use crate::usecases::hub::{self, Comparison, MasterForm};

use super::{Query, draw, wanted};
use crate::web::{Failure, Frame, Page, Visitor};

/// `GET /operator/masters`; with `compare=1` the register is asked now.
#[get("/operator/masters")]
pub async fn list(frame: web::Data<Frame>, visitor: Visitor, query: Query) -> Result<HttpResponse, Failure> {
    let caller = visitor.user()?;
    let asked = caller.clone();
    let tables = frame.run(move |house| hub::masters_shown(house, &asked)).await?;
    let compared = match wanted(&query, "compare") {
        "1" => told(hub::compare_masters(&frame.house, &caller).await)?,
        _ => Value::Null,
    };
    let page = Page::new(&frame, &visitor, "制度マスタ");
    let tables: Vec<Value> = tables.iter().map(shown).collect();
    draw(&frame, &visitor, &page, "operator/masters.html", json!({ "tables": tables, "compared": compared }))
}

fn shown(table: &MasterTable) -> Value {
    let row = |row: &Vec<Value>| row.iter().map(hub::master_cell).collect::<Vec<_>>();
    let rows: Vec<_> = table.rows.iter().map(row).collect();
    json!({ "name": table.name, "columns": table.columns, "rows": rows })
}

/// What the page says of a comparison; that there was no answer is one as well.
fn told(outcome: Result<Comparison, Error>) -> Result<Value, Failure> {
    match outcome {
        Ok(Comparison::NotOffered) => Ok(json!({ "state": "not-offered" })),
        Ok(compared @ Comparison::Compared(_)) => Ok(found(&compared)),
        Err(Error::Unavailable(_)) => Ok(json!({ "state": "unreachable" })),
        Err(error) => Err(error.into()),
    }
}

fn found(compared: &Comparison) -> Value {
    let Comparison::Compared(all) = compared else { return Value::Null };
    let state = match (all.is_empty(), compared.stops()) {
        (true, _) => "same",
        (false, 0) => "warns",
        (false, _) => "stops",
    };
    json!({ "state": state, "rows": all.iter().map(difference).collect::<Vec<_>>() })
}

fn difference(it: &Difference) -> Value {
    let table = match it.table {
        Table::Types => "certificate-types",
        Table::Incomes => "income-segments",
        Table::Conditions => "additional-conditions",
    };
    let (what, columns) = match &it.what {
        What::MissingThere => ("missing-there", Vec::new()),
        What::MissingHere => ("missing-here", Vec::new()),
        What::Columns(columns) => ("columns", columns.clone()),
    };
    json!({ "table": table, "entry": it.entry, "what": what, "columns": columns, "stops": it.stops })
}

/// `GET /operator/masters/{table}.{csv|json}`: a table as a file.
#[get("/operator/masters/{table}.{form}")]
pub async fn download(
    frame: web::Data<Frame>,
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (caller, (table, written)) = (visitor.user()?, path.into_inner());
    let (form, kind) = match written.as_str() {
        "csv" => (MasterForm::Csv, "text/csv; charset=utf-8"),
        "json" => (MasterForm::Json, "application/json"),
        _ => return Err(Error::NotFound.into()),
    };
    let name = format!("attachment; filename=\"{table}.{written}\"");
    let bytes = frame.run(move |house| hub::master_file(house, &caller, &table, form)).await?;
    Ok(HttpResponse::Ok().content_type(kind).insert_header((CONTENT_DISPOSITION, name)).body(bytes))
}
