//! What surveyors and physicians delivered, as the table from which the office pays them.

use super::care_base::certified;
use super::people;
use super::roads::road::Filed;
use super::town::in_own_towns;

#[test]
fn accepted_surveys_and_opinions_are_counted_by_institution_and_month() {
    in_own_towns(&[], async |town| {
        let Filed { mut clerk, .. } = certified(town).await;
        let page = clerk.visit("/staff/figures?program=kaigo").await;
        let address = "/staff/figures/paid.csv?program=kaigo";
        assert!(page.text.contains(address), "{:#?}", page.said());
        let month = town.house().today().format("%Y-%m").to_string();
        let table = clerk.get(&format!("{address}&from={month}&until={month}")).await.text;
        let lines: Vec<&str> = table.lines().skip(1).collect();
        // No municipality set an amount here.
        let expected = ["主治医意見書", "認定調査"]
            .map(|work| format!("{month},{work},9910000019,まどか中央病院,新規,1,,"));
        assert_eq!(lines, expected, "{table}");
        let page = clerk.visit("/staff/figures?program=nanbyo").await;
        assert!(!page.text.contains("/staff/figures/paid.csv"), "{:#?}", page.said());
        let refused = people::staff(town, "operator").await.get(address).await;
        assert!(matches!(refused.status, 403 | 404), "{}", refused.status);
    });
}
