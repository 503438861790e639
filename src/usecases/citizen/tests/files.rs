use super::*;
use crate::domain::forms::{FieldView, FileState};
use crate::domain::program::vocabulary::State;
use crate::usecases::citizen::attach::{self, File};
use crate::usecases::citizen::withdraw;
use crate::usecases::testing::refusal;

const ITEM: &str = "proof.insurance";
const STEP: &str = "proof";

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [length.as_slice(), name, body, b"crc_"].concat()
}

fn picture() -> Vec<u8> {
    let head = [10_u32.to_be_bytes(), 10_u32.to_be_bytes()].concat();
    let parts =
        [chunk(b"IHDR", &head), chunk(b"tEXt", b"Author\0Kakuu"), chunk(b"IDAT", b"x"), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), parts.concat()].concat()
}

fn file(name: &str, bytes: Vec<u8>) -> File {
    File { path: ITEM.to_owned(), name: name.to_owned(), bytes }
}

fn add(world: &World, case: &str, file: File) -> Result<(), Error> {
    attach::add(world.house(), &world.caller, Lang::Ja, case, STEP, file)
}

fn field(world: &World, case: &str) -> FieldView {
    let page = question::page(world.house(), &world.caller, Lang::Ja, case, STEP, false).unwrap();
    page.step.fields.into_iter().find(|field| field.path == ITEM).unwrap()
}

#[test]
fn a_picture_is_kept_sealed_without_its_author_and_given_back() {
    let world = world();
    let case = world.draft();
    world.fill(&case);
    add(&world, &case, file("保険証.png", picture())).unwrap();
    let shown = &field(&world, &case).files[0];
    assert_eq!(
        (shown.state, shown.mime.as_str(), shown.name.as_str()),
        (FileState::Clean, "image/png", "保険証.png")
    );
    let sealed = world.house().files.get(&shown.id).unwrap();
    assert!(!contains(&sealed, "IHDR"));
    let (document, bytes) = attach::download(world.house(), &world.caller, &case, &shown.id).unwrap();
    assert_eq!(document.state, "clean");
    assert!(contains(&bytes, "IHDR") && !contains(&bytes, "Kakuu"));
    let stranger = attach::download(world.house(), &citizen("cit_other"), &case, &shown.id);
    assert!(matches!(stranger, Err(Error::NotFound)));
}

#[test]
fn a_file_that_lies_about_its_kind_is_refused() {
    let world = world();
    let case = world.draft();
    world.fill(&case);
    assert_eq!(refusal(add(&world, &case, file("保険証.pdf", picture()))), "attach.type");
    assert_eq!(refusal(add(&world, &case, file("x.png", b"<html>".to_vec()))), "attach.type");
    let cut = picture().split_at(40).0.to_vec();
    assert_eq!(refusal(add(&world, &case, file("x.png", cut))), "attach.damaged");
    let elsewhere = File { path: "patient.phone".to_owned(), ..file("x.png", picture()) };
    assert_eq!(refusal(add(&world, &case, elsewhere)), "attach.field");
    assert!(field(&world, &case).files.is_empty());
}

#[test]
fn a_document_that_cannot_be_read_stays_closed_and_stops_the_filing() {
    let world = world();
    let case = world.draft();
    world.fill(&case);
    add(&world, &case, file("証明書.pdf", b"%PDF-1.5\n/JavaScript\n%%EOF\n".to_vec())).unwrap();
    let shown = field(&world, &case).files[0].clone();
    assert_eq!(shown.state, FileState::Refused);
    let download = attach::download(world.house(), &world.caller, &case, &shown.id);
    assert!(matches!(download, Err(Error::NotFound)));
    let outcome = submit::file(world.house(), &world.caller, &case, "req_1", true, &[]);
    assert_eq!(refusal(outcome), "submit.incomplete");
    attach::remove(world.house(), &world.caller, Lang::Ja, &case, &shown.id).unwrap();
    assert!(field(&world, &case).files.is_empty());
    assert!(world.house().files.get(&shown.id).is_err(), "the bytes are gone");
    submit::file(world.house(), &world.caller, &case, "req_1", true, &[]).unwrap();
}

#[test]
fn a_promised_document_can_follow_and_nothing_else() {
    let world = world();
    let case = world.filed();
    add(&world, &case, file("保険証.png", picture())).unwrap();
    assert_eq!(field(&world, &case).files.len(), 1);
    let late = world.send(&case, "patient-contact", &[("patient.phone", "099-999-9999")]);
    assert!(matches!(late, Err(Error::NotFound)), "{late:?}");
    assert_eq!(world.case(&case).state, State::Submitted);
}

#[test]
fn the_files_of_a_deleted_draft_are_gone() {
    let world = world();
    let case = world.draft();
    world.fill(&case);
    add(&world, &case, file("保険証.png", picture())).unwrap();
    let id = field(&world, &case).files[0].id.clone();
    withdraw::take_back(world.house(), &world.caller, &Order::new(&case, CommandName::Withdraw), "").unwrap();
    assert!(world.house().files.get(&id).is_err());
}
