//! Requests: what a person registered, and the changes it goes through until it is done or failed.

mod changes;
mod erasure;
mod keeping;
mod model;
mod overview;
mod revival;
mod submission;
mod table;
mod timeline;

use crate::jobs::Kind;

pub use self::changes::{Painted, caption_of, give_up, store_caption, store_painting, tidings_of};
pub use self::erasure::{
    ERASED, EXPIRED, Erased, Reason, Unswept, erase, painting_key, swept, to_sweep,
};
pub use self::keeping::{expired, owned_originals, owned_paintings, time_of_day};
pub use self::model::{Ending, Language, Request, Status, Tidings};
pub use self::overview::{Filter, Overview, Page, list};
pub use self::revival::{Revival, revive};
pub use self::submission::{NewRequest, Submitted, find_replay, forget_keys, submit};
pub use self::table::find;
pub use self::timeline::{Place, place_in_queue};

/// Have a model say what the picture shows.
pub const CAPTION: Kind = Kind::new("caption");
/// Have a model draw the caption anew.
pub const GENERATE: Kind = Kind::new("generate");
/// Tell the owner what came of it.
pub const NOTIFY: Kind = Kind::new("notify");

/// All kinds of job that a request goes through, in order.
pub const KINDS: [Kind; 3] = [CAPTION, GENERATE, NOTIFY];
