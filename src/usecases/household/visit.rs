//! A member of a household with a code: they give their birth date, see exactly what is asked, and consent, take
//! back, or enter their 個人番号. Every request proves code and birth date anew; nothing is kept in a session.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::calendar::EnteredDate;
use crate::domain::lang::Lang;
use crate::domain::numbers::MyNumber;
use crate::domain::permission::{Actor, MEMBER, Relation, grant};
use crate::domain::program::vocabulary::{CommandName, State};
use crate::domain::refusal::Refusal;
use crate::store::{Conn, StoreError, cases, members as store, secrets};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::effects::code_token;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::consents::{self, Change};
use super::members::{self, Member, number_place};

/// Wrong birth dates after which a code opens nothing any more.
const TRIES: i64 = 5;
/// What the record of access calls a try that opened nothing.
const ACTION: &str = "open_member_code";

/// What proves that somebody is the member.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The code.
    pub code: String,
    /// Birth date, in either calendar.
    pub birth: String,
    /// Where the request comes from.
    pub source: String,
}

/// One consent with all that is to be known of it.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// Its key.
    pub code: String,
    /// What is asked.
    pub title: String,
    /// What happens with the data, who sees it, what follows from "no".
    pub text: String,
    /// Statutes.
    pub law: Vec<String>,
    /// What taking it back does and does not undo.
    pub effect: String,
    /// Whether it is given.
    pub given: bool,
}

/// What a member sees.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Name of the program.
    pub title: String,
    /// The member's name.
    pub name: String,
    /// What is asked of them.
    pub consents: Vec<Question>,
    /// What of their 個人番号 may be shown, once it is there.
    pub number: Option<String>,
    /// Until when the code opens this.
    pub until: DateTime<Utc>,
}

/// What a member does.
#[derive(Clone, Debug)]
pub enum Act {
    /// Gives or takes back a consent, by its key.
    Consent(String, bool),
    /// Enters their 個人番号.
    Number(String),
}

/// A member at their own page.
struct Guest {
    opened: Opened,
    member: Member,
    until: DateTime<Utc>,
    caller: Caller,
}

/// What is asked of the member.
///
/// # Errors
/// `member.code`, in the same words for every reason.
pub fn show(house: &House, proof: &Proof, lang: Lang) -> Result<Shown, Error> {
    proven(house, proof, lang, |_, guest| Ok(shown(&guest, lang)))
}

/// Does what the member wants.
///
/// # Errors
/// `member.code`; `member.number` for what is no 個人番号.
pub fn act(house: &House, proof: &Proof, act: &Act, lang: Lang) -> Result<(), Error> {
    proven(house, proof, lang, |conn, guest| match act {
        Act::Consent(key, give) => {
            let member = guest.member.key.clone();
            let change = Change { member, consent: key.clone(), give: *give, ..Change::default() };
            let about = (&guest.opened, &guest.member);
            consents::apply(house, conn, &guest.caller, about, (&change, "online", house.today()))
        }
        Act::Number(typed) => keep_number(house, conn, &guest, typed),
    })
}

fn keep_number(house: &House, conn: &mut Conn, guest: &Guest, typed: &str) -> Result<(), Error> {
    let number = MyNumber::parse(typed).map_err(|_| Refusal::new("member.number").at("number"))?;
    let place = number_place(&guest.member.key);
    secrets::save(conn, &house.keys, &guest.opened.stored, &place, number.expose())?;
    let detail = json!({ "role": MEMBER, "member": guest.member.key, "number": true });
    let case = &guest.opened.stored.case.id;
    house.record(conn, &guest.caller, CommandName::MemberConsent.code(), case, "done", detail)
}

/// Runs `work` for whoever proves to be the member. A failure stays on record, as the transaction goes on.
fn proven<T>(
    house: &House,
    proof: &Proof,
    lang: Lang,
    work: impl FnOnce(&mut Conn, Guest) -> Result<T, Error>,
) -> Result<T, Error> {
    let done = house.database.write(|conn| match guest(house, conn, proof, lang)? {
        Some(guest) => work(conn, guest).map(Some),
        None => {
            let caller = caller(&proof.source);
            house.record(conn, &caller, ACTION, "", "refused", json!({ "keys": ["member.code"] }))?;
            Ok::<_, Error>(None)
        }
    })?;
    done.ok_or_else(|| Refusal::new("member.code").at("code").into())
}

fn guest(house: &House, conn: &mut Conn, proof: &Proof, lang: Lang) -> Result<Option<Guest>, Error> {
    let token = code_token(house, &proof.code);
    let found = match store::by_code(conn, &token) {
        Ok(found) => found,
        Err(StoreError::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let until = found.ends_at.and_utc();
    if found.failures >= TRIES || until < house.now() {
        return Ok(None);
    }
    let Some(opened) = open(house, conn, &found.case_id)? else { return Ok(None) };
    let all = members::of(house, conn, &opened, lang)?;
    let birth = EnteredDate::parse(&proof.birth).ok().and_then(|entered| entered.date.day());
    let member = all.into_iter().find(|it| it.key == found.member && birth.is_some() && it.birth == birth);
    let Some(member) = member else {
        store::count_failure(conn, &token)?;
        return Ok(None);
    };
    Ok(Some(Guest { opened, member, until, caller: caller(&proof.source) }))
}

/// Opens the case for its member: the code was shown, as a certificate is at a counter.
fn open(house: &House, conn: &mut Conn, case_id: &str) -> Result<Option<Opened>, Error> {
    let stored = cases::find(conn, &house.keys, case_id)?;
    let program = house.programs.pinned(conn, &stored.case.definition)?;
    let state = stored.case.state;
    let relation = Relation { presented: true, state: Some(state), ..Relation::default() };
    let granted = grant(&actor(), CommandName::MemberConsent, &program.definition, &relation);
    let open = !matches!(state, State::Draft | State::Ended);
    Ok(granted.ok().filter(|_| open).map(|granted| Opened::new(stored, program, granted)))
}

fn actor() -> Actor {
    Actor::with_roles(MEMBER, "", [MEMBER])
}

fn caller(source: &str) -> Caller {
    Caller { actor: actor(), source: source.to_owned() }
}

fn shown(guest: &Guest, lang: Lang) -> Shown {
    let definition = &guest.opened.program.definition;
    let say = |key: &str| guest.opened.program.texts.text(lang, key, &BTreeMap::new());
    let asked = guest.member.consents.iter();
    let question = |asked: &members::Asked| {
        let consent = definition.consent(&asked.code)?;
        Some(Question {
            code: asked.code.clone(),
            title: asked.title.clone(),
            text: say(&consent.purpose),
            law: consent.legal_basis.clone(),
            effect: say(&consent.revocation),
            given: asked.way.is_some(),
        })
    };
    Shown {
        title: say(&definition.title),
        name: guest.member.name.clone(),
        consents: asked.filter_map(question).collect(),
        number: guest.member.number.clone(),
        until: guest.until,
    }
}
