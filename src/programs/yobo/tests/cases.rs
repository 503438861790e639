use serde_json::Value;

use super::ask;

#[test]
fn every_published_case_comes_out_as_written() {
    let lines = include_str!("cases.jsonl").lines();
    let cases: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(cases.len(), 71);
    let mut wrong = Vec::new();
    for case in &cases {
        let answer = ask("decide", case).map(|worked| worked.value);
        if answer.as_ref().ok() != Some(&case["expect"]) {
            wrong.push(format!("{}: {answer:?}, not {}", case["id"], case["expect"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
