//! The longest page of the longest form against the same template with its context at hand: what
//! session, rights, decryption, the forms engine and the headers cost.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{App as ActixApp, HttpResponse, HttpServer, web};
use anyhow::Context;
use madoguchi::domain::lang::Lang;
use madoguchi::usecases::citizen::question;
use madoguchi::usecases::{Caller, sessions};
use madoguchi::web::page::Page;
use madoguchi::web::session::{Visitor, cookie};
use madoguchi::web::view::Views;
use reqwest::Client;
use serde_json::{Value, json};

use super::stand::Stand;
use super::table::{Table, median};

const TEMPLATE: &str = "citizen/question.html";
/// Requests under way at once.
const AT_ONCE: usize = 4;
/// Turns of each side.
const TURNS: usize = 7;
/// How long a turn takes.
const TURN: Duration = Duration::from_millis(1200);

/// Asks both servers in turns.
pub async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let stand = Stand::new(&[])?;
    let caller = stand.citizen(0)?;
    let case = stand.draft(&caller)?;
    let token = begin_session(&stand, &caller)?;
    let cookie = cookie(&stand.app.frame, &token).to_string();
    let client = Client::builder().no_gzip().build()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let root = format!("http://{}", listener.local_addr()?);
    let server = stand.app.server(listener)?;
    let ours = server.handle();
    actix_web::rt::spawn(server);
    let (step, page) = longest(&stand, &client, &root, &cookie, &case).await?;
    let (bare, bare_root) = serve_bare(&stand, &caller, &case, &step)?;
    let same = ask(&client, &bare_root, "").await?;
    anyhow::ensure!(
        same.len().abs_diff(page.len()) < page.len() / 10,
        "the pages differ: {} and {} bytes",
        page.len(),
        same.len()
    );
    let address = format!("{root}/a/{case}/s/{step}");
    let (mut asked, mut asked_bare) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        asked.push(rate(&client, &address, &cookie).await?);
        asked_bare.push(rate(&client, &bare_root, "").await?);
    }
    ours.stop(false).await;
    bare.stop(false).await;
    let what = format!("longest form page ({} kB)", page.len() / 1000);
    table.ratio(&what, "/s", median(asked), median(asked_bare), 0.35);
    Ok(())
}

fn begin_session(stand: &Stand, caller: &Caller) -> anyhow::Result<String> {
    let house = stand.house();
    let begin =
        |conn: &mut _| sessions::begin(house, conn, "", &caller.actor.id, "full", &Default::default());
    Ok(house.database.write(begin)?)
}

/// The step whose page has most bytes, with the page.
async fn longest(
    stand: &Stand,
    client: &Client,
    root: &str,
    cookie: &str,
    case: &str,
) -> anyhow::Result<(String, String)> {
    let program = stand.program()?;
    let mut found = (String::new(), String::new());
    for step in program.application().context("no application")?.steps() {
        let page = ask(client, &format!("{root}/a/{case}/s/{}", step.link_id), cookie).await;
        // A step that is not asked has no page.
        if let Ok(page) = page.as_ref().map(String::clone)
            && page.len() > found.1.len()
        {
            found = (step.link_id.clone(), page);
        }
    }
    anyhow::ensure!(!found.0.is_empty(), "no step has a page");
    Ok(found)
}

/// A server that draws the page from what is at hand, and does nothing else.
fn serve_bare(
    stand: &Stand,
    caller: &Caller,
    case: &str,
    step: &str,
) -> anyhow::Result<(ServerHandle, String)> {
    let found = question::page(stand.house(), caller, Lang::Ja, case, step, false)?;
    let head = json!({ "id": case, "title": "", "reference": null, "version": 1 });
    let context = json!({ "case": head, "step": found.step, "saved_at": found.saved_at, "from": "", "places": null, "choices": null });
    let ready = web::Data::new((stand.app.frame.views.clone(), blank(stand, case), context));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let root = format!("http://{}/", listener.local_addr()?);
    let make = move || ActixApp::new().app_data(ready.clone()).route("/", web::get().to(draw));
    let server = HttpServer::new(make).workers(2).tcp_nodelay(true).listen(listener)?.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    Ok((handle, root))
}

async fn draw(ready: web::Data<(Arc<Views>, Page, Value)>) -> actix_web::Result<HttpResponse> {
    let (views, page, context) = ready.get_ref();
    views.page(TEMPLATE, page, context).map_err(actix_web::Error::from)
}

fn blank(stand: &Stand, case: &str) -> Page {
    let visitor = Visitor {
        token: String::new(),
        csrf: "0".repeat(64),
        path: format!("/a/{case}"),
        lang: Lang::Ja,
        chosen: Lang::Ja,
        actor: None,
        principal: None,
        stage: "full".to_owned(),
        data: Default::default(),
        timeout_at: Some(stand.house().now()),
        flash: None,
        keys: false,
        source: String::new(),
    };
    Page::new(&stand.app.frame, &visitor, "窓口")
}

async fn ask(client: &Client, address: &str, cookie: &str) -> reqwest::Result<String> {
    let response = client.get(address).header("cookie", cookie).send().await?;
    response.error_for_status()?.text().await
}

/// Pages a second.
async fn rate(client: &Client, address: &str, cookie: &str) -> anyhow::Result<f64> {
    let began = Instant::now();
    let one = || async {
        let mut count = 0_u32;
        while began.elapsed() < TURN {
            ask(client, address, cookie).await?;
            count += 1;
        }
        Ok::<_, reqwest::Error>(count)
    };
    let counts = futures_util::future::join_all((0..AT_ONCE).map(|_| one())).await;
    let total = counts.into_iter().sum::<Result<u32, _>>()?;
    Ok(f64::from(total) / began.elapsed().as_secs_f64())
}
