use super::*;
use crate::sandbox::testing::Bench;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::io::AsyncBufReadExt;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const MESSAGE: &str = "From: a@example.jp\r\nTo: b@example.jp\r\nMessage-ID: <m1@example.jp>\r\n\
    Subject: =?UTF-8?B?55Sz6KuL44KS5Y+X44GR5LuY44GR44G+44GX44Gf?=\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    5Y+X5LuY55Wq5Y+3OiBOQi03SzNG\r\n";

struct Talk<S>(BufReader<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    /// The whole answer, its lines joined by a bar; empty when the connection was closed.
    async fn answer(&mut self) -> String {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await.unwrap_or(0) == 0 {
                break;
            }
            let more = line.as_bytes().get(3) == Some(&b'-');
            lines.push(line.trim_end().to_owned());
            if !more {
                break;
            }
        }
        lines.join("|")
    }

    async fn say(&mut self, line: &str) -> String {
        self.0.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.0.flush().await.unwrap();
        self.answer().await
    }

    async fn expect(&mut self, line: &str, code: &str) {
        let answer = self.say(line).await;
        assert!(answer.starts_with(code), "{line}: {answer}");
    }

    /// A mail from MAIL to the answer after the final dot.
    async fn send(&mut self, message: &str) -> String {
        self.expect("MAIL FROM:<a@example.jp>", "250").await;
        self.expect("RCPT TO:<b@example.jp>", "250").await;
        self.expect("DATA", "354").await;
        self.say(&format!("{message}.")).await
    }
}

async fn connect(bench: &Bench) -> Talk<TcpStream> {
    let mut talk = Talk(BufReader::new(TcpStream::connect(bench.sandbox.smtp_addr).await.unwrap()));
    assert!(talk.answer().await.starts_with("220"));
    talk
}

async fn secure(bench: &Bench) -> Talk<TlsStream<TcpStream>> {
    let mut talk = connect(bench).await;
    talk.expect("EHLO client", "250").await;
    talk.expect("STARTTLS", "220").await;
    shake_hands(bench, talk).await
}

async fn shake_hands(bench: &Bench, talk: Talk<TcpStream>) -> Talk<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(bench.sandbox.smtp_ca_pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, talk.0.into_inner()).await.unwrap();
    let mut talk = Talk(BufReader::new(stream));
    talk.expect("EHLO client", "250").await;
    talk
}

async fn plain() -> Bench {
    Bench::with(|config| config.smtp.require_tls = false).await
}

async fn mails(bench: &Bench) -> Vec<Value> {
    let answer = bench.http.get(format!("{}/mails.json", bench.sandbox.mail_page)).send().await.unwrap();
    answer.json().await.unwrap()
}

async fn fault(bench: &Bench, fault: Value) {
    bench.fault(&bench.sandbox.mail_page, fault).await;
}

