//! Letters as documents: drawn once, kept encrypted beside the database, drawn again if they are gone.

use crate::domain::letter::Letter;
use crate::domain::program::vocabulary::DataClass;
use crate::ports::files::FileError;
use crate::store::cases::{self, Stored};
use crate::store::letters::{self, LetterRow};

use super::access::Caller;
use super::error::Error;
use super::house::House;

/// Draws a letter, if it is not drawn yet. `payload` is `case/letter`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Fault`] when the letter cannot be drawn, or when storing fails.
pub fn render(house: &House, payload: &str) -> Result<(), Error> {
    let (case, letter) = payload.split_once('/').ok_or(Error::NotFound)?;
    bytes(house, case, letter).map(drop)
}

/// A letter of a case as PDF, for somebody who may see decisions and letters. Blocks while it draws.
///
/// # Errors
/// [`Error::NotFound`] as well for a caller who must not see it.
pub fn pdf(house: &House, caller: &Caller, case: &str, letter: &str) -> Result<Vec<u8>, Error> {
    house.read(caller, case, "letter", |_, opened| {
        if opened.granted.sees(DataClass::Decision) { Ok(()) } else { Err(Error::NotFound) }
    })?;
    bytes(house, case, letter)
}

/// The document, drawn now if it must be. Not for people: it asks nobody's rights.
pub(super) fn bytes(house: &House, case: &str, letter: &str) -> Result<Vec<u8>, Error> {
    let (stored, row) = find(house, case, letter)?;
    match kept(house, &stored, &row)? {
        Some(bytes) => Ok(bytes),
        None => draw(house, &stored, &row),
    }
}

fn find(house: &House, case: &str, letter: &str) -> Result<(Stored, LetterRow), Error> {
    house.database.read(|conn| {
        let stored = cases::find(conn, &house.keys, case)?;
        let rows = letters::of_case(conn, &stored)?;
        let row = rows.into_iter().find(|row| row.id == letter).ok_or(Error::NotFound)?;
        Ok((stored, row))
    })
}

fn kept(house: &House, stored: &Stored, row: &LetterRow) -> Result<Option<Vec<u8>>, Error> {
    if row.file.is_empty() {
        return Ok(None);
    }
    match house.files.get(&row.file) {
        Ok(sealed) => Ok(Some(stored.key.open_bytes(&place(&row.file), &sealed)?)),
        Err(FileError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The file is stored before the row names it: a row never names a file that is not there.
fn draw(house: &House, stored: &Stored, row: &LetterRow) -> Result<Vec<u8>, Error> {
    let letter: Letter = serde_json::from_slice(&row.body)?;
    let drawn = house.renderer.render(&letter).map_err(|error| Error::Fault(error.to_string()))?;
    house.files.put(&row.id, &stored.key.seal_bytes(&place(&row.id), &drawn.bytes)?)?;
    let missing: String = drawn.missing.iter().collect();
    house.database.write(|conn| letters::set_file(conn, &row.id, &row.id, &missing))?;
    Ok(drawn.bytes)
}

fn place(file: &str) -> String {
    format!("files.{file}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permission::Actor;
    use crate::usecases::testing::Scene;

    fn payload(scene: &Scene) -> String {
        format!("{}/let_1", scene.case)
    }

    #[test]
    fn a_letter_is_drawn_once_and_kept_sealed() {
        let scene = Scene::new();
        render(&scene.house, &payload(&scene)).unwrap();
        render(&scene.house, &payload(&scene)).unwrap();
        assert_eq!(scene.renderer.drawn(), 1);
        let sealed = scene.house.files.get("let_1").unwrap();
        assert!(!sealed.starts_with(b"%PDF"));
        assert!(bytes(&scene.house, &scene.case, "let_1").unwrap().starts_with(b"%PDF"));
    }

    #[test]
    fn a_lost_file_is_drawn_again_alike() {
        let scene = Scene::new();
        let first = bytes(&scene.house, &scene.case, "let_1").unwrap();
        scene.house.files.remove("let_1").unwrap();
        assert_eq!(bytes(&scene.house, &scene.case, "let_1").unwrap(), first);
        assert_eq!(scene.renderer.drawn(), 2);
    }

    #[test]
    fn what_no_font_has_is_written_down() {
        let scene = Scene::new();
        render(&scene.house, &payload(&scene)).unwrap();
        let (_, row) = find(&scene.house, &scene.case, "let_1").unwrap();
        assert_eq!((row.file.as_str(), row.missing.as_str()), ("let_1", "𠮷"));
    }

    #[test]
    fn an_unknown_letter_is_not_found() {
        let scene = Scene::new();
        assert!(matches!(render(&scene.house, "case_x/let_1"), Err(Error::NotFound)));
        assert!(matches!(render(&scene.house, &format!("{}/let_9", scene.case)), Err(Error::NotFound)));
    }

    #[test]
    fn the_applicant_reads_the_letter_and_a_stranger_learns_nothing() {
        let scene = Scene::new();
        let caller = |id: &str| Caller { actor: Actor::citizen(id, "x"), source: "test".to_owned() };
        assert!(pdf(&scene.house, &caller(&scene.applicant), &scene.case, "let_1").is_ok());
        assert!(matches!(pdf(&scene.house, &caller("cit_9"), &scene.case, "let_1"), Err(Error::NotFound)));
    }
}
