//! One run of work with the hub: what its lanes share, and when they must stop.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use serde_json::json;

use crate::ports::hub::HubError;
use crate::store::hub_batches::Batch;
use crate::store::hub_moves::Answer;
use crate::store::hub_state;
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::off_thread::off_thread;

use super::ledger::{self, Load};
use super::masters::{self, Comparison};
use super::pace::MOST_TRIES;
use super::{HubPlan, Link, MOST_ROWS, Progress, Watch, faults, send};

/// Above this share of rejected rows something is wrong with more than single rows; proposed.
const MOST_REJECTED_PERCENT: i64 = 5;
/// … once so many rows were answered.
const ENOUGH_ROWS: i64 = 50;
/// So many rows for which the hub does not believe the person stop the connector; proposed.
const WRONG_PERSONS: i64 = 3;

/// Why a batch was not brought to its end.
pub(super) enum Halt {
    /// Nothing more may be sent before a person has looked.
    Stop(String),
    /// The hub cannot be worked with just now.
    Away(String),
    /// This batch must wait for another run or for a person; others go on.
    Left(String),
    /// The answer may take days: another run looks again.
    Later,
    /// Our own fault.
    Ours(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        Halt::Ours(error)
    }
}

impl From<HubError> for Halt {
    fn from(error: HubError) -> Halt {
        match error {
            HubError::Unauthorised { detail } => {
                Halt::Stop(format!("連携先が接続の資格を認めません。鍵と登録を確かめてください（{detail}）"))
            }
            HubError::Forbidden { detail } => Halt::Stop(format!(
                "連携先がこの機関に開かれていません。利用の登録を確かめてください（{detail}）"
            )),
            HubError::NotFound | HubError::Conflict | HubError::Defect(_) => {
                Halt::Left(format!("連携先の答えで先に進めません（{error}）"))
            }
            HubError::Distrusted { words } => Halt::Left(words),
            error => Halt::Away(format!("連携先につながりません（{error}）")),
        }
    }
}

#[derive(Default)]
struct Tally {
    open: VecDeque<Batch>,
    progress: Progress,
    answered: i64,
    rejected: i64,
    wrong_persons: i64,
    stopped: Option<String>,
    away: Option<String>,
    left: Option<String>,
    warned: Option<String>,
    later: i64,
}

/// How a run ended.
pub(super) struct Outcome {
    /// Why the connector stopped.
    pub stopped: Option<String>,
    /// Why something is left.
    pub failed: Option<String>,
    /// What should be looked at.
    pub warned: Option<String>,
    /// How far it came.
    pub progress: Progress,
}

impl Tally {
    /// Why the connector must stop, if it must.
    fn alarm(&self) -> Option<String> {
        if self.wrong_persons >= WRONG_PERSONS {
            let count = self.wrong_persons;
            return Some(format!(
                "本人を特定できない行が{count}件あります。取り違えがないか確かめてください"
            ));
        }
        let many =
            self.answered >= ENOUGH_ROWS && self.rejected * 100 > self.answered * MOST_REJECTED_PERCENT;
        many.then(|| {
            format!("{}件のうち{}件が断られました。原因を確かめてください", self.answered, self.rejected)
        })
    }
}

/// A run at work.
pub(super) struct Session<'a> {
    pub house: &'a Arc<House>,
    pub link: Link,
    pub plan: &'a HubPlan,
    pub urgent_only: bool,
    watch: &'a Watch<'a>,
    limit: AtomicUsize,
    tally: Mutex<Tally>,
}

