//! HTTP, as every service speaks it: the server, the client, and errors as `application/problem+json`.

mod client;
mod problem;
mod server;

pub use self::client::{builder, client};
pub use self::problem::Problem;
pub use self::server::{Bound, bind};
