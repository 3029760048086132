//! HTTP, as every service speaks it: the server, and errors as `application/problem+json`.

mod problem;
mod server;

pub use self::problem::Problem;
pub use self::server::{Bound, bind};
