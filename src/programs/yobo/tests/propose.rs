//! What is proposed for a decision, by kind of procedure.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::RULES;
use super::*;
use crate::domain::calendar::EnteredDate;
use crate::domain::forms::{Answer, Answers, Coding};
use crate::domain::program::vocabulary::CaseKind;
use crate::domain::proposal::{Proposal, Severity};
use crate::programs::{Inputs, Paid};

type Lines = Vec<(&'static str, &'static str)>;

/// `:code` is a choice, `n:1` a number, `on:2026-01-01` a day, `yes` a yes; anything else is text.
fn answers(lines: &Lines) -> Answers {
    let mut answers = Answers::new();
    for (path, text) in lines {
        let answer = match text.split_once(':') {
            Some(("", code)) => {
                Answer::Choice(Coding { system: None, code: code.to_owned(), display: code.to_owned() })
            }
            Some(("n", number)) => Answer::Integer(number.parse().unwrap()),
            Some(("on", day)) => Answer::Date(EnteredDate::parse(day).unwrap()),
            _ if *text == "yes" => Answer::Boolean(true),
            _ => Answer::Text((*text).to_owned()),
        };
        answers.set(path, answer);
    }
    answers
}

/// An application about a girl of eleven months with two doses against hepatitis B.
struct Case {
    kind: &'static str,
    today: &'static str,
    application: Lines,
    office: Lines,
    state: Lines,
    settings: BTreeMap<String, String>,
}

const CHILD: [(&str, &str); 6] = [
    ("person.birth", "on:2025-12-01"),
    ("person.sex", ":female"),
    ("past-row[0]/past.vaccine", ":hepb"),
    ("past-row[0]/past.on", "on:2026-02-02"),
    ("past-row[1]/past.vaccine", ":hepb"),
    ("past-row[1]/past.on", "on:2026-03-02"),
];

impl Case {
    fn of(kind: &'static str, more: &[(&'static str, &'static str)]) -> Case {
        let application = CHILD.into_iter().chain(more.iter().copied()).collect();
        Case {
            kind,
            today: "2026-11-10",
            application,
            office: Vec::new(),
            state: Vec::new(),
            settings: BTreeMap::new(),
        }
    }

    fn proposed(&self) -> Proposal {
        self.proposed_by(tables())
    }

    fn proposed_by(&self, tables: &Tables) -> Proposal {
        let (application, office) = (answers(&self.application), answers(&self.office));
        let further = BTreeMap::from([("state-decision".to_owned(), answers(&self.state))]);
        let inputs = Inputs {
            kind: &CaseKind::of(self.kind),
            received_on: day("2026-11-10"),
            application: &application,
            certificate: None,
            office: (!self.office.is_empty()).then_some(&office),
            further: &further,
            before: &BTreeMap::new(),
            paid: &Paid::default(),
            settings: &self.settings,
        };
        (RULES.propose)(&inputs, tables, day(self.today))
    }
}

fn findings(proposal: &Proposal) -> Vec<&str> {
    proposal.findings.iter().map(|finding| finding.key.as_str()).collect()
}

fn text<'a>(proposal: &'a Proposal, field: &str) -> &'a str {
    proposal.value(field).and_then(Value::as_str).unwrap_or_default()
}

const THIRD: (&str, &str) = ("wanted-row[0]/wanted.vaccine", ":hepb");

#[test]
fn a_voucher_is_for_what_the_record_allows_and_shows_its_working() {
    let proposal = Case::of("reissue", &[THIRD]).proposed();
    assert_eq!(findings(&proposal), Vec::<&str>::new());
    assert_eq!((text(&proposal, "valid_from"), text(&proposal, "valid_to")), ("2026-11-10", "2026-11-30"));
    assert_eq!(text(&proposal, "verdicts"), "B型肝炎：ELIGIBLE");
    let steps = &proposal.fields["vaccines"].steps;
    assert!(steps.iter().any(|step| step.what == "working.interval" && step.row.is_some()), "{steps:?}");
}

#[test]
fn what_can_only_be_given_later_is_issued_from_then_on() {
    let mr = ("wanted-row[0]/wanted.vaccine", ":mr1");
    let proposal = Case::of("issue", &[mr]).proposed();
    assert_eq!(findings(&proposal), Vec::<&str>::new(), "no day was planned");
    assert_eq!(text(&proposal, "valid_from"), "2026-11-30", "the eve of the first birthday");
    let planned = Case::of("issue", &[mr, ("wanted-row[0]/wanted.on", "on:2026-11-29")]).proposed();
    assert_eq!(findings(&planned), ["finding.not-yet-age"]);
}

