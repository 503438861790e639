//! Telling a stand-in to fail: `POST /_sandbox/faults` plans, `DELETE` clears.

use super::lock;
use super::poison;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// Everything that can be made to go wrong. The names in JSON are the snake_case of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// 429 with `Retry-After: seconds` (1 when not given); not acted on.
    #[serde(rename = "status_429")]
    Status429,
    /// 500; not acted on.
    #[serde(rename = "status_500")]
    Status500,
    /// 503 with `Retry-After: seconds`; not acted on.
    #[serde(rename = "status_503")]
    Status503,
    /// Waits `seconds` (2), then answers as ever.
    Slow,
    /// Waits `seconds` (60) without acting, then cuts the connection.
    Timeout,
    /// Acts, waits `seconds` (60), then cuts the connection.
    TimeoutAfterAcceptance,
    /// Cuts the connection without acting or answering.
    Cut,
    /// As `cut`, named for a stand-in that is down until the fault is cleared.
    Down,
    /// Acts, sends half of the answer, then cuts the connection.
    Half,
    /// Acts, answers with a body that is no JSON.
    Garbage,
    /// Acts, answers with 10,000 nested arrays.
    DeepNesting,
    /// Acts, answers with an object holding a key twice.
    DuplicateKeys,
    /// Acts, answers with a string holding half of a surrogate pair.
    LoneSurrogate,
    /// Acts, answers with a number of a million digits.
    LongNumber,
    /// Acts, answers with 60 MiB.
    Huge,
    /// Platform and hub: entries or results in reversed order.
    WrongOrder,
    /// Platform: the `next` link leads to the page it stands on.
    NextLoop,
    /// Platform: every entry twice.
    DuplicateEntries,
    /// Hub: the share `ratio` of a task's records is refused with `PMH-E9001`; care base: of a file's with `KB-E9001`.
    RejectRatio,
    /// Hub: the next task never leaves `RUNNING`; care base: the file is left for the next sweep.
    Stuck,
    /// Hub: the next task ends as `FAILED` and stores nothing; care base: the file is refused as a whole.
    FailTask,
    /// Hub: the last result of a page is left out; care base: the last record of a result.
    MissingResults,
    /// Identity: another issuer.
    WrongIss,
    /// Identity: another client as audience.
    WrongAud,
    /// Identity: an `exp` an hour ago.
    Expired,
    /// Identity: another nonce.
    WrongNonce,
    /// Identity: `alg` `none`, no signature.
    AlgNone,
    /// Identity: HS256 keyed with the public key.
    AlgHs256,
    /// Identity: signed with another key under the right `kid`.
    BadSignature,
    /// Identity: a `kid` that is not published.
    UnknownKid,
    /// Identity: no `sub`.
    MissingSub,
    /// Identity: issued an hour from now.
    FutureIat,
    /// Identity: another client as authorised party.
    WrongAzp,
    /// Identity: an `at_hash` of another access token.
    WrongAtHash,
    /// Care base: a result that does not fit its digest.
    DamagedResult,
    /// Care base: a result of another version of the interface.
    WrongVersion,
    /// Care base: a result besides, for a file that nobody sent.
    ForeignResult,
    /// SMTP: 451 at RCPT.
    Greylist,
    /// SMTP: the mail is kept, the connection is cut before the answer to DATA.
    CutAfterData,
}

impl Fault {
    /// Faults of the connection and the answer as a whole, which every HTTP stand-in knows.
    #[must_use]
    pub fn is_transport(self) -> bool {
        (self as u8) <= (Self::Huge as u8)
    }
}

/// A fault to come, as posted to `/_sandbox/faults`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Path it strikes; a `*` at the end stands for any rest. Every path when absent.
    #[serde(default = "any_route")]
    pub route: String,
    /// What goes wrong.
    pub fault: Fault,
    /// How many times; until cleared when absent.
    pub times: Option<u32>,
    /// Seconds to wait, or to write into `Retry-After`.
    pub seconds: Option<f64>,
    /// Share of records, 0 to 1, for `reject_ratio`.
    pub ratio: Option<f64>,
}

