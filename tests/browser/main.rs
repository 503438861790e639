//! The whole road in a real browser, as people walk it: filed on a phone, certified, examined, sent
//! back once, decided by two, told by letter and mail, registered at night and confirmed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the town and its people serve the roads without a browser as well")]

mod citizen;
mod desk;
mod pages;
mod road;

#[path = "../web/browser.rs"]
mod browser;
#[path = "../web/forms.rs"]
mod forms;
#[path = "../web/people.rs"]
mod people;
#[path = "../web/samples.rs"]
mod samples;
#[path = "../support/mod.rs"]
mod support;
#[path = "../web/town.rs"]
mod town;
#[path = "../web/typing.rs"]
mod typing;
