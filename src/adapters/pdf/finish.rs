//! Drawn pages → the bytes of a document.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use lopdf::{Dictionary, Document, Object, StringFormat};
use printpdf::{FontId, Mm, OffsetDateTime, Op, ParsedFont, PdfDocument, PdfFont, PdfPage, PdfSaveOptions};
use sha2::{Digest, Sha256};

use crate::domain::letter::Letter;
use crate::ports::render::RenderError;

/// Writes the document. Nothing in it depends on the moment or on chance: its dates are the
/// letter's, its identifier is a digest of its content.
///
/// # Errors
/// [`RenderError::Document`] when the writer warns of anything or cannot write.
pub fn finish(
    letter: &Letter,
    pages: Vec<Vec<Op>>,
    fonts: BTreeMap<FontId, ParsedFont>,
) -> Result<Vec<u8>, RenderError> {
    let mut pdf = PdfDocument::new(&letter.title);
    describe(&mut pdf, letter)?;
    pdf.resources.fonts.map = fonts.into_iter().map(|(id, font)| (id, PdfFont::new(font))).collect();
    pdf.with_pages(pages.into_iter().map(|ops| PdfPage::new(Mm(210.0), Mm(297.0), ops)).collect());
    let mut warnings = Vec::new();
    let mut document = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    match warnings.first() {
        Some(warning) => Err(RenderError::Document(warning.msg.clone())),
        None => write(&mut document),
    }
}

fn describe(pdf: &mut PdfDocument, letter: &Letter) -> Result<(), RenderError> {
    let issued = letter.issued.and_time(NaiveTime::MIN).and_utc().timestamp();
    let issued = OffsetDateTime::from_unix_timestamp(issued)
        .map_err(|error| RenderError::Document(error.to_owned()))?;
    let info = &mut pdf.metadata.info;
    info.creation_date = issued;
    info.modification_date = issued;
    info.metadata_date = issued;
    info.author = letter.head.from.first().cloned().unwrap_or_default();
    info.subject = letter.head.reference.clone();
    Ok(())
}

fn write(document: &mut Document) -> Result<Vec<u8>, RenderError> {
    let fault = |error: lopdf::Error| RenderError::Document(error.to_string());
    document.version = "1.7".to_owned();
    speak_japanese(document.catalog_mut().map_err(fault)?);
    drop_print_standard(document);
    document.compress();
    let id = Object::String(digest(document), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let mut bytes = Vec::new();
    // Dictionaries, too, are packed into streams (ISO 32000-1, 7.5.7).
    document.save_modern(&mut bytes).map_err(|error| RenderError::Document(error.to_string()))?;
    Ok(bytes)
}

/// Readers must know the language to speak the text, and show the title instead of a file name.
fn speak_japanese(catalog: &mut Dictionary) {
    let mut view = Dictionary::new();
    view.set("DisplayDocTitle", true);
    catalog.set("Lang", Object::string_literal("ja-JP"));
    catalog.set("ViewerPreferences", view);
}

/// The writer claims a printing standard that the document does not follow.
fn drop_print_standard(document: &mut Document) {
    let info = document.trailer.get(b"Info").and_then(Object::as_reference);
    if let Ok(info) = info.and_then(|id| document.get_object_mut(id)).and_then(Object::as_dict_mut) {
        info.remove(b"GTS_PDFXVersion");
    }
}

fn digest(document: &Document) -> Vec<u8> {
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    let digest = streams.fold(Sha256::new(), |digest, stream| digest.chain_update(&stream.content));
    digest.finalize().iter().take(16).copied().collect()
}
