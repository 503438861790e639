//! Taking a signed document in the place of what a physician would have typed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::domain::case::command::Command;
use crate::domain::clinical::json;
use crate::domain::document::{self, Issue};
use crate::domain::permission::Desk;
use crate::domain::program::definition::Submission;
use crate::domain::program::vocabulary::CommandName;
use crate::domain::refusal::Refusal;
use crate::domain::text::search_key;
use crate::ports::hospital::{SealFault, SignedWith};
use crate::store::received::{self, Original, Row};
use crate::store::seal::sha256_hex;
use crate::store::users::{self, User};

use super::letterhead::{Letterhead, Said};
use super::reading::Reading;
use super::{Failed, Hospital};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::physician::sheet::Sheet;
use crate::usecases::physician::{claim, request, signer};
use crate::usecases::sessions::actor_of;

/// What the record of access calls it.
const ACTION: &str = "receive_document";

/// A document as it came.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The detached JWS over them.
    pub jws: String,
}

/// What was taken.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Id of the document.
    pub id: String,
    /// Whether it had been taken before, so that nothing happened now.
    pub repeated: bool,
    /// What the office will look at.
    pub notes: Vec<Issue>,
}

/// A document that was checked from outside, on its way to a case.
struct Arrival<'a> {
    hospital: &'a Hospital,
    sent: &'a Sent,
    bundle: &'a Value,
    head: Letterhead,
    submission: &'a Submission,
    signed: SignedWith,
    identifier: String,
    sha256: String,
}

/// Takes a document: profile, signature, designation and request code must be right, and then the form is
/// checked as if it had been typed. The same document a second time changes nothing.
///
/// # Errors
/// [`Failed`]; what was refused is on record without its content.
pub fn receive(house: &House, hospital: &Hospital, sent: &Sent) -> Result<Receipt, Failed> {
    let outcome = take(house, hospital, sent);
    if let Err(failed) = &outcome {
        let keys: Vec<&str> =
            failed.issues().iter().map(|issue| issue.refusal.key.as_str()).take(20).collect();
        let detail = json!({ "keys": keys });
        house.database.write(|conn| house.record(conn, &hospital.caller(), ACTION, "", "refused", detail))?;
    }
    outcome
}

fn take(house: &House, hospital: &Hospital, sent: &Sent) -> Result<Receipt, Failed> {
    house.seat(&hospital.caller(), Desk::Documents)?;
    let unreadable = |_| Failed::Unreadable(vec![Issue::error("invalid", Refusal::new("document.not-json"))]);
    let bundle = json::parse(&sent.bytes).map_err(unreadable)?;
    let submission = profiled(house, &bundle)?;
    let signed = signed_with(house, hospital, sent)?;
    let head = Letterhead::of(&bundle);
    let (identifier, sha256) =
        (house.keys.lookup.hash("document", &head.identifier), sha256_hex(&sent.bytes));
    let arrival = Arrival {
        hospital,
        sent,
        bundle: &bundle,
        head,
        submission: &submission,
        signed,
        identifier,
        sha256,
    };
    if let Some(receipt) = arrival.repeated(house)? {
        return Ok(receipt);
    }
    let doctor = arrival.signer(house)?;
    let case_id = claim::claim(house, &doctor, &arrival.head.code.text).map_err(|error| match error {
        Error::Refused(_) => {
            Failed::unfit("not-found", Refusal::new("document.code").at(&arrival.head.code.path))
        }
        other => other.into(),
    })?;
    arrival.complete(house, &doctor, &case_id)
}

/// What a program that is offered says about documents of this profile, if the document follows it.
fn profiled(house: &House, bundle: &Value) -> Result<Submission, Failed> {
    let claimed = document::claimed(bundle);
    let offered = house.programs.offered().flat_map(|program| {
        program.definition.submissions.iter().map(move |submission| (program, submission))
    });
    let offered: Vec<_> = offered.collect();
    let found =
        offered.iter().find(|(_, it)| claimed.iter().any(|url| url.split('|').next() == Some(&it.profile)));
    let Some((program, submission)) = found else {
        let known: Vec<&str> = offered.iter().map(|(_, it)| it.profile.as_str()).collect();
        let refusal = Refusal::new("document.profile").with("known", known.join(", "));
        return Err(Failed::unfit("not-supported", refusal.at("Bundle.meta.profile")));
    };
    let issues = program.profiles.check(&submission.profile, bundle);
    if issues.is_empty() { Ok((*submission).clone()) } else { Err(Failed::Unfit(issues)) }
}

