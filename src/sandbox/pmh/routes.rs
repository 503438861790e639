//! The HTTP surface.

use super::clinic::{self, Question};
use super::doses;
use super::masters::{AdditionalCondition, CertificateType, IncomeSegment};
use super::record::{Kind, read_all};
use super::rows::shown;
use super::tasks::{Fate, Repeat, Work};
use super::{BASE, Hub, MAX_BODY, TOKEN};
use crate::sandbox::clock;
use crate::sandbox::control::{Control, Fault};
use crate::sandbox::oauth::{Form, OauthError};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const MOST_RECORDS: usize = 1000;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Mounts every route of the hub.
pub fn mount(cfg: &mut web::ServiceConfig) {
    let json = web::JsonConfig::default()
        .error_handler(|_, _| problem(StatusCode::BAD_REQUEST, "PMH-E1003", "本文の形が違います").into());
    cfg.app_data(json)
        .route(TOKEN, web::post().to(token))
        .route("/sandbox/eligibility-view", web::post().to(view))
        .service(web::resource("/_sandbox/state").route(web::get().to(state)).route(web::delete().to(reset)))
        .route("/_sandbox/expire-tokens", web::post().to(expire))
        .service(
            web::scope(BASE)
                .wrap(from_fn(admit))
                .route("/registration-tasks", web::post().to(post_base))
                .route("/difference-history-registration-tasks", web::post().to(post_history))
                .route("/registration-tasks/{id}", web::get().to(task))
                .route("/registration-tasks/{id}/results", web::get().to(results))
                .route("/subjects/search", web::post().to(subjects))
                .service(
                    web::resource("/masters/certificate-types")
                        .route(web::get().to(types))
                        .route(web::put().to(put_types)),
                )
                .service(
                    web::resource("/masters/income-segments")
                        .route(web::get().to(incomes))
                        .route(web::put().to(put_incomes)),
                )
                .service(
                    web::resource("/masters/additional-conditions")
                        .route(web::get().to(conditions))
                        .route(web::put().to(put_conditions)),
                ),
        )
        .configure(doses::mount)
        .default_service(web::to(nowhere));
}

/// An error answer with one entry.
fn problem(status: StatusCode, code: &str, message: &str) -> Problem {
    Problem(status, json!({ "errors": [{ "code": code, "message": message }] }))
}

/// An error answer: status and body.
#[derive(Debug)]
pub(super) struct Problem(StatusCode, Value);

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl actix_web::ResponseError for Problem {
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.0);
        match self.0 {
            StatusCode::UNAUTHORIZED => answer.insert_header(("WWW-Authenticate", "Bearer")),
            StatusCode::TOO_MANY_REQUESTS => answer.insert_header((RETRY_AFTER, "1")),
            _ => &mut answer,
        };
        answer.json(&self.1)
    }
}

/// The body of a bare error status, as a planned fault sends it.
#[must_use]
pub fn bare(status: StatusCode) -> HttpResponse {
    let body = json!({ "errors": [{ "code": "PMH-E9001", "message": status.canonical_reason() }] });
    HttpResponse::build(status).json(body)
}

async fn nowhere() -> Result<HttpResponse, Problem> {
    Err(problem(StatusCode::NOT_FOUND, "NOT_FOUND", "この場所には何もありません"))
}

/// Lets in whoever has a token, names its organisation and numbers its request as it should; echoes the number.
pub(super) async fn admit(
    hub: web::Data<Hub>,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let number = req.headers().get(REQUEST_ID).cloned();
    let mut answer = match check_headers(&hub, req.request()) {
        Ok(()) => next.call(req).await?.map_into_boxed_body(),
        Err(refused) => req.error_response(refused).map_into_boxed_body(),
    };
    if let Some(number) = number {
        answer.headers_mut().insert(REQUEST_ID, number);
    }
    Ok(answer)
}

fn check_headers(hub: &Hub, req: &HttpRequest) -> Result<(), Problem> {
    if hub.tokens.of(req).is_none() {
        return Err(problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "トークンがないか期限切れです"));
    }
    match header(req, "X-PMH-Org-Code") {
        None => return Err(problem(StatusCode::BAD_REQUEST, "PMH-E1001", "X-PMH-Org-Codeがありません")),
        Some(code) if code != hub.org_code => {
            return Err(problem(StatusCode::FORBIDDEN, "FORBIDDEN", "この機関のトークンではありません"));
        }
        Some(_) => {}
    }
    match header(req, "X-Request-Id") {
        Some(id) if !is_uuid(id) => {
            Err(problem(StatusCode::BAD_REQUEST, "PMH-E1003", "X-Request-IdはUUIDです"))
        }
        _ => Ok(()),
    }
}