impl<'a> Session<'a> {
    pub fn new(
        house: &'a Arc<House>,
        link: Link,
        plan: &'a HubPlan,
        urgent_only: bool,
        opening: ledger::Opening,
        watch: &'a Watch<'a>,
    ) -> Session<'a> {
        let progress = Progress { total: opening.waiting, ..Progress::default() };
        let tally = Tally { open: opening.batches.into(), progress, ..Tally::default() };
        let limit = AtomicUsize::new(MOST_ROWS);
        Session { house, link, plan, urgent_only, watch, limit, tally: Mutex::new(tally) }
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings batch after batch to its end until none is left or the run must end.
    pub async fn lane(&self) -> Result<(), Error> {
        while let Some(load) = self.next().await? {
            match send::settle(self, load).await {
                Ok(()) => {}
                Err(Halt::Ours(error)) => return Err(error),
                Err(halt) => self.note(halt).await?,
            }
        }
        Ok(())
    }

    /// A batch of an earlier run, or a new one.
    async fn next(&self) -> Result<Option<Load>, Error> {
        let open = {
            let mut tally = self.tally();
            if tally.stopped.is_some() || tally.away.is_some() {
                return Ok(None);
            }
            tally.open.pop_front()
        };
        if let Some(batch) = open {
            let hub = Arc::clone(&self.link.hub);
            return off_thread(self.house, move |house| ledger::resume(house, &*hub, batch)).await.map(Some);
        }
        let urgent_only = match self.held_back().await {
            Ok(held_back) => held_back,
            Err(halt) => {
                self.note(halt).await?;
                return Ok(None);
            }
        };
        let (org, limit) = (self.plan.org.clone(), self.limit.load(Ordering::Relaxed));
        let link = self.link.clone();
        let picked =
            off_thread(self.house, move |house| ledger::pick(house, &link, &org, urgent_only, limit)).await?;
        self.count(picked.refused, picked.refused);
        Ok(picked.load)
    }

    /// Whether only what cannot wait may be sent: in an urgent run, and while the hub's masters are not as
    /// ours. Somebody who must be hidden is hidden even then. The masters are compared before each batch.
    async fn held_back(&self) -> Result<bool, Halt> {
        let connector = self.link.connector.clone();
        let waits = move |house: &House| ledger::waits(house, &connector);
        if self.urgent_only || !off_thread(self.house, waits).await? {
            return Ok(self.urgent_only);
        }
        let kept = masters::kept(self.house, &self.link.connector)?;
        if kept.is_empty() {
            return Ok(false);
        }
        let answer = self.patiently(|| self.link.hub.masters()).await;
        let compared = masters::compared(&kept, answer)?;
        let (stops, note) = (compared.stops() > 0, note_of(&compared));
        let mut tally = self.tally();
        let place = if stops { &mut tally.left } else { &mut tally.warned };
        *place = note.or(place.take());
        Ok(stops)
    }

    /// Remembers why a batch was not brought to its end; stops the connector if it must.
    pub async fn note(&self, halt: Halt) -> Result<(), Error> {
        match halt {
            Halt::Stop(reason) => self.stop(reason).await?,
            Halt::Away(why) => self.tally().away = Some(why),
            Halt::Left(why) => self.tally().left = Some(why),
            Halt::Later => self.tally().later += 1,
            Halt::Ours(error) => return Err(error),
        }
        Ok(())
    }

    async fn stop(&self, reason: String) -> Result<(), Error> {
        self.tally().stopped = Some(reason.clone());
        tracing::error!(connector = self.link.connector, %reason, "a connector stopped");
        let connector = self.link.connector.clone();
        off_thread(self.house, move |house| {
            house.database.write(|conn| {
                hub_state::set_stopped(conn, &connector, true, &reason, house.now())?;
                let detail = json!({ "connector": connector, "reason": reason });
                house.record(conn, &Caller::system(), "stop_connector", "", "done", detail)
            })
        })
        .await
    }

