//! 回収ロット: entered by the office, told at the desk of a clinic from that day on, and traced to who was given one.

use super::people;
use super::roads::dose_session::{birth, comes, held, recorded};
use super::roads::screening::child;
use super::town::in_own_towns;

const LOTS: &str = "/staff/immunizations/lots";

#[test]
fn a_lot_that_was_called_back_is_told_at_the_desk_and_traced() {
    in_own_towns(&[], async |town| {
        people::citizen(town, "p01").await;
        child(town, 130);
        let mut clinic = people::staff(town, "clinic").await;
        let session = held(&mut clinic).await;
        let page = comes(&mut clinic, &session, &birth(town)).await;
        recorded(&mut clinic, &page, "").await;

        let mut clerk = people::staff(town, "reviewer").await;
        let form = clerk.visit(LOTS).await.form(LOTS).with("vaccine", "hepb").pressing("act", "enter");
        let page = clerk.send(&form).await;
        assert!(page.status == 422 && page.text.contains("回収の日を"), "{:#?}", page.said());
        let today = town.house().today().to_string();
        let form =
            form.with("lot", "ab-12").with("since", &today).with("source", "https://example.jp/recall");
        let page = clerk.submit(&form).await;
        assert!(page.text.contains("AB-12") && page.text.contains("B型肝炎"), "{:#?}", page.said());
        let page = clerk.visit(&format!("{LOTS}/doses?vaccine=hepb&lot=AB-12")).await;
        assert!(page.text.contains("青空") && page.text.contains("架空薬局"), "{:#?}", page.said());
        let page = clerk.visit(&format!("{LOTS}/doses?vaccine=bcg&lot=AB-12")).await;
        assert!(page.text.contains("このロットの記録はありません"), "{:#?}", page.said());

        let again = comes(&mut clinic, &session, &birth(town)).await;
        let page = recorded(&mut clinic, &again, "").await;
        assert!(page.status == 422 && page.text.contains("回収"), "{:#?}", page.said());

        let end = clerk.visit(LOTS).await.form(LOTS).with("vaccine", "hepb").with("lot", "AB-12");
        let page = clerk.submit(&end.pressing("act", "end")).await;
        assert!(page.text.contains("ありません"), "{:#?}", page.said());
        assert_eq!(people::staff(town, "clinic").await.get(LOTS).await.status, 403);
    });
}
