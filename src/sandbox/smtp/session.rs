//! One SMTP session (RFC 5321) as a state machine over lines, strict about order and form.

use super::mailbox::Mail;
use crate::sandbox::config::SmtpSettings;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const MOST_RECIPIENTS: usize = 100;

/// What the server does after a line.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// Waits for the next line.
    Silent,
    /// Answers; lines inside are separated by CRLF.
    Say(String),
    /// Begins TLS after its answer.
    StartTls,
    /// A whole mail has come.
    Mail(Mail),
    /// Ends after its answer.
    Quit,
}

/// What the next line is.
#[derive(Default)]
enum Expecting {
    #[default]
    Command,
    Plain,
    LoginUser,
    LoginPassword(String),
    Data {
        raw: Vec<u8>,
        wrong: bool,
    },
}

/// State of a session.
pub struct Session {
    settings: SmtpSettings,
    expecting: Expecting,
    greeted: bool,
    tls: bool,
    user: Option<String>,
    sender: Option<String>,
    recipients: Vec<String>,
}

fn say(answer: &str) -> Step {
    Step::Say(answer.to_owned())
}

impl Session {
    /// A session that has just been greeted by the server.
    #[must_use]
    pub fn new(settings: &SmtpSettings) -> Self {
        Self {
            settings: settings.clone(),
            expecting: Expecting::Command,
            greeted: false,
            tls: false,
            user: None,
            sender: None,
            recipients: Vec::new(),
        }
    }

    /// TLS has begun: everything said before is forgotten (RFC 3207 section 4.2).
    pub fn secured(&mut self) {
        *self = Self { tls: true, ..Self::new(&self.settings) };
    }

    /// Takes a line with its end. `grey` tells whether a recipient is put off this time.
    pub fn line(&mut self, line: &[u8], grey: impl Fn() -> bool) -> Step {
        let whole = line.strip_suffix(b"\r\n");
        match std::mem::take(&mut self.expecting) {
            Expecting::Data { raw, wrong } => self.data(raw, wrong, line),
            expecting => match whole.and_then(|l| std::str::from_utf8(l).ok()) {
                None => say("500 5.5.2 Lines end in CRLF and are UTF-8"),
                Some(text) => match expecting {
                    Expecting::Plain => self.plain(text),
                    Expecting::LoginUser => self.login_user(text),
                    Expecting::LoginPassword(user) => self.login(&user, decoded(text)),
                    _ => self.command(text, grey),
                },
            },
        }
    }

    fn command(&mut self, text: &str, grey: impl Fn() -> bool) -> Step {
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(rest, true),
            "HELO" => self.hello(rest, false),
            "NOOP" => say("250 2.0.0 Ok"),
            "QUIT" => Step::Quit,
            "RSET" => {
                self.forget();
                say("250 2.0.0 Ok")
            }
            "VRFY" => say("252 2.5.0 Send some mail"),
            "STARTTLS" | "AUTH" | "MAIL" | "RCPT" | "DATA" if !self.greeted => say("503 5.5.1 EHLO first"),
            "STARTTLS" => self.start_tls(rest),
            "AUTH" => self.auth(rest),
            "MAIL" | "RCPT" | "DATA" if !self.admitted() => self.not_admitted(),
            "MAIL" => self.mail(rest),
            "RCPT" => self.rcpt(rest, grey),
            "DATA" => self.begin_data(rest),
            _ => say("500 5.5.1 Unknown command"),
        }
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn hello(&mut self, name: &str, extended: bool) -> Step {
        if name.trim().is_empty() {
            return say("501 5.5.4 Say who you are");
        }
        self.greeted = true;
        self.forget();
        if !extended {
            return say("250 localhost");
        }
        let mut lines = vec!["localhost".to_owned(), format!("SIZE {}", self.settings.max_size)];
        lines.extend(["8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"].map(str::to_owned));
        if !self.tls {
            lines.push("STARTTLS".to_owned());
        }
        if self.settings.account.is_some() && self.may_sign_in() {
            lines.push("AUTH PLAIN LOGIN".to_owned());
        }
        let last = lines.pop().unwrap_or_default();
        let first: String = lines.iter().map(|line| format!("250-{line}\r\n")).collect();
        Step::Say(format!("{first}250 {last}"))
    }

    fn may_sign_in(&self) -> bool {
        self.tls || !self.settings.require_tls
    }

    fn admitted(&self) -> bool {
        self.may_sign_in() && (self.settings.account.is_none() || self.user.is_some())
    }

    fn not_admitted(&self) -> Step {
        match self.may_sign_in() {
            false => say("530 5.7.0 Must issue a STARTTLS command first"),
            true => say("530 5.7.0 Authentication required"),
        }
    }

    fn start_tls(&self, rest: &str) -> Step {
        match (self.tls, rest.is_empty()) {
            (true, _) => say("503 5.5.1 TLS is already there"),
            (_, false) => say("501 5.5.4 STARTTLS takes no parameter"),
            _ => Step::StartTls,
        }
    }

    fn auth(&mut self, rest: &str) -> Step {
        let (method, initial) = rest.split_once(' ').map_or((rest, None), |(m, i)| (m, Some(i)));
        let method = method.to_ascii_uppercase();
        if self.settings.account.is_none() || self.user.is_some() || self.sender.is_some() {
            return say("503 5.5.1 AUTH is not expected here");
        }
        if !self.may_sign_in() {
            return say("538 5.7.11 Encryption required for the requested authentication mechanism");
        }
        match (method.as_str(), initial) {
            ("PLAIN", Some(response)) => self.plain(response),
            ("PLAIN", None) => self.ask(Expecting::Plain, ""),
            ("LOGIN", None) => self.ask(Expecting::LoginUser, "VXNlcm5hbWU6"),
            ("LOGIN", Some(user)) => self.login_user(user),
            _ => say("504 5.5.4 PLAIN and LOGIN are known"),
        }
    }

