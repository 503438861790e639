//! The opening of a campaign: people whose applications lie ready file them all at once, fifty a second.
//!
//! Each asks for the page with the declaration, sends it, and follows to the page that says that it was filed. They
//! come at their times whether or not the others were answered, and how long somebody waited counts from then.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use futures_util::future::join_all;
use madoguchi::usecases::{Caller, sessions};
use madoguchi::web::session::cookie;
use regex_lite::Regex;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, header};

use super::stand::Stand;
use super::table::Table;

/// Filings a second.
const RATE: u32 = 50;
/// Seconds for which people come.
const SECONDS: u32 = 30;
/// The program and the worked case whose answers everybody gives.
const GIVEN: (&str, &str) = ("yobo", "issue-60-64");

/// Somebody at the door.
struct Person {
    case: String,
    cookie: String,
}

/// Opens the door.
pub async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let stand = Stand::new(&[("rate_posts", "10000000")])?;
    let people = (0..RATE * SECONDS).map(|number| person(&stand, number as usize));
    let people = people.collect::<anyhow::Result<Vec<Person>>>()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let root = format!("http://{}", listener.local_addr()?);
    let server = stand.app.server(listener)?;
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let client = Client::builder().redirect(Policy::none()).build()?;
    let opened = Instant::now();
    let come = |(place, person)| come(&client, &root, person, opened + Duration::from_secs(1) / RATE * place);
    let waited = join_all((0_u32..).zip(&people).map(come)).await;
    let took = opened.elapsed().as_secs_f64();
    handle.stop(false).await;
    tell(table, waited, took)
}

fn tell(table: &mut Table, waited: Vec<anyhow::Result<Duration>>, took: f64) -> anyhow::Result<()> {
    let failed = waited.iter().filter_map(|it| it.as_ref().err());
    failed.clone().take(3).for_each(|error| eprintln!("{error:#}"));
    let failed = failed.count();
    let mut waited: Vec<Duration> = waited.into_iter().flatten().collect();
    waited.sort();
    let part = |share: usize| waited.get(waited.len() * share / 100).map(|it| it.as_secs_f64() * 1000.0);
    let (half, late) = (part(50).context("nobody filed")?, part(99).context("nobody filed")?);
    table.at_least("campaign: filed", "/s", waited.len() as f64 / took, f64::from(RATE) * 0.98);
    table.at_most("campaign: errors", "", failed as f64, 0.0);
    table.at_most("campaign: half waited at most", "ms", half, 1000.0);
    table.at_most("campaign: all but 1 % waited at most", "ms", late, 3000.0);
    Ok(())
}

fn person(stand: &Stand, number: usize) -> anyhow::Result<Person> {
    let caller = stand.citizen(number)?;
    let case = stand.draft_as(&caller, GIVEN.0, GIVEN.1)?;
    Ok(Person { case, cookie: signed_in(stand, &caller)? })
}

fn signed_in(stand: &Stand, caller: &Caller) -> anyhow::Result<String> {
    let house = stand.house();
    let begin =
        |conn: &mut _| sessions::begin(house, conn, "", &caller.actor.id, "full", &Default::default());
    let token = house.database.write(begin)?;
    Ok(cookie(&stand.app.frame, &token).to_string())
}

/// Comes at a time, files, and says how long it took since then.
async fn come(client: &Client, root: &str, person: &Person, at: Instant) -> anyhow::Result<Duration> {
    actix_web::rt::time::sleep_until(at.into()).await;
    let address = format!("{root}/a/{}/declare", person.case);
    let get = |address: &str| client.get(address).header(header::COOKIE, &person.cookie).send();
    let page = get(&address).await?.error_for_status()?.text().await?;
    let post = client.post(&address).header(header::COOKIE, &person.cookie).form(&form(&page)?);
    let answer = post.send().await?;
    let done = get(&format!("{root}{}", led_to(&answer)?)).await?.error_for_status()?.text().await?;
    ensure!(done.contains("YB-"), "no reference number was told");
    Ok(at.elapsed())
}

fn led_to(answer: &Response) -> anyhow::Result<String> {
    let to = answer.headers().get(header::LOCATION).and_then(|it| it.to_str().ok());
    let to = to.filter(|it| it.ends_with("/done"));
    Ok(to.with_context(|| format!("not taken: {}", answer.status()))?.to_owned())
}

/// What the form of the page sends once the declaration is ticked.
fn form(page: &str) -> anyhow::Result<Vec<(String, String)>> {
    let start = page.find("/declare\"").context("no form")?;
    let hidden = Regex::new(r#"<input type="hidden" name="([^"]+)" value="([^"]*)""#)?;
    let sent = hidden.captures_iter(&page[start..]).map(|it| (it[1].to_owned(), it[2].to_owned()));
    Ok(sent.chain([("declaration".to_owned(), "yes".to_owned())]).collect())
}
