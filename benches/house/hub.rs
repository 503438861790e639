//! A night at the hub's stand-in against the same requests sent by hand, as many at once: what
//! picking, sealing, checking, writing down and comparing cost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{Days, NaiveDate};
use futures_util::{StreamExt, TryStreamExt, stream};
use madoguchi::adapters::jwt::{ASSERTION_TYPE, Curve, SigningKey};
use madoguchi::app::ClientKeys;
use madoguchi::domain::case::Origin;
use madoguchi::domain::case::apply::begin;
use madoguchi::domain::case::decision::{Content, Decision, Draft};
use madoguchi::domain::case::event::{Event, Stamp};
use madoguchi::domain::lang::Lang;
use madoguchi::domain::permission::Actor;
use madoguchi::domain::program::Program;
use madoguchi::domain::program::vocabulary::{CaseKind, Outcome};
use madoguchi::sandbox::config::{RegisteredClient, SandboxConfig};
use madoguchi::sandbox::people::{self, Person};
use madoguchi::sandbox::{self, Sandbox};
use madoguchi::store::cases::{self, Projection, Stored};
use madoguchi::store::hub::{self, HubRow};
use madoguchi::store::seal::sha256_hex;
use madoguchi::store::{Conn, decisions, definitions};
use madoguchi::usecases::hub::{HubPace, HubPlan, PMH, nightly};
use madoguchi::usecases::registration::Registration;
use madoguchi::usecases::{Error, House};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::stand::Stand;
use super::table::{Table, median};

/// 全国地方公共団体コード of a prefecture that does not exist.
const ORG: &str = "990001";
/// Certificate type that the stand-in knows.
const TYPE: &str = "54NANBYO";
/// Rows of a night; the hub takes 1,000 at once.
const ROWS: usize = 990;
/// Nights, and turns by hand.
const TURNS: usize = 3;
/// Read-backs under way at once, as in a night.
const AT_ONCE: usize = 3;
/// Wait before a task is asked after.
const POLL: Duration = Duration::from_millis(50);

/// Sends rows by the house and by hand in turns, to a stand-in that forgets them between.
pub async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let outside = stand_in(&dir).await?;
    let settings = [
        ("hub_url", outside.pmh_base.as_str()),
        ("hub_token_url", &outside.pmh_token_url),
        ("hub_org_code", ORG),
    ];
    let app = Stand::open(&dir, &settings)?;
    let people = people::load()?;
    let hand = Hand::new(&dir, &outside).await?;
    let (mut nights, mut by_hand) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        hand.forget(&outside).await?;
        nights.push(night(&app.house, &people, turn).await?);
        hand.forget(&outside).await?;
        by_hand.push(hand.send(&people).await?);
    }
    table.ratio("rows to the hub, confirmed", "/s", median(nights), median(by_hand), 0.7);
    outside.stop().await;
    Ok(())
}

async fn stand_in(dir: &TempDir) -> anyhow::Result<Sandbox> {
    let jwks = ClientKeys::open(&dir.path().join("data"))?.public()?;
    let client = RegisteredClient { client_id: "madoguchi".to_owned(), jwks, redirect_uris: Vec::new() };
    let mut config = SandboxConfig::local(ORG, vec![client]);
    config.pmh.step = Duration::from_millis(10);
    Ok(sandbox::start(config).await?)
}

/// The n-th row: each person has rows for periods that do not meet.
fn row(people: &[Person], number: usize) -> anyhow::Result<(&Person, NaiveDate, NaiveDate)> {
    let person = people.get(number % people.len()).context("no people")?;
    let start = NaiveDate::from_ymd_opt(2020, 1, 1).context("a day")?;
    let from = start + Days::new(u64::try_from(number / people.len() * 10)?);
    Ok((person, from, from + Days::new(6)))
}

/// Rows a second of one night, counted only when all were confirmed.
async fn night(house: &Arc<House>, people: &[Person], turn: usize) -> anyhow::Result<f64> {
    write_rows(house, people, turn)?;
    let pace = HubPace { first_poll: POLL, longest_poll: POLL, give_up: Duration::from_secs(60) };
    let plan = HubPlan { org: ORG.to_owned(), pace };
    let began = Instant::now();
    let report = nightly(house, &plan, &|_| ()).await?;
    let seconds = began.elapsed().as_secs_f64();
    anyhow::ensure!(usize::try_from(report.confirmed)? == ROWS, "{report:?}");
    Ok(ROWS as f64 / seconds)
}

