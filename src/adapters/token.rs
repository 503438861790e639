//! Access tokens by client credentials and signed assertion, kept until they run out.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::Mutex;

use super::http::{Http, HttpFault, Reply, SharedClock};
use super::jwt::{ASSERTION_TYPE, SigningKey};

/// A token is renewed this many seconds before it runs out, so that it does not run out on the way.
const MARGIN_SECONDS: i64 = 30;
/// Assumed lifetime when the answer names none (RFC 6749 only recommends it), in seconds.
const UNSTATED_SECONDS: i64 = 60;

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token endpoint was not reached, or is not working.
    #[error("token endpoint unavailable: {detail}")]
    Unavailable {
        /// What happened.
        detail: String,
        /// When to come back, if it said so.
        retry_after: Option<Duration>,
    },
    /// It refused us.
    #[error("token refused: {error}")]
    Refused {
        /// OAuth error code, or the status.
        error: String,
    },
    /// Its answer is not a token.
    #[error("the token endpoint's answer is not a bearer token")]
    Garbled,
}

/// Gets and keeps the token of one client.
pub struct Tokens {
    client_id: String,
    scope: String,
    key: SigningKey,
    clock: SharedClock,
    kept: Mutex<Option<Kept>>,
}

#[derive(Clone)]
struct Kept {
    token: String,
    until: DateTime<Utc>,
}

impl Tokens {
    /// Tokens for `client_id` with `scope`, authenticated by `key`.
    pub fn new(client_id: &str, scope: &str, key: SigningKey, clock: SharedClock) -> Tokens {
        Tokens {
            client_id: client_id.to_owned(),
            scope: scope.to_owned(),
            key,
            clock,
            kept: Mutex::default(),
        }
    }

    /// The kept token, if it is still good.
    pub async fn kept(&self) -> Option<String> {
        let now = self.clock.now();
        self.kept.lock().await.as_ref().filter(|kept| kept.until > now).map(|kept| kept.token.clone())
    }

    /// Drops the kept token, after it was refused.
    pub async fn forget(&self) {
        *self.kept.lock().await = None;
    }

    /// A good token: the kept one, or a new one from `endpoint`. Callers at the same time share one
    /// request.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn get(&self, http: &Http, endpoint: &str) -> Result<String, TokenError> {
        let mut kept = self.kept.lock().await;
        let now = self.clock.now();
        if let Some(good) = kept.as_ref().filter(|kept| kept.until > now) {
            return Ok(good.token.clone());
        }
        let reply = http.call(|client| Ok(client.post(endpoint).form(&self.form(endpoint)?))).await;
        let fresh = read(&reply.map_err(unavailable)?, now)?;
        *kept = Some(fresh.clone());
        Ok(fresh.token)
    }

    fn form(&self, endpoint: &str) -> Result<[(&'static str, String); 5], HttpFault> {
        let assertion = self.key.assertion(&self.client_id, endpoint, self.clock.now());
        let assertion = assertion.map_err(|error| HttpFault::NotSent { detail: error.to_string() })?;
        Ok([
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", self.client_id.clone()),
            ("client_assertion_type", ASSERTION_TYPE.to_owned()),
            ("client_assertion", assertion),
            ("scope", self.scope.clone()),
        ])
    }
}

fn unavailable(fault: HttpFault) -> TokenError {
    TokenError::Unavailable { detail: fault.to_string(), retry_after: None }
}

fn read(reply: &Reply, now: DateTime<Utc>) -> Result<Kept, TokenError> {
    match reply.status {
        200 => token(&reply.json().map_err(|_| TokenError::Garbled)?, now).ok_or(TokenError::Garbled),
        429 | 500.. => {
            let detail = format!("status {}", reply.status);
            Err(TokenError::Unavailable { detail, retry_after: reply.retry_after })
        }
        status => Err(TokenError::Refused {
            error: oauth_error(reply).unwrap_or_else(|| format!("status {status}")),
        }),
    }
}

fn token(answer: &Value, now: DateTime<Utc>) -> Option<Kept> {
    let text = |name| answer.get(name).and_then(Value::as_str);
    let token = text("access_token").filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()))?;
    let bearer = text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    let seconds = answer.get("expires_in").and_then(Value::as_i64).unwrap_or(UNSTATED_SECONDS);
    let lasting = TimeDelta::try_seconds((seconds - MARGIN_SECONDS).max(seconds / 2).clamp(0, 86_400))?;
    (bearer && !token.is_empty()).then(|| Kept { token: token.to_owned(), until: now + lasting })
}

/// The `error` of an OAuth error answer, bounded; its free text is left out, as it may repeat ours.
pub fn oauth_error(reply: &Reply) -> Option<String> {
    let answer = reply.json().ok()?;
    let error = answer.get("error")?.as_str()?;
    Some(error.chars().filter(char::is_ascii_graphic).take(64).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reply(status: u16, body: Value) -> Reply {
        Reply { status, headers: Default::default(), retry_after: None, bytes: body.to_string().into_bytes() }
    }

    #[test]
    fn a_bearer_token_is_kept_until_shortly_before_it_runs_out() {
        let now = DateTime::from_timestamp(0, 0).expect("time");
        let answer = |seconds| json!({ "access_token": "t", "token_type": "bearer", "expires_in": seconds });
        let lasting =
            |seconds| (read(&reply(200, answer(seconds)), now).expect("token").until - now).num_seconds();
        assert_eq!([lasting(1800), lasting(40), lasting(0), lasting(i64::MAX)], [1770, 20, 0, 86_400]);
    }

    #[test]
    fn anything_else_is_no_token() {
        let now = DateTime::from_timestamp(0, 0).expect("time");
        for body in [
            json!({}),
            json!({ "access_token": "t", "token_type": "mac" }),
            json!([]),
            json!({ "access_token": "", "token_type": "Bearer" }),
            json!({ "access_token": "a\nb", "token_type": "Bearer" }),
        ] {
            assert_eq!(read(&reply(200, body.clone()), now).err(), Some(TokenError::Garbled), "{body}");
        }
        let refused = read(&reply(401, json!({ "error": "invalid_client" })), now).err();
        assert_eq!(refused, Some(TokenError::Refused { error: "invalid_client".to_owned() }));
        assert!(matches!(read(&reply(503, json!({})), now), Err(TokenError::Unavailable { .. })));
    }
}
