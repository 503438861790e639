//! Madoguchi (窓口): benefit applications for Japanese towns, without paper.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod jobs;
pub mod ports;
pub mod programs;
pub mod sandbox;
pub mod store;
pub mod usecases;
pub mod web;
