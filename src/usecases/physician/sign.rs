//! Signing: a read-only rendering of exactly what is signed, and the physician's second factor.

use crate::domain::case::command::Command;
use crate::domain::forms::{Answers, Change, SummarySection, changes, summary};
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::store::Conn;
use crate::store::answers;
use crate::store::seal::sha256_hex;
use crate::store::users::{self, User};

use super::prepare::{Preparation, preparation};
use super::request::{Head, Missing, PURPOSE, Remark, head, missing, remarks};
use super::sheet::Sheet;
use super::signer::{self, Signer};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::{passwords, sign_in, signatures};

/// Seconds of one code of the second factor.
const STEP_SECONDS: i64 = 30;

/// What is about to be signed.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The patient and the request.
    pub head: Head,
    /// The content, read-only.
    pub sections: Vec<SummarySection>,
    /// Number of the version that the signature makes.
    pub version: i64,
    /// SHA-256 of the content; what is signed is what was shown.
    pub digest: String,
    /// Who signs.
    pub signer: Signer,
    /// What is missing or wrong in the form, each with its step.
    pub missing: Vec<Missing>,
    /// What stands against it.
    pub remarks: Vec<Remark>,
    /// What differs from the last signed version.
    pub changes: Vec<Change>,
    /// Who prepared it, if somebody did.
    pub prepared: Option<Preparation>,
}

/// What a physician sends to sign.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Digest of the content as it was shown.
    pub digest: String,
    /// Whether they confirmed it.
    pub confirmed: bool,
    /// The code of their second factor.
    pub code: String,
    /// Idempotency key.
    pub key: String,
}

/// Shows what would be signed.
///
/// # Errors
/// [`Error::NotFound`] when nothing of the case is the caller's; `permission.denied` for an assistant.
pub fn show(house: &House, caller: &Caller, case_id: &str) -> Result<Signing, Error> {
    house.read_as(caller, case_id, CommandName::CompleteItem, PURPOSE, |conn, opened| {
        let sheet = Sheet::of(house, conn, opened, caller)?;
        let answers = sheet.final_answers();
        let env = sheet.env();
        let last = last_signed(conn, opened, &sheet.name)?;
        let changed = last.map(|last| changes(sheet.form, &last, &answers, &env)).unwrap_or_default();
        let number = opened.stored.case.revision(&sheet.name).map_or(1, |last| last.number + 1);
        Ok(Signing {
            head: head(conn, opened, caller)?,
            sections: summary(sheet.form, &answers, &env),
            version: number,
            digest: digest(&answers)?,
            signer: signer::view(&sheet.user, &sheet.designation, Some(&opened.program), house.today()),
            missing: missing(&sheet, &answers),
            remarks: remarks(house, opened, &sheet, &answers),
            changes: changed,
            prepared: preparation(conn, opened, &sheet)?,
        })
    })
}

fn last_signed(conn: &mut Conn, opened: &Opened, form: &str) -> Result<Option<Answers>, Error> {
    let Some(last) = opened.stored.case.revision(form) else { return Ok(None) };
    let found = answers::find(conn, &opened.granted, &opened.stored, form, last.number)?;
    Ok(found.map(|saved| serde_json::from_slice(&saved.body)).transpose()?)
}

fn digest(answers: &Answers) -> Result<String, Error> {
    Ok(sha256_hex(&serde_json::to_vec(answers)?))
}

/// Signs: fixes the content as the next version and hands it in.
///
/// # Errors
/// `sign.confirm`, `sign.code`, `sign.changed` when the content is not the one that was shown,
/// `sign.blocked`, `sign.designation`, `work.closed` once the office has taken a version.
pub fn sign(house: &House, caller: &Caller, case_id: &str, signature: &Signature) -> Result<(), Error> {
    if !signature.confirmed {
        return Err(Refusal::new("sign.confirm").at("confirm").into());
    }
    let order = Order::new(case_id, CommandName::CompleteItem).once(&signature.key);
    let done = carry_out(house, caller, &order, |stage| {
        let sheet = Sheet::of(stage.house, stage.conn, stage.opened, caller)?;
        let answers = sheet.final_answers();
        signable(stage, &sheet, &answers, signature)?;
        use_code(stage.house, stage.conn, &sheet.user, &signature.code)?;
        let digest = stage.fix_answers(&sheet.name, answers)?;
        signatures::put(stage, &sheet.name, &digest, &sheet.user, &sheet.designation)?;
        Ok(Command::CompleteItem { item: sheet.item.id.clone(), digest })
    });
    if is_wrong_code(&done) {
        wrong_code(house, caller)?;
    }
    done.map(|_| ())
}

fn signable(stage: &Stage, sheet: &Sheet, answers: &Answers, signature: &Signature) -> Result<(), Error> {
    let opened = stage.opened;
    let definition = &opened.program.definition;
    let case = &opened.stored.case;
    if !signer::entitled(definition, &sheet.name, case, &sheet.designation, stage.stamp.today) {
        return Err(Error::refused("sign.designation"));
    }
    if digest(answers)? != signature.digest {
        return Err(Error::refused("sign.changed"));
    }
    let remarks = remarks(stage.house, opened, sheet, answers);
    if !missing(sheet, answers).is_empty() || remarks.iter().any(|remark| remark.blocks) {
        return Err(Error::refused("sign.blocked"));
    }
    Ok(())
}

/// Uses the code up, in the transaction of the signature.
fn use_code(house: &House, conn: &mut Conn, user: &User, code: &str) -> Result<(), Error> {
    let wrong = || Error::from(Refusal::new("sign.code").at("code"));
    let now = house.now();
    if user.locked_until.is_some_and(|until| until > now) {
        return Err(wrong());
    }
    let step = passwords::matched_step(&user.totp, code.trim(), now).ok_or_else(wrong)?;
    if users::use_totp_step(conn, &user.id, step)? { Ok(()) } else { Err(wrong()) }
}

fn is_wrong_code<T>(done: &Result<T, Error>) -> bool {
    matches!(done, Err(Error::Refused(refusals)) if refusals.iter().any(|refusal| refusal.key == "sign.code"))
}

/// Wrong codes count as wrong tries to sign in do: after some of them the account rests.
fn wrong_code(house: &House, caller: &Caller) -> Result<(), Error> {
    house.database.write(|conn| {
        let user = users::find(conn, &house.keys, &caller.actor.id)?;
        sign_in::note_failure(house, conn, &user, &caller.source, "signature")
    })
}

/// The code that the caller's second factor would accept next. Only the demo's page asks for it.
///
/// # Errors
/// When the account cannot be read.
pub fn demo_code(house: &House, caller: &Caller) -> Result<String, Error> {
    let user = house.database.read(|conn| users::find(conn, &house.keys, &caller.actor.id))?;
    let now = house.now().timestamp();
    let used = now / STEP_SECONDS <= user.totp_step;
    let time = u64::try_from(if used { now + STEP_SECONDS } else { now }).unwrap_or(0);
    let totp = passwords::totp(&user.totp, &user.login, "madoguchi");
    Ok(totp.map_err(|error| Error::Fault(error.to_string()))?.generate(time).to_string())
}
