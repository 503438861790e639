//! 集団接種: chosen once, then person after person; a dose too early is told, and taken only with a reason.

use super::screening::child;
use crate::browser::{Browser, Page};
use crate::town::Town;
use crate::{database, people};

const CHOSEN: [(&str, &str); 6] = [
    ("product", "hepb/hepb"),
    ("lot", "(01)04912345678904(17)991231(10)AB-12"),
    ("amount", "0.25"),
    ("site", "left-thigh"),
    ("route", "subcutaneous"),
    ("physician", "診療 七海"),
];

/// The form of a session for hepatitis B.
pub async fn chosen(clinic: &mut Browser) -> crate::forms::Form {
    let form = clinic.visit("/clinic/session").await.form("/clinic/session");
    CHOSEN.iter().fold(form, |form, (name, value)| form.with(name, value))
}

/// A session for hepatitis B; its address.
pub async fn held(clinic: &mut Browser) -> String {
    let form = chosen(clinic).await;
    clinic.send(&form).await.location().to_owned()
}

/// The child comes to the desk.
pub async fn comes(clinic: &mut Browser, session: &str, birth: &str) -> Page {
    let form = clinic.visit(session).await.form(session).with("kana", "アオゾラ モモコ");
    let page = clinic.send(&form.with("birth", birth).with("consent", "yes")).await;
    assert_eq!(page.status, 303, "{:#?}", page.said());
    clinic.visit(page.location()).await
}

pub async fn recorded(clinic: &mut Browser, page: &Page, reason: &str) -> Page {
    let action = page.url.split_once("/clinic").map(|(_, rest)| format!("/clinic{rest}")).unwrap();
    clinic.send(&page.form(&action).with("reason", reason).pressing("outcome", "given")).await
}

pub fn birth(town: &Town) -> String {
    let births = "SELECT CAST(birth AS TEXT) AS text FROM immunization_subjects";
    database::texts(&town.house().database, births).remove(0)
}

/// One child comes twice: the second dose asks for a reason, and stays marked; the address of the session.
pub async fn with_a_double(town: &Town) -> (Browser, String) {
    people::citizen(town, "p01").await;
    child(town, 130);
    let birth = birth(town);
    let mut clinic = people::staff(town, "clinic").await;
    let session = held(&mut clinic).await;
    let page = comes(&mut clinic, &session, &birth).await;
    assert!(page.text.contains("接種できます") && page.text.contains("AB-12"), "{:#?}", page.said());
    assert_eq!(recorded(&mut clinic, &page, "").await.status, 303);

    let again = comes(&mut clinic, &session, &birth).await;
    assert!(again.text.contains("まだ早い"), "{:#?}", again.said());
    let page = recorded(&mut clinic, &again, "").await;
    assert!(page.status == 422 && page.text.contains("間隔が足りません"), "{:#?}", page.said());
    assert_eq!(recorded(&mut clinic, &page, "誤って続けて接種した").await.status, 303);
    let page = clinic.visit(&session).await;
    for shown in ["今日の記録　2件", "<td>2</td>", "誤って続けて接種した", "間隔が足りません"]
    {
        assert!(page.text.contains(shown), "no {shown}: {:#?}", page.said());
    }
    (clinic, session)
}
