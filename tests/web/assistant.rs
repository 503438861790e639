//! An assistant prepares certificates for the physicians of their institution, and does no more.

use super::browser::Browser;
use super::forms::Form;
use super::people;
use super::roads::assistant::{open, prepared_and_signed, requested};
use super::town::{Town, in_own_towns};

#[test]
fn an_assistant_prepares_and_the_physician_signs() {
    in_own_towns(&[], prepared_and_signed);
}

/// A request that a physician has taken: its path and code, and the physician.
async fn taken(town: &Town) -> (String, String, Browser) {
    let (_, code) = requested(town).await;
    let mut doctor = people::staff(town, "physician").await;
    let home = open(&mut doctor, &code).await;
    (home, code, doctor)
}

/// The form of an action that the page does not offer, with the page's token.
async fn forged(browser: &mut Browser, home: &str, action: &str) -> Form {
    let mut form = browser.visit(home).await.form(&format!("{home}/prepare"));
    form.action = action.to_owned();
    form
}

#[test]
fn an_assistant_neither_signs_nor_claims_nor_asks_the_platform() {
    in_own_towns(&[], async |town| {
        let (home, code, _) = taken(town).await;
        let mut helper = people::staff(town, "assistant").await;
        assert_eq!(helper.get(&format!("{home}/sign")).await.status, 403);
        let sign = forged(&mut helper, &home, &format!("{home}/sign")).await;
        let sign = sign.with("confirm", "yes").with("digest", "0").with("code", "000000");
        assert_eq!(helper.send(&sign).await.status, 403);
        let pull = forged(&mut helper, &home, &format!("{home}/pull")).await;
        assert_eq!(helper.send(&pull).await.status, 403);
        let claim = forged(&mut helper, &home, "/physician/code").await.with("code", &code);
        assert_eq!(helper.send(&claim).await.status, 403);
        let early = forged(&mut helper, &home, &format!("{home}/prepare")).await;
        let page = helper.submit(&early).await;
        assert!(page.text.contains("まだ何も保存されていません"), "{:#?}", page.said());
    });
}

#[test]
fn an_assistant_elsewhere_does_not_learn_of_a_request() {
    in_own_towns(&[], async |town| {
        let (home, _, _) = taken(town).await;
        let mut stranger = people::assistant_at(town, "9910000027").await;
        let list = stranger.visit("/physician").await;
        assert!(list.text.contains("いま依頼はありません"), "{:#?}", list.said());
        let token = list.form("/sign-out");
        assert_eq!(stranger.get(&home).await.status, 404);
        for place in [format!("{home}?step=diagnosis"), format!("{home}/prepare"), format!("{home}/accept")] {
            let form = Form { action: place.clone(), ..token.clone() };
            assert_eq!(stranger.send(&form).await.status, 404, "{place}");
        }
    });
}

#[test]
fn of_two_who_write_at_once_the_second_is_asked_and_loses_nothing() {
    in_own_towns(&[], async |town| {
        let (home, _, mut doctor) = taken(town).await;
        let mut helper = people::staff(town, "assistant").await;
        let step = format!("{home}?step=birth");
        let (hers, theirs) = (doctor.visit(&step).await.form(&step), helper.visit(&step).await.form(&step));
        let place = "birth.municipality";
        doctor.submit(&hers.with(place, "架空県まどか市").pressing("action", "save")).await;
        let page = helper.send(&theirs.with(place, "架空県みどり市").pressing("action", "save")).await;
        assert_eq!(page.status, 409);
        for said in ["ほかの人が先に保存しました", "架空県まどか市", "架空県みどり市"]
        {
            assert!(page.text.contains(said), "{said}: {:#?}", page.said());
        }
        let again = page.form(&step);
        assert_eq!(again.value(place), Some("架空県みどり市"), "what was typed is still there");
        let stored = doctor.visit(&step).await.form(&step);
        assert_eq!(stored.value(place), Some("架空県まどか市"), "and nothing was written over");

        // Another step is no matter of the two.
        let other = format!("{home}?step=family");
        let form = doctor.visit(&other).await.form(&other);
        helper.submit(&again.pressing("action", "save")).await;
        doctor.submit(&form.pressing("action", "save")).await;
        assert_eq!(doctor.visit(&step).await.form(&step).value(place), Some("架空県みどり市"));
    });
}
