//! The e-mail address, parsed at the edge.

use lettre::Address;
use poem::http::StatusCode;
use shared::http::Problem;

/// RFC 5321, section 4.5.3.1.3: a path is 256 octets, angle brackets included.
pub const MOST_CHARACTERS: usize = 254;

/// Reads an address that any mail server takes.
///
/// # Errors
///
/// 400 with one sentence that helps; never quotes the address.
pub fn parse_address(text: &str) -> Result<Address, Problem> {
    let text = text.trim();
    let refuse =
        |code, help: &str| Err(Problem::new(StatusCode::BAD_REQUEST, code, help.to_owned()));
    if text.is_empty() {
        return refuse("email_missing", "Add the field `email`: the link is mailed there.");
    }
    if text.len() > MOST_CHARACTERS {
        return refuse("email_invalid", "An e-mail address has 254 characters at the most.");
    }
    if !text.is_ascii() {
        let help = "Mail can only be sent to addresses in plain Latin letters, digits and signs.";
        return refuse("email_invalid", help);
    }
    let parsed: Option<Address> = text.parse().ok();
    match parsed {
        Some(address) if !text.chars().any(|character| character.is_ascii_control()) => Ok(address),
        _ => refuse(
            "email_invalid",
            "This is not an e-mail address; one looks like you@example.com.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_address;

    #[test]
    fn addresses_are_taken_and_slips_are_refused() {
        for good in ["you@example.com", " a.b+c@sub.example.org "] {
            assert_eq!(parse_address(good).unwrap().to_string(), good.trim());
        }
        let long = format!("{}@example.com", "a".repeat(400));
        for bad in [
            "you",
            "you@",
            "@x.com",
            "a b@x.com",
            "a@x.com\r\nBcc: b@y.com",
            "علی@مثال.ایران",
            &long,
        ] {
            assert_eq!(parse_address(bad).unwrap_err().code(), "email_invalid", "{bad:?}");
        }
        assert_eq!(parse_address("  ").unwrap_err().code(), "email_missing");
    }
}
