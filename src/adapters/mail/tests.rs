use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::adapters::http::stub::clock;
use crate::ports::mail::{Attachment, Mail, MailError, Mailer};

/// A mail server that answers `verb` with `answer` (nothing: it hangs up) and everything else kindly.
struct Server {
    port: u16,
    heard: Arc<Mutex<String>>,
}

impl Server {
    async fn start(verb: &'static str, answer: &'static str) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let port = listener.local_addr().expect("address").port();
        let heard = Arc::new(Mutex::new(String::new()));
        let ears = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = talk(stream, verb, answer, &ears).await;
            }
        });
        Server { port, heard }
    }

    fn heard(&self) -> String {
        self.heard.lock().expect("lock").clone()
    }
}

async fn talk(stream: TcpStream, verb: &str, answer: &str, ears: &Mutex<String>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut data = false;
    stream.write_all(b"220 hello\r\n").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        ears.lock().expect("lock").push_str(&line);
        let word = if data && line == ".\r\n" {
            "."
        } else {
            line.split([' ', ':', '\r']).next().unwrap_or_default()
        };
        if data && word != "." {
            continue;
        }
        let reply = match word {
            word if word == verb && answer.is_empty() => return Ok(()),
            word if word == verb => answer,
            "EHLO" => "250-here\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            "DATA" => "354 go on",
            "AUTH" => "235 welcome",
            _ => "250 fine",
        };
        data = reply.starts_with("354");
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
}

fn config(port: u16) -> MailConfig {
    MailConfig {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        ca_pem: None,
        account: None,
        from: "窓口 <noreply@city.example>".to_owned(),
        timeout: Duration::from_secs(5),
    }
}

fn mail() -> Mail {
    Mail {
        message_id: "d-0001@city.example".to_owned(),
        to: "hanako@mail.example".to_owned(),
        subject: "市役所からのお知らせ".to_owned(),
        body: "お知らせがあります。\n.\nサインインしてご覧ください。".to_owned(),
        attachment: None,
    }
}

async fn send(server: &Server, mail: &Mail) -> Result<(), MailError> {
    Smtp::new(config(server.port), clock()).expect("smtp").send(mail).await
}

#[tokio::test]
async fn a_mail_and_its_repetition_have_the_same_message_id() {
    let server = Server::start("", "").await;
    for _ in 0..2 {
        send(&server, &mail()).await.expect("sent");
    }
    let heard = server.heard();
    assert_eq!(heard.matches("Message-ID: <d-0001@city.example>\r\n").count(), 2);
    assert!(heard.contains("RCPT TO:<hanako@mail.example>"));
    assert!(heard.contains("Content-Type: text/plain; charset=utf-8"));
    assert!(heard.contains("Date: Tue, 31 Mar 2026 23:33:20 +0000"));
}

#[tokio::test]
async fn a_pdf_goes_along() {
    let server = Server::start("", "").await;
    let attachment = Some(Attachment { name: "受付票.pdf".to_owned(), pdf: b"%PDF-1.7 x".to_vec() });
    send(&server, &Mail { attachment, ..mail() }).await.expect("sent");
    let heard = server.heard();
    assert!(heard.contains("Content-Type: application/pdf") && heard.contains("JVBERi0xLjcgeA=="));
    assert!(heard.contains("Content-Disposition: attachment;"));
}

#[tokio::test]
async fn the_step_decides_what_a_failure_means() {
    type Kind = fn(&MailError) -> bool;
    let temporary: Kind = |error| matches!(error, MailError::Temporary { .. });
    let permanent: Kind = |error| matches!(error, MailError::Permanent { .. });
    let unknown: Kind = |error| matches!(error, MailError::Unknown { .. });
    let cases: [(&str, &str, Kind); 8] = [
        ("EHLO", "", temporary),
        ("EHLO", "554 no", temporary),
        ("RCPT", "451 greylisted, come back", temporary),
        ("RCPT", "550 hanako@mail.example is unknown", permanent),
        ("DATA", "452 no room", temporary),
        (".", "554 looks like spam", permanent),
        (".", "", unknown),
        (".", "garbage", unknown),
    ];
    for (verb, answer, expected) in cases {
        let error = send(&Server::start(verb, answer).await, &mail()).await.expect_err("error");
        assert!(expected(&error), "{verb} {answer}: {error:?}");
        assert!(!error.to_string().contains("hanako"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_temporary() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let port = listener.local_addr().expect("address").port();
    drop(listener);
    let error = Smtp::new(config(port), clock()).expect("smtp").send(&mail()).await.expect_err("error");
    assert!(matches!(error, MailError::Temporary { .. }), "{error:?}");
}

#[tokio::test]
async fn a_password_that_is_refused_does_not_condemn_the_mail() {
    let server = Server::start("AUTH", "535 who are you").await;
    let account = Some(("office".to_owned(), SecretString::from("s3cret")));
    let smtp = Smtp::new(MailConfig { account, ..config(server.port) }, clock()).expect("smtp");
    assert!(smtp.send(&mail()).await.is_err_and(|error| error.passes()));
    assert!(smtp.check().await.is_err());
}

#[tokio::test]
async fn without_starttls_nothing_is_said() {
    let server = Server::start("", "").await;
    let account = Some(("office".to_owned(), SecretString::from("s3cret")));
    let strict = MailConfig { security: Security::StartTls, account, ..config(server.port) };
    let error = Smtp::new(strict, clock()).expect("smtp").send(&mail()).await.expect_err("error");
    assert!(matches!(error, MailError::Temporary { .. }), "{error:?}");
    assert!(!server.heard().contains("AUTH") && !server.heard().contains("MAIL"));
}

#[tokio::test]
async fn no_field_can_add_a_header() {
    let server = Server::start("", "").await;
    let evil = "x\r\nBcc: all@mail.example";
    let attachment = Some(Attachment { name: evil.to_owned(), pdf: vec![] });
    let mails = [
        Mail { subject: evil.to_owned(), ..mail() },
        Mail { to: format!("a@mail.example{evil}"), ..mail() },
        Mail { to: "a@mail.example, b@mail.example".to_owned(), ..mail() },
        Mail { message_id: format!("a@b>{evil}"), ..mail() },
        Mail { attachment, ..mail() },
    ];
    for mail in mails {
        assert!(matches!(send(&server, &mail).await, Err(MailError::Permanent { .. })));
    }
    assert!(!server.heard().contains("Bcc"));
}

#[tokio::test]
async fn check_says_what_was_reached() {
    let server = Server::start("", "").await;
    let line = Smtp::new(config(server.port), clock()).expect("smtp").check().await.expect("reached");
    assert!(line.contains(&server.port.to_string()) && line.contains("without sign-in"), "{line}");
}

#[test]
fn settings_that_cannot_be_used_are_named_and_the_password_is_not_shown() {
    let refused = |config| Smtp::new(config, clock()).err().map(|error| error.setting);
    let account = Some(("office".to_owned(), SecretString::from("s3cret")));
    let bare = MailConfig { host: "mail.example".to_owned(), account, ..config(25) };
    assert!(!format!("{bare:?}").contains("s3cret"));
    assert_eq!(refused(bare), Some("mail security"));
    assert_eq!(refused(MailConfig { from: "nobody".to_owned(), ..config(25) }), Some("mail from"));
    assert_eq!(refused(MailConfig { timeout: Duration::from_secs(31), ..config(25) }), Some("mail timeout"));
    let ca_pem = Some("nonsense".to_owned());
    let strict = MailConfig { security: Security::Tls, ca_pem, ..config(25) };
    assert_eq!(refused(strict), Some("mail ca_pem"));
}
