//! Token, batches, tasks, read-back.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::{Value, json};
use uuid::Uuid;

use super::convert::subsidy_row;
use super::replies::{self, read_fault, refusal, submit_fault, token_fault, unreadable, whole_batch};
use super::row::SubsidyRow;
use super::{PmhConfig, Profile, check, masters, record};
use crate::adapters::http::{Http, Reply, SetupError, SharedClock};
use crate::adapters::jwt::SigningKey;
use crate::adapters::token::Tokens;
use crate::domain::masters::Masters;
use crate::domain::numbers::MunicipalityCode;
use crate::ports::hub::{
    Accepted, Defect, Entry, HeldRow, Hub, HubError, MasterTable, ResultPage, TaskState,
};

/// Client of the hub for one issuing body.
pub struct Pmh {
    base: Url,
    token_url: String,
    client_id: String,
    org_code: MunicipalityCode,
    profile: Profile,
    http: Http,
    tokens: Tokens,
}

impl Pmh {
    /// Prepares the client; nothing is sent yet. `key` is for ES256.
    ///
    /// # Errors
    /// [`SetupError`] for an address, code or bound that cannot be used.
    pub fn new(config: PmhConfig, key: SigningKey, clock: SharedClock) -> Result<Pmh, SetupError> {
        let base = address("pmh base_url", &format!("{}/", config.base_url.trim_end_matches('/')))?;
        address("pmh token_url", &config.token_url)?;
        let org_code = MunicipalityCode::parse(&config.org_code)
            .map_err(|error| SetupError::new("pmh org_code", error))?;
        let http = Http::new(config.http, Arc::clone(&clock))?;
        let tokens = Tokens::new(&config.client_id, &config.profile.scope, key, clock);
        let (token_url, client_id, profile) = (config.token_url, config.client_id, config.profile);
        Ok(Pmh { base, token_url, client_id, org_code, profile, http, tokens })
    }

    pub(super) async fn submit_rows(&self, rows: &[SubsidyRow], key: Uuid) -> Result<Accepted, HubError> {
        let body = self.batch(rows)?;
        let task = self.hand_in(body, key).await?;
        Ok(Accepted { task, warnings: check::warnings(rows) })
    }

    /// Hands records over that were checked, and gives the name of their task.
    pub(super) async fn submit_records(&self, records: Vec<Value>, key: Uuid) -> Result<String, HubError> {
        let count = records.len();
        let body = Value::Array(records).to_string();
        if count == 0 || count > self.profile.max_rows || body.len() > self.profile.max_bytes {
            return Err(HubError::Defect(vec![too_much()]));
        }
        self.hand_in(body.into_bytes(), key).await
    }

    async fn hand_in(&self, body: Vec<u8>, key: Uuid) -> Result<String, HubError> {
        let url = self.url(&self.profile.submit_path, "")?;
        let mut reply = self.hand_over(&url, &body, key).await?;
        if reply.status == 401 {
            self.tokens.forget().await;
            reply = self.hand_over(&url, &body, key).await?;
        }
        if let Some(error) = refusal(&reply) {
            return Err(error);
        }
        let task = reply.json().ok().and_then(|body| replies::task_id(&body));
        task.ok_or_else(|| HubError::OutcomeUnknown { detail: "accepted without a readable task".to_owned() })
    }

    /// What is held of somebody, asked by POST.
    pub(super) async fn search(&self, question: &Value) -> Result<Vec<Value>, HubError> {
        let url = self.url(&self.profile.search_path, "")?;
        let body = self.read(|client| client.post(url.clone()).json(question)).await?;
        let rows = body.get(&self.profile.held_list).and_then(Value::as_array);
        rows.cloned().ok_or_else(|| unreadable("what the hub holds"))
    }

    fn batch(&self, rows: &[SubsidyRow]) -> Result<Vec<u8>, HubError> {
        let each = rows.iter().enumerate();
        let mut defects: Vec<_> =
            each.flat_map(|(index, row)| check::defects(index, row, &self.profile)).collect();
        let body =
            Value::Array(rows.iter().map(|row| record::record(row, &self.profile)).collect()).to_string();
        if rows.is_empty() || rows.len() > self.profile.max_rows || body.len() > self.profile.max_bytes {
            defects.push(too_much());
        }
        if defects.is_empty() { Ok(body.into_bytes()) } else { Err(HubError::Defect(defects)) }
    }

