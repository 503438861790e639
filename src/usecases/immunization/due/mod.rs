//! Who has a right to a dose and was not given it: computed for the whole town, shown as a list.

pub mod list;
pub mod renew;
