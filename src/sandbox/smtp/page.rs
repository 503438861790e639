//! The page on which a visitor reads the mails.

use super::Server;
use super::mailbox::Mail;
use crate::sandbox::control::Control;
use crate::sandbox::html::{answer, escape, page};
use crate::sandbox::{clock, lock};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

/// Mounts the list, the single mail and their JSON.
pub fn mount(cfg: &mut web::ServiceConfig) {
    cfg.route("/", web::get().to(list))
        .route("/mails/{number}", web::get().to(single))
        .service(web::resource("/mails.json").route(web::get().to(listed)).route(web::delete().to(clear)))
        .route("/_sandbox/state", web::get().to(state));
}

async fn list(server: web::Data<Server>) -> HttpResponse {
    let rows: String = lock(&server.mailbox).all().rev().map(row).collect();
    let table = match rows.is_empty() {
        true => "<p>まだメールはありません。</p>".to_owned(),
        false => format!(
            "<table><thead><tr><th scope=\"col\">日時</th><th scope=\"col\">あて先</th>\
             <th scope=\"col\">件名</th></tr></thead><tbody>{rows}</tbody></table>"
        ),
    };
    let note = "<p>試験用のメールサーバーが受け取ったメールです。実際には配達されません。</p>";
    answer(StatusCode::OK, page("届いたメール", &format!("{note}{table}")))
}

fn row(mail: &Mail) -> String {
    let subject = mail.read().subject;
    let subject = if subject.is_empty() { "（件名なし）" } else { &subject };
    format!(
        "<tr><td>{}</td><td>{}</td><td><a href=\"/mails/{}\">{}</a></td></tr>",
        clock::japanese_time(mail.at),
        escape(&mail.to.join(", ")),
        mail.number,
        escape(subject)
    )
}

async fn single(server: web::Data<Server>, number: web::Path<u64>) -> HttpResponse {
    match lock(&server.mailbox).get(*number) {
        Some(mail) => answer(StatusCode::OK, page("メール", &whole(mail))),
        None => answer(StatusCode::NOT_FOUND, page("メールがありません", "<p><a href=\"/\">一覧へ</a></p>")),
    }
}

fn whole(mail: &Mail) -> String {
    let readable = mail.read();
    let lines: String = [
        ("日時", clock::japanese_time(mail.at)),
        ("差出人", mail.from.clone()),
        ("あて先", mail.to.join(", ")),
        ("件名", readable.subject),
    ]
    .iter()
    .map(|(name, value)| format!("<tr><th scope=\"row\">{name}</th><td>{}</td></tr>", escape(value)))
    .collect();
    let attached: String = readable
        .attachments
        .iter()
        .map(|(name, size)| format!("<li>{}（{size} バイト）</li>", escape(name)))
        .collect();
    let attached = if attached.is_empty() { attached } else { format!("<h2>添付</h2><ul>{attached}</ul>") };
    format!(
        "<table>{lines}</table><pre>{}</pre>{attached}<p><a href=\"/\">一覧へ</a></p>",
        linked(&readable.text)
    )
}

/// Text with its web addresses as links.
fn linked(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let address = word.trim_end();
            let is_web = address.starts_with("http://") || address.starts_with("https://");
            let (shown, space) = (escape(address), word.get(address.len()..).unwrap_or_default());
            if is_web { format!("<a href=\"{shown}\">{shown}</a>{space}") } else { escape(word) }
        })
        .collect()
}

async fn listed(server: web::Data<Server>) -> HttpResponse {
    let mails: Vec<Value> = lock(&server.mailbox).all().map(Mail::json).collect();
    HttpResponse::Ok().json(mails)
}

async fn clear(server: web::Data<Server>) -> HttpResponse {
    lock(&server.mailbox).clear();
    HttpResponse::NoContent().finish()
}

async fn state(server: web::Data<Server>, control: web::Data<Control>) -> HttpResponse {
    let mails = lock(&server.mailbox).all().count();
    HttpResponse::Ok().json(json!({ "control": control.report(), "mails": mails }))
}

#[cfg(test)]
mod tests {
    use super::linked;

    #[test]
    fn addresses_become_links_and_markup_stays_text() {
        assert_eq!(
            linked("見る\nhttp://a/?x=1&y=2 <b>"),
            "見る\n<a href=\"http://a/?x=1&amp;y=2\">http://a/?x=1&amp;y=2</a> &lt;b&gt;"
        );
        assert_eq!(linked("javascript:alert(1)"), "javascript:alert(1)");
    }
}
