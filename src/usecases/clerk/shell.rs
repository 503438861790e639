//! What stands around the tab of a case: head, tabs, warning of duplicates, decision panel.

use std::sync::Arc;

use serde::Serialize;

use crate::domain::case::decision::Decision;
use crate::domain::case::delay;
use crate::domain::case::facts::{returned, unseen};
use crate::domain::program::Program;
use crate::domain::program::vocabulary::{CommandName, DataClass, State};
use crate::store::messages;
use crate::store::{Conn, cases};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{fixed_answers, items};
use crate::usecases::error::Error;
use crate::usecases::figures::forecast::{self, Forecast};
use crate::usecases::house::House;
use crate::usecases::slots;

use super::head::{Head, head};
use super::may::may;
use super::panel::{self, Panel};
use super::words;

/// A tab of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// 内容
    Content,
    /// 書類
    Documents,
    /// 診断書
    Certificate,
    /// 世帯・所得
    Income,
    /// 世帯
    Household,
    /// 判定
    Judgement,
    /// 管理票
    Ledger,
    /// メモ
    Notes,
    /// やりとり
    Messages,
    /// 履歴
    History,
}

impl Tab {
    const ALL: [Tab; 10] = [
        Tab::Content,
        Tab::Documents,
        Tab::Certificate,
        Tab::Income,
        Tab::Judgement,
        Tab::Notes,
        Tab::Messages,
        Tab::History,
        Tab::Ledger,
        Tab::Household,
    ];

    fn label(self) -> &'static str {
        match self {
            Tab::Content => "内容",
            Tab::Documents => "書類",
            Tab::Certificate => "診断書",
            Tab::Income => "世帯・所得",
            Tab::Household => "世帯",
            Tab::Judgement => "判定",
            Tab::Ledger => "管理票",
            Tab::Notes => "メモ",
            Tab::Messages => "やりとり",
            Tab::History => "履歴",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Tab::Content => "",
            Tab::Documents => "/documents",
            Tab::Certificate => "/certificate",
            Tab::Income => "/income",
            Tab::Household => "/household",
            Tab::Judgement => "/judgement",
            Tab::Ledger => "/ledger",
            Tab::Notes => "/notes",
            Tab::Messages => "/messages",
            Tab::History => "/history",
        }
    }

    /// Whether the reader may see what stands behind it.
    pub fn open_to(self, opened: &Opened) -> bool {
        let sees = |class| opened.granted.sees(class);
        match self {
            Tab::Content | Tab::Documents | Tab::Messages | Tab::History => true,
            Tab::Certificate => sees(DataClass::Health),
            Tab::Income => sees(DataClass::Income),
            Tab::Household => sees(DataClass::Income) && has_household(opened),
            Tab::Judgement => sees(DataClass::Income) && sees(DataClass::Health),
            Tab::Ledger => sees(DataClass::Decision) && keeps_ledger(opened),
            Tab::Notes => sees(DataClass::Notes),
        }
    }
}

/// Whether institutions post to a ledger of the case, or did.
fn keeps_ledger(opened: &Opened) -> bool {
    let granted = |decision: &Decision| decision.draft.content.outcome.grants();
    opened.program.definition.ledger.is_some() && opened.stored.case.decisions.iter().any(granted)
}

/// Whether the program asks anything of the others of a household.
fn has_household(opened: &Opened) -> bool {
    let definition = &opened.program.definition;
    let asks = !opened.program.enquiries.kinds.is_empty();
    definition.household.is_some() || definition.partners.is_some() || asks
}

/// One link of the tab line.
#[derive(Clone, Debug, Serialize)]
pub struct TabLink {
    href: String,
    label: String,
    count: Option<usize>,
    current: bool,
}

/// Another case that may be the same.
#[derive(Clone, Debug, Serialize)]
pub struct Twin {
    /// Its id.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// The person in it.
    pub person: String,
    /// Why it is suspected.
    pub why: &'static str,
}

/// The frame of a case page; its fields are variables of the template.
#[derive(Clone, Debug, Serialize)]
pub struct Shell {
    /// The head.
    pub case: Head,
    tabs: Vec<TabLink>,
    duplicates: Vec<Twin>,
    decision: Panel,
    forecast: Option<Forecast>,
    missed: Option<String>,
    ready: bool,
    /// The program, for its texts.
    #[serde(skip)]
    pub program: Arc<Program>,
}

/// Builds the frame around a tab.
///
/// # Errors
/// [`Error::NotFound`] for a tab that the reader must not see.
pub fn shell(house: &House, conn: &mut Conn, opened: &Opened, tab: Tab) -> Result<Shell, Error> {
    if !tab.open_to(opened) {
        return Err(Error::NotFound);
    }
    let items = items(house, conn, opened)?;
    let case = &opened.stored.case;
    let open = unseen(case, &items).count();
    let decision = panel::of(opened, open, returned(case).count(), house.today());
    Ok(Shell {
        case: head(house, conn, opened)?,
        tabs: tabs(conn, opened, tab, open)?,
        duplicates: twins(house, conn, opened)?,
        decision,
        forecast: forecast::of(conn, opened, house.today())?,
        missed: delay::missed(case, &opened.program.definition, house.today())
            .map(|period| words::text(&opened.program, &period.rule.missed)),
        ready: case.delay.is_some() && may(opened, CommandName::ExtendPeriod),
        program: opened.program.clone(),
    })
}

fn tabs(conn: &mut Conn, opened: &Opened, current: Tab, unseen: usize) -> Result<Vec<TabLink>, Error> {
    let unread = messages::of_case(conn, &opened.granted, &opened.stored, &["applicant"])?
        .iter()
        .filter(|message| message.read_at.is_none())
        .count();
    let examined = opened.stored.case.state == State::InReview;
    let link = |tab: Tab| TabLink {
        href: format!("/staff/cases/{}{}", opened.stored.case.id, tab.path()),
        label: words::own(&opened.program, &format!("tab{}", tab.path().replace('/', ".")), tab.label()),
        count: match tab {
            Tab::Content if examined => (unseen > 0).then_some(unseen),
            Tab::Messages => (unread > 0).then_some(unread),
            _ => None,
        },
        current: tab == current,
    };
    Ok(Tab::ALL.into_iter().filter(|tab| tab.open_to(opened)).map(link).collect())
}

/// The cases that may be the same and that the reader may see, as long as nobody has cleared the suspicion.
///
/// # Errors
/// When one of them cannot be read.
pub fn twins(house: &House, conn: &mut Conn, opened: &Opened) -> Result<Vec<Twin>, Error> {
    let case = &opened.stored.case;
    if case.duplicate_cleared {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for reference in &case.duplicates {
        let id = cases::id_of(conn, reference)?;
        let other = match other(house, conn, opened, &id) {
            Ok(other) => other,
            // What the reader must not know of is no reason to withhold the rest.
            Err(Error::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let form = &other.program.definition.forms.application;
        let answers = fixed_answers(conn, &other, form)?.unwrap_or_default();
        let (person, ..) = slots::person(&other.program, &answers);
        found.push(Twin {
            id,
            reference: reference.clone(),
            person,
            why: "氏名（カナ）と生年月日が同じです",
        });
    }
    Ok(found)
}

/// Another case, opened for the same reader.
///
/// # Errors
/// [`Error::NotFound`] as well when they must not know of it.
pub fn other(house: &House, conn: &mut Conn, opened: &Opened, id: &str) -> Result<Opened, Error> {
    let caller = Caller { actor: opened.granted.actor().clone(), source: String::new() };
    house.open(conn, &caller, id, CommandName::Read)
}
