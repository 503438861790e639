//! Everything that knows actix and tera. A handler extracts, calls one use case, renders or redirects.

pub mod agent;
pub mod citizen;
pub mod clerk;
pub mod clinic;
pub mod committee;
pub mod hospital;
pub mod institution;
pub mod member;
pub mod operator;
pub mod physician;
pub mod sign_in;

pub mod assets;
pub mod code;
mod dose;
pub mod errors;
pub mod frame;
pub mod headers;
pub mod limits;
pub mod page;
pub mod posted;
pub mod routes;
pub mod session;
pub mod upload;
pub mod view;

pub use errors::Failure;
pub use frame::Frame;
pub use page::Page;
pub use posted::Posted;
pub use session::Visitor;
