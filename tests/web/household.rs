//! The others of a household: members who consent by their own code, and recipients whose caps are shared.

use regex_lite::Regex;

use super::browser::{Browser, Page};
use super::roads::household::office;
use super::town::{Town, in_own_towns};
use super::{database, forms, night, people, road, roads, samples, typing};

/// What the applicant answers who has a brother of age and a child in the same insurance.
fn with_family() -> typing::Answers {
    let mut answers = samples::application();
    let row = |index: usize, item: &str| format!("household.member[{index}]/household.member.{item}");
    let mut put = |path: &str, value: &str| drop(answers.insert(path.to_owned(), value.to_owned()));
    put("insurance.kind", "kokuho");
    put("household.exists", "true");
    let family =
        [("青空 一郎", "sibling", "1960-06-01", "990000013277"), ("青空 小春", "child", "2020-04-01", "")];
    for (index, (name, relation, birth, number)) in family.into_iter().enumerate() {
        put(&row(index, "name"), name);
        put(&row(index, "relation"), relation);
        put(&row(index, "birth"), birth);
        put(&row(index, "tax"), "unknown");
        if !number.is_empty() {
            put(&row(index, "my-number"), number);
        }
    }
    answers
}

/// The form of a page with a hidden value.
fn form_with(page: &Page, action: &str, name: &str, value: &str) -> forms::Form {
    let mut all = forms::forms(&page.text).into_iter().filter(|form| form.action == action);
    all.find(|form| form.value(name) == Some(value)).unwrap_or_else(|| panic!("{value}: {:#?}", page.said()))
}

/// Asks for what a code opens, however it ends.
async fn show_code(member: &mut Browser, code: &str, birth: &str) -> Page {
    let form = member.visit("/member").await.form("/member");
    member.send(&form.with("code", code).with("birth", birth)).await
}