    fn ask(&mut self, expecting: Expecting, prompt: &str) -> Step {
        self.expecting = expecting;
        Step::Say(format!("334 {prompt}"))
    }

    fn plain(&mut self, response: &str) -> Step {
        let text = decoded(response).unwrap_or_default();
        match text.split('\0').collect::<Vec<_>>().as_slice() {
            [_, user, password] => self.login(user, Some((*password).to_owned())),
            _ => say("501 5.5.2 Cannot decode"),
        }
    }

    fn login_user(&mut self, response: &str) -> Step {
        match decoded(response) {
            Some(user) => self.ask(Expecting::LoginPassword(user), "UGFzc3dvcmQ6"),
            None => say("501 5.5.2 Cannot decode"),
        }
    }

    fn login(&mut self, user: &str, password: Option<String>) -> Step {
        let given = password.map(|password| (user.to_owned(), password));
        if given.is_some() && given == self.settings.account {
            self.user = Some(user.to_owned());
            return say("235 2.7.0 Authentication successful");
        }
        say("535 5.7.8 Authentication credentials invalid")
    }

    fn mail(&mut self, rest: &str) -> Step {
        if self.sender.is_some() {
            return say("503 5.5.1 Sender already given");
        }
        let Some((sender, parameters)) = path(rest, "FROM:") else {
            return say("501 5.5.4 MAIL FROM:<address>");
        };
        if !sender.is_empty() && !is_address(sender) {
            return say("553 5.1.7 Bad sender address");
        }
        if let Some(refused) = self.parameters(parameters) {
            return refused;
        }
        self.sender = Some(sender.to_owned());
        say("250 2.1.0 Ok")
    }

    fn parameters(&self, parameters: &str) -> Option<Step> {
        parameters.split_ascii_whitespace().find_map(|parameter| {
            let upper = parameter.to_ascii_uppercase();
            match upper.strip_prefix("SIZE=").map(str::parse::<usize>) {
                Some(Ok(size)) if size > self.settings.max_size => Some(say("552 5.3.4 Message too big")),
                Some(Ok(_)) => None,
                Some(Err(_)) => Some(say("501 5.5.4 SIZE takes a number")),
                None if ["BODY=8BITMIME", "BODY=7BIT", "SMTPUTF8"].contains(&upper.as_str()) => None,
                None => Some(say("555 5.5.4 Unknown parameter")),
            }
        })
    }

    fn rcpt(&mut self, rest: &str, grey: impl Fn() -> bool) -> Step {
        if self.sender.is_none() {
            return say("503 5.5.1 MAIL first");
        }
        let Some((recipient, "")) = path(rest, "TO:") else {
            return say("501 5.5.4 RCPT TO:<address>");
        };
        if !is_address(recipient) {
            return say("553 5.1.3 Bad recipient address");
        }
        if recipient.contains("bounce") {
            return say("550 5.1.1 User unknown");
        }
        if grey() {
            return say("451 4.7.1 Greylisted, try again later");
        }
        if self.recipients.len() == MOST_RECIPIENTS {
            return say("452 4.5.3 Too many recipients");
        }
        self.recipients.push(recipient.to_owned());
        say("250 2.1.5 Ok")
    }

    fn begin_data(&mut self, rest: &str) -> Step {
        if self.recipients.is_empty() || !rest.is_empty() {
            return say("503 5.5.1 RCPT first, and no parameter");
        }
        self.expecting = Expecting::Data { raw: Vec::new(), wrong: false };
        say("354 End data with <CR><LF>.<CR><LF>")
    }

    fn data(&mut self, mut raw: Vec<u8>, wrong: bool, line: &[u8]) -> Step {
        if line == b".\r\n" {
            return self.end_data(raw, wrong);
        }
        let wrong = wrong || !line.ends_with(b"\r\n");
        if raw.len() <= self.settings.max_size {
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        }
        self.expecting = Expecting::Data { raw, wrong };
        Step::Silent
    }

    fn end_data(&mut self, raw: Vec<u8>, wrong: bool) -> Step {
        let from = self.sender.take().unwrap_or_default();
        let to = std::mem::take(&mut self.recipients);
        if raw.len() > self.settings.max_size {
            return say("552 5.3.4 Message too big");
        }
        if wrong {
            return say("554 5.6.0 Lines end in CRLF");
        }
        Step::Mail(Mail { from, to, raw, tls: self.tls, user: self.user.clone(), ..Mail::default() })
    }
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

/// The address between the angle brackets after `keyword`, and what follows them.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let head = rest.get(..keyword.len())?;
    let bracketed = rest.get(keyword.len()..)?.strip_prefix('<')?;
    let (address, after) = bracketed.split_once('>')?;
    head.eq_ignore_ascii_case(keyword).then_some((address, after.trim_start()))
}

fn is_address(address: &str) -> bool {
    let clean = !address.chars().any(|c| c.is_control() || c.is_whitespace() || "<>,;".contains(c));
    let parts = address.split_once('@');
    clean
        && address.len() <= 254
        && parts
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}