/// Decided cases with a row each, as decisions would leave them.
fn write_rows(house: &House, people: &[Person], turn: usize) -> anyhow::Result<()> {
    let program = house.programs.offered().next().cloned().context("no program")?;
    house.database.write(|conn| {
        let definition = &program.definition;
        definitions::keep(
            conn,
            &program.hash,
            &definition.id,
            &definition.version,
            &program.files,
            house.now(),
        )?;
        (0..ROWS).try_for_each(|number| write_row(house, conn, &program, people, turn * ROWS + number))
    })?;
    Ok(())
}

fn write_row(
    house: &House,
    conn: &mut Conn,
    program: &Program,
    people: &[Person],
    number: usize,
) -> Result<(), Error> {
    let stored = decided_case(house, conn, program, number)?;
    let (person, valid_from, valid_to) =
        row(people, number % ROWS).map_err(|error| Error::Fault(error.to_string()))?;
    let registration = Registration {
        certificate_type: TYPE.to_owned(),
        number: person.my_number.clone(),
        fields: fields(person),
        details: vec![("DISEASE_NAME".to_owned(), "疾病名".to_owned(), "パーキンソン病".to_owned())],
        valid_from,
        valid_to,
    };
    let body = serde_json::to_vec(&registration)?;
    let row = HubRow {
        id: format!("hub_{number:06}"),
        connector: PMH.to_owned(),
        case_id: stored.case.id.clone(),
        decision_id: format!("dec_{number:06}"),
        person: None,
        subject: format!("subject {number}"),
        seq: 0,
        history_key: format!("H-{number}"),
        deleted: false,
        urgent: false,
        content_hash: sha256_hex(&body),
        body,
        state: "pending".to_owned(),
        attempts: 0,
        position: 0,
    };
    Ok(hub::insert(conn, &stored.key, &row, house.now())?)
}

fn decided_case(house: &House, conn: &mut Conn, program: &Program, number: usize) -> Result<Stored, Error> {
    let id = format!("case_{number:06}");
    let stamp = house.stamp(&Actor::system());
    let event = Event::Started {
        id: id.clone(),
        program: program.definition.id.clone(),
        kind: CaseKind::of("new"),
        definition: program.hash.clone(),
        applicant: "cit_0".to_owned(),
        origin: Origin::Online,
        lang: Lang::Ja,
        follows: None,
        agency: None,
    };
    let case = begin(&event, &stamp).ok_or_else(|| Error::Fault("no case".to_owned()))?;
    let (key, wrapped) = house.keys.new_case_key(&id)?;
    let stored = Stored { case, key };
    let projection = Projection { due_on: house.today(), ..Projection::default() };
    cases::insert(conn, &stored, &wrapped, &event, &stamp, &projection)?;
    decisions::insert(conn, &stored, &decision(number, &stamp), false)?;
    Ok(stored)
}

fn decision(number: usize, stamp: &Stamp) -> Decision {
    let content = Content {
        outcome: Outcome::Granted,
        fields: BTreeMap::new(),
        origins: BTreeMap::new(),
        reasons: Vec::new(),
        appeal: String::new(),
        effective_from: None,
        valid_to: None,
        answers: String::new(),
    };
    let draft = Draft {
        hash: content.hash(),
        content,
        by: "usr_0".to_owned(),
        name: String::new(),
        at: stamp.at,
        levels: Vec::new(),
        signatures: Vec::new(),
        returned: None,
    };
    Decision { id: format!("dec_{number:06}"), seq: 1, draft, at: stamp.at, supersedes: None }
}

