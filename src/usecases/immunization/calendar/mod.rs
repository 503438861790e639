//! The calendar of a household: what each person has had, may have now, and will be due, in the words of the reader.

pub mod feed;
pub mod mine;
pub mod page;

mod ical;
mod lines;
mod words;
