//! What proves an item: the files sent with it, and where its answer came from.

use serde::Serialize;

use crate::domain::forms::{Origin, SummaryRow};
use crate::domain::lang::Lang;
use crate::domain::program::definition::ItemGroup;
use crate::store::Conn;
use crate::store::documents::{self, Document};
use crate::usecases::access::Opened;
use crate::usecases::documents::CLEAN;
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::slots::link_id;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    src: String,
    alt: String,
}

/// A file, or a line about an origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    label: String,
    value: String,
    href: Option<String>,
    source: Option<String>,
}

/// What stands beside an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    title: String,
    note: Option<String>,
    images: Vec<Picture>,
    rows: Vec<Line>,
}

/// The proof of an item: its own files, else those that prove its group.
///
/// # Errors
/// When the files cannot be listed.
pub fn of(
    _house: &House,
    conn: &mut Conn,
    opened: &Opened,
    group: &ItemGroup,
    row: &SummaryRow,
) -> Result<Proof, Error> {
    let files = documents::of_case(conn, &opened.granted, &opened.stored)?;
    let proves = |file: &&Document| {
        row.path == file.path || group.evidence.iter().any(|item| item == link_id(&file.path))
    };
    let proving: Vec<&Document> = files.iter().filter(proves).collect();
    let clean = proving.iter().filter(|file| file.state == CLEAN && file.mime.starts_with("image/"));
    let images = clean.map(|file| Picture { src: address(opened, file), alt: file.name.clone() }).collect();
    let rows: Vec<Line> =
        proving.iter().map(|file| line(opened, file)).chain(row.origin.as_ref().and_then(origin)).collect();
    let note = rows.is_empty().then(|| "この項目を示す書類や記録はまだありません。".to_owned());
    Ok(Proof { title: row.label.clone(), note, images, rows })
}

/// Where a file can be opened.
pub fn address(opened: &Opened, file: &Document) -> String {
    format!("/staff/cases/{}/documents/{}", opened.stored.case.id, file.id)
}

/// What a file is, by the item at which it was attached.
pub fn label(opened: &Opened, file: &Document) -> String {
    let item = opened.program.application().and_then(|form| form.item(link_id(&file.path)));
    item.map_or_else(|| "申請書の写し".to_owned(), |item| item.text.get(Lang::Ja).to_owned())
}

fn line(opened: &Opened, file: &Document) -> Line {
    let open = file.state == CLEAN;
    Line {
        label: label(opened, file),
        value: file.name.clone(),
        href: open.then(|| address(opened, file)),
        source: (!open).then(|| "検査が済むまで開けません".to_owned()),
    }
}

fn origin(origin: &Origin) -> Option<Line> {
    let (words, on) = match origin {
        Origin::Typed | Origin::Assisted { .. } => return None,
        Origin::Calculated => ("自動計算", None),
        Origin::Prefilled { on, .. } => ("登録されていた情報のまま", Some(on)),
        Origin::Changed { on, .. } => ("登録されていた情報を申請者が変えました", Some(on)),
    };
    let value = on.map_or_else(|| words.to_owned(), |on| format!("{words}（{on}取得）"));
    Some(Line { label: "出どころ".to_owned(), value, href: None, source: None })
}
