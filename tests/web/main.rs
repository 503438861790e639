//! Roads through the whole installation as browsers see it, on SQLite and, where one is installed,
//! on PostgreSQL, with the stand-ins for everything outside.
//!
//! A road is a test that calls [`town::everywhere`] with an async closure over a [`town::Town`]: a
//! running installation with a clock that can be moved, and a [`browser::Browser`] for each person.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod agent;
mod application;
mod assistant;
mod attested;
mod borders;
mod browser;
mod bulk;
mod care;
mod care_base;
mod care_certification;
mod care_events;
mod care_judgement;
mod care_paid;
mod certificate;
mod change;
mod clinic;
mod clinic_cautions;
mod committee;
mod database;
mod dose_claims;
mod dose_reminders;
mod dose_session;
mod dose_town;
mod doubles;
mod ending;
mod errors;
mod figures;
mod forms;
mod forwarding;
mod guardians;
mod headers;
mod hospital;
mod hospital_opinion;
mod hospital_refused;
mod household;
mod immunization_import;
mod immunization_register;
mod ledger;
mod night;
mod office;
mod origin;
mod page;
mod people;
mod reaction;
mod refund;
mod register;
mod renewal;
mod residents;
mod routes;
mod samples;
mod screening;
mod sign_in;
mod signature;
mod statics;
mod store;
mod town;
mod transfer;
mod typing;
mod vaccination;
mod vaccination_calendar;
mod vaccination_exchange;
mod vaccination_fhir;
mod withdrawn_lots;

#[path = "../roads/mod.rs"]
mod roads;
#[path = "../support/mod.rs"]
mod support;

use roads::road;
