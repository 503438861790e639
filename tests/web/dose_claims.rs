//! 委託料の請求: what institutions recorded in a month is counted for those who keep the ledger.

use super::roads::dose_session::{birth, comes, held, recorded};
use super::people;
use super::roads::screening::child;
use super::town::in_own_towns;

const CLAIMS: &str = "/staff/immunizations/claims";

#[test]
fn visits_are_counted_by_institution_and_none_is_priced_that_the_town_has_not_priced() {
    in_own_towns(&[], async |town| {
        people::citizen(town, "p01").await;
        child(town, 130);
        let mut clinic = people::staff(town, "clinic").await;
        let session = held(&mut clinic).await;
        let page = comes(&mut clinic, &session, &birth(town)).await;
        recorded(&mut clinic, &page, "").await;
        let again = comes(&mut clinic, &session, &birth(town)).await;
        recorded(&mut clinic, &again, "誤って続けて接種した").await;

        let mut clerk = people::staff(town, "reviewer").await;
        let page = clerk.visit(CLAIMS).await;
        for shown in ["架空薬局 clinic", "B型肝炎", "未設定", "要確認", "2件は、請求額がありません"]
        {
            assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
        }
        let month = town.house().today().format("%Y-%m").to_string();
        let file = clerk.get(&format!("{CLAIMS}.csv?month={month}")).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(file.text.contains("B型肝炎,接種,1,,,\r\n"), "{}", file.text);
        assert!(file.text.contains("B型肝炎,要確認,1,,,\r\n"), "{}", file.text);
        let past = clerk.visit(&format!("{CLAIMS}?month=2020-01")).await;
        assert!(past.text.contains("この月の記録はありません"), "{:#?}", past.said());
        assert_eq!(clerk.get(&format!("{CLAIMS}?month=x")).await.status, 404);
        assert_eq!(people::staff(town, "approver").await.get(CLAIMS).await.status, 403);
    });
}
