//! Lists and the search in them.

use serde_json::{Value, json};

use crate::store::audit;
use crate::usecases::clerk::approvals::approvals;
use crate::usecases::clerk::home::home;
use crate::usecases::clerk::queue::{Asked, listing};

use super::*;

fn asked(pairs: &[(&str, &str)]) -> Asked {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn list(world: &World, pairs: &[(&str, &str)]) -> Value {
    serde_json::to_value(listing(world.house(), &reviewer(), &asked(pairs)).unwrap()).unwrap()
}

fn ids(list: &Value) -> Vec<String> {
    list["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_case_is_found_by_reference_name_kana_and_birth() {
    let world = world();
    let case = world.filed();
    let reference = world.case(&case).reference.unwrap();
    for typed in [
        reference.as_str(),
        &reference.to_lowercase(),
        "架空花子",
        "架空　花子",
        "カクウ ハナコ",
        "ｶｸｳﾊﾅｺ",
        "昭和40年5月3日",
        "1965-05-03",
    ] {
        assert_eq!(ids(&list(&world, &[("q", typed)])), [case.as_str()], "{typed}");
    }
    assert!(ids(&list(&world, &[("q", "花子")])).is_empty());
}

#[test]
fn filters_narrow_and_are_told_in_words() {
    let world = world();
    let case = world.examined();
    acts::take(world.house(), &reviewer(), &world.known(&case)).unwrap();
    let mine = list(&world, &[("owner", "me"), ("state", "in_review")]);
    assert_eq!(ids(&mine), [case.as_str()]);
    assert_eq!(mine["words"], "状態：審査中・担当：自分");
    assert_eq!(mine["active"][0]["remove"], "/staff/queue?owner=me");
    assert_eq!(mine["total"], "1件");
    assert!(ids(&list(&world, &[("owner", "none"), ("state", "in_review")])).is_empty());
    assert_eq!(ids(&list(&world, &[("waiting", "identity_check")])), [case.as_str()]);
    assert_eq!(ids(&list(&world, &[("origin", "paper"), ("clock", "soon")])), [case]);
    assert!(ids(&list(&world, &[("clock", "over")])).is_empty());
}

#[test]
fn pages_follow_one_another_forth_and_back() {
    let world = world();
    for number in 0..120 {
        let id = format!("case_p{number:03}");
        world.scene.filed(&id, &id, State::Submitted, |_| {});
    }
    let (mut seen, mut place) = (Vec::new(), list(&world, &[("state", "submitted")]));
    loop {
        seen.extend(ids(&place));
        if place["next"].is_null() {
            break;
        }
        place = follow(&world, &place["next"]);
    }
    assert_eq!(seen.len(), 120);
    assert!(seen.is_sorted());
    let back = follow(&world, &place["previous"]);
    assert_eq!(ids(&back), seen[50..100]);
    let first = follow(&world, &back["previous"]);
    assert_eq!((ids(&first), first["previous"].is_null()), (seen[..50].to_vec(), true));
    assert_eq!(first["total"], "120件");
}

/// The page behind a link.
fn follow(world: &World, link: &Value) -> Value {
    let (_, query) = link.as_str().unwrap().split_once('?').unwrap();
    // The place is the only value that is escaped.
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), value.replace("%7E", "~"))
    };
    let asked: Asked = query.split('&').map(pair).collect();
    serde_json::to_value(listing(world.house(), &reviewer(), &asked).unwrap()).unwrap()
}

/// What was recorded of lists since the row before, oldest first.
fn recorded(world: &World, after: i64) -> Vec<audit::Row> {
    let mut rows = world.scene.read(|conn| audit::newest(conn, "", None, 100));
    rows.retain(|row| row.seq > after);
    rows.reverse();
    rows
}

#[test]
fn a_list_is_recorded_with_the_cases_it_showed_and_nothing_else_of_them() {
    let world = world();
    let case = world.examined();
    acts::take(world.house(), &reviewer(), &world.known(&case)).unwrap();
    let last = recorded(&world, 0).pop().unwrap().seq;
    list(&world, &[("q", "架空花子")]);
    list(&world, &[("state", "decided")]);
    home(world.house(), &reviewer()).unwrap();
    approvals(world.house(), &approver()).unwrap();
    let rows = recorded(&world, last);
    let lists: Vec<Value> = rows.iter().map(|row| serde_json::from_str(&row.detail).unwrap()).collect();
    assert_eq!(
        lists,
        [
            json!({ "list": "queue", "cases": [case] }),
            json!({ "list": "queue", "cases": [world.scene.case] }),
            json!({ "list": "home", "cases": [case] }),
            json!({ "list": "approvals", "cases": [] }),
        ]
    );
    assert!(rows.iter().all(|row| row.action == "read_list" && row.outcome == "done"));
    assert_eq!(rows[3].actor, "usr_approver");
    assert!(world.scene.audited() > 0);
    listing(world.house(), &staff("usr_x", &["physician"]), &asked(&[])).unwrap_err();
    assert_eq!(recorded(&world, last).len(), 4, "what was refused showed nothing");
}

#[test]
fn the_day_begins_with_counted_links() {
    let world = world();
    world.filed();
    let page = serde_json::to_value(home(world.house(), &reviewer()).unwrap()).unwrap();
    let titles: Vec<_> = page["groups"].as_array().unwrap().iter().map(|group| &group["title"]).collect();
    assert_eq!(titles[0], "きょうの仕事");
    let pool = &page["groups"][2]["tiles"][0];
    assert_eq!(
        (pool["count"].as_i64(), pool["href"].as_str()),
        (Some(1), Some("/staff/queue?owner=none&state=submitted"))
    );
    let signing = serde_json::to_value(home(world.house(), &approver()).unwrap()).unwrap();
    assert_eq!(signing["groups"][0]["tiles"][0]["href"], "/staff/approvals");
    let stranger = home(world.house(), &staff("usr_x", &["physician"]));
    assert_eq!(keys(stranger), ["permission.denied"]);
}