#[test]
fn a_member_of_the_family_consents_by_their_own_code() {
    in_own_towns(&[], async |town| {
        let mut applicant = people::citizen(town, "p01").await;
        let case = road::file_as(&mut applicant, &with_family()).await;
        let page = applicant.visit(&format!("/a/{case}")).await;
        assert!(page.text.contains("（2人）"), "{:#?}", page.said());
        let home = format!("/a/{case}/household");
        let page = applicant.visit(&home).await;
        assert!(page.text.contains("********3277"), "{:#?}", page.said());
        let codes = format!("{home}/codes");
        assert_eq!(
            forms::forms(&page.text).iter().filter(|form| form.action == codes).count(),
            1,
            "a child has none"
        );
        let page = applicant.send(&page.form(&codes)).await;
        let code = Regex::new(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").unwrap();
        let code = code.find(&page.text).unwrap_or_else(|| panic!("{:#?}", page.said())).as_str().to_owned();

        let mut member = town.browser();
        let page = show_code(&mut member, &code, "1960-06-02").await;
        assert!(page.status == 422 && !page.text.contains("青空"), "{:#?}", page.said());
        let page = show_code(&mut member, &code, "昭和35年6月1日").await;
        assert!(page.text.contains("青空 一郎") && !page.text.contains("花子"), "{:#?}", page.said());
        let give = form_with(&page, "/member", "consent", "information_sharing");
        let page = member.send(&give.pressing("act", "give")).await;
        assert!(page.text.contains("同意を受け付けました"), "{:#?}", page.said());

        let page = applicant.visit(&home).await;
        assert!(page.text.contains("本人がオンラインで同意"), "{:#?}", page.said());
        let consents = format!("{home}/consents");
        let page = applicant.submit(&page.form(&consents).pressing("act", "give")).await;
        assert!(page.text.contains("申請者が代わりに同意"), "{:#?}", page.said());
        let page = applicant.visit(&format!("/a/{case}")).await;
        assert!(!page.text.contains("同意がそろっていない"), "{:#?}", page.said());
        seen_by_the_office(town, &case).await;
        for table in ["member_codes", "member_consents", "audit"] {
            let rows = database::rows(&town.house().database, table);
            assert!(!rows.iter().any(|row| row.contains(&code) || row.contains("一郎")), "{table}");
        }
        assert!(night::record_is_sound(town), "the record of access is broken");
    });
}

async fn seen_by_the_office(town: &Town, case: &str) {
    let mut clerk = people::staff(town, "receiver").await;
    let home = format!("/staff/cases/{case}/household");
    let page = clerk.visit(&home).await;
    assert!(page.text.contains("本人がオンラインで同意"), "{:#?}", page.said());
    let revoke = page.form(&format!("{home}/consents")).pressing("act", "revoke");
    let page = clerk.submit(&revoke).await;
    let page_form = page.form(&format!("{home}/consents"));
    let page = clerk.send(&page_form.clone().pressing("act", "give")).await;
    assert_eq!(page.status, 422, "paper has a day: {:#?}", page.said());
    let field = Regex::new(r#"name="(signed_on-[^"]+)""#).unwrap();
    let field = field.captures(&page.text).unwrap()[1].to_owned();
    let today = town.house().today().to_string();
    let page = clerk.submit(&page_form.with(&field, &today).pressing("act", "give")).await;
    assert!(page.text.contains("書面で同意"), "{:#?}", page.said());
}

#[test]
fn one_of_three_recipients_who_ends_leaves_two_caps_to_be_determined_anew() {
    in_own_towns(&[], roads::household::one_of_three_ends);
}

#[test]
fn an_enquiry_goes_out_and_comes_back_as_a_file() {
    in_own_towns(&[], async |town| {
        let case = office(town).examined(("千恵", "昭和42年7月5日"), &[("勉", "昭和41年6月4日")]);
        let mut clerk = people::staff(town, "reviewer").await;
        let home = format!("/staff/cases/{case}/household");
        let page = clerk.visit(&home).await;
        let field = Regex::new(r#"name="(signed_on-[^"]+)""#).unwrap();
        let field = field.captures(&page.text).unwrap()[1].to_owned();
        let paper = page.form(&format!("{home}/consents")).with(&field, &town.house().today().to_string());
        let page = clerk.submit(&paper.pressing("act", "give")).await;
        let page = clerk.submit(&page.form(&format!("{home}/enquiries"))).await;
        assert!(page.text.contains("未送付"), "{:#?}", page.said());

        let page = clerk.visit("/staff/enquiries").await;
        let file = clerk.send(&page.form("/staff/enquiries/export")).await.text;
        let id =
            Regex::new("enq_[0-9a-f]+").unwrap().find(&file).unwrap_or_else(|| panic!("{file}")).as_str();
        let answers = format!("照会番号,課税区分,所得割額\n{id},課税,65000\nenq_0,課税,1\n");
        let page = clerk.visit("/staff/enquiries").await;
        let mut forms = forms::forms(&page.text).into_iter();
        let form = forms.find(|form| {
            form.value("kind").is_some_and(|kind| kind.ends_with("/tax")) && form.offers("act", "trial")
        });
        let form = form.unwrap().attaching("file", "a.csv", answers.as_bytes());
        let page = clerk.send(&form.clone().pressing("act", "trial")).await;
        assert!(page.text.contains("新しい回答 1件、同じ回答 0件、誤り 1件"), "{:#?}", page.said());
        clerk.send(&form.clone().pressing("act", "store")).await;
        let page = clerk.send(&form.pressing("act", "store")).await;
        assert!(page.text.contains("新しい回答 0件、同じ回答 1件、誤り 1件"), "{:#?}", page.said());
        let page = clerk.visit(&home).await;
        let page = clerk.submit(&page.form(&format!("{home}/enquiries/{id}/take"))).await;
        assert!(page.text.contains("反映済み"), "{:#?}", page.said());
    });
}