    /// Counts rows that the hub answered, and stops the connector when too many were rejected.
    pub async fn answered(&self, news: &[Answer]) -> Result<(), Error> {
        let rejected = news.iter().filter(|answer| answer.state == "rejected");
        let faults: Vec<_> = rejected.map(|answer| faults::read(&answer.problem)).collect();
        let wrong = faults.iter().filter(|list| list.iter().any(faults::Fault::is_wrong_person)).count();
        let (done, rejected) = (count(news.len()), count(faults.len()));
        let alarm = {
            let mut tally = self.tally();
            tally.answered += done;
            tally.rejected += rejected;
            tally.wrong_persons += count(wrong);
            if tally.stopped.is_some() { None } else { tally.alarm() }
        };
        self.count(done, rejected);
        match alarm {
            Some(reason) => self.stop(reason).await,
            None => Ok(()),
        }
    }

    fn count(&self, done: i64, rejected: i64) {
        let progress = {
            let mut tally = self.tally();
            tally.progress.done += done;
            tally.progress.rejected += rejected;
            tally.progress.total = tally.progress.total.max(tally.progress.done);
            tally.progress
        };
        (self.watch)(progress);
    }

    /// After a batch that was refused as a whole, the next ones are half as large, so that the row
    /// that spoils them is found.
    pub fn narrow(&self, size: usize) {
        self.limit.store((size / 2).max(1), Ordering::Relaxed);
    }

    /// After a batch that was taken, the next ones are larger again.
    pub fn widen(&self) {
        let limit = self.limit.load(Ordering::Relaxed);
        self.limit.store((limit * 2).min(MOST_ROWS), Ordering::Relaxed);
    }

    /// Calls the hub until there is an answer that waiting cannot better.
    pub async fn patiently<'c, T>(
        &self,
        call: impl Fn() -> BoxFuture<'c, Result<T, HubError>> + Send,
    ) -> Result<T, HubError> {
        let mut tries = 0;
        loop {
            let error = match call().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            tries += 1;
            if !error.passes() || tries >= MOST_TRIES {
                return Err(error);
            }
            tracing::debug!(%error, tries, "the hub is asked again later");
            tokio::time::sleep(self.plan.pace.after(&error, tries)).await;
        }
    }

    /// Whether the hub can still be asked in this run.
    pub fn reachable(&self) -> bool {
        let tally = self.tally();
        tally.stopped.is_none() && tally.away.is_none()
    }

    /// How the run ended, and how far it came.
    pub fn end(self) -> Outcome {
        let tally = self.tally.into_inner().unwrap_or_else(PoisonError::into_inner);
        let failed = tally.away.or(tally.left);
        let later = (tally.later > 0).then(|| format!("{}件の送信が結果を待っています", tally.later));
        let warned = tally.warned.or(later);
        Outcome { stopped: tally.stopped, failed, warned, progress: tally.progress }
    }
}

/// What is said of a comparison; nothing when all is the same.
fn note_of(compared: &Comparison) -> Option<String> {
    let page = "「制度マスタ」のページで確かめてください";
    match (compared, compared.stops()) {
        (Comparison::NotOffered, _) => {
            Some(format!("連携先に制度マスタを照会できないため、比べていません。{page}"))
        }
        (Comparison::Compared(found), 0) if found.is_empty() => None,
        (Comparison::Compared(found), 0) => {
            Some(format!("制度マスタの名前などが連携先と{}件違います。{page}", found.len()))
        }
        (Comparison::Compared(_), stops) => {
            Some(format!("制度マスタが連携先と{stops}件違うため、緊急のもののほかは送っていません。{page}"))
        }
    }
}

fn count(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(answered: i64, rejected: i64, wrong_persons: i64) -> bool {
        Tally { answered, rejected, wrong_persons, ..Tally::default() }.alarm().is_some()
    }

    #[test]
    fn many_rejections_stop_the_connector_and_few_do_not() {
        assert!(!alarm(49, 49, 0), "too few rows to judge");
        assert!(!alarm(100, 5, 0));
        assert!(alarm(100, 6, 0));
    }

    #[test]
    fn wrong_persons_stop_the_connector_however_few_rows_there_were() {
        assert!(!alarm(3, 2, 2));
        assert!(alarm(3, 3, 3));
    }
}
