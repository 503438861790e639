//! Madoguchi (窓口): benefit applications for Japanese towns, without paper.

pub mod domain;