fn header<'a>(req: &'a HttpRequest, name: &str) -> Option<&'a str> {
    req.headers().get(name)?.to_str().ok()
}

fn is_uuid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

async fn token(hub: web::Data<Hub>, form: web::Form<Vec<(String, String)>>) -> HttpResponse {
    issue(&hub, form.into_inner()).unwrap_or_else(|refused| refused.response())
}

fn issue(hub: &Hub, pairs: Vec<(String, String)>) -> Result<HttpResponse, OauthError> {
    let form = Form::once(pairs)?;
    if form.get("grant_type") != Some("client_credentials") {
        return Err(OauthError::new("unsupported_grant_type", "client_credentials only"));
    }
    let client = hub.clients.authenticate(&form, &hub.rule, clock::unix_seconds())?;
    let token = hub.tokens.issue(&client, "", Vec::new());
    Ok(hub.tokens.answer(&token, form.get("scope").unwrap_or_default()))
}

async fn post_base(
    hub: web::Data<Hub>,
    control: web::Data<Control>,
    req: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    register(&hub, &control, &req, body, |bytes| subsidies(Kind::Base, bytes)).await
}

async fn post_history(
    hub: web::Data<Hub>,
    control: web::Data<Control>,
    req: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    register(&hub, &control, &req, body, |bytes| subsidies(Kind::History, bytes)).await
}

pub(super) async fn register(
    hub: &Hub,
    control: &Control,
    req: &HttpRequest,
    body: web::Payload,
    read: impl FnOnce(&[u8]) -> Result<Work, Problem>,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(req)?;
    let bytes = read_body(req, body).await?;
    let mut hash = Sha256::digest(&bytes).to_vec();
    hash.extend(req.path().as_bytes());
    let repeat = hub.core().repeat(&key, &hash);
    match repeat {
        Repeat::Same(id) => return accepted(hub, &id, req.path()),
        Repeat::Different => {
            return Err(problem(
                StatusCode::CONFLICT,
                "CONFLICT",
                "Idempotency-Keyが別の内容で使われています",
            ));
        }
        Repeat::No => {}
    }
    let work = read(&bytes)?;
    let mut core = hub.core();
    if !core.has_room() {
        return Err(problem(
            StatusCode::TOO_MANY_REQUESTS,
            "THROTTLED",
            "実行中のタスクが上限に達しています",
        ));
    }
    let id = core.accept(work, (key, hash), fate(control, req.path()), clock::unix_millis());
    drop(core);
    accepted(hub, &id, req.path())
}

fn idempotency_key(req: &HttpRequest) -> Result<String, Problem> {
    let key = header(req, "Idempotency-Key").filter(|key| is_uuid(key));
    let missing = || problem(StatusCode::BAD_REQUEST, "PMH-E1001", "Idempotency-Key（UUID）が必要です");
    key.map(str::to_owned).ok_or_else(missing)
}

async fn read_body(req: &HttpRequest, body: web::Payload) -> Result<web::Bytes, Problem> {
    let kind = header(req, CONTENT_TYPE.as_str()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        let why = "application/jsonで送ってください";
        return Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "MEDIA_TYPE", why));
    }
    match body.to_bytes_limited(MAX_BODY).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(problem(StatusCode::BAD_REQUEST, "BODY", "本文を最後まで受け取れません")),
        Err(_) => Err(problem(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", "本文は5MiBまでです")),
    }
}

fn subsidies(kind: Kind, bytes: &[u8]) -> Result<Work, Problem> {
    read_all(kind, &array(bytes)?).map(|records| Work::Subsidies(kind, records)).map_err(malformed)
}

pub(super) fn malformed(errors: Vec<Value>) -> Problem {
    Problem(StatusCode::BAD_REQUEST, json!({ "errors": errors }))
}

