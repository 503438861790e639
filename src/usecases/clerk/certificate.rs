//! The tab of what others sign: each paper with its gate and the working, and the pulled record.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::calendar::day_in_japan;
use crate::domain::case::work::{WorkItem, WorkState};
use crate::domain::forms::{SummarySection, summary};
use crate::domain::lang::Lang;
use crate::domain::program::definition::WorkItem as Shape;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::proposal::Proposal;
use crate::programs::Paper as SignedForm;
use crate::store::{Conn, users};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::fixed_answers;
use crate::usecases::earlier::{self, Since};
use crate::usecases::effects::request_code;
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::physician::evidence::{self, EvidenceView};
use crate::usecases::physician::request::unlike_application;
use crate::usecases::signatures::{Standing, standing};

use super::may::may;
use super::proposal::{Line, finding_words, shown, working};
use super::shell::{Shell, Tab, shell};
use super::words;

/// The gate as the rules see it: information, never a decision.
#[derive(Clone, Debug, Serialize)]
pub struct Gate {
    title: String,
    text: String,
    working: Vec<Line>,
}

impl Gate {
    fn says(&self) -> bool {
        !self.text.is_empty()
    }
}

/// A signed certificate.
#[derive(Clone, Debug, Serialize)]
pub struct Signed {
    version: i64,
    state: &'static str,
    signed_at: Option<DateTime<Utc>>,
    signature: Standing,
    form_version: String,
    physician: String,
    institution: String,
    number: String,
    kind: String,
    valid_to: Option<NaiveDate>,
    sections: Vec<SummarySection>,
    gate: Option<Gate>,
    since: Option<Since>,
    findings: Vec<String>,
}

/// A request that waits for a physician.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    code: String,
    asked_at: Option<DateTime<Utc>>,
    institution: String,
    due_on: NaiveDate,
    href: String,
    state: &'static str,
    reason: Option<String>,
}

/// A paper that somebody signs for the case: asked for, or signed.
#[derive(Clone, Debug, Serialize)]
pub struct Paper {
    title: String,
    item: String,
    request: Request,
    certificate: Option<Signed>,
    can_accept: bool,
}

/// The tab.
#[derive(Clone, Debug, Serialize)]
pub struct Certificate {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    papers: Vec<Paper>,
    record: Option<EvidenceView>,
    can_pull: bool,
}

/// The certificate of a case and the record behind it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn certificate(house: &House, caller: &Caller, case: &str) -> Result<Certificate, Error> {
    house.read(caller, case, "certificate", |conn, opened| {
        let shell = shell(house, conn, opened, Tab::Certificate)?;
        let mut papers = Vec::new();
        for (item, shape) in signed_items(opened) {
            papers.push(paper(house, conn, caller, opened, (item, shape))?);
        }
        Ok(Certificate {
            shell,
            papers,
            can_pull: may(opened, CommandName::PullRecords),
            record: evidence::view(house, conn, opened)?,
        })
    })
}

/// The work items that somebody signs, as far as they were opened.
pub fn signed_items(opened: &Opened) -> Vec<(&WorkItem, &Shape)> {
    let shapes = opened.program.definition.work_items.iter();
    let signed = shapes.filter(|shape| shape.assignee.signs() && shape.form.is_some());
    signed.filter_map(|shape| Some((opened.stored.case.work_of(&shape.kind)?, shape))).collect()
}

fn paper(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    (item, shape): (&WorkItem, &Shape),
) -> Result<Paper, Error> {
    let received = item.state == WorkState::Received;
    Ok(Paper {
        title: words::text(&opened.program, &shape.label),
        item: item.id.clone(),
        request: request(house, opened, item, shape),
        certificate: signed(house, conn, caller, opened, item, shape)?,
        can_accept: received && may(opened, CommandName::AcceptItem),
    })
}

fn request(house: &House, opened: &Opened, item: &WorkItem, shape: &Shape) -> Request {
    Request {
        code: request_code(house, item),
        asked_at: item.requested_at,
        institution: item.assignee_name.clone(),
        due_on: item.due_on,
        href: format!("/staff/cases/{}/work/{}", opened.stored.case.id, item.id),
        state: words::work_state(item.state),
        reason: item
            .reason
            .as_deref()
            .map(|reason| {
                let phrase = opened.program.phrases.waived(reason);
                phrase.map_or_else(|| reason.to_owned(), |it| it.text.of(Lang::Ja).to_owned())
            })
            .filter(|_| shape.assignee.signs()),
    }
}

fn signed(
    house: &House,
    conn: &mut Conn,
    caller: &Caller,
    opened: &Opened,
    item: &WorkItem,
    shape: &Shape,
) -> Result<Option<Signed>, Error> {
    let Some(name) = &shape.form else { return Ok(None) };
    let (Some(form), Some(answers)) = (opened.program.forms.get(name), fixed_answers(conn, opened, name)?)
    else {
        return Ok(None);
    };
    let around = Surroundings::of_case(house, conn, opened)?.in_language(Lang::Ja);
    let user = users::find(conn, &house.keys, &item.assignee).ok();
    let held = user.as_ref().and_then(|user| user.designation.clone());
    let signer = held.as_ref().and_then(|held| {
        opened.program.definition.signers.iter().find(|signer| signer.designation == held.kind)
    });
    let received = item.received_at.map_or_else(|| house.today(), day_in_japan);
    let rules = house.programs.rules(&opened.program.definition.id);
    let kind = &opened.stored.case.kind;
    let tables = &opened.program.tables;
    let paper = SignedForm { form: name, answers: &answers, kind };
    let findings = rules.map(|it| (it.review_paper)(&paper, tables, received)).unwrap_or_default();
    let findings = findings.iter().map(|finding| finding_words(&opened.program, finding));
    let unlike = unlike_application(form, &answers);
    let before = earlier::certificate(house, conn, caller, opened, (name, &answers))?;
    let version = opened.stored.case.revision(name).map_or(1, |revision| revision.number);
    Ok(Some(Signed {
        version,
        form_version: form.version().to_owned(),
        signature: standing(house, conn, opened, name, version)?,
        state: words::work_state(item.state),
        signed_at: item.received_at,
        physician: user.map(|user| user.name).unwrap_or_default(),
        institution: held
            .as_ref()
            .map(|it| it.institution.clone())
            .unwrap_or_else(|| item.assignee_name.clone()),
        number: held.as_ref().map(|it| it.number.clone()).unwrap_or_default(),
        kind: signer.map(|it| words::text(&opened.program, &it.label)).unwrap_or_default(),
        valid_to: held.map(|it| it.valid_to),
        sections: summary(form, &answers, &around.env()),
        gate: rules
            .map(|it| gate(opened, name, &(it.assess_paper)(&paper, tables, received)))
            .filter(Gate::says),
        since: before.map(|before| before.since(form, &answers, &around.env())),
        findings: findings.chain(unlike.into_iter().map(|remark| remark.text)).collect(),
    }))
}

fn gate(opened: &Opened, form: &str, assessed: &Proposal) -> Gate {
    let program = &opened.program;
    let field = |(key, value): (&String, &crate::domain::proposal::ProposedValue)| {
        let label = program.definition.decision.field(key).map_or(key.as_str(), |field| field.label.as_str());
        format!("{}：{}", words::text(program, label), shown(program, key, value))
    };
    let text = assessed.fields.iter().map(field).collect::<Vec<_>>().join("　");
    let steps = assessed.fields.values().flat_map(|value| working(program, &value.steps));
    Gate { title: words::gate(program, form), text, working: steps.collect() }
}
