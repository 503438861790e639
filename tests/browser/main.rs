//! Roads in a real browser, as people walk them: one from the phone to the register, found by what is
//! to be seen on each page, and those of `tests/roads`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "the town and its people serve the roads without a browser as well")]

mod browser;
mod citizen;
mod desk;
mod dose_session;
mod guardians;
mod keypad;
mod look;
mod offline;
mod pages;
mod phone;
mod walks;
mod window;

#[path = "../web/care.rs"]
mod care;
#[path = "../web/database.rs"]
mod database;
#[path = "../web/forms.rs"]
mod forms;
#[path = "../web/night.rs"]
mod night;
#[path = "../web/office.rs"]
mod office;
#[path = "../web/page.rs"]
mod page;
#[path = "../web/people.rs"]
mod people;
#[path = "../roads/mod.rs"]
mod roads;
#[path = "../web/samples.rs"]
mod samples;
#[path = "../support/mod.rs"]
mod support;
#[path = "../web/town.rs"]
mod town;
#[path = "../web/typing.rs"]
mod typing;