/// The body of a task, of which no more is known than that it is not too long.
pub(super) fn array(bytes: &[u8]) -> Result<Value, Problem> {
    let body: Value = serde_json::from_slice(bytes)
        .map_err(|_| problem(StatusCode::BAD_REQUEST, "PMH-E1003", "JSONとして読めません"))?;
    if body.as_array().is_some_and(|records| records.len() > MOST_RECORDS) {
        return Err(problem(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", "1回に1,000件までです"));
    }
    Ok(body)
}

fn fate(control: &Control, path: &str) -> Fate {
    let reject = control.take(path, |f| f == Fault::RejectRatio);
    Fate {
        stuck: control.strikes(path, Fault::Stuck),
        fails: control.strikes(path, Fault::FailTask),
        reject_ratio: reject.and_then(|planned| planned.ratio).unwrap_or(0.0),
    }
}

fn accepted(hub: &Hub, id: &str, path: &str) -> Result<HttpResponse, Problem> {
    let base = path.rsplit_once('/').map_or(path, |(base, _)| base);
    let core = hub.core();
    let task = core.task(id).ok_or_else(unknown_task)?;
    let mut answer = HttpResponse::Accepted();
    answer.insert_header(("Location", format!("{base}/registration-tasks/{id}")));
    Ok(answer.json(task.shown(&hub.org_code)))
}

fn unknown_task() -> Problem {
    problem(StatusCode::NOT_FOUND, "NOT_FOUND", "タスクがありません")
}

pub(super) async fn task(hub: web::Data<Hub>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let core = hub.core();
    let task = core.task(&id).ok_or_else(unknown_task)?;
    Ok(HttpResponse::Ok().json(task.shown(&hub.org_code)))
}

#[derive(Deserialize)]
pub(super) struct Page {
    page: Option<usize>,
}

pub(super) async fn results(
    hub: web::Data<Hub>,
    control: web::Data<Control>,
    req: HttpRequest,
    id: web::Path<String>,
    query: web::Query<Page>,
) -> Result<HttpResponse, Problem> {
    let core = hub.core();
    let task = core.task(&id).ok_or_else(unknown_task)?;
    let (page, size) = (query.page.unwrap_or(1).max(1), hub.settings.page_size.max(1));
    let pages = task.results.len().div_ceil(size);
    let start = (page - 1).saturating_mul(size);
    let mut shown: Vec<&Value> = task.results.iter().skip(start).take(size).collect();
    if control.strikes(req.path(), Fault::WrongOrder) {
        shown.reverse();
    }
    if control.strikes(req.path(), Fault::MissingResults) {
        shown.pop();
    }
    Ok(HttpResponse::Ok().json(json!({
        "taskId": task.id, "status": task.status.name(), "page": page, "pageSize": size, "totalPages": pages,
        "nextPage": (page < pages).then_some(page + 1), "results": shown
    })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Subject {
    my_number: String,
    org_specific_certificate_type_id: Option<String>,
}

async fn subjects(hub: web::Data<Hub>, subject: web::Json<Subject>) -> HttpResponse {
    let core = hub.core();
    let wanted = subject.org_specific_certificate_type_id.as_deref();
    let rows: Vec<Value> = core
        .rows
        .iter()
        .filter(|(i, _)| i.my_number == subject.my_number && wanted.is_none_or(|w| w == i.type_id))
        .map(|(_, row)| shown(row))
        .collect();
    HttpResponse::Ok().json(json!({ "rows": rows }))
}

async fn view(hub: web::Data<Hub>, question: web::Json<Question>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "certificates": clinic::certificates(&hub, &question) }))
}

/// A master table as it travels.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table<T> {
    items: Vec<T>,
}

async fn types(hub: web::Data<Hub>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "items": hub.core().masters.types }))
}

async fn put_types(hub: web::Data<Hub>, table: web::Json<Table<CertificateType>>) -> HttpResponse {
    hub.core().masters.types = table.into_inner().items;
    HttpResponse::NoContent().finish()
}

async fn incomes(hub: web::Data<Hub>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "items": hub.core().masters.incomes }))
}

async fn put_incomes(hub: web::Data<Hub>, table: web::Json<Table<IncomeSegment>>) -> HttpResponse {
    hub.core().masters.incomes = table.into_inner().items;
    HttpResponse::NoContent().finish()
}

async fn conditions(hub: web::Data<Hub>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "items": hub.core().masters.conditions }))
}

async fn put_conditions(hub: web::Data<Hub>, table: web::Json<Table<AdditionalCondition>>) -> HttpResponse {
    hub.core().masters.conditions = table.into_inner().items;
    HttpResponse::NoContent().finish()
}

async fn state(hub: web::Data<Hub>, control: web::Data<Control>) -> HttpResponse {
    let core = hub.core();
    let deleted = core.rows.values().filter(|row| row.is_deleted).count();
    let live = core.rows.len() - deleted;
    HttpResponse::Ok().json(json!({
        "control": control.report(),
        "tasks": core.task_counts(),
        "rows": { "live": live, "deleted": deleted }
    }))
}

async fn reset(hub: web::Data<Hub>) -> HttpResponse {
    hub.core().clear();
    HttpResponse::NoContent().finish()
}

async fn expire(hub: web::Data<Hub>) -> HttpResponse {
    hub.tokens.expire_all();
    HttpResponse::NoContent().finish()
}
