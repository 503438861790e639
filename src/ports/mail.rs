//! What a delivery needs from mail.

use futures_util::future::BoxFuture;

/// Something that takes a mail for delivery.
pub trait Mailer: Send + Sync {
    /// Hands one mail to the mail server. Sending a mail again repeats its Message-ID, so that a
    /// receiver can tell the duplicate.
    ///
    /// # Errors
    /// See [`MailError`].
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailError>>;

    /// Whether the mail server takes our sign-in; one line for the operator.
    fn check(&self) -> BoxFuture<'_, Result<String, MailError>>;
}

/// One mail. Has no `Debug`: it is addressed to a person.
#[derive(Clone)]
pub struct Mail {
    /// `local@domain` without angle brackets: letters, digits, `.`, `-`, `_`; made once, stored with
    /// the delivery.
    pub message_id: String,
    /// Address of the receiver.
    pub to: String,
    /// Subject. It travels and is shown in clear, so it says nothing about the person: neither name
    /// nor disease nor program.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// A PDF to go with it.
    pub attachment: Option<Attachment>,
}

/// A PDF.
#[derive(Clone)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// The document.
    pub pdf: Vec<u8>,
}

/// Why a mail was not, or perhaps not, taken. No variant repeats the address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Not taken for now: the server is away, busy or greylisting. Try again.
    #[error("mail not taken for now: {detail}")]
    Temporary {
        /// What happened.
        detail: String,
    },
    /// Never taken: send it on paper.
    #[error("mail refused: {detail}")]
    Permanent {
        /// What was said.
        detail: String,
    },
    /// The connection broke after the mail was handed over. Try again with the same Message-ID.
    #[error("unknown whether the mail was taken: {detail}")]
    Unknown {
        /// What happened.
        detail: String,
    },
}

impl MailError {
    /// Whether to try again.
    pub fn passes(&self) -> bool {
        !matches!(self, MailError::Permanent { .. })
    }
}
