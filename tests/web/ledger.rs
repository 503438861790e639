//! The ledger of payments: posted at counters, corrected, typed in from paper, and seen by whom it concerns.

use chrono::{Datelike, Duration};
use regex_lite::Regex;

use super::roads::ledger::{BIRTH, Granted, ask, asked, counter, granted, line, post};
use super::town::{Town, in_own_towns};
use super::{database, night, people, roads};

fn numbers(town: &Town, sql: &str) -> Vec<i64> {
    let texts = database::texts(&town.house().database, sql);
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn two_counters_share_one_cap_and_neither_sees_the_other() {
    in_own_towns(&[], roads::ledger::two_counters);
}

#[test]
fn a_correction_supersedes_and_tells_who_collected_too_much() {
    in_own_towns(&[], async |town| {
        let granted = granted(town).await;
        let (mut hospital, login) = counter(town, &granted).await;
        let (mut pharmacy, _) = counter(town, &granted).await;
        let first = post(&mut hospital, &granted, "20000").await.url;
        post(&mut pharmacy, &granted, "40000").await;
        let address = format!("{}/correct", first.split(&town.url).last().unwrap());
        let form = hospital.visit(&address).await.form(&address).with("total", "10000");
        assert_eq!(hospital.send(&form).await.status, 422, "a correction needs its reason");
        let page = hospital.submit(&form.with("reason", "点数の誤り")).await;
        assert!(page.text.contains("患者さんに返す額") && asked(&page) == 2_000, "{:#?}", page.said());
        assert_eq!(pharmacy.get(&address).await.status, 404, "another institution's line");
        let again = hospital.visit(&address).await.form(&address).with("reason", "もう一度");
        assert_eq!(hospital.send(&again).await.status, 422, "a line is corrected once");

        let page = people::staff(town, "reviewer").await.visit(&tab(&granted)).await;
        let name = people::institution(&login).name;
        for shown in [name.as_str(), "点数の誤り", "訂正済み", "2,000円 不足"] {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let totals = numbers(town, "SELECT CAST(total AS TEXT) AS text FROM ledger_lines ORDER BY seq");
        assert_eq!(totals, [20_000, 40_000, 10_000], "a posted line was changed");
    });
}

fn tab(granted: &Granted) -> String {
    format!("/staff/cases/{}/ledger", granted.case)
}

#[test]
fn a_ledger_on_paper_is_typed_in_and_counts() {
    in_own_towns(&[], async |town| {
        let granted = granted(town).await;
        let (mut pharmacy, _) = counter(town, &granted).await;
        assert_eq!(asked(&post(&mut pharmacy, &granted, "45000").await), 9_000);
        let mut clerk = people::staff(town, "reviewer").await;
        let address = format!("{}/paper", tab(&granted));
        let form = clerk.visit(&address).await.form(&address).with("care_on", "2999-01-01");
        assert_eq!(clerk.send(&form).await.status, 422);
        let eve = granted.today - Duration::days(i64::from(granted.today.day() > 1));
        let eve = eve.to_string();
        let form = form.with("care_on", &eve).with("institution", "架空訪問看護").with("kind", "nursing");
        let page = clerk.submit(&form.with("total", "8,500").with("collected", "1,700")).await;
        assert!(
            page.text.contains("紙の管理票から") && page.text.contains("700円 払いすぎ"),
            "{:#?}",
            page.said()
        );
        assert_eq!(asked(&post(&mut pharmacy, &granted, "5000").await), 0, "the paper counts");

        let link = Regex::new(r#"href="([^"]+/ledger/paper/[^"]+)""#).unwrap();
        let address = link.captures(&page.text).unwrap()[1].to_owned();
        let form = clerk.visit(&address).await.form(&address).with("total", "0").with("collected", "0");
        clerk.submit(&form.with("reason", "別の人の管理票でした")).await;
        let page = people::citizen(town, "p01").await.visit(&format!("/a/{}/ledger", granted.case)).await;
        assert!(page.text.contains("別の人の管理票でした"), "{:#?}", page.said());
        assert_eq!(people::staff(town, "approver").await.get(&address).await.status, 403);
    });
}

#[test]
fn numbers_cannot_be_tried_out() {
    in_own_towns(&[], async |town| {
        let granted = granted(town).await;
        let (mut other, _) = counter(town, &granted).await;
        let mut prober = people::staff(town, "institution").await;
        let mut answers = std::collections::BTreeSet::new();
        for (number, birth) in [(granted.number.as_str(), "1958-04-13"), ("9999999", BIRTH)] {
            for _ in 0..5 {
                let page = ask(&mut prober, number, birth).await;
                assert_eq!(page.status, 422);
                answers.insert(page.said());
            }
        }
        assert_eq!(answers.len(), 1, "a number that exists is answered otherwise: {answers:#?}");
        let page = ask(&mut prober, &granted.number, BIRTH).await;
        assert_eq!(page.status, 422, "after ten failures nothing is found any more");
        assert_eq!(prober.get(&format!("/institution/ledgers/{}", granted.case)).await.status, 404);
        assert_eq!(ask(&mut other, &granted.number, BIRTH).await.status, 303);
        let refused = "SELECT outcome AS text FROM audit WHERE action = 'find_card' AND outcome = 'refused'";
        assert_eq!(database::texts(&town.house().database, refused).len(), 11);

        town.clock.pass(Duration::minutes(61));
        let mut prober = people::staff(town, "institution").await;
        assert_eq!(ask(&mut prober, &granted.number, BIRTH).await.status, 303);
    });
}

#[test]
fn a_certificate_counts_as_presented_for_half_a_day() {
    in_own_towns(&[], async |town| {
        let granted = granted(town).await;
        let (_, login) = counter(town, &granted).await;
        let home = format!("/institution/ledgers/{}", granted.case);
        town.clock.pass(Duration::hours(13));
        let mut browser = town.browser();
        people::sign_in(town, &mut browser, &login).await;
        assert_eq!(browser.get(&home).await.status, 404);
        for role in ["reviewer", "physician", "operator"] {
            let mut browser = people::staff(town, role).await;
            assert_eq!(browser.get("/institution").await.status, 403, "{role}");
            assert_eq!(browser.get(&home).await.status, if role == "reviewer" { 403 } else { 404 }, "{role}");
        }
    });
}

#[test]
fn counters_that_post_at_once_never_go_beyond_the_cap() {
    in_own_towns(&[], async |town| {
        let granted = granted(town).await;
        let mut sent = Vec::new();
        for _ in 0..8 {
            let (mut browser, _) = counter(town, &granted).await;
            for _ in 0..3 {
                let form = line(&mut browser, &granted, "5000").await;
                // Each form goes twice, as by a double click.
                for _ in 0..2 {
                    let request = browser.post(&form);
                    sent.push(tokio::spawn(request));
                }
            }
        }
        for answer in sent {
            assert_eq!(answer.await.unwrap(), 303);
        }
        let collected =
            numbers(town, "SELECT CAST(collected AS TEXT) AS text FROM ledger_lines ORDER BY seq");
        let expected: Vec<i64> = (0..24).map(|at| if at < 10 { 1_000 } else { 0 }).collect();
        assert_eq!(collected, expected);
        let seqs = numbers(town, "SELECT CAST(seq AS TEXT) AS text FROM ledger_lines ORDER BY seq");
        assert_eq!(seqs, (1..=24).collect::<Vec<_>>());
        let page = people::citizen(town, "p01").await.visit(&format!("/a/{}/ledger", granted.case)).await;
        assert!(page.text.contains("120,000円") && !page.text.contains("払いすぎ"), "{:#?}", page.said());
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}
