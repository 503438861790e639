//! One batch from the hand-over to the answer for each of its rows.

use std::collections::BTreeMap;

use crate::ports::hub::{Defect, HubError, RowOutcome, RowResult, TaskState};
use crate::usecases::off_thread::off_thread;

use super::answers::{self, is_clear, merge};
use super::faults::Fault;
use super::ledger::{self, Load};
use super::session::{Halt, Session};

/// How often results that lack rows are read.
const READINGS: i64 = 3;
/// How often a run looks for an answer that may take days.
const LOOKS: i64 = 3;
/// A hub that gives more results than this for one batch is not believed.
const MOST_RESULTS: usize = 10_000;

/// Brings a batch to its end.
pub(super) async fn settle(session: &Session<'_>, load: Load) -> Result<(), Halt> {
    if !load.unreadable.is_empty() {
        return refuse_rows(session, &load, load.unreadable.iter().cloned().collect()).await;
    }
    let before = load.batch.task.clone();
    let task = if before.is_empty() { hand_over(session, &load).await? } else { Some(before) };
    let Some(mut task) = task else { return Ok(()) };
    let mut state = wait(session, &load, &task).await?;
    if state.is_none() {
        // The hub has forgotten the task. The same key has its effect once, also now.
        let Some(again) = hand_over(session, &load).await? else { return Ok(()) };
        task = again;
        state = wait(session, &load, &task).await?;
    }
    match state {
        None => Err(Halt::Left(format!("連携先に処理{task}がありません。運用者が確かめてください"))),
        Some(TaskState::Failed) => refuse_whole(session, &load, Fault::new("task-failed")).await,
        Some(_) => read(session, &load, &task).await,
    }
}

/// Hands the batch over under its key; none when it was refused and is taken apart.
async fn hand_over(session: &Session<'_>, load: &Load) -> Result<Option<String>, Halt> {
    match session.patiently(|| session.link.hub.submit(&load.rows, load.key)).await {
        Ok(accepted) => {
            if !accepted.warnings.is_empty() {
                tracing::warn!(count = accepted.warnings.len(), "numbers sent to the hub look mistyped");
            }
            let (batch, task) = (load.batch.id.clone(), accepted.task.clone());
            off_thread(session.house, move |house| ledger::taken(house, &batch, &task)).await?;
            session.widen();
            Ok(Some(accepted.task))
        }
        Err(HubError::Defect(defects)) => refuse(session, load, &defects).await.map(|()| None),
        Err(HubError::Conflict) => refuse_whole(session, load, Fault::new("key-used")).await.map(|()| None),
        Err(error) => Err(error.into()),
    }
}

/// Waits for the task to end; none when the hub does not know it.
async fn wait(session: &Session<'_>, load: &Load, task: &str) -> Result<Option<TaskState>, Halt> {
    let later = session.link.hub.answers_later();
    let mut polls = if later { 0 } else { load.batch.polls };
    loop {
        tokio::time::sleep(session.plan.pace.poll(polls)).await;
        match session.patiently(|| session.link.hub.task(task)).await {
            Ok(state) if state.ended() => return Ok(Some(state)),
            Ok(_) => {}
            Err(HubError::NotFound) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        polls += 1;
        let batch = load.batch.id.clone();
        off_thread(session.house, move |house| {
            Ok(house.database.write(|conn| crate::store::hub_moves::note_poll(conn, &batch))?)
        })
        .await?;
        if later && polls >= LOOKS {
            return Err(Halt::Later);
        }
        if session.plan.pace.over(polls) {
            return Err(Halt::Left(format!("連携先の処理{task}が終わりません。運用者が確かめてください")));
        }
    }
}

/// Reads the results, and once more those that lack a row.
async fn read(session: &Session<'_>, load: &Load, task: &str) -> Result<(), Halt> {
    let mut known: Vec<Option<RowOutcome>> = vec![None; load.lines.len()];
    for reading in 0..READINGS {
        known = merge(known, answers::outcomes(&load.lines, results(session, task).await?));
        if known.iter().all(is_clear) {
            break;
        }
        tokio::time::sleep(session.plan.pace.poll(reading)).await;
    }
    let answers = answers::answers(&load.lines, &known, task);
    let batch = load.batch.id.clone();
    let news = off_thread(session.house, move |house| ledger::close(house, &batch, &answers)).await?;
    Ok(session.answered(&news).await?)
}

async fn results(session: &Session<'_>, task: &str) -> Result<Vec<RowResult>, Halt> {
    let (mut rows, mut page) = (Vec::new(), 1);
    loop {
        let read = session.patiently(|| session.link.hub.results(task, page)).await?;
        rows.extend(read.rows);
        match read.next {
            Some(next) if rows.len() <= MOST_RESULTS => page = next,
            Some(_) => return Err(Halt::Left(format!("連携先の処理{task}の結果が多すぎます"))),
            None => return Ok(rows),
        }
    }
}

/// Rejects the rows that have defects; the others go with another batch.
async fn refuse(session: &Session<'_>, load: &Load, defects: &[Defect]) -> Result<(), Halt> {
    let mut by_row: BTreeMap<usize, Vec<Fault>> = BTreeMap::new();
    for defect in defects {
        if let Some(row) = defect.row.filter(|row| *row < load.lines.len()) {
            by_row.entry(row).or_default().push(Fault::from(defect));
        }
    }
    if by_row.is_empty() {
        let fault = defects.first().map_or_else(|| Fault::new("not-sent"), Fault::from);
        return refuse_whole(session, load, fault).await;
    }
    refuse_rows(session, load, by_row).await
}

async fn refuse_rows(
    session: &Session<'_>,
    load: &Load,
    by_row: BTreeMap<usize, Vec<Fault>>,
) -> Result<(), Halt> {
    let lines = by_row.iter().filter_map(|(row, faults)| Some((load.lines.get(*row)?, faults)));
    let answers: Vec<_> =
        lines.map(|(line, faults)| (line.case.clone(), answers::rejected(line, faults))).collect();
    let batch = load.batch.id.clone();
    let news = off_thread(session.house, move |house| ledger::take_apart(house, &batch, &answers)).await?;
    Ok(session.answered(&news).await?)
}

/// A batch of one row is that row's fault; a larger one is tried again in halves.
async fn refuse_whole(session: &Session<'_>, load: &Load, fault: Fault) -> Result<(), Halt> {
    if load.lines.len() > 1 {
        session.narrow(load.lines.len());
        return refuse_rows(session, load, BTreeMap::new()).await;
    }
    refuse_rows(session, load, BTreeMap::from([(0, vec![fault])])).await
}
