//! An upload: the multipart form, read under limits as it arrives.

mod address;
mod body;
mod form;
mod gate;
mod in_flight;
mod key;
mod linger;
mod refusal;

pub use self::address::parse_address;
pub use self::body::UploadBody;
pub use self::form::{Form, UploadLimits, read_form};
pub use self::gate::Gate;
pub use self::in_flight::{InFlight, in_progress};
pub use self::key::IdempotencyKey;
pub use self::linger::Lingering;
