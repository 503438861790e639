//! Doses that were given or refused (FHIR `Immunization`), the entitlement to one (接種券), and what is asked of
//! the rules about both. The law itself is a program's own; this is what every program of vaccination shares.

pub mod calendar;
pub mod caution;
pub mod double;
pub mod fhir;
pub mod gs1;
pub mod import;
pub mod law;
pub mod outlook;
pub mod reaction;
pub mod record;
pub mod reminder;
pub mod screening;
pub mod session;
pub mod voucher;

pub use law::{
    Brought, Circumstances, Entitled, Entitlement, Forecast, Given, Known, Lacking, Past, Vaccine, Verdict,
    Wanted,
};
pub use record::{Immunization, Origin, Sex, Status, Subject};
pub use screening::{Screening, ScreeningState};
pub use voucher::{Voucher, VoucherState};
