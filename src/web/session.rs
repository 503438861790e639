//! Who is there: the session behind the cookie, and what it may do.

use std::collections::BTreeMap;
use std::net::IpAddr;

use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use crate::domain::lang::Lang;
use crate::domain::permission::Actor;
use crate::usecases::Caller;
use crate::usecases::sessions::{self, Known};

use super::errors::Failure;
use super::frame::Frame;

/// Somebody who is signed in, as pages name them.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Name.
    pub name: String,
    /// Role in words.
    pub role: String,
    /// Whether their office only receives and passes on.
    pub receives_only: bool,
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The token in the cookie.
    pub token: String,
    /// What forms must carry; made from the token.
    pub csrf: String,
    /// Where the request goes.
    pub path: String,
    /// Language of the pages.
    pub lang: Lang,
    /// The language chosen in this browser, whoever is signed in.
    pub chosen: Lang,
    /// Who is signed in, with both factors where two are asked.
    pub actor: Option<Actor>,
    /// As pages name them.
    pub principal: Option<Principal>,
    /// `guest`, `second_factor` or `full`.
    pub stage: String,
    /// Data of the session.
    pub data: BTreeMap<String, String>,
    /// When it ends without further use.
    pub timeout_at: Option<DateTime<Utc>>,
    /// One message from the step before: kind and text.
    pub flash: Option<(String, String)>,
    /// Single-key shortcuts.
    pub keys: bool,
    /// The client's address.
    pub source: String,
}

const FLASH: &str = "flash";
const LANG: &str = "lang";
const KEYS: &str = "keys";

impl Visitor {
    /// Somebody of whom nothing is known, for answers before the session was looked at.
    pub fn nobody(request: &HttpRequest) -> Visitor {
        Visitor {
            token: String::new(),
            csrf: String::new(),
            path: request.path().to_owned(),
            lang: lang_of(request),
            chosen: cookie_lang(request).unwrap_or_default(),
            actor: None,
            principal: None,
            stage: "guest".to_owned(),
            data: BTreeMap::new(),
            timeout_at: None,
            flash: None,
            keys: false,
            source: String::new(),
        }
    }

    /// Whether a citizen is signed in.
    pub fn is_citizen(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.id.starts_with("cit_"))
    }

    /// The signed-in citizen as a caller.
    ///
    /// # Errors
    /// [`Failure::SignIn`].
    pub fn citizen(&self) -> Result<Caller, Failure> {
        match &self.actor {
            Some(actor) if self.is_citizen() => Ok(self.caller(actor)),
            _ => Err(Failure::SignIn("/sign-in")),
        }
    }

    /// Whoever may have a draft to fill in: the signed-in citizen, or somebody of an office that applies for others.
    ///
    /// # Errors
    /// [`Failure::SignIn`].
    pub fn filler(&self) -> Result<Caller, Failure> {
        match &self.actor {
            Some(actor) if actor.id.starts_with("usr_") && actor.institution.is_some() => {
                Ok(self.caller(actor))
            }
            _ => self.citizen(),
        }
    }

    /// The signed-in member of staff, physician or operator as a caller.
    ///
    /// # Errors
    /// [`Failure::SignIn`].
    pub fn user(&self) -> Result<Caller, Failure> {
        match &self.actor {
            Some(actor) if actor.id.starts_with("usr_") => Ok(self.caller(actor)),
            _ => Err(Failure::SignIn("/staff/sign-in")),
        }
    }

    /// The same visitor on a page that is read in the language chosen in the browser, also by staff.
    pub fn in_chosen_language(&self) -> Visitor {
        Visitor { lang: self.chosen, ..self.clone() }
    }

    /// Whoever is signed in.
    ///
    /// # Errors
    /// [`Failure::SignIn`].
    pub fn anyone(&self) -> Result<Caller, Failure> {
        self.actor.as_ref().map(|actor| self.caller(actor)).ok_or(Failure::SignIn("/sign-in"))
    }

    fn caller(&self, actor: &Actor) -> Caller {
        Caller { actor: actor.clone(), source: self.source.clone() }
    }
}

impl FromRequest for Visitor {
    type Error = Failure;
    type Future = std::future::Ready<Result<Visitor, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visitor = request.extensions().get::<Visitor>().cloned();
        std::future::ready(visitor.ok_or_else(|| Failure::Fault("no session middleware".to_owned())))
    }
}

/// Finds the visitor before any handler runs, and keeps the cookie. Answers with
/// [`Failure::Unavailable`] when sessions cannot be read.
///
/// # Errors
/// None of its own.
pub async fn recognise(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let frame = request.extract::<web::Data<Frame>>().await?;
    let found = match visitor(&frame, request.request()).await {
        Ok(found) => found,
        Err(failure) => return Ok(request.error_response(failure).map_into_right_body()),
    };
    let fresh = request.cookie(cookie_name(&frame)).is_none();
    let (token, flash) = (found.token.clone(), found.flash.is_some());
    request.extensions_mut().insert(found);
    let mut response = next.call(request).await?;
    let sets_own = response.response().cookies().any(|cookie| cookie.name() == cookie_name(&frame));
    if fresh && !sets_own {
        response.response_mut().add_cookie(&cookie(&frame, &token)).map_err(actix_web::Error::from)?;
    }
    let sets_flash = response.response().cookies().any(|cookie| cookie.name() == FLASH);
    if flash && !sets_flash && response.status().is_success() {
        let gone =
            Cookie::build(FLASH, "").path("/").max_age(actix_web::cookie::time::Duration::ZERO).finish();
        response.response_mut().add_cookie(&gone).map_err(actix_web::Error::from)?;
    }
    Ok(response.map_into_left_body())
}

