//! What is said to an upload that cannot be taken.

use poem::http::StatusCode;
use shared::http::Problem;

fn bad(code: &'static str, help: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, help)
}

pub fn not_multipart() -> Problem {
    let help =
        "Send the form as multipart/form-data with a boundary, as browsers and `curl -F` do.";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_multipart", help)
}

pub fn too_large(most: u64) -> Problem {
    let help = format!("The picture may have {} at the most.", bytesize::ByteSize(most));
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "image_too_large", help)
}

pub fn too_slow() -> Problem {
    let help = "The upload took too long; try a smaller picture or a faster line.";
    Problem::new(StatusCode::REQUEST_TIMEOUT, "upload_too_slow", help)
}

pub fn broken() -> Problem {
    bad("form_malformed", "The form breaks off or is not well-formed multipart/form-data.")
}

pub fn no_image() -> Problem {
    bad("image_missing", "Add the field `image` with the picture.")
}

pub fn no_email() -> Problem {
    bad("email_missing", "Add the field `email`: the link is mailed there.")
}

pub fn repeated(field: &str) -> Problem {
    bad("field_repeated", format!("The field `{field}` may be there only once."))
}

pub fn unknown(field: Option<&str>) -> Problem {
    let known = "the form has `image`, `email` and `language`.";
    match field {
        // A name of any length or kind is not echoed.
        Some(name) if name.len() <= 40 && name.chars().all(|c| c.is_ascii_graphic()) => {
            bad("field_unknown", format!("There is no field `{name}`; {known}"))
        }
        _ => bad("field_unknown", format!("There is a field that is not known; {known}")),
    }
}

pub fn text_too_long(field: &str) -> Problem {
    bad("field_too_long", format!("The field `{field}` is too long."))
}

pub fn language() -> Problem {
    bad("language_unknown", "The field `language` is `en` or `fa`.")
}
