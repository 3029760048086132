//! What a hint's body says: whose work waits.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Bytes. An id takes 36; foreign programs may say more beside it, but not a book.
const LONGEST: usize = 4 * 1024;

/// How we write it. Of what others write beside the id nothing is looked at.
#[derive(Deserialize, Serialize)]
struct Named {
    id: Uuid,
}

/// Why a body cannot be read; goes into a header of the message in the dead-letter queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the body is longer than {LONGEST} bytes")]
    TooLong,
    #[error("the body is not UTF-8")]
    NotText,
    #[error("the body is neither a UUID nor JSON such as {{\"id\": \"<UUID>\"}}")]
    NoId,
}

pub fn write(subject: Uuid) -> Vec<u8> {
    format!(r#"{{"id":"{subject}"}}"#).into_bytes()
}

/// Reads a bare UUID, in quotes or not, or JSON with an `id`.
pub fn read(body: &[u8]) -> Result<Uuid, Unreadable> {
    if body.len() > LONGEST {
        return Err(Unreadable::TooLong);
    }
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::NotText)?.trim();
    if let Ok(Named { id }) = serde_json::from_str(text) {
        return Ok(id);
    }
    let bare = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    Uuid::try_parse(bare.unwrap_or(text).trim()).map_err(|_| Unreadable::NoId)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::{LONGEST, Unreadable, read, write};

    const ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

    #[test]
    fn an_id_is_read_however_others_write_it() {
        for body in [
            format!("{ID}"),
            format!("  {ID}\r\n"),
            format!("\"{ID}\""),
            format!("'{ID}'\n"),
            ID.to_string().to_uppercase(),
            format!("{{\"id\":\"{ID}\"}}"),
            format!(" {{ \"kind\": \"new\", \"id\" : \"{ID}\", \"more\": [1, {{\"id\": 2}}] }}\n"),
        ] {
            assert_eq!(read(body.as_bytes()), Ok(ID), "{body}");
        }
        assert_eq!(read(&write(ID)), Ok(ID));
    }

    #[test]
    fn what_holds_no_id_is_told_apart() {
        for body in ["", "hello", "{}", "[]", "null", "{\"id\": 7}", "{\"id\": \"x\"}", "\"", "''"]
        {
            assert_eq!(read(body.as_bytes()), Err(Unreadable::NoId), "{body}");
        }
        assert_eq!(read(b"\xff\xfe"), Err(Unreadable::NotText));
        let mut long = write(ID);
        long.resize(LONGEST, b' ');
        assert_eq!(read(&long), Ok(ID));
        long.push(b' ');
        assert_eq!(read(&long), Err(Unreadable::TooLong));
    }

    proptest! {
        #[test]
        fn no_bytes_at_all_panic(body in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let _ = read(&body);
        }

        #[test]
        fn whatever_surrounds_it_is_read_or_refused(before in ".{0,8}", after in ".{0,8}") {
            let read = read(format!("{before}{ID}{after}").as_bytes());
            prop_assert!(matches!(read, Ok(ID) | Err(_)));
        }

        #[test]
        fn deep_json_does_not_overflow(depth in 0_usize..LONGEST) {
            prop_assert!(read("[".repeat(depth).as_bytes()).is_err());
        }
    }
}
