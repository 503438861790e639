use super::tables;
use crate::programs::yobo::reactions::periods;

#[test]
fn a_symptom_has_the_period_of_its_vaccine_and_none_is_made_up() {
    let hours = |vaccine: &str, symptom: &str| {
        let all = periods(vaccine, tables(), "2026-11-23".parse().unwrap());
        all.into_iter().find(|it| it.symptom == symptom).map(|it| it.hours)
    };
    assert_eq!(hours("dpt_ipv_hib", "anaphylaxis"), Some(4));
    assert_eq!(hours("dpt_ipv_hib", "convulsion"), Some(7 * 24));
    assert_eq!(hours("mr1", "convulsion"), Some(21 * 24));
    assert_eq!(hours("je1", "adem"), Some(28 * 24));
    assert_eq!(hours("rota", "anaphylaxis"), None);
    assert!(periods("mr1", tables(), "2016-09-30".parse().unwrap()).is_empty());
}