fn fields(person: &Person) -> BTreeMap<String, String> {
    let fields = [
        ("name", person.name()),
        ("name_kana", person.kana()),
        ("address", person.address.clone()),
        ("birth_date", person.birth.to_string()),
        ("sex", person.sex.fhir().to_owned()),
        ("certificate_name", "特定医療費（指定難病）受給者証".to_owned()),
        ("payer_number", "54136015".to_owned()),
        ("recipient_number", "1234566".to_owned()),
        ("monthly_cap", "10000".to_owned()),
        ("income_segment", "C1".to_owned()),
        ("always_reimbursed", "0".to_owned()),
        ("withheld", "false".to_owned()),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

/// A client that knows the interface and nothing else.
struct Hand {
    client: Client,
    base: String,
    token: String,
}

impl Hand {
    async fn new(dir: &TempDir, outside: &Sandbox) -> anyhow::Result<Hand> {
        let pem = std::fs::read_to_string(dir.path().join("data/client-p256.pem"))?;
        let key = SigningKey::from_pem(&pem, Curve::P256, None)?;
        let now = madoguchi::ports::clock::Clock::now(&madoguchi::adapters::clock::SystemClock);
        let assertion = key.assertion("madoguchi", &outside.pmh_token_url, now)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", "medical-subsidy"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ];
        let client = Client::new();
        let reply: Value =
            client.post(&outside.pmh_token_url).form(&form).send().await?.error_for_status()?.json().await?;
        let token = reply["access_token"].as_str().context("no token")?.to_owned();
        Ok(Hand { client, base: outside.pmh_base.clone(), token })
    }

    async fn forget(&self, outside: &Sandbox) -> anyhow::Result<()> {
        let state = format!("{}/_sandbox/state", outside.pmh_root);
        self.client.delete(state).send().await?.error_for_status()?;
        Ok(())
    }

    fn dressed(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .bearer_auth(&self.token)
            .header("X-PMH-Org-Code", ORG)
            .header("X-Request-Id", Uuid::now_v7().to_string())
    }

    async fn json(&self, request: RequestBuilder) -> anyhow::Result<Value> {
        Ok(self.dressed(request).send().await?.error_for_status()?.json().await?)
    }

    /// Rows a second, with every request that a night makes.
    async fn send(&self, people: &[Person]) -> anyhow::Result<f64> {
        let records =
            (0..ROWS).map(|number| record(people, number)).collect::<anyhow::Result<Vec<Value>>>()?;
        let body = Value::Array(records).to_string();
        let began = Instant::now();
        let post = self.client.post(format!("{}/difference-history-registration-tasks", self.base));
        let post = post
            .header("Idempotency-Key", Uuid::now_v7().to_string())
            .header("content-type", "application/json");
        let task = self.json(post.body(body)).await?["taskId"].as_str().context("no task")?.to_owned();
        self.wait(&task).await?;
        self.results(&task).await?;
        let held = stream::iter(0..ROWS).map(|number| self.held(people, number)).buffer_unordered(AT_ONCE);
        held.try_collect::<Vec<()>>().await?;
        Ok(ROWS as f64 / began.elapsed().as_secs_f64())
    }

    async fn wait(&self, task: &str) -> anyhow::Result<()> {
        loop {
            tokio::time::sleep(POLL).await;
            let found =
                self.json(self.client.get(format!("{}/registration-tasks/{task}", self.base))).await?;
            match found["status"].as_str().context("no status")? {
                "COMPLETED" => return Ok(()),
                "ACCEPTED" | "RUNNING" => {}
                other => anyhow::bail!("the task ended as {other}: {}", found["counts"]),
            }
        }
    }

    async fn results(&self, task: &str) -> anyhow::Result<()> {
        let mut page = json!(1);
        while !page.is_null() {
            let address = format!("{}/registration-tasks/{task}/results?page={page}", self.base);
            page = self.json(self.client.get(address)).await?["nextPage"].clone();
        }
        Ok(())
    }

    async fn held(&self, people: &[Person], number: usize) -> anyhow::Result<()> {
        let (person, ..) = row(people, number)?;
        let question = json!({ "myNumber": person.my_number, "orgSpecificCertificateTypeId": TYPE });
        let found =
            self.json(self.client.post(format!("{}/subjects/search", self.base)).json(&question)).await?;
        found["rows"].as_array().filter(|rows| !rows.is_empty()).map(drop).context("nothing is held")
    }
}

fn record(people: &[Person], number: usize) -> anyhow::Result<Value> {
    let (person, from, to) = row(people, number)?;
    Ok(json!({
        "orgSpecificCertificateTypeId": TYPE,
        "myNumber": person.my_number,
        "basicFiveInfo": {
            "name": person.name(), "nameKana": person.kana(), "address": person.address,
            "dateOfBirth": person.birth, "sex": person.sex.digit(),
        },
        "isNotDisclosed": false,
        "medicalSubsidyInsurerNumber": "54136015",
        "certificationName": "特定医療費（指定難病）受給者証",
        "medicalSubsidyRecipientNumber": "1234566",
        "incomeSegment": "C1",
        "isAlwaysReimbursement": "0",
        "maxCopaymentAmount": { "monthly": 10_000, "hasNoLimit": false },
        "validFrom": from,
        "validTo": to,
        "historyKey": format!("H-{number}"),
        "isDeleted": false,
        "certificationDetails": [
            { "itemCode": "DISEASE_NAME", "itemName": "疾病名", "itemValue": "パーキンソン病", "displayOrder": 1 }
        ],
    }))
}
