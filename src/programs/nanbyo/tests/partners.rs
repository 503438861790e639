//! 按分 as the house asks for it, with the figures of the example: 20,000, 20,000 and 1,000.

use super::*;
use crate::domain::apportionment::{Changed, Held};
use crate::domain::money::Yen;
use crate::programs::nanbyo::partners::changed;

fn held(holder: &str, cap: i64) -> Held {
    Held {
        holder: holder.to_owned(),
        case_id: holder.to_owned(),
        cap: Yen(cap),
        decided: Yen(cap),
        from: day("2026-04-01"),
        to: day("2027-03-31"),
    }
}

fn told(changed: &[Changed]) -> Vec<(&str, String, i64, i64)> {
    changed.iter().map(|it| (it.holder.as_str(), it.from.to_string(), it.before.0, it.after.0)).collect()
}

#[test]
fn the_third_of_a_family_lowers_the_caps_of_two_and_raises_them_when_it_ends() {
    let on = day("2026-04-01");
    let two = [held("a", 20_000), held("b", 20_000)];
    let three = [held("a", 20_000), held("b", 20_000), held("c", 1_000)];
    let begun = changed(&two, &three, tables(), on);
    let from = "2026-04-01".to_owned();
    assert_eq!(told(&begun), [("a", from.clone(), 10_000, 9_750), ("b", from, 10_000, 9_750)]);
    let ended = Held { to: day("2026-09-10"), ..held("c", 1_000) };
    let ending = changed(&three, &[held("a", 20_000), held("b", 20_000), ended], tables(), on);
    let from = "2026-10-01".to_owned();
    assert_eq!(told(&ending), [("a", from.clone(), 9_750, 10_000), ("b", from, 9_750, 10_000)]);
    assert_eq!(changed(&three, &two, tables(), day("1999-01-01")), [], "no rule on that day");
}
