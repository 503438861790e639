//! The demo's committee: members, a session that lies ahead, and those that were held.

use anyhow::Context;
use chrono::Duration;

use crate::domain::lang::Lang;
use crate::store::{agenda as agendas, users};
use crate::usecases::committee::{agenda, conclude, member, members};
use crate::usecases::{Caller, Error, House, sessions};

/// Login, field, 医療機関コード and name of where they work.
const MEMBERS: [(&str, &str, &str, &str); 3] = [
    ("iin1", "脳神経内科", "9910000027", "けやき台総合病院"),
    ("iin2", "循環器内科", "9910000035", "みずほ野病院"),
    ("iin3", "消化器内科", "", ""),
];
/// Who presides.
const CHAIR: &str = "iin3";
/// The secretary.
const SECRETARY: &str = "shomu";

fn colleague(house: &House, login: &str) -> anyhow::Result<Caller> {
    let user = house.database.read(|conn| users::by_login(conn, &house.keys, login))?;
    Ok(Caller { actor: sessions::actor_of(&user), source: "127.0.0.1".to_owned() })
}

fn program(house: &House) -> anyhow::Result<String> {
    Ok(super::program(house)?.definition.id.clone())
}

/// The reason that the committee gives for a refusal.
fn reason(house: &House) -> anyhow::Result<String> {
    let program = super::program(house)?;
    let committee = program.definition.committee.as_ref().context("the program has no committee")?;
    Ok(committee.questions.last().context("the committee is asked nothing")?.reason.clone())
}

/// Appoints the members, at a time when all demo cases lie ahead.
///
/// # Errors
/// What the register refuses.
pub fn appoint(house: &House) -> anyhow::Result<()> {
    let (secretary, program) = (colleague(house, SECRETARY)?, program(house)?);
    for (login, profession, institution_code, institution) in MEMBERS {
        let typed = members::Typed {
            field: String::new(),
            panel: String::new(),
            program: program.clone(),
            user: colleague(house, login)?.actor.id,
            profession: profession.to_owned(),
            institution_code: institution_code.to_owned(),
            institution: institution.to_owned(),
            designated: true,
            starts_on: house.today().to_string(),
        };
        members::appoint(house, &secretary, &typed)?;
    }
    let chair = colleague(house, CHAIR)?.actor.id;
    let all = house.database.read(|conn| crate::store::committee::appointments(conn, &program))?;
    let chair = all.into_iter().find(|member| member.user == chair).context("nobody presides")?;
    Ok(members::preside(house, &secretary, &program, &chair.id)?)
}

fn call(house: &House, ahead: i64) -> anyhow::Result<(Caller, String)> {
    let secretary = colleague(house, SECRETARY)?;
    let typed = agenda::Typed {
        program: program(house)?,
        held_on: (house.today() + Duration::days(ahead)).to_string(),
        place: "架空県まどか保健所 2階会議室".to_owned(),
        online: false,
    };
    let session = agenda::call(house, &secretary, &typed)?;
    Ok((secretary, session))
}

/// A session of today that finds a case not to meet the standard.
///
/// # Errors
/// What the session refuses.
pub fn refuse(house: &House, case: &str) -> anyhow::Result<()> {
    let (secretary, session) = call(house, 0)?;
    agenda::put(house, &secretary, &session, &[case.to_owned()])?;
    agenda::open(house, &secretary, &session)?;
    let mut present = Vec::new();
    for (login, ..) in MEMBERS {
        present.push(colleague(house, login)?.actor.id);
    }
    conclude::attend(house, &secretary, &session, &present)?;
    let typed = conclude::Typed {
        conclusion: "not_met".to_owned(),
        criterion: reason(house)?,
        opinion: "重症度分類の基準を満たさない。".to_owned(),
    };
    conclude::conclude(house, &secretary, &session, case, &typed)?;
    conclude::confirm(house, &secretary, &session)?;
    Ok(agenda::close(house, &secretary, &session)?)
}

/// A session of today with the cases that wait, on which one member has already said something.
///
/// # Errors
/// What the session refuses.
pub fn prepare(house: &House) -> anyhow::Result<()> {
    let program = program(house)?;
    let waiting = house.database.read(|conn| Ok::<_, Error>(agendas::waiting(conn, &program)?))?;
    let cases: Vec<String> = waiting.into_iter().map(|(case, _)| case).collect();
    let (secretary, session) = call(house, 0)?;
    agenda::put(house, &secretary, &session, &cases)?;
    let first = cases.first().context("no case waits for the committee")?;
    let reader = colleague(house, "iin1")?;
    let page = member::packet(house, &reader, first, None, Lang::Ja)?;
    let view = |name: &str| (name.to_owned(), if name == "severity" { "not_met" } else { "met" }.to_owned());
    let views = page.question_codes().map(view).collect();
    let reason = "診断は確か。生活機能障害度が基準に届かない。".to_owned();
    Ok(member::give(house, &reader, first, &member::Typed { views, reason, ..Default::default() })?)
}
