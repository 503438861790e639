//! The road itself, on each kind of database that this machine has.

use std::sync::Arc;

use madoguchi::jobs::{Dispatcher, JobsPlan, Kind, RetryPolicy, Runner};
use tokio::sync::Notify;

use super::support::browser::{Browser, PHONE, Scripts};
use super::town::{self, Town};
use super::{citizen, desk};

#[test]
fn a_subsidy_goes_from_the_phone_to_the_hub() {
    town::in_own_towns(&[], async |town| {
        let Some(phone) = Browser::open(Scripts::On).await else { return };
        phone.resize(PHONE).await;
        walk(town, &phone).await;
        phone.close().await;
    });
}

async fn walk(town: &Town, phone: &Browser) {
    citizen::sign_in(phone, town).await;
    let mine = citizen::file(phone, town).await;
    drain(town).await;

    let (clerk, _) = desk::window(town, "reviewer").await;
    let case = desk::examine(&clerk, town).await;
    let code = desk::request_code(phone, &mine).await;
    let (physician, login) = desk::window(town, "physician").await;
    desk::certify(&physician, town, &login, &code).await;
    desk::look(&physician, &town.url, &["/physician"]).await;

    desk::return_phone(&clerk, &case).await;
    drain(town).await;
    citizen::mend(phone, &mine).await;
    desk::finish(&clerk, &case).await;
    desk::draft(&clerk, &case).await;
    let (approver, _) = desk::window(town, "approver").await;
    desk::approve(&approver, &case).await;
    drain(town).await;

    let tabs = [
        "",
        "/documents",
        "/certificate",
        "/income",
        "/judgement",
        "/notes",
        "/messages",
        "/history",
        "/print",
    ];
    desk::look(&clerk, &case, &tabs).await;
    desk::look(&clerk, &town.url, &["/staff", "/staff/approvals", "/staff/paper"]).await;
    citizen::look(phone, &mine).await;
    night(town).await;
    clerk.goto(&format!("{case}/history")).await;
    clerk.see("連携").await;

    let (operator, _) = desk::window(town, "operator").await;
    let pages =
        ["/operator", "/operator/runs", "/operator/deliveries", "/operator/discrepancies", "/operator/users"];
    desk::look(&operator, &town.url, &pages).await;
    for window in [clerk, physician, approver, operator] {
        window.close().await;
    }
}

/// Lets the outbox empty itself; nothing may be left to a person.
async fn drain(town: &Town) {
    let bell = Arc::new(Notify::new());
    Dispatcher::new(town.app.house.clone(), RetryPolicy::default(), bell).drain().await.unwrap();
}

/// The nightly run registers the decision and reads it back.
async fn night(town: &Town) {
    let plan = JobsPlan::new("990001").hurried();
    let ended = Runner::new(town.app.house.clone(), plan.hub).run_now(Kind::Nightly, &|_| ()).await.unwrap();
    assert_eq!((ended.progress.rejected, ended.confirmed), (0, 1), "{ended}");
}