#[test]
fn what_is_not_allowed_blocks_only_when_nothing_else_is() {
    let rota = ("wanted-row[1]/wanted.vaccine", ":rota");
    let product = ("wanted-row[1]/wanted.product", ":rota1");
    let part = Case::of("issue", &[THIRD, rota, product]).proposed();
    assert_eq!(findings(&part), ["finding.aged-out"]);
    assert!(!part.is_blocked() && !text(&part, "vaccines").contains("ロタ"));
    let alone = [("wanted-row[0]/wanted.vaccine", ":rota"), ("wanted-row[0]/wanted.product", ":rota1")];
    let alone = Case::of("issue", &alone).proposed();
    assert!(alone.is_blocked() && alone.value("vaccines").is_none());
    assert!(Case::of("issue", &[]).proposed().is_blocked(), "nothing is asked for");
}

#[test]
fn the_ledger_takes_precedence_over_what_the_applicant_remembers() {
    let ledger =
        vec![("ledger-row[0]/ledger.vaccine", ":hepb"), ("ledger-row[0]/ledger.on", "on:2026-11-01")];
    let case = Case { office: ledger, ..Case::of("issue", &[THIRD]) };
    let proposal = case.proposed();
    assert_eq!(text(&proposal, "valid_from"), "2026-11-29", "27 clear days after the only dose");
}

#[test]
fn a_record_that_cannot_be_is_told_and_not_counted() {
    let before = [THIRD, ("past-row[2]/past.vaccine", ":hepb"), ("past-row[2]/past.on", "on:2025-01-01")];
    let proposal = Case::of("issue", &before).proposed();
    assert_eq!(findings(&proposal), ["finding.before-birth"]);
    let product = [THIRD, ("past-row[0]/past.product", ":rota1")];
    assert_eq!(findings(&Case::of("issue", &product).proposed()), ["finding.product-unfit"]);
}

#[test]
fn the_office_can_find_what_stands_against_it() {
    let found = [
        ("record.resident", "finding.not-resident", Severity::Block),
        ("record.unused", "finding.already-used", Severity::Block),
        ("record.agrees", "finding.record-differs", Severity::Ask),
    ];
    for (item, key, severity) in found {
        let case = Case { office: vec![(item, ":no")], ..Case::of("issue", &[THIRD]) };
        let proposal = case.proposed();
        assert_eq!(
            proposal.findings.iter().map(|it| (it.key.as_str(), it.severity)).collect::<Vec<_>>(),
            [(key, severity)]
        );
    }
}

#[test]
fn a_catch_up_holds_for_those_whom_the_mayor_recognised() {
    let scheme = [("catch-up.scheme", ":mr2-shortage")];
    let mut case = Case::of("catch-up", &scheme);
    case.application[0] = ("person.birth", "on:2019-03-01");
    assert_eq!(findings(&case.proposed()), ["finding.to-be-recognised"]);
    case.office = vec![("record.resident", ":yes")];
    assert!(case.proposed().is_blocked());
    case.office.push(("record.recognised[0]", ":shortage_fy2024"));
    let proposal = case.proposed();
    assert_eq!((findings(&proposal), text(&proposal, "valid_to")), (vec![], "2027-03-31"));
    let over = Case::of("catch-up", &[("catch-up.scheme", ":hpv-catch-up")]).proposed();
    assert_eq!(findings(&over), ["finding.catch-up-over"], "it ended with March 2026");
}

#[test]
fn a_request_holds_for_the_towns_months_but_no_longer_than_the_dose() {
    let wanted = ("wanted-row[0]/wanted.vaccine", ":dpt_ipv_hib");
    let mut case = Case::of("out-of-area", &[wanted]);
    let proposal = case.proposed();
    assert_eq!((text(&proposal, "valid_from"), text(&proposal, "valid_to")), ("2026-11-10", "2027-02-10"));
    case.settings = BTreeMap::from([("yobo_request_months".to_owned(), "6".to_owned())]);
    assert_eq!(text(&case.proposed(), "valid_to"), "2027-05-10");
    let short = Case::of("out-of-area", &[THIRD]).proposed();
    assert_eq!(text(&short, "valid_to"), "2026-11-30");
    let late = Case::of("out-of-area", &[wanted, ("wanted-row[0]/wanted.on", "on:2026-11-09")]).proposed();
    assert_eq!(findings(&late), ["finding.request-after-dose"]);
}

#[test]
fn after_an_illness_the_window_opens_for_two_years() {
    let wanted = ("wanted-row[0]/wanted.vaccine", ":dpt_ipv_hib");
    let mut case = Case::of("long-term", &[wanted, ("illness.ended", "on:2026-10-15")]);
    case.application[0] = ("person.birth", "on:2018-05-01");
    let proposal = case.proposed();
    assert_eq!((text(&proposal, "valid_from"), text(&proposal, "valid_to")), ("2026-10-15", "2028-10-14"));
    assert!(Case::of("long-term", &[wanted]).proposed().is_blocked(), "the day is missing");
}

