//! The store on both databases, through what it offers to the use cases.

mod audit;
mod bench;
mod cases;
mod immunizations;
mod lists;
mod moves;
mod outbox;
mod register;
mod rights;
mod sealed;
mod shape;
