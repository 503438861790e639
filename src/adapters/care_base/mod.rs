//! The 介護情報基盤, run by 国保中央会: certifications, insured-person cards and consents, as files.
//!
//! That there are versions 1.0 (2025-03-31) and 2.0 (2025-07-16), that 2.0 gave the 被保険者証 key items and a
//! 履歴番号, that files are CSV or JSON, and that a baseline as of a 基準日 comes before the differences, is
//! published. Record layouts, names of files and the way they travel are not: they stand in [`profile`] and
//! [`folder`], and docs/care-base.md says which is which. A profile is of one version; nothing mixes them.

mod client;
mod defects;
mod files;
pub mod folder;
mod journal;
pub mod profile;
mod record;
mod results;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use chrono::NaiveDate;

pub use client::CareBase;
pub use profile::{Format, Version};

/// Where the files go, and how they look.
#[derive(Clone, Debug)]
pub struct CareBaseConfig {
    /// The folder shared with the municipality's linkage server.
    pub folder: PathBuf,
    /// 保険者番号, six digits.
    pub insurer: String,
    /// 基準日: decisions up to it travel as the baseline, later ones as differences.
    pub base_date: NaiveDate,
    /// Version of the interface.
    pub version: Version,
    /// Form of the files.
    pub format: Format,
}
