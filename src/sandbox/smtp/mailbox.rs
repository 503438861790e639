//! The mails taken, newest last.

use crate::sandbox::clock;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::{Value, json};
use std::collections::VecDeque;

const MOST_MAILS: usize = 500;

/// A mail as it came over the wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mail {
    /// Envelope sender; empty for a bounce.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The message, dots unstuffed.
    pub raw: Vec<u8>,
    /// Whether it came over TLS.
    pub tls: bool,
    /// Who signed in to send it.
    pub user: Option<String>,
    /// Number in order of arrival, from 1; 0 before it is kept.
    pub number: u64,
    /// Moment of arrival in milliseconds since 1970.
    pub at: i64,
}

/// A mail made readable.
#[derive(Default)]
pub struct Readable {
    /// Subject, decoded.
    pub subject: String,
    /// Message-ID without its brackets.
    pub message_id: String,
    /// Text part, decoded.
    pub text: String,
    /// Name and size in bytes of each attachment.
    pub attachments: Vec<(String, usize)>,
}

impl Mail {
    /// The mail decoded: encoded words, transfer encodings, first text part.
    #[must_use]
    pub fn read(&self) -> Readable {
        let Some(message) = MessageParser::default().parse(&self.raw) else { return Readable::default() };
        let attachments = message
            .attachments()
            .map(|a| (a.attachment_name().unwrap_or("（名前なし）").to_owned(), a.contents().len()))
            .collect();
        Readable {
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
            attachments,
        }
    }

    /// The mail as `/mails.json` lists it.
    #[must_use]
    pub fn json(&self) -> Value {
        let readable = self.read();
        let attachments: Vec<Value> =
            readable.attachments.iter().map(|(name, size)| json!({ "name": name, "bytes": size })).collect();
        json!({
            "number": self.number, "at": clock::japanese_time(self.at), "from": self.from, "to": self.to,
            "tls": self.tls, "user": self.user, "subject": readable.subject,
            "messageId": readable.message_id, "text": readable.text, "attachments": attachments
        })
    }
}

/// The newest 500 mails.
#[derive(Default)]
pub struct Mailbox {
    mails: VecDeque<Mail>,
    taken: u64,
}

impl Mailbox {
    /// Keeps a mail and returns its number.
    pub fn keep(&mut self, mail: Mail) -> u64 {
        self.taken += 1;
        if self.mails.len() == MOST_MAILS {
            self.mails.pop_front();
        }
        self.mails.push_back(Mail { number: self.taken, at: clock::unix_millis(), ..mail });
        self.taken
    }

    /// Every mail still kept, oldest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Mail> {
        self.mails.iter()
    }

    /// One mail by its number.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Mail> {
        self.mails.iter().find(|mail| mail.number == number)
    }

    /// Throws every mail away; numbers go on.
    pub fn clear(&mut self) {
        self.mails.clear();
    }
}
