//! The electronic signature under a certificate, as those who rely on it see it.

use super::road::{Filed, certified};
use super::town::in_own_towns;
use super::{database, samples};

const HOLDS: &str = "電子署名を確認しました";
const BROKEN: &str = "電子署名がこわれています";

#[test]
fn the_office_sees_whether_the_signature_holds_and_the_applicant_sees_nothing_of_it() {
    in_own_towns(&[], async |town| {
        let filed = certified(town, &samples::certificate(town.house().today())).await;
        let Filed { mut citizen, mut clerk, case } = filed;
        let sql = |text: &str| database::run(&town.house().database, text);
        let tab = format!("/staff/cases/{case}/certificate");
        let page = clerk.visit(&tab).await;
        assert!(page.text.contains(HOLDS), "{:#?}", page.said());

        // Somebody with the database's password passes the key off as another's.
        sql("UPDATE signing_keys SET holder = (SELECT min(id) FROM users WHERE id <> holder)");
        let page = clerk.visit(&tab).await;
        assert!(page.text.contains(BROKEN) && !page.text.contains(HOLDS), "{:#?}", page.said());

        // Or moves the sealed signature away.
        sql("DELETE FROM certificate_signatures");
        let page = clerk.visit(&tab).await;
        assert!(page.text.contains("電子署名なし"), "{:#?}", page.said());
        let page = citizen.visit(&format!("/a/{case}")).await;
        assert!(!page.text.contains("電子署名"), "{:#?}", page.said());
    });
}