fn any_route() -> String {
    "*".to_owned()
}

impl Planned {
    fn strikes(&self, path: &str) -> bool {
        match self.route.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.route,
        }
    }

    /// The time to wait, `default` seconds when none was given; at most an hour.
    #[must_use]
    pub fn wait(&self, default: f64) -> Duration {
        Duration::from_secs_f64(self.seconds.unwrap_or(default).clamp(0.0, 3600.0))
    }
}

/// The planned faults of one stand-in and a count of what it was asked.
pub struct Control {
    own: &'static [Fault],
    http: bool,
    error: fn(StatusCode) -> HttpResponse,
    planned: Mutex<Vec<Planned>>,
    requests: Mutex<BTreeMap<String, u64>>,
}

impl Control {
    /// A stand-in that knows the transport faults and its `own`, and words a bare error status with `error`.
    #[must_use]
    pub fn new(own: &'static [Fault], error: fn(StatusCode) -> HttpResponse) -> Self {
        Self { own, http: true, error, planned: Mutex::default(), requests: Mutex::default() }
    }

    /// A stand-in of another protocol: only its `own` faults, and its pages never fail.
    #[must_use]
    pub fn beside_pages(own: &'static [Fault]) -> Self {
        Self { http: false, ..Self::new(own, |status| HttpResponse::build(status).finish()) }
    }

    /// Plans a fault. `false`: this stand-in cannot fail that way.
    pub fn plan(&self, planned: Planned) -> bool {
        let known = self.http && planned.fault.is_transport() || self.own.contains(&planned.fault);
        if known {
            lock(&self.planned).push(planned);
        }
        known
    }

    /// Forgets every planned fault.
    pub fn clear(&self) {
        lock(&self.planned).clear();
    }

    /// Uses up and returns the first planned fault for the path that `wanted` accepts.
    pub fn take(&self, path: &str, wanted: impl Fn(Fault) -> bool) -> Option<Planned> {
        let mut planned = lock(&self.planned);
        let at = planned.iter().position(|p| p.strikes(path) && wanted(p.fault))?;
        let found = planned.get_mut(at)?;
        if let Some(times) = &mut found.times {
            *times = times.saturating_sub(1);
        }
        let taken = found.clone();
        if found.times == Some(0) {
            planned.remove(at);
        }
        Some(taken)
    }

    /// Whether this very fault strikes the path now.
    pub fn strikes(&self, path: &str, fault: Fault) -> bool {
        self.take(path, |f| f == fault).is_some()
    }

    /// Requests by route and the faults still planned, for `GET /_sandbox/state`.
    #[must_use]
    pub fn report(&self) -> Value {
        json!({ "requests": *lock(&self.requests), "faults": *lock(&self.planned) })
    }

    fn count(&self, req: &ServiceRequest) {
        let pattern = req.match_pattern().unwrap_or_else(|| "unknown".to_owned());
        *lock(&self.requests).entry(format!("{} {pattern}", req.method())).or_insert(0) += 1;
    }

    fn status(&self, status: StatusCode, wait: Option<Duration>) -> HttpResponse {
        let mut answer = (self.error)(status);
        if let Some(wait) = wait {
            answer.headers_mut().insert(RETRY_AFTER, (wait.as_secs_f64().ceil() as u64).into());
        }
        answer
    }
}

/// Mounts `/_sandbox/faults`.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/_sandbox/faults").route(web::post().to(plan)).route(web::delete().to(clear)));
}

async fn plan(control: web::Data<Control>, body: web::Json<Planned>) -> HttpResponse {
    if control.plan(body.into_inner()) {
        return HttpResponse::NoContent().finish();
    }
    HttpResponse::BadRequest().json(json!({ "error": "fault_not_known_here", "own": control.own }))
}