async fn visitor(frame: &Frame, request: &HttpRequest) -> Result<Visitor, Failure> {
    let sent = request.cookie(cookie_name(frame)).map(|cookie| cookie.value().to_owned());
    // A token that we cannot have made is not adopted.
    let token = match sent.filter(|token| token.len() == 43) {
        Some(token) => token,
        None => sessions::new_token()?,
    };
    let (wanted, csrf_of) = (token.clone(), token.clone());
    let (known, csrf) = frame
        .run(move |house| Ok((sessions::recognise(house, &wanted)?, sessions::csrf(house, &csrf_of))))
        .await?;
    let mut visitor = Visitor::nobody(request);
    visitor.token = token;
    visitor.csrf = csrf;
    visitor.source = client(frame, request).to_string();
    visitor.keys = request.cookie(KEYS).is_some_and(|cookie| cookie.value() == "1");
    visitor.flash = request.cookie(FLASH).and_then(|cookie| read_flash(cookie.value()));
    if let Some(Known { actor, name, role, lang, stage, data, timeout_at }) = known {
        visitor.actor = (stage == "full").then_some(actor).flatten();
        let receives_only = visitor.actor.as_ref().is_some_and(|actor| actor.office.is_some());
        visitor.principal = visitor.actor.is_some().then_some(Principal { name, role, receives_only });
        visitor.lang = lang.unwrap_or(visitor.lang);
        visitor.stage = stage;
        visitor.data = data;
        visitor.timeout_at = visitor.actor.is_some().then_some(timeout_at);
    }
    Ok(visitor)
}

/// The client's address; a forwarded one is believed only from a trusted proxy.
pub fn client(frame: &Frame, request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    if !frame.config.trusted_proxies.contains(&peer) {
        return peer;
    }
    let forwarded =
        request.headers().get("x-forwarded-for").and_then(|it| it.to_str().ok()).unwrap_or_default();
    forwarded.rsplit(',').next().and_then(|last| last.trim().parse().ok()).unwrap_or(peer)
}

fn cookie_lang(request: &HttpRequest) -> Option<Lang> {
    request.cookie(LANG).and_then(|cookie| Lang::from_code(cookie.value()))
}

fn lang_of(request: &HttpRequest) -> Lang {
    let chosen = cookie_lang(request);
    let accepted = || {
        let header = request.headers().get("accept-language")?.to_str().ok()?;
        let first = header.split(',').next()?.trim();
        first.starts_with("en").then_some(Lang::En)
    };
    chosen.or_else(accepted).unwrap_or_default()
}

/// Name of the session cookie; over TLS browsers then hold it to this host.
fn cookie_name(frame: &Frame) -> &'static str {
    if frame.config.secure { "__Host-madoguchi" } else { "madoguchi" }
}

/// The session cookie.
pub fn cookie(frame: &Frame, token: &str) -> Cookie<'static> {
    build(frame, cookie_name(frame), token)
}

fn build(frame: &Frame, name: &'static str, value: &str) -> Cookie<'static> {
    Cookie::build(name, value.to_owned())
        .path("/")
        .http_only(true)
        .secure(frame.config.secure)
        .same_site(SameSite::Lax)
        .finish()
}

/// Remembers the language without a session.
pub fn lang_cookie(frame: &Frame, lang: Lang) -> Cookie<'static> {
    build(frame, LANG, lang.code())
}

/// Remembers whether single-key shortcuts are on.
pub fn keys_cookie(frame: &Frame, on: bool) -> Cookie<'static> {
    build(frame, KEYS, if on { "1" } else { "" })
}

/// A redirect to a local path.
pub fn redirect(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", local(path))).finish()
}

/// A redirect that brings a message along. The text comes from a catalogue, never from input.
pub fn redirect_with(frame: &Frame, path: &str, kind: &str, text: &str) -> HttpResponse {
    let value = URL_SAFE_NO_PAD.encode(format!("{kind}\n{text}"));
    HttpResponse::SeeOther()
        .insert_header(("Location", local(path)))
        .cookie(build(frame, FLASH, &value))
        .finish()
}

fn read_flash(value: &str) -> Option<(String, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    let (kind, text) = text.split_once('\n')?;
    let known = ["success", "info", "warning", "error"].contains(&kind) && text.chars().count() <= 300;
    known.then(|| (kind.to_owned(), text.to_owned()))
}

/// Only a path of this site; anything else becomes the first page.
pub fn local(path: &str) -> String {
    let safe = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.len() <= 500
        && path.chars().all(|c| c.is_ascii_graphic());
    if safe { path.to_owned() } else { "/".to_owned() }
}

/// A text as the value of a query parameter.
pub fn encode(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
