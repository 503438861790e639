//! Electronic signatures under fixed answers: made when a physician signs, checked whenever they are shown.
//!
//! The certificate itself stays where it is; what is signed is a statement with the SHA-256 of its stored
//! bytes, of which case and version it is, and by which designation its author may sign.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::ports::hospital::HospitalKeys;
use crate::ports::signature::{SignatureError, Signatures};
use crate::store::received::{self, Received};
use crate::store::seal::sha256_hex;
use crate::store::signing::{self, OwnKey, Place, Signed};
use crate::store::users::{Designation, User};
use crate::store::{Conn, Keyring, StoreError};

use super::access::Opened;
use super::carry_out::Stage;
use super::error::Error;
use super::house::House;

/// What a physician signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The case.
    pub case: String,
    /// The form.
    pub form: String,
    /// Address and version of the form's definition, `url|version`.
    pub questionnaire: String,
    /// Number of the version.
    pub version: i64,
    /// Number of the version that it replaces.
    pub supersedes: Option<i64>,
    /// SHA-256 of the stored bytes of the answers, lower-case hex.
    pub sha256: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
    /// Who signed.
    pub physician: Physician,
}

/// A physician as they were designated when they signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Physician {
    /// Name.
    pub name: String,
    /// The authority's number.
    pub number: String,
    /// Code of the kind of designation.
    pub kind: String,
    /// Last day of the designation.
    pub valid_to: NaiveDate,
    /// The medical institution.
    pub institution: String,
    /// Its 10-digit code.
    pub institution_code: String,
}

/// How a fixed version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Signed, and neither content nor signature was changed since.
    Verified,
    /// There is a signature that does not hold.
    Broken,
    /// There is none: the version came on paper, or is older than electronic signatures here.
    Unsigned,
}

/// Signs the revision that was just fixed, with the physician's own key. The first signature makes the key.
///
/// # Errors
/// When the signature cannot be made or stored.
pub fn put(
    stage: &mut Stage,
    form: &str,
    sha256: &str,
    user: &User,
    designation: &Designation,
) -> Result<(), Error> {
    let last = stage.case().revision(form).map(|revision| revision.number);
    let version = last.map_or(1, |number| number + 1);
    let statement = Statement {
        case: stage.case().id.clone(),
        form: form.to_owned(),
        questionnaire: questionnaire(stage, form)?,
        version,
        supersedes: last,
        sha256: sha256.to_owned(),
        signed_at: stage.stamp.at,
        physician: physician(user, designation),
    };
    let key = own_key(stage, &user.id)?;
    let jws = stage.house.signatures.sign(&key.private, &serde_json::to_value(&statement)?).map_err(fault)?;
    let stored = &stage.opened.stored;
    Ok(signing::insert(stage.conn, stored, form, version, &key.kid, &jws, stage.stamp.at)?)
}

fn questionnaire(stage: &Stage, form: &str) -> Result<String, Error> {
    let form = stage.opened.program.forms.get(form).ok_or(Error::NotFound)?;
    Ok(format!("{}|{}", form.url(), form.version()))
}

fn physician(user: &User, designation: &Designation) -> Physician {
    Physician {
        name: user.name.clone(),
        number: designation.number.clone(),
        kind: designation.kind.clone(),
        valid_to: designation.valid_to,
        institution: designation.institution.clone(),
        institution_code: designation.institution_code.clone(),
    }
}

fn own_key(stage: &mut Stage, holder: &str) -> Result<OwnKey, Error> {
    if let Some(key) = signing::key_of(stage.conn, &stage.house.keys, holder)? {
        return Ok(key);
    }
    let new = stage.house.signatures.new_key().map_err(fault)?;
    let key = OwnKey { kid: new.kid, private: new.private, public: new.public };
    signing::insert_key(stage.conn, &stage.house.keys, holder, &key, stage.stamp.at)?;
    Ok(key)
}

fn fault(error: SignatureError) -> Error {
    Error::Fault(error.to_string())
}