async fn clear(control: web::Data<Control>) -> HttpResponse {
    control.clear();
    HttpResponse::NoContent().finish()
}

/// Middleware that lets the planned transport faults happen. Control routes never fail.
///
/// # Errors
/// Whatever the wrapped handler fails with.
pub async fn inject(
    control: web::Data<Control>,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !control.http || req.path().starts_with("/_sandbox/") {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    control.count(&req);
    match control.take(req.path(), Fault::is_transport) {
        Some(planned) => fail(&control, &planned, req, next).await,
        None => Ok(next.call(req).await?.map_into_boxed_body()),
    }
}

async fn fail(
    control: &Control,
    planned: &Planned,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let refuse = |status, wait| control.status(status, wait);
    let answer = match planned.fault {
        Fault::Status429 => refuse(StatusCode::TOO_MANY_REQUESTS, Some(planned.wait(1.0))),
        Fault::Status503 => refuse(StatusCode::SERVICE_UNAVAILABLE, Some(planned.wait(1.0))),
        Fault::Status500 => refuse(StatusCode::INTERNAL_SERVER_ERROR, None),
        Fault::Cut | Fault::Down => poison::cut(),
        Fault::Timeout => {
            tokio::time::sleep(planned.wait(60.0)).await;
            poison::cut()
        }
        Fault::Slow => {
            tokio::time::sleep(planned.wait(2.0)).await;
            return Ok(next.call(req).await?.map_into_boxed_body());
        }
        _ => return spoil(planned, next.call(req).await?).await,
    };
    Ok(req.into_response(answer))
}

async fn spoil(
    planned: &Planned,
    done: ServiceResponse<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (req, answer) = done.into_parts();
    let (head, body) = answer.into_parts();
    let mut spoilt = HttpResponse::build(head.status());
    if let Some(kind) = head.headers().get(CONTENT_TYPE) {
        spoilt.insert_header((CONTENT_TYPE, kind.clone()));
    }
    let answer = match planned.fault {
        Fault::TimeoutAfterAcceptance => {
            tokio::time::sleep(planned.wait(60.0)).await;
            poison::cut()
        }
        Fault::Half => poison::half(&mut spoilt, &to_bytes(body).await.unwrap_or_default()),
        fault => poison::body(&mut spoilt, fault),
    };
    Ok(ServiceResponse::new(req, answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(route: &str, fault: Fault, times: Option<u32>) -> Planned {
        Planned { route: route.to_owned(), fault, times, seconds: None, ratio: None }
    }

    fn control() -> Control {
        Control::new(&[Fault::WrongOrder], |status| HttpResponse::build(status).finish())
    }

    #[test]
    fn a_fault_strikes_its_route_as_often_as_planned() {
        let control = control();
        control.plan(planned("/a/*", Fault::Cut, Some(2)));
        assert!(!control.strikes("/b", Fault::Cut));
        assert!(control.strikes("/a/1", Fault::Cut));
        assert!(control.strikes("/a/2", Fault::Cut));
        assert!(!control.strikes("/a/3", Fault::Cut));
    }

    #[test]
    fn without_times_it_lasts_until_cleared() {
        let control = control();
        control.plan(planned("/a", Fault::Slow, None));
        assert!((0..5).all(|_| control.strikes("/a", Fault::Slow)));
        control.clear();
        assert!(!control.strikes("/a", Fault::Slow));
    }

    #[test]
    fn a_fault_of_another_stand_in_is_refused() {
        assert!(!control().plan(planned("*", Fault::WrongIss, None)));
        assert!(control().plan(planned("*", Fault::WrongOrder, None)));
    }

    #[test]
    fn transport_faults_are_those_of_the_connection() {
        assert!(Fault::Status429.is_transport() && Fault::Huge.is_transport());
        assert!(!Fault::WrongOrder.is_transport() && !Fault::CutAfterData.is_transport());
    }
}