#[actix_web::test]
async fn a_mail_is_taken_over_tls_and_can_be_read() {
    let bench = Bench::new().await;
    assert!(secure(&bench).await.send(MESSAGE).await.starts_with("250"));
    let mails = mails(&bench).await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((&mail["from"], &mail["to"]), (&json!("a@example.jp"), &json!(["b@example.jp"])));
    assert_eq!(mail["subject"], "申請を受け付けました");
    assert_eq!(mail["text"].as_str().unwrap().trim_end(), "受付番号: NB-7K3F");
    assert_eq!((&mail["messageId"], &mail["tls"]), (&json!("m1@example.jp"), &json!(true)));
    let page = async |path: &str| {
        let answer = bench.http.get(format!("{}{path}", bench.sandbox.mail_page)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert!(page("/").await.1.contains("<a href=\"/mails/1\">申請を受け付けました</a>"));
    assert!(page("/mails/1").await.1.contains("受付番号: NB-7K3F"));
    assert_eq!(page("/mails/2").await.0, 404);
    bench.http.delete(format!("{}/mails.json", bench.sandbox.mail_page)).send().await.unwrap();
    assert!(page("/").await.1.contains("まだメールはありません"));
}

#[actix_web::test]
async fn nothing_goes_before_tls() {
    let bench = Bench::with(|config| config.smtp.account = Some(("u".into(), "p".into()))).await;
    let mut talk = connect(&bench).await;
    talk.expect("MAIL FROM:<a@example.jp>", "503").await;
    let hello = talk.say("EHLO client").await;
    assert!(hello.contains("STARTTLS") && hello.contains("SIZE 10485760") && !hello.contains("AUTH"));
    talk.expect("MAIL FROM:<a@example.jp>", "530 5.7.0 Must issue").await;
    talk.expect("AUTH PLAIN AHUAcA==", "538").await;
}

#[actix_web::test]
async fn words_before_tls_do_not_count_after_it() {
    let bench = Bench::new().await;
    let mut talk = connect(&bench).await;
    talk.expect("EHLO client", "250").await;
    talk.0.write_all(b"STARTTLS\r\nMAIL FROM:<evil@example.jp>\r\n").await.unwrap();
    assert!(talk.answer().await.starts_with("220"));
    let mut talk = shake_hands(&bench, talk).await;
    talk.expect("STARTTLS", "503").await;
    talk.expect("RCPT TO:<b@example.jp>", "503").await;
}

#[actix_web::test]
async fn an_account_must_sign_in() {
    let bench = Bench::with(|config| config.smtp.account = Some(("u".into(), "p".into()))).await;
    let mut talk = secure(&bench).await;
    talk.expect("MAIL FROM:<a@example.jp>", "530 5.7.0 Authentication").await;
    talk.expect(&format!("AUTH PLAIN {}", STANDARD.encode("\0u\0wrong")), "535").await;
    talk.expect("AUTH PLAIN !", "501").await;
    talk.expect("AUTH CRAM-MD5", "504").await;
    talk.expect("AUTH LOGIN", "334 VXNlcm5hbWU6").await;
    talk.expect(&STANDARD.encode("u"), "334 UGFzc3dvcmQ6").await;
    talk.expect(&STANDARD.encode("p"), "235").await;
    talk.expect("AUTH PLAIN AHUAcA==", "503").await;
    assert!(talk.send(MESSAGE).await.starts_with("250"));
    let mut other = secure(&bench).await;
    other.expect("AUTH PLAIN", "334").await;
    other.expect("AHUAcA==", "235").await;
    assert_eq!(mails(&bench).await[0]["user"], "u");
}

#[actix_web::test]
async fn order_and_form_are_strict() {
    let bench = plain().await;
    let mut talk = connect(&bench).await;
    for (line, code) in [
        ("EHLO", "501"),
        ("DATA", "503"),
        ("NONSENSE", "500"),
        ("NOOP", "250"),
        ("EHLO client", "250"),
        ("RCPT TO:<b@example.jp>", "503"),
        ("MAIL FROM: <a@example.jp>", "501"),
        ("MAIL FROM:a@example.jp", "501"),
        ("MAIL FROM:<not an address>", "553"),
        ("MAIL FROM:<a@example.jp> SIZE=99999999", "552"),
        ("MAIL FROM:<a@example.jp> SIZE=x", "501"),
        ("MAIL FROM:<a@example.jp> RET=FULL", "555"),
        ("MAIL FROM:<a@example.jp> SIZE=10 BODY=8BITMIME", "250"),
        ("MAIL FROM:<a@example.jp>", "503"),
        ("DATA", "503"),
        ("RCPT TO:<nobody>", "553"),
        ("RCPT TO:<bounce-1@example.jp>", "550 5.1.1"),
        ("RSET", "250"),
        ("RCPT TO:<b@example.jp>", "503"),
        ("MAIL FROM:<>", "250"),
        ("VRFY b", "252"),
        ("QUIT", "221"),
    ] {
        talk.expect(line, code).await;
    }
    assert_eq!(talk.answer().await, "");
    let mut bare = connect(&bench).await;
    bare.0.write_all(b"NOOP\n").await.unwrap();
    assert!(bare.answer().await.starts_with("500"));
}

#[actix_web::test]
async fn dots_are_unstuffed_and_bare_line_ends_refused() {
    let bench = plain().await;
    let mut talk = connect(&bench).await;
    talk.expect("EHLO client", "250").await;
    assert!(talk.send("Subject: x\r\n\r\n..dot\r\n.\u{3042}\r\n").await.starts_with("250"));
    assert_eq!(mails(&bench).await[0]["text"].as_str().unwrap().trim_end(), ".dot\r\nあ");
    assert!(talk.send("Subject: x\r\n\r\nbare\nline\r\n").await.starts_with("554"));
}

#[actix_web::test]
async fn a_mail_has_a_largest_size() {
    let bench = Bench::with(|config| (config.smtp.require_tls, config.smtp.max_size) = (false, 1000)).await;
    let mut talk = connect(&bench).await;
    talk.expect("EHLO client", "250").await;
    let long = format!("{}\r\n", "x".repeat(98)).repeat(20);
    assert!(talk.send(&long).await.starts_with("552"));
    assert!(talk.send(MESSAGE).await.starts_with("250"));
}

#[actix_web::test]
async fn greylisting_puts_off_so_many_times() {
    let bench = plain().await;
    fault(&bench, json!({ "fault": "greylist", "times": 2 })).await;
    let mut talk = connect(&bench).await;
    talk.expect("EHLO client", "250").await;
    talk.expect("MAIL FROM:<a@example.jp>", "250").await;
    for code in ["451 4.7.1", "451 4.7.1", "250"] {
        talk.expect("RCPT TO:<b@example.jp>", code).await;
    }
}

#[actix_web::test]
async fn cut_after_data_keeps_the_mail_but_not_the_line() {
    let bench = plain().await;
    fault(&bench, json!({ "fault": "cut_after_data", "times": 1 })).await;
    let mut talk = connect(&bench).await;
    talk.expect("EHLO client", "250").await;
    assert_eq!(talk.send(MESSAGE).await, "");
    let mut again = connect(&bench).await;
    again.expect("EHLO client", "250").await;
    assert!(again.send(MESSAGE).await.starts_with("250"));
    let ids: Vec<_> = mails(&bench).await.iter().map(|m| m["messageId"].clone()).collect();
    assert_eq!(ids, ["m1@example.jp", "m1@example.jp"]);
}

#[actix_web::test]
async fn the_server_can_be_down_and_slow_while_its_page_is_up() {
    let bench = plain().await;
    fault(&bench, json!({ "fault": "down", "times": 1 })).await;
    assert!(mails(&bench).await.is_empty());
    let mut talk = Talk(BufReader::new(TcpStream::connect(bench.sandbox.smtp_addr).await.unwrap()));
    assert_eq!(talk.answer().await, "");
    fault(&bench, json!({ "fault": "slow", "times": 1, "seconds": 0.2 })).await;
    let begun = std::time::Instant::now();
    connect(&bench).await;
    assert!(begun.elapsed() >= Duration::from_millis(200));
    let refused = json!({ "fault": "status_500" });
    let address = format!("{}/_sandbox/faults", bench.sandbox.mail_page);
    assert_eq!(bench.http.post(address).json(&refused).send().await.unwrap().status(), 400);
}

#[actix_web::test]
async fn stopping_closes_every_door() {
    let bench = Bench::new().await;
    let (smtp, page) = (bench.sandbox.smtp_addr, bench.sandbox.mail_page.clone());
    bench.sandbox.stop().await;
    assert!(TcpStream::connect(smtp).await.is_err());
    assert!(bench.http.get(page).send().await.is_err());
}