const PAID: [(&str, &str); 6] = [
    ("claim.request-number", "依頼第12号"),
    ("paid-row[0]/paid.vaccine", ":hepb"),
    ("paid-row[0]/paid.on", "on:2026-07-01"),
    ("paid-row[0]/paid.yen", "n:7000"),
    ("paid-row[0]/paid.dose", "3"),
    ("claim.request-on", "on:2026-06-01"),
];

#[test]
fn the_smaller_of_payment_and_ceiling_is_paid_back() {
    let open = Case::of("reimbursement", &PAID).proposed();
    assert_eq!(findings(&open), ["finding.no-ceiling", "finding.nothing-to-pay"]);
    let typed = |yen: &'static str| {
        vec![
            ("ceiling-row[0]/ceiling.vaccine", ":hepb"),
            ("ceiling-row[0]/ceiling.yen", yen),
            ("ceiling-row[0]/ceiling.source", "要綱"),
        ]
    };
    for (ceiling, total) in [("n:6500", 6500), ("n:9000", 7000)] {
        let proposal = Case { office: typed(ceiling), ..Case::of("reimbursement", &PAID) }.proposed();
        assert_eq!(proposal.value("claim_total"), Some(&json!(total)));
        assert_eq!(findings(&proposal), Vec::<&str>::new());
    }
    let table = "vaccine,yen,valid_from,valid_to,article,source\n\
                 hepb,5000,2026-04-01,2026-06-30,要綱,例\nhepb,6000,2026-07-01,,要綱,例\n";
    let mut files = files();
    files.insert("tables/ceilings.csv".to_owned(), table.to_owned());
    let dated = load(&files).unwrap();
    let case = Case { office: typed("n:6500"), ..Case::of("reimbursement", &PAID) };
    assert_eq!(case.proposed_by(&dated).value("claim_total"), Some(&json!(6000)), "the row of its day");
}

#[test]
fn a_claim_is_for_doses_of_the_programme_and_comes_in_time() {
    let ceiling = vec![("ceiling-row[0]/ceiling.vaccine", ":hepb"), ("ceiling-row[0]/ceiling.yen", "n:6500")];
    let early = PAID.map(|(path, text)| (path, if text == "on:2026-07-01" { "on:2026-06-21" } else { text }));
    let proposal = Case { office: ceiling.clone(), ..Case::of("reimbursement", &early) }.proposed();
    assert_eq!(
        findings(&proposal),
        ["finding.interval-short", "finding.nothing-to-pay"],
        "one day too early"
    );
    let mut late = Case { office: ceiling, ..Case::of("reimbursement", &PAID) };
    late.settings = BTreeMap::from([("yobo_claim_months".to_owned(), "4".to_owned())]);
    assert_eq!(findings(&late.proposed()), ["finding.claim-late", "finding.nothing-to-pay"]);
    let silent = Case::of("reimbursement", &PAID[1..]).proposed();
    assert!(findings(&silent).contains(&"finding.no-request"));
    let after = PAID.map(|(path, text)| (path, if text == "on:2026-06-01" { "on:2026-07-02" } else { text }));
    assert!(findings(&Case::of("reimbursement", &after).proposed()).contains(&"finding.dose-before-request"));
}

#[test]
fn a_record_says_of_each_dose_whether_it_was_one_of_the_programme() {
    let proposal = Case::of("history", &[]).proposed();
    let records = text(&proposal, "records");
    assert_eq!(records.matches("定期接種の要件に合う").count(), 2, "{records}");
    let certificate = Case::of("certificate", &[]).proposed();
    assert!(!text(&certificate, "records").contains("要件"), "a certificate only attests");
}

#[test]
fn relief_waits_for_the_state_and_follows_it() {
    let claim = [("relief.benefit", ":medical"), ("relief.vaccine", ":hepb"), ("relief.on", "on:2026-07-01")];
    let mut case = Case::of("relief", &claim);
    assert_eq!(findings(&case.proposed()), ["finding.state-open"]);
    case.state =
        vec![("state.result", ":recognised"), ("state.yen", "n:65800"), ("state.on", "on:2026-11-01")];
    let proposal = case.proposed();
    assert_eq!((findings(&proposal), proposal.value("award_yen")), (vec![], Some(&json!(65800))));
    case.state = vec![("state.result", ":denied")];
    assert!(case.proposed().is_blocked());
    let none = [("relief.benefit", ":survivor"), claim[1], claim[2]];
    assert!(findings(&Case::of("relief", &none).proposed()).contains(&"finding.no-such-benefit"));
    let early = [claim[0], claim[1], ("relief.on", "on:2026-06-21")];
    assert!(findings(&Case::of("relief", &early).proposed()).contains(&"finding.relief-not-routine"));
}
