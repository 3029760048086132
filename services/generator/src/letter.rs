//! The letter that ends a request: what it says is in `templates/words.*.txt`, one file per
//! language; how it looks is in `templates/letter.txt` and `templates/letter.html`.

use askama::Template;

/// The longest caption or reason a letter carries, in characters; the rest becomes an ellipsis.
const QUOTE_CHARS: usize = 400;

/// Reads every block of a language's file into [`Words`]; one that is missing does not compile.
macro_rules! words_of {
    ($file:expr, $language:literal, $direction:literal) => {{
        let file = $file;
        Words {
            language: $language,
            direction: $direction,
            subject: line(&file.as_subject())?,
            preheader: line(&file.as_preheader())?,
            opening: line(&file.as_opening())?,
            label: line(&file.as_label())?,
            button: line(&file.as_button())?,
            next: line(&file.as_next())?,
            status: line(&file.as_status())?,
            why: line(&file.as_why())?,
            ignore: line(&file.as_ignore())?,
            once: line(&file.as_once())?,
        }
    }};
}

/// What a letter has to tell the person who sent a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tidings<'a> {
    /// The new picture exists.
    Done {
        /// What the model saw, in its own words.
        caption: &'a str,
        /// Where anyone with the link sees the new picture.
        new_image_url: &'a str,
        /// The page about the request.
        status_url: &'a str,
    },
    /// The request failed for good.
    Failed {
        /// One English sentence, written for people.
        reason: &'a str,
        /// The page about the request.
        status_url: &'a str,
    },
}

/// A letter ready for an envelope; `text` and `html` say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line. It quotes nothing, so that no caption can reach a header.
    pub subject: String,
    /// The `text/plain` part.
    pub text: String,
    /// The `text/html` part, under 15 kB.
    pub html: String,
}

/// Writes the letter in `language`: `fa` is Persian, anything else English.
///
/// # Errors
/// Only if a template cannot be rendered, which the templates here do not do.
pub fn write(language: &str, tidings: &Tidings<'_>) -> Result<Letter, askama::Error> {
    let (quote, picture, status) = match *tidings {
        Tidings::Done { caption, new_image_url, status_url } => {
            (caption, Some(new_image_url), status_url)
        }
        Tidings::Failed { reason, status_url } => (reason, None, status_url),
    };
    let quote = &one_line(quote);
    let done = picture.is_some();
    let words = &if language == "fa" {
        words_of!(Persian { done }, "fa", "rtl")
    } else {
        words_of!(English { done }, "en", "ltr")
    };
    let plain = Plain { words, quote: &isolated(quote, words.direction), picture, status };
    let html = Html { words, quote, picture, status };
    Ok(Letter { subject: words.subject.clone(), text: plain.render()?, html: html.render()? })
}

/// The English words, read block by block.
#[derive(Template)]
#[template(path = "words.en.txt", blocks = ["subject", "preheader", "opening", "label", "button", "next", "status", "why", "ignore", "once"])]
struct English {
    done: bool,
}

/// The Persian words, read block by block.
#[derive(Template)]
#[template(path = "words.fa.txt", blocks = ["subject", "preheader", "opening", "label", "button", "next", "status", "why", "ignore", "once"])]
struct Persian {
    done: bool,
}

/// One language's words for one case, in the order in which they are read.
struct Words {
    language: &'static str,
    direction: &'static str,
    subject: String,
    preheader: String,
    opening: String,
    label: String,
    button: String,
    next: String,
    status: String,
    why: String,
    ignore: String,
    once: String,
}

impl Words {
    /// The side at which a line begins, for mail programs that know no logical directions.
    fn start(&self) -> &'static str {
        if self.direction == "rtl" { "right" } else { "left" }
    }
}

/// `text/plain`.
#[derive(Template)]
#[template(path = "letter.txt")]
struct Plain<'a> {
    words: &'a Words,
    quote: &'a str,
    picture: Option<&'a str>,
    status: &'a str,
}

/// `text/html`; askama escapes every value, as the file's name ends in `.html`.
#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    words: &'a Words,
    quote: &'a str,
    picture: Option<&'a str>,
    status: &'a str,
}

/// A block as one line, however it is broken in the file.
fn line(block: &impl Template) -> Result<String, askama::Error> {
    let words = block.render()?;
    Ok(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The quote for plain text: between FSI and PDI (Unicode TR 9) in a right-to-left letter, so that
/// an English sentence keeps its full stop at its own end.
fn isolated(quote: &str, direction: &str) -> String {
    if direction == "rtl" { format!("\u{2068}{quote}\u{2069}") } else { quote.to_owned() }
}

/// Makes a model's words safe to quote: one line, bounded, and without the control characters that
/// would close an isolate or turn the rest of the letter around.
fn one_line(words: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut kept = line.chars().filter(|&c| !c.is_control() && !turns(c));
    let mut quote: String = kept.by_ref().take(QUOTE_CHARS).collect();
    if kept.next().is_some() {
        quote.push('…');
    }
    quote
}

#[cfg(test)]
mod tests;
