//! What an outside register should show of a certificate on a day, beside what it has confirmed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::calendar::show_in;
use crate::domain::lang::Lang;
use crate::domain::money::Yen;
use crate::domain::program::definition::Connector;
use crate::domain::program::vocabulary::DataClass;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::hub;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::registration::{self, Registration};

use super::shell::{Shell, Tab, shell};
use super::typed::day;

/// Fields that are compared, in the order of the certificate; `register.item.<name>` names each.
const ITEMS: [&str; 26] = [
    "certificate_name",
    "payer_number",
    "recipient_number",
    "income_segment",
    "monthly_cap",
    "cap_note",
    "conditions",
    "institutions",
    "always_reimbursed",
    "level",
    "limit_units",
    "application_kind",
    "application_date",
    "survey_date",
    "opinion_date",
    "primary_result",
    "review_date",
    "committee_opinion",
    "service_designation",
    "decided_on",
    "consent",
    "name",
    "name_kana",
    "birth_date",
    "sex",
    "address",
];

/// Those that say something of the person's health.
const HEALTH: [&str; 2] = ["primary_result", "committee_opinion"];

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Look {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    /// The day that is asked about.
    on: NaiveDate,
    /// The day as it was typed.
    typed: String,
    rows: Vec<LookRow>,
    /// Whether the register confirmed for the day what it should show.
    same: bool,
    /// Why another day than the one typed is shown.
    #[serde(skip)]
    pub wrong: Option<Refusal>,
}

/// One row of the register.
#[derive(Clone, Debug, Serialize)]
pub struct LookRow {
    /// The key under which the register keeps it.
    key: String,
    /// What should be seen on the day: `shown`, `outside`, `withheld`, `withdrawn`.
    should: &'static str,
    /// The same as the register confirmed it, or `unconfirmed`.
    confirmed: &'static str,
    /// How the newest message about it stands, or `none`.
    state: String,
    facts: Vec<Fact>,
    same: bool,
}

/// One thing that the row says.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    /// Its name among the texts, or empty when the row brings its own.
    item: &'static str,
    name: String,
    should: String,
    confirmed: String,
    same: bool,
}

/// What the register was told and has confirmed under a key.
#[derive(Default)]
struct Messages {
    state: String,
    /// The newest content that was read back, and whether it was a withdrawal.
    confirmed: Option<(Registration, bool)>,
}

/// The certificate as it should look at the register on a day, today when nothing is typed.
///
/// # Errors
/// [`Error::NotFound`], also for whoever does not see decisions.
pub fn look(house: &House, caller: &Caller, case: &str, typed: &str, lang: Lang) -> Result<Look, Error> {
    house.read(caller, case, "register", |conn, opened| {
        if !opened.granted.sees(DataClass::Decision) {
            return Err(Error::NotFound);
        }
        let asked = if typed.is_empty() { Ok(house.today()) } else { day(typed, "on") };
        let wrong = asked.as_ref().err().map(|_| Refusal::new("clerk.day").at("on"));
        let on = asked.unwrap_or(house.today());
        let mut rows = Vec::new();
        for connector in &opened.program.definition.connectors {
            rows.extend(of_connector(house, conn, opened, connector, (on, lang))?);
        }
        let shell = shell(house, conn, opened, Tab::History)?;
        let same = rows.iter().all(|row| row.same);
        Ok(Look { shell, on, typed: typed.to_owned(), rows, same, wrong })
    })
}

fn of_connector(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
    (on, lang): (NaiveDate, Lang),
) -> Result<Vec<LookRow>, Error> {
    let expected = registration::expected(house, conn, opened, connector)?;
    let expected: BTreeMap<String, Registration> =
        expected.into_iter().map(|it| (it.key, it.registration)).collect();
    let messages = messages(house, conn, opened, connector)?;
    let words = Words { house, lang, opened, connector, health: opened.granted.sees(DataClass::Health) };
    let keys: BTreeSet<&String> = expected.keys().chain(messages.keys()).collect();
    let nothing = Messages::default();
    let row = |key: &&String| words.row(key, expected.get(*key), messages.get(*key).unwrap_or(&nothing), on);
    Ok(keys.iter().map(row).collect())
}

fn messages(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    connector: &Connector,
) -> Result<BTreeMap<String, Messages>, Error> {
    let members: Vec<&str> = opened.members().iter().map(|it| it.stored.case.id.as_str()).collect();
    let mut found: BTreeMap<String, Messages> = BTreeMap::new();
    for row in hub::told(conn, &house.keys, &connector.id, "", &members)? {
        let entry = found.entry(row.history_key).or_default();
        if row.state == "confirmed" {
            entry.confirmed = Some((serde_json::from_slice(&row.body)?, row.deleted));
        }
        entry.state = row.state;
    }
    Ok(found)
}

