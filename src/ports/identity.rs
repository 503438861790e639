//! What a citizen's sign-in needs: someone who says who is there.

use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

/// An OpenID Connect provider.
pub trait IdentityProvider: Send + Sync {
    /// Begins a sign-in: the address to send the browser to, and what to keep until it is back.
    ///
    /// # Errors
    /// [`IdentityError::Unavailable`] when the provider cannot be reached.
    fn begin<'a>(&'a self, redirect_uri: &'a str) -> BoxFuture<'a, Result<Begin, IdentityError>>;

    /// Ends a sign-in with the `code` the browser brought back. The caller has compared `state`.
    ///
    /// # Errors
    /// [`IdentityError::Refused`] for anything about the token that is not right.
    fn finish<'a>(
        &'a self,
        redirect_uri: &'a str,
        code: &'a str,
        begun: &'a Begin,
    ) -> BoxFuture<'a, Result<Identity, IdentityError>>;

    /// Whether the provider can be reached and fits; one line for the operator.
    fn check(&self) -> BoxFuture<'_, Result<String, IdentityError>>;
}

/// A sign-in under way. Has no `Debug`: nonce and verifier are secrets of this browser's session.
#[derive(Clone, Serialize, Deserialize)]
pub struct Begin {
    /// Where to send the browser.
    pub authorize_url: String,
    /// Comes back in the callback; letters, digits, `-` and `_` only.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// PKCE verifier.
    pub verifier: String,
}

/// Who is there, says the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Provider; with `subject` it identifies the account.
    pub issuer: String,
    /// The provider's lasting name for this person towards us.
    pub subject: String,
    /// 氏名 as on the card; never normalised.
    pub name: Option<String>,
    /// 生年月日.
    pub birth_date: Option<NaiveDate>,
    /// 住所.
    pub address: Option<String>,
    /// 性別.
    pub gender: Option<Gender>,
    /// How strongly the person was authenticated, in the provider's words.
    pub acr: Option<String>,
}

/// Gender as the provider states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// 男.
    Male,
    /// 女.
    Female,
    /// Anything else.
    Other,
}

/// Why nobody was signed in. No variant holds a token or a claim.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not reached or not working.
    #[error("identity provider unavailable: {detail}")]
    Unavailable {
        /// What happened.
        detail: String,
    },
    /// The provider refused the code or our credentials.
    #[error("identity provider denied the sign-in: {error}")]
    Denied {
        /// OAuth error code, such as `invalid_grant`.
        error: String,
    },
    /// A token or answer that must not be trusted.
    #[error("identity provider's answer refused: {reason}")]
    Refused {
        /// Which check failed.
        reason: String,
    },
    /// Our settings are wrong.
    #[error("identity provider misconfigured: {detail}")]
    Misconfigured {
        /// What to mend.
        detail: String,
    },
}
