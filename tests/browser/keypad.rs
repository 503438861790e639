//! The result of a committee, taken by a number pad alone.

use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::Value;

use super::browser::Browser;
use super::roads::care::judged;
use super::roads::committee::Committee;
use super::roads::road::Filed;
use super::town::Town;
use super::window::Window;
use super::{office, people, samples, town};

async fn ask(client: &Client, script: &str) -> Value {
    client.execute(script, Vec::new()).await.unwrap()
}

async fn press(client: &Client, keys: &str) {
    client.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

/// The name of the question in focus, and which of its choices is taken, counted from one.
async fn there(client: &Client) -> (String, u64) {
    let script = "const name = document.activeElement.name; const all = document.getElementsByName(name); \
                  return [name, [...all].findIndex((it) => it.checked) + 1];";
    let said = ask(client, script).await;
    (said[0].as_str().unwrap_or_default().to_owned(), said[1].as_u64().unwrap())
}

/// A case before the committee, whose session is open with everybody there: its address, and that of the case.
async fn tabled(town: &Town, board: &mut Committee, citizen: Browser) -> (String, String) {
    let Filed { mut clerk, case, .. } = judged(town, citizen, &samples::care_application()).await;
    office::act(&mut clerk, &case, "refer", &[("reason", "二次判定をお願いします")]).await;
    let home = board.called(town).await;
    assert_eq!(board.act(&home, "open", &[]).await.status, 303);
    board.everybody_attends(&home).await;
    (home, case)
}

#[test]
fn a_digit_takes_the_choice_that_bears_it_and_enter_goes_on() {
    town::in_towns(&[String::new()], &[], async |town| {
        if Window::open().await.is_none() {
            return;
        }
        let mut board = Committee::of(town, "kaigo", &["", "", ""]).await;
        let citizen = people::citizen(town, "p01").await;
        let (home, case) = tabled(town, &mut board, citizen).await;
        board.secretary.visit(&format!("{home}/cases/{case}")).await;
        let client = board.secretary.window().await.client();
        ask(client, "document.querySelector('form[data-keypad] input[type=radio]').focus()").await;
        let (first, _) = there(client).await;
        for digit in ["2", "1"] {
            press(client, digit).await;
            assert_eq!(there(client).await, (first.clone(), digit.parse().unwrap()));
        }
        press(client, "9").await;
        assert_eq!(there(client).await, (first.clone(), 1), "no choice bears it");
        press(client, &Key::Enter.to_string()).await;
        let (second, _) = there(client).await;
        assert_ne!(second, first, "Enter goes on and sends nothing");
        assert!(client.current_url().await.unwrap().path().ends_with(&case));
    });
}
