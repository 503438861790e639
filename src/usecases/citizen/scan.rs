//! What a file really is, and whether it may be opened.
//!
//! This is a look at structure and no virus scanner: it lets documents and pictures pass that hold
//! nothing which acts by itself. Pictures lose what the camera wrote about place, time and owner;
//! PDF files keep their metadata. A scanner of malware belongs behind [`harmless`].

use super::image;

/// A kind of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Portable Document Format.
    Pdf,
    /// Portable Network Graphics.
    Png,
    /// A photo.
    Jpeg,
}

impl Kind {
    /// The media type.
    pub fn mime(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
        }
    }

    fn of_mime(mime: &str) -> Option<Kind> {
        [Kind::Pdf, Kind::Png, Kind::Jpeg].into_iter().find(|kind| kind.mime() == mime)
    }

    fn endings(self) -> &'static [&'static str] {
        match self {
            Kind::Pdf => &["pdf"],
            Kind::Png => &["png"],
            Kind::Jpeg => &["jpg", "jpeg"],
        }
    }
}

/// What a file is by its content, if its name says the same.
pub fn kind(name: &str, bytes: &[u8]) -> Option<Kind> {
    let kind = Kind::of_mime(infer::get(bytes)?.mime_type())?;
    let (_, ending) = name.rsplit_once('.')?;
    kind.endings().contains(&ending.to_ascii_lowercase().as_str()).then_some(kind)
}

/// A picture without what was written about it; a document as it is. None when it is damaged.
pub fn without_metadata(kind: Kind, bytes: Vec<u8>) -> Option<Vec<u8>> {
    match kind {
        Kind::Pdf => Some(bytes),
        Kind::Png => image::png(&bytes),
        Kind::Jpeg => image::jpeg(&bytes),
    }
}

/// Number of pages of a document.
pub fn pages(kind: Kind, bytes: &[u8]) -> Option<u32> {
    let document = (kind == Kind::Pdf).then(|| lopdf::Document::load_mem(bytes).ok())??;
    u32::try_from(document.get_pages().len()).ok()
}

/// Whether a file of a media type may be opened.
pub fn harmless(mime: &str, bytes: &[u8]) -> bool {
    match Kind::of_mime(mime) {
        Some(Kind::Pdf) => harmless_pdf(bytes),
        Some(Kind::Png) => image::png(bytes).is_some(),
        Some(Kind::Jpeg) => image::jpeg(bytes).is_some(),
        None => false,
    }
}

/// What acts by itself in a document: scripts, programs, files inside, forms that send.
const ACTS: [&[u8]; 9] = [
    b"JavaScript",
    b"JS",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"SubmitForm",
    b"ImportData",
];

/// How deep a document may be nested.
const DEEP: usize = 100;

/// A PDF with head and tail that can be read whole, is not encrypted, and holds nothing that acts.
fn harmless_pdf(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(1024)..).unwrap_or_default();
    let ends = tail.windows(5).any(|part| part == b"%%EOF");
    if !bytes.starts_with(b"%PDF-") || !ends {
        return false;
    }
    let Ok(document) = lopdf::Document::load_mem(bytes) else { return false };
    let whole = !document.is_encrypted() && !document.get_pages().is_empty();
    whole && document.objects.values().all(|object| calm(object, DEEP))
}

fn calm(object: &lopdf::Object, deep: usize) -> bool {
    use lopdf::Object;
    if deep == 0 {
        return false;
    }
    match object {
        Object::Name(name) => !ACTS.contains(&name.as_slice()),
        Object::Array(items) => items.iter().all(|item| calm(item, deep - 1)),
        Object::Dictionary(entries) => calm_entries(entries, deep),
        Object::Stream(stream) => calm_entries(&stream.dict, deep),
        _ => true,
    }
}

fn calm_entries(entries: &lopdf::Dictionary, deep: usize) -> bool {
    entries.iter().all(|(key, value)| !ACTS.contains(&key.as_slice()) && calm(value, deep - 1))
}

#[cfg(test)]
mod tests {
    use lopdf::{Dictionary, Document, Object, dictionary};

    use super::*;

    fn pdf(extra: Option<(&str, Object)>) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let pages = document.new_object_id();
        let page = document.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
        let kids = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(pages, Object::Dictionary(kids));
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => pages };
        if let Some((key, value)) = extra {
            catalog.set(key, value);
        }
        let root = document.add_object(catalog);
        document.trailer.set("Root", root);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn content_and_name_must_agree() {
        let bytes = pdf(None);
        assert_eq!(kind("証明書.PDF", &bytes), Some(Kind::Pdf));
        assert_eq!(kind("証明書.png", &bytes), None);
        assert_eq!(kind("証明書", &bytes), None);
        assert_eq!(kind("page.pdf", b"<html>"), None);
    }

    #[test]
    fn a_plain_document_passes_and_one_that_acts_does_not() {
        assert!(harmless("application/pdf", &pdf(None)));
        let script: Dictionary =
            dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
        assert!(!harmless("application/pdf", &pdf(Some(("OpenAction", script.into())))));
        let launch: Dictionary = dictionary! { "S" => "Launch" };
        assert!(!harmless("application/pdf", &pdf(Some(("AA", vec![launch.into()].into())))));
        let files: Dictionary = dictionary! { "EmbeddedFiles" => Dictionary::new() };
        assert!(!harmless("application/pdf", &pdf(Some(("Names", files.into())))));
    }

    #[test]
    fn a_cut_document_does_not_pass() {
        let bytes = pdf(None);
        assert!(!harmless("application/pdf", &bytes[..bytes.len() / 2]));
        assert!(!harmless("application/zip", &bytes));
        assert_eq!(pages(Kind::Pdf, &bytes), Some(1));
    }
}