/// How a revision stands, for the page that shows it.
///
/// # Errors
/// When it cannot be read.
pub fn standing(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    form: &str,
    revision: i64,
) -> Result<Standing, Error> {
    match signing::find(conn, &opened.granted, &opened.stored, form, revision) {
        Ok(None) => received_standing(house, conn, opened, form, revision),
        Ok(Some(signed)) if check(house.signatures.as_ref(), &signed).is_ok() => Ok(Standing::Verified),
        Ok(Some(_)) | Err(StoreError::Sealed) => Ok(Standing::Broken),
        Err(error) => Err(error.into()),
    }
}

/// How a revision stands that came as a document, if it did.
fn received_standing(
    house: &House,
    conn: &mut Conn,
    opened: &Opened,
    form: &str,
    revision: i64,
) -> Result<Standing, Error> {
    match received::find(conn, &opened.granted, &opened.stored, form, revision) {
        Ok(None) => Ok(Standing::Unsigned),
        Ok(Some(found)) if is_as_received(house.hospitals.as_ref(), &found) => Ok(Standing::Verified),
        Ok(Some(_)) | Err(StoreError::Sealed) => Ok(Standing::Broken),
        Err(error) => Err(error.into()),
    }
}

/// Whether the signature holds for the received bytes, and the answers are those that were read from them.
fn is_as_received(hospitals: &dyn HospitalKeys, found: &Received) -> bool {
    let original = &found.original;
    let holds = |bytes: Vec<u8>| hospitals.holds(&original.jws, &bytes, &original.key);
    original.received().is_ok_and(holds) && original.answers == sha256_hex(&found.body)
}

/// The statement under a signature, if it holds for exactly this revision and its author.
///
/// # Errors
/// [`SignatureError::Broken`].
pub fn check(signatures: &dyn Signatures, signed: &Signed) -> Result<Statement, SignatureError> {
    let claims = signatures.check(&signed.jws, &signed.public)?;
    let statement: Statement = serde_json::from_value(claims).map_err(|_| SignatureError::Broken)?;
    let about = (statement.case.as_str(), statement.form.as_str(), statement.version);
    let same = about == (signed.case_id.as_str(), signed.form.as_str(), signed.revision)
        && statement.sha256 == sha256_hex(&signed.body)
        && signed.holder == signed.author;
    same.then_some(statement).ok_or(SignatureError::Broken)
}

/// Checks every signature that was made here: how many hold, and the places of those that do not.
///
/// # Errors
/// When the database fails.
pub fn check_all(
    signatures: &dyn Signatures,
    conn: &mut Conn,
    keys: &Keyring,
) -> Result<(usize, Vec<Place>), StoreError> {
    count(|last| {
        let page = signing::after(conn, keys, last)?;
        let holds = |signed: Signed| check(signatures, &signed).is_ok();
        Ok(page.into_iter().map(|(place, signed)| (place, signed.is_ok_and(holds))).collect())
    })
}

/// The same of every document that hospitals handed in.
///
/// # Errors
/// When the database fails.
pub fn check_received(
    hospitals: &dyn HospitalKeys,
    conn: &mut Conn,
    keys: &Keyring,
) -> Result<(usize, Vec<Place>), StoreError> {
    count(|last| {
        let page = received::after(conn, keys, last)?;
        let holds = |found: Received| is_as_received(hospitals, &found);
        Ok(page.into_iter().map(|(place, found)| (place, found.is_ok_and(holds))).collect())
    })
}

fn count(
    mut page: impl FnMut(&Place) -> Result<Vec<(Place, bool)>, StoreError>,
) -> Result<(usize, Vec<Place>), StoreError> {
    let (mut sound, mut broken) = (0, Vec::new());
    let mut last = Place::default();
    loop {
        let page = page(&last)?;
        let Some((place, _)) = page.last() else { return Ok((sound, broken)) };
        last.clone_from(place);
        sound += page.iter().filter(|(_, holds)| *holds).count();
        broken.extend(page.into_iter().filter(|(_, holds)| !holds).map(|(place, _)| place));
    }
}
