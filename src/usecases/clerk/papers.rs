//! The tab 書類: what was attached, what is still to come, what was sent out.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::domain::lang::Lang;
use crate::domain::program::vocabulary::DataClass;
use crate::store::documents::{self, Document};
use crate::store::{Conn, letters};
use crate::usecases::access::{Caller, Opened};
use crate::usecases::documents::{self as kept, CLEAN, QUARANTINED};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::link_id;

use super::names::Names;
use super::proof::{address, label};
use super::shell::{Shell, Tab, shell};
use super::words;

/// An attached file.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    id: String,
    label: String,
    name: String,
    size: String,
    pages: Option<u32>,
    state: &'static str,
    added_at: DateTime<Utc>,
    by: String,
    href: Option<String>,
}

/// A document still to come.
#[derive(Clone, Debug, Serialize)]
pub struct Promise {
    label: String,
    reason: Option<String>,
}

/// An issued letter.
#[derive(Clone, Debug, Serialize)]
pub struct Issued {
    label: String,
    at: DateTime<Utc>,
    href: String,
    html: String,
}

/// The tab.
#[derive(Clone, Debug, Serialize)]
pub struct Papers {
    /// What stands around it.
    #[serde(flatten)]
    pub shell: Shell,
    documents: Vec<File>,
    promised: Vec<Promise>,
    letters: Vec<Issued>,
}

/// The documents of a case.
///
/// # Errors
/// [`Error::NotFound`].
pub fn papers(house: &House, caller: &Caller, case: &str) -> Result<Papers, Error> {
    house.read(caller, case, "documents", |conn, opened| {
        let found = documents::of_case(conn, &opened.granted, &opened.stored)?;
        let shell = shell(house, conn, opened, Tab::Documents)?;
        let promised = promised(opened, &found);
        let mut names = Names::default();
        let mut files = Vec::new();
        for file in found.iter().filter(|file| opened.granted.sees(class(opened, file))) {
            files.push(shown(opened, file, names.of(house, conn, &file.author)?));
        }
        Ok(Papers { shell, documents: files, promised, letters: issued(conn, opened)? })
    })
}

/// The class of data that a file belongs to: that of the group it proves.
fn class(opened: &Opened, file: &Document) -> DataClass {
    let item = link_id(&file.path);
    let mut groups = opened.program.definition.item_groups.iter();
    let proven = groups.find(|group| group.evidence.iter().any(|it| it == item));
    proven.map_or(DataClass::Identity, |group| group.class)
}

fn shown(opened: &Opened, file: &Document, by: String) -> File {
    let state = match file.state.as_str() {
        CLEAN => "clean",
        QUARANTINED => "waiting",
        _ => "quarantined",
    };
    File {
        id: file.id.clone(),
        label: label(opened, file),
        name: file.name.clone(),
        size: format!("{} kB", file.size.saturating_add(999) / 1000),
        pages: None,
        state,
        added_at: file.at,
        by,
        href: (state == "clean").then(|| address(opened, file)),
    }
}

fn promised(opened: &Opened, files: &[Document]) -> Vec<Promise> {
    let form = opened.program.application();
    let open = opened.stored.case.missing.iter().filter(|path| !files.iter().any(|file| file.path == **path));
    let label = |path: &String| {
        let item = form.and_then(|form| form.item(link_id(path)));
        item.map_or_else(|| path.clone(), |item| item.text.get(Lang::Ja).to_owned())
    };
    open.map(|path| Promise { label: label(path), reason: None }).collect()
}

fn issued(conn: &mut Conn, opened: &Opened) -> Result<Vec<Issued>, Error> {
    if !opened.granted.sees(DataClass::Decision) {
        return Ok(Vec::new());
    }
    let rows = letters::of_case(conn, &opened.stored)?;
    let rules = &opened.program.definition.letters;
    let link = |row: &letters::LetterRow| {
        let rule = rules.iter().find(|rule| rule.code == row.kind);
        let html = format!("/staff/cases/{}/letters/{}", opened.stored.case.id, row.id);
        Issued {
            label: rule.map_or_else(|| row.kind.clone(), |rule| words::text(&opened.program, &rule.label)),
            at: row.at,
            href: format!("{html}.pdf"),
            html,
        }
    };
    Ok(rows.iter().map(link).collect())
}

/// A file with its bytes, for a reader who may see what it proves.
///
/// # Errors
/// [`Error::NotFound`] as well for a file that is not known to be harmless.
pub fn bytes(house: &House, caller: &Caller, case: &str, id: &str) -> Result<(Document, Vec<u8>), Error> {
    house.read(caller, case, "document", |conn, opened| {
        let (document, bytes) = kept::read(house, conn, opened, id)?;
        if !opened.granted.sees(class(opened, &document)) {
            return Err(Error::NotFound);
        }
        Ok((document, bytes))
    })
}