fn signed_with(house: &House, hospital: &Hospital, sent: &Sent) -> Result<SignedWith, Failed> {
    let keys = &hospital.client.keys;
    house.hospitals.document(&sent.jws, &sent.bytes, keys, house.now()).map_err(|fault| {
        let key = match fault {
            SealFault::Unreadable => "document.unsigned",
            SealFault::Key => "document.signing-key",
            SealFault::Chain => "document.chain",
            SealFault::Broken => "document.signature",
        };
        Failed::unfit("security", Refusal::new(key))
    })
}

impl Arrival<'_> {
    /// The receipt of the same document, if it was taken before.
    fn repeated(&self, house: &House) -> Result<Option<Receipt>, Failed> {
        let client = &self.hospital.client.id;
        let before = house.database.read(|conn| received::before(conn, client, &self.identifier));
        let Some(before) = before.map_err(Error::from)? else { return Ok(None) };
        if before.sha256 == self.sha256 {
            return Ok(Some(Receipt { id: before.id, repeated: true, notes: Vec::new() }));
        }
        let refusal = Refusal::new("document.identifier").at("Bundle.identifier");
        Err(Failed::Taken(vec![Issue::error("duplicate", refusal)]))
    }

    /// The physician whose designation the document names, as a caller from the hospital's system.
    fn signer(&self, house: &House) -> Result<Caller, Failed> {
        if self.head.institution.text != self.hospital.client.institution {
            return Err(refused("document.institution", &self.head.institution));
        }
        let number = &self.head.number;
        let holders = house.database.read(|conn| users::by_designation(conn, &house.keys, &number.text));
        let holders = holders.map_err(Error::from)?;
        let own = |user: &&User| {
            let held = user.designation.as_ref();
            held.is_some_and(|held| held.institution_code == self.hospital.client.institution)
        };
        let user = holders.iter().find(own).ok_or_else(|| refused("document.signer", number))?;
        self.designated(house, user)?;
        Ok(Caller { actor: actor_of(user), source: self.hospital.source() })
    }

    fn designated(&self, house: &House, user: &User) -> Result<(), Failed> {
        let folded = |text: &str| search_key(text).split_whitespace().collect::<String>();
        if folded(&user.name) != folded(&self.head.physician.text) {
            return Err(refused("document.signer-name", &self.head.physician));
        }
        let today = house.today();
        let held = user.designation.as_ref();
        if let Some(held) = held.filter(|it| today < it.valid_from || it.valid_to < today) {
            let refusal =
                Refusal::new("document.lapsed").with("from", held.valid_from).with("to", held.valid_to);
            return Err(Failed::unfit("business-rule", refusal.at(&self.head.number.path)));
        }
        Ok(())
    }

    fn complete(&self, house: &House, doctor: &Caller, case_id: &str) -> Result<Receipt, Failed> {
        let id = house.new_id("doc")?;
        let mut notes = Vec::new();
        let order = Order::new(case_id, CommandName::CompleteItem).once(&self.identifier);
        let done = carry_out(house, doctor, &order, |stage| self.stage(stage, doctor, &id, &mut notes))?;
        if done.events.is_empty() {
            // The same document came twice at once; the other one was first.
            return Ok(self.repeated(house)?.unwrap_or(Receipt { id, repeated: true, notes }));
        }
        Ok(Receipt { id, repeated: false, notes })
    }

    fn stage(
        &self,
        stage: &mut Stage,
        doctor: &Caller,
        id: &str,
        notes: &mut Vec<Issue>,
    ) -> Result<Command, Error> {
        let mut sheet = Sheet::of(stage.house, stage.conn, stage.opened, doctor)?;
        self.is_the_form(&sheet)?;
        let reading = Reading { bundle: self.bundle, submission: self.submission };
        sheet.answers = reading.answers(&sheet).map_err(Error::Refused)?;
        let answers = sheet.final_answers();
        self.is_signable(stage, &sheet, &reading)?;
        let remarks = request::remarks(stage.house, stage.opened, &sheet, &answers);
        notes.extend(remarks.iter().map(|remark| note(&reading, remark)));
        let revision = stage.case().revision(&sheet.name).map_or(1, |last| last.number + 1);
        let digest = stage.fix_answers(&sheet.name, answers)?;
        self.keep(stage, &sheet, id, revision, &digest)?;
        Ok(Command::CompleteItem { item: sheet.item.id.clone(), digest })
    }

    /// The document answers the form of the case, in the version under which the case was filed.
    fn is_the_form(&self, sheet: &Sheet) -> Result<(), Error> {
        let known = format!("{}|{}", sheet.form.url(), sheet.form.version());
        if sheet.name == self.submission.form && self.head.form.text == known {
            return Ok(());
        }
        Err(Refusal::new("document.form-version").with("known", known).at(&self.head.form.path).into())
    }

    /// The same that stops a signature in the browser: designation, missing answers, rules that block.
    fn is_signable(&self, stage: &Stage, sheet: &Sheet, reading: &Reading) -> Result<(), Error> {
        let opened = stage.opened;
        let (definition, case) = (&opened.program.definition, &opened.stored.case);
        if !signer::entitled(definition, &sheet.name, case, &sheet.designation, stage.stamp.today) {
            return Err(Refusal::new("document.not-entitled").at(&self.head.number.path).into());
        }
        let answers = sheet.final_answers();
        let missing = request::missing(sheet, &answers).into_iter().map(|(error, _)| {
            let place = reading.place(&error.path);
            Refusal { field: Some(place), key: error.key, args: error.args }
        });
        let blocking = request::remarks(stage.house, opened, sheet, &answers).into_iter();
        let blocking = blocking.filter(|remark| remark.blocks).map(|it| said(reading, &it));
        let refusals: Vec<Refusal> = missing.chain(blocking).collect();
        if refusals.is_empty() { Ok(()) } else { Err(Error::Refused(refusals)) }
    }

    /// Keeps what came beside what was read from it.
    fn keep(
        &self,
        stage: &mut Stage,
        sheet: &Sheet,
        id: &str,
        revision: i64,
        digest: &str,
    ) -> Result<(), Error> {
        let original = Original {
            bytes: STANDARD.encode(&self.sent.bytes),
            jws: self.sent.jws.clone(),
            key: self.signed.key.clone(),
            answers: digest.to_owned(),
        };
        let client = self.hospital.client.id.as_str();
        let (identifier, sha256, form) =
            (self.identifier.as_str(), self.sha256.as_str(), sheet.name.as_str());
        let row = Row { id, client, identifier, sha256, form, revision };
        received::insert(stage.conn, &stage.opened.stored, &row, &original, stage.stamp.at)?;
        let detail =
            json!({ "document": id, "sha256": sha256, "key": self.signed.name, "signer": stage.stamp.by });
        let caller = self.hospital.caller();
        let case_id = &stage.opened.stored.case.id;
        stage.house.record(stage.conn, &caller, ACTION, case_id, "done", detail)
    }
}

fn refused(key: &str, at: &Said) -> Failed {
    Failed::unfit("business-rule", Refusal { field: Some(at.path.clone()), ..Refusal::new(key) })
}

/// A remark of the program's rules, whose sentence is written already.
fn said(reading: &Reading, remark: &request::Remark) -> Refusal {
    Refusal::new("document.remark").with("text", &remark.text).at(&reading.place(&remark.path))
}

fn note(reading: &Reading, remark: &request::Remark) -> Issue {
    Issue::warning("business-rule", said(reading, remark))
}
