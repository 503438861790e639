//! A mail as bytes. Nothing in it can add a header: the library encodes, and what it would have to
//! encode in a structured field is refused first.

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment as Part, Body, Mailbox, MultiPart, SinglePart};

use crate::ports::mail::{Attachment, Mail, MailError};

const LONGEST_SUBJECT: usize = 200;

/// The message to hand over.
///
/// # Errors
/// [`MailError::Permanent`] when an address, the subject, the Message-ID or the file name has a form
/// that no repetition will mend.
pub(super) fn build(mail: &Mail, from: &Mailbox, now: DateTime<Utc>) -> Result<Message, MailError> {
    let to = mail.to.parse().map_err(|_| permanent("the address is not a mail address"))?;
    if !is_message_id(&mail.message_id) {
        return Err(permanent("the Message-ID has another form than local@domain"));
    }
    if !is_line(&mail.subject, LONGEST_SUBJECT) {
        return Err(permanent("the subject is empty, too long or has control characters"));
    }
    let builder = Message::builder()
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(now.into())
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(&mail.subject);
    let text = SinglePart::plain(mail.body.clone());
    let built = match &mail.attachment {
        None => builder.singlepart(text),
        Some(attachment) => {
            builder.multipart(MultiPart::mixed().singlepart(text).singlepart(pdf(attachment)?))
        }
    };
    built.map_err(|_| permanent("the mail could not be put together"))
}

fn pdf(attachment: &Attachment) -> Result<SinglePart, MailError> {
    if !is_line(&attachment.name, LONGEST_SUBJECT) || attachment.name.contains(['/', '\\', '"']) {
        return Err(permanent("the attachment's name cannot be used"));
    }
    let kind = ContentType::parse("application/pdf").map_err(|_| permanent("the attachment has no type"))?;
    // Left to itself the library may send a PDF as text lines, whose ends servers are free to change.
    let body = Body::new_with_encoding(attachment.pdf.clone(), ContentTransferEncoding::Base64)
        .map_err(|_| permanent("the attachment could not be encoded"))?;
    Ok(Part::new(attachment.name.clone()).body(body, kind))
}

fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

fn is_message_id(id: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    id.len() <= LONGEST_SUBJECT
        && id.split_once('@').is_some_and(|(local, domain)| fits(local) && fits(domain))
}

pub(super) fn permanent(detail: &str) -> MailError {
    MailError::Permanent { detail: detail.to_owned() }
}