/// How what is found is said.
struct Words<'a> {
    house: &'a House,
    lang: Lang,
    opened: &'a Opened,
    connector: &'a Connector,
    /// Whether the reader sees what is said of a disease.
    health: bool,
}

impl Words<'_> {
    fn row(&self, key: &str, expected: Option<&Registration>, messages: &Messages, on: NaiveDate) -> LookRow {
        let should = expected.map_or("withdrawn", |it| seen(it, on));
        let confirmed = messages
            .confirmed
            .as_ref()
            .map_or("unconfirmed", |(it, withdrawn)| if *withdrawn { "withdrawn" } else { seen(it, on) });
        let held = messages.confirmed.as_ref().filter(|(_, withdrawn)| !withdrawn).map(|(it, _)| it);
        let facts = self.facts(expected, held);
        // What was never registered need not be withdrawn.
        let gone = expected.is_none() && matches!(confirmed, "withdrawn" | "unconfirmed");
        let same = gone || (expected.is_some() && should == confirmed && facts.iter().all(|fact| fact.same));
        let state = if messages.state.is_empty() { "none" } else { &messages.state };
        LookRow { key: key.to_owned(), should, confirmed, state: state.to_owned(), facts, same }
    }

    fn facts(&self, expected: Option<&Registration>, held: Option<&Registration>) -> Vec<Fact> {
        let period = |it: Option<&Registration>| it.map(|it| self.period(it)).unwrap_or_default();
        let mut facts = vec![fact("period", "", period(expected), period(held))];
        for item in ITEMS.into_iter().filter(|item| self.health || !HEALTH.contains(item)) {
            facts.push(fact(item, "", self.field(expected, item), self.field(held, item)));
        }
        let names = [expected, held].into_iter().flatten().flat_map(|it| &it.details);
        let names: BTreeSet<&String> = names.map(|(_, name, _)| name).filter(|_| self.health).collect();
        facts.extend(
            names.into_iter().map(|name| fact("", name, printed(expected, name), printed(held, name))),
        );
        facts.retain(|fact| !fact.should.is_empty() || !fact.confirmed.is_empty());
        facts
    }

    fn period(&self, of: &Registration) -> String {
        let args = [("from", of.valid_from), ("to", of.valid_to)];
        let args = args.map(|(name, day)| (name.to_owned(), show_in(day, self.lang)));
        self.house.texts.text(self.lang, "register.period", &args.into())
    }

    fn field(&self, of: Option<&Registration>, item: &str) -> String {
        let value = of.and_then(|it| it.fields.get(item)).map(String::as_str).unwrap_or_default();
        let text = |key: String| self.house.texts.text(self.lang, &key, &BTreeMap::new());
        match item {
            _ if value.is_empty() => String::new(),
            "monthly_cap" => value.parse().map_or_else(|_| value.to_owned(), |yen| Yen(yen).to_string()),
            "birth_date" | "application_date" | "survey_date" | "opinion_date" | "review_date"
            | "decided_on" => {
                value.parse::<NaiveDate>().map_or_else(|_| value.to_owned(), |day| show_in(day, self.lang))
            }
            "always_reimbursed" | "sex" | "consent" => text(format!("register.{item}.{value}")),
            _ => self.named(item, value),
        }
    }

    /// A code of the register's own, with its name where a table of the folder has it.
    fn named(&self, item: &str, code: &str) -> String {
        let table = format!("{}_{item}s", self.connector.id);
        let rows = self.opened.program.tables.all_rows(&table).unwrap_or_default();
        let row = rows.iter().find(|row| row.text("segment").is_ok_and(|it| it == code));
        let name = row.and_then(|row| row.text("name").ok());
        name.map_or_else(|| code.to_owned(), |name| format!("{name}（{code}）"))
    }
}

fn seen(row: &Registration, on: NaiveDate) -> &'static str {
    if !row.covers(on) {
        "outside"
    } else if row.is_withheld() {
        "withheld"
    } else {
        "shown"
    }
}

fn fact(item: &'static str, name: &str, should: String, confirmed: String) -> Fact {
    Fact { item, name: name.to_owned(), same: should == confirmed, should, confirmed }
}

fn printed(of: Option<&Registration>, name: &str) -> String {
    let line = of.and_then(|it| it.details.iter().find(|(_, its, _)| its == name));
    line.map(|(_, _, value)| value.clone()).unwrap_or_default()
}