    /// Sends once: whether to send again is for the caller, who has the key.
    async fn hand_over(&self, url: &Url, body: &[u8], key: Uuid) -> Result<Reply, HubError> {
        let token = self.token().await?;
        let request = self.headers(self.http.client().post(url.clone()), &token);
        let request = request
            .header(self.profile.idempotency_header.as_str(), key.to_string())
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_vec());
        self.http.once(request).await.map_err(|fault| submit_fault(&fault))
    }

    /// Reads something, with retries; a refused token is renewed once.
    async fn read<B>(&self, build: B) -> Result<Value, HubError>
    where
        B: Fn(&Client) -> RequestBuilder + Send + Sync,
    {
        let mut reply = self.read_once(&build).await?;
        if reply.status == 401 {
            self.tokens.forget().await;
            reply = self.read_once(&build).await?;
        }
        match refusal(&reply) {
            None => reply.json().map_err(|_| unreadable("the answer")),
            Some(HubError::OutcomeUnknown { detail }) => Err(HubError::Unavailable { detail }),
            Some(error) => Err(error),
        }
    }

    async fn read_once<B>(&self, build: &B) -> Result<Reply, HubError>
    where
        B: Fn(&Client) -> RequestBuilder + Send + Sync,
    {
        let token = self.token().await?;
        let reply = self.http.call(|client| Ok(self.headers(build(client), &token))).await;
        reply.map_err(|fault| read_fault(&fault))
    }

    async fn token(&self) -> Result<String, HubError> {
        self.tokens.get(&self.http, &self.token_url).await.map_err(|error| token_fault(&error))
    }

    fn headers(&self, request: RequestBuilder, token: &str) -> RequestBuilder {
        let request =
            request.bearer_auth(token).header(self.profile.org_header.as_str(), self.org_code.as_str());
        request.header(self.profile.request_header.as_str(), request_name().to_string())
    }

    fn url(&self, path: &str, task: &str) -> Result<Url, HubError> {
        self.base.join(&path.replace("{task}", task)).map_err(|_| unreadable("the address in the profile"))
    }

    async fn read_task(&self, task: &str) -> Result<TaskState, HubError> {
        let url = self.url(&self.profile.task_path, task)?;
        let body = self.read(|client| client.get(url.clone())).await?;
        replies::task_state(&body, task).ok_or_else(|| unreadable("the task's state"))
    }

    async fn read_results(&self, task: &str, page: u32) -> Result<ResultPage, HubError> {
        let mut url = self.url(&self.profile.results_path, task)?;
        url.query_pairs_mut().append_pair(&self.profile.page_parameter, &page.to_string());
        let body = self.read(|client| client.get(url.clone())).await?;
        replies::results(&body, page, &self.profile).ok_or_else(|| unreadable("the page of results"))
    }

    async fn submit_all(&self, entries: &[Entry], key: Uuid) -> Result<Accepted, HubError> {
        let (mut rows, mut defects) = (Vec::new(), Vec::new());
        for (index, entry) in entries.iter().enumerate() {
            match subsidy_row(entry) {
                Ok(row) => rows.push(row),
                Err(faults) => {
                    defects.extend(faults.into_iter().map(|fault| Defect { row: Some(index), ..fault }))
                }
            }
        }
        if defects.is_empty() { self.submit_rows(&rows, key).await } else { Err(HubError::Defect(defects)) }
    }

    /// By POST, so that no 個人番号 is in an address.
    async fn read_held(&self, about: &Entry) -> Result<Vec<HeldRow>, HubError> {
        let url = self.url(&self.profile.search_path, "")?;
        let question =
            json!({ "myNumber": about.number, "orgSpecificCertificateTypeId": about.certificate_type });
        let body = self.read(|client| client.post(url.clone()).json(&question)).await?;
        replies::held(&body, &self.profile).ok_or_else(|| unreadable("what the hub holds"))
    }

    async fn read_masters(&self) -> Result<Masters, HubError> {
        let [types, incomes, conditions] = &self.profile.master_paths;
        let bodies = [self.table(types).await?, self.table(incomes).await?, self.table(conditions).await?];
        let read = masters::read(bodies.each_ref(), self.org_code.as_str(), &self.profile);
        read.ok_or_else(|| unreadable("the masters"))
    }

    async fn table(&self, path: &str) -> Result<Value, HubError> {
        let url = self.url(path, "")?;
        self.read(|client| client.get(url.clone())).await
    }

    async fn probe(&self) -> Result<String, HubError> {
        self.table(&self.profile.probe_path).await?;
        Ok(format!("PMH at {}, signed in as {} for {}", self.base, self.client_id, self.org_code.as_str()))
    }
}

impl Hub for Pmh {
    fn faults(&self, entry: &Entry) -> Vec<Defect> {
        subsidy_row(entry).err().unwrap_or_default()
    }

    fn submit<'a>(&'a self, entries: &'a [Entry], key: Uuid) -> BoxFuture<'a, Result<Accepted, HubError>> {
        self.submit_all(entries, key).boxed()
    }

    fn task<'a>(&'a self, task: &'a str) -> BoxFuture<'a, Result<TaskState, HubError>> {
        self.read_task(task).boxed()
    }

    fn results<'a>(&'a self, task: &'a str, page: u32) -> BoxFuture<'a, Result<ResultPage, HubError>> {
        self.read_results(task, page).boxed()
    }

    fn read_back<'a>(&'a self, about: &'a Entry) -> BoxFuture<'a, Result<Option<Vec<HeldRow>>, HubError>> {
        self.read_held(about).map(|held| held.map(Some)).boxed()
    }

    fn as_held(&self, entry: &Entry) -> Option<HeldRow> {
        subsidy_row(entry).ok().as_ref().map(replies::as_held)
    }

    fn masters(&self) -> BoxFuture<'_, Result<Masters, HubError>> {
        self.read_masters().boxed()
    }

    fn master_tables(&self, kept: &Masters) -> Vec<MasterTable> {
        masters::tables(kept, self.org_code.as_str())
    }

    fn answers_later(&self) -> bool {
        false
    }

    fn strays(&self) -> BoxFuture<'_, Result<Vec<String>, HubError>> {
        std::future::ready(Ok(Vec::new())).boxed()
    }

    fn check(&self) -> BoxFuture<'_, Result<String, HubError>> {
        self.probe().boxed()
    }
}

fn too_much() -> Defect {
    whole_batch("batch-size", "a batch has 1 to 1,000 records and at most 5 MiB")
}

fn address(setting: &'static str, text: &str) -> Result<Url, SetupError> {
    let url = Url::parse(text).map_err(|error| SetupError::new(setting, error))?;
    if matches!(url.scheme(), "http" | "https") {
        Ok(url)
    } else {
        Err(SetupError::new(setting, "must be http(s)"))
    }
}

fn request_name() -> Uuid {
    let mut bytes = [0; 16];
    // Without randomness the name is only less useful for finding the request in two logs.
    let _ = getrandom::fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
