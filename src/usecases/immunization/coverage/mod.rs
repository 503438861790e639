//! 接種率: of those with a right to a dose, how many were given a valid one; by year of birth and district. Only sums
//! are read, and what tells of few people is not shown.

pub mod page;
pub mod table;

mod gathered;
mod question;
