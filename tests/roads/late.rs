//! A renewal that comes after the certificate has ended: the office chooses what it counts as.

use chrono::{Days, NaiveDate};

use super::renewal::{decision, field, file};
use super::road::{self, Filed, id_of};
use crate::browser::Browser;
use crate::town::Town;
use crate::typing::{Answers, answers, typed};
use crate::{office, people, samples};

/// A person whose grant ended so many days ago: the citizen, the clerk, and the case.
pub async fn ended(town: &Town, days: u64) -> (Browser, Browser, String) {
    let today = town.house().today();
    let Filed { citizen, mut clerk, case } = road::certified(town, &samples::certificate(today)).await;
    office::accept_all(&mut clerk, &case).await;
    office::accept_certificate(&mut clerk, &case).await;
    office::do_the_work(&mut clerk, &case, &samples::findings()).await;
    let [from, until] = [days + 30, days].map(|ago| (today - Days::new(ago)).to_string());
    let period = [
        ("field:start_on", from.as_str()),
        ("why:start_on", "試験の期間"),
        ("field:valid_to", &until),
        ("why:valid_to", "試験の期間"),
    ];
    office::draft(&mut clerk, &case, "granted", &period).await;
    office::approve(&mut people::staff(town, "approver").await, &case).await;
    (citizen, clerk, case)
}

/// The office examines a late renewal, finds what `findings` say of it, and grants it with what differs from the
/// proposal; the first day.
async fn judged(
    town: &Town,
    clerk: &mut Browser,
    case: &str,
    mut findings: Answers,
    other: &[(&str, &str)],
) -> Option<NaiveDate> {
    office::accept_all(clerk, case).await;
    let page = clerk.visit(&format!("/staff/cases/{case}/judgement")).await;
    assert!(page.text.contains("更新の申請が、前の有効期間の最後の日"), "{:#?}", page.said());
    findings.extend(samples::findings());
    office::do_the_work(clerk, case, &findings).await;
    let page = clerk.visit(&format!("/staff/cases/{case}/judgement")).await;
    assert!(!page.text.contains("更新の申請が、前の有効期間の最後の日"), "{:#?}", page.said());
    office::draft(clerk, case, "granted", other).await;
    office::approve(&mut people::staff(town, "approver").await, case).await;
    let decision = decision(town, case);
    assert!(field(&decision, "late_renewal").is_string(), "the choice is part of the decision");
    decision.draft.content.effective_from
}

/// Registers a renewal on paper that arrived today.
async fn on_the_counter(town: &Town, clerk: &mut Browser) -> String {
    let today = town.house().today().to_string();
    let mut answered = samples::application();
    answered.extend(answers(&[("patient.undivided", "false")]));
    let mut page = clerk.visit("/staff/paper?kind=nanbyo/renewal").await;
    // What an answer brings up is asked when the page comes back.
    for _ in 0..4 {
        let form = typed(&page, page.form("/staff/paper"), &answered);
        let form = form.with("arrived_on", &today).with("kind", "nanbyo/renewal");
        page = clerk.send(&form.pressing("action", "file")).await;
        if page.status == 303 {
            break;
        }
    }
    assert_eq!(page.status, 303, "{:#?}", page.said());
    let id = page.location().split("/staff/cases/").nth(1).unwrap();
    id.split(['/', '?', '#']).next().unwrap().to_owned()
}

/// The certificate came on paper: nobody is asked for one, and the office notes what it says.
async fn certificate_on_paper(clerk: &mut Browser, case: &str) -> Answers {
    for item in office::work(clerk, case).await {
        let page = clerk.visit(&item).await;
        if page.text.contains("certificate_on_paper") {
            let form = page.form(&item).with("reason", "certificate_on_paper");
            clerk.submit(&form.pressing("act", "waive")).await;
        }
    }
    answers(&[
        ("medical.diagnosis-met", "yes"),
        ("medical.severity-met", "yes"),
        ("medical.reason", "紙の臨床調査個人票による"),
    ])
}

/// On paper, long after the end: it counts as new, and does not go on where the old certificate ended.
pub async fn on_paper(town: &Town) {
    let (_, mut clerk, first) = ended(town, 100).await;
    let case = on_the_counter(town, &mut clerk).await;
    office::act(&mut clerk, &case, "begin", &[]).await;
    office::take(&mut clerk, &case).await;
    let mut findings = certificate_on_paper(&mut clerk, &case).await;
    findings.extend(answers(&[("renewal.late", "lapsed")]));
    // The day of the diagnosis stands on paper only.
    let today = town.house().today();
    let [from, until] = [today, today + Days::new(300)].map(|day| day.to_string());
    let why = "紙の臨床調査個人票の診断年月日";
    let period = [
        ("field:start_on", from.as_str()),
        ("why:start_on", why),
        ("field:valid_to", &until),
        ("why:valid_to", why),
    ];
    let begins = judged(town, &mut clerk, &case, findings, &period).await.unwrap();
    let until = decision(town, &first).draft.content.valid_to.unwrap();
    assert!(begins > until + Days::new(1), "{begins}: no day of the gap is covered");
}

/// On line, soon after the end: the person is told what that means, and the office takes it as a renewal.
pub async fn on_line(town: &Town) {
    let (mut citizen, mut clerk, first) = ended(town, 5).await;
    let told = "更新として扱うか、新規として扱うか";
    let page = citizen.visit("/me").await;
    assert!(page.text.contains(told), "{:#?}", page.said());
    let page = citizen.visit("/p/nanbyo").await;
    assert!(page.text.contains(told), "{:#?}", page.said());
    let form = page.form("/p/nanbyo/start").with("kind", &format!("renewal/{first}"));
    let case = id_of(&citizen.submit(&form).await);
    let page = citizen.visit(&format!("/a/{case}/declare")).await;
    assert!(page.text.contains(told), "{:#?}", page.said());
    file(&mut citizen, &case).await;
    assert!(!citizen.visit("/me").await.text.contains(told), "it is renewed already");

    office::act(&mut clerk, &case, "begin", &[]).await;
    office::take(&mut clerk, &case).await;
    let code = road::request_code(&mut citizen, &case).await;
    road::certify(town, &code, &samples::certificate(town.house().today())).await;
    office::accept_certificate(&mut clerk, &case).await;
    let begins = judged(town, &mut clerk, &case, answers(&[("renewal.late", "bridged")]), &[]).await;
    let before = decision(town, &first);
    assert_eq!(begins, before.draft.content.valid_to.and_then(|day| day.succ_opt()));
    assert_eq!(field(&decision(town, &case), "recipient_number"), field(&before, "recipient_number"));
}
