//! The ledger of payments (自己負担上限額管理票): what institutions post for the months of a granted case.

pub mod append;
pub mod card;
pub mod counter;
pub mod paid;
pub mod sheet;
pub mod shown;
pub mod typed;
