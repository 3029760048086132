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
        Tidings::Done {
            caption,
            new_image_url,
            status_url,
        } => (caption, Some(new_image_url), status_url),
        Tidings::Failed { reason, status_url } => (reason, None, status_url),
    };
    let quote = &one_line(quote);
    let done = picture.is_some();
    let words = &if language == "fa" {
        words_of!(Persian { done }, "fa", "rtl")
    } else {
        words_of!(English { done }, "en", "ltr")
    };
    let plain = Plain {
        words,
        quote: &isolated(quote, words.direction),
        picture,
        status,
    };
    let html = Html {
        words,
        quote,
        picture,
        status,
    };
    Ok(Letter {
        subject: words.subject.clone(),
        text: plain.render()?,
        html: html.render()?,
    })
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
        if self.direction == "rtl" {
            "right"
        } else {
            "left"
        }
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
    if direction == "rtl" {
        format!("\u{2068}{quote}\u{2069}")
    } else {
        quote.to_owned()
    }
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
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PICTURE: &str = "https://pictures.example.org/public/0198f0aa.png?v=1&size=full";
    const STATUS: &str = "https://redraw.example.org/request/0198f0aa-7f6e-7c61-9d3a-2f1b8c4d5e6f";

    fn done(language: &str, caption: &str) -> Letter {
        let (new_image_url, status_url) = (PICTURE, STATUS);
        let tidings = Tidings::Done {
            caption,
            new_image_url,
            status_url,
        };
        write(language, &tidings).unwrap()
    }

    fn failed(language: &str, reason: &str) -> Letter {
        let status_url = STATUS;
        write(language, &Tidings::Failed { reason, status_url }).unwrap()
    }

    fn all(said: &str) -> [Letter; 4] {
        [
            done("en", said),
            done("fa", said),
            failed("en", said),
            failed("fa", said),
        ]
    }

    fn has(part: &str, words: &str) {
        assert!(part.contains(words), "no {words} in {part}");
    }

    fn lacks(part: &str, words: &str) {
        assert!(!part.contains(words), "{words} in {part}");
    }

    #[test]
    fn each_language_and_case_has_its_own_subject_and_anything_else_is_english() {
        let subjects = all("A dog.").map(|letter| letter.subject);
        assert_eq!(subjects[0], "Your new picture is ready");
        assert_eq!(subjects[1], "تصویر تازهٔ شما آماده است");
        assert_eq!(subjects[2], "We couldn’t redraw your picture");
        assert_eq!(subjects[3], "نتوانستیم تصویر شما را از نو بکشیم");
        assert_eq!(done("de", "A dog."), done("en", "A dog."));
    }

    #[test]
    fn markup_in_any_value_is_text_in_html_and_itself_in_plain_text() {
        let hostile = r#"<script>alert("1")</script>' onerror='x & y"#;
        for letter in all(hostile) {
            lacks(&letter.html, "<script");
            lacks(&letter.html, "' onerror");
            has(&letter.html, "&#60;script&#62;");
            has(&letter.text, hostile);
        }
        let url = r#"https://e.org/"><script>"#;
        let (new_image_url, status_url) = (url, url);
        let tidings = Tidings::Done {
            caption: "A dog.",
            new_image_url,
            status_url,
        };
        lacks(&write("en", &tidings).unwrap().html, "<script");
    }

    #[test]
    fn plain_text_has_no_entities_and_every_link_has_its_own_line() {
        for letter in all("Tom & Jerry's \"cheese\" <3") {
            for entity in ["&#", "&amp;", "&lt;", "&quot;", "&nbsp;", "\n\n\n"] {
                lacks(&letter.text, entity);
            }
            let links: Vec<_> = letter
                .text
                .lines()
                .filter(|line| line.contains("://"))
                .collect();
            let shows_picture = letter.html.contains("<img");
            assert_eq!(
                links,
                if shows_picture {
                    vec![PICTURE, STATUS]
                } else {
                    vec![STATUS]
                }
            );
        }
    }

    #[test]
    fn no_caption_breaks_a_line_or_reaches_the_subject() {
        for letter in all("A dog\r\nBcc: all@example.org\u{2028}runs\u{85}\u{0}off.") {
            assert!(
                !letter.subject.contains(char::is_control),
                "{}",
                letter.subject
            );
            lacks(&letter.subject, "Bcc");
            has(&letter.text, "A dog Bcc: all@example.org runs off.");
        }
    }

    #[test]
    fn the_persian_letter_runs_right_to_left_and_isolates_what_does_not() {
        let letter = done("fa", "A dog says «سلام» twice.");
        has(&letter.html, r#"<html lang="fa" dir="rtl">"#);
        assert_eq!(letter.html.matches(r#"<bdi dir="auto""#).count(), 2);
        has(&letter.text, "\u{2068}A dog says «سلام» twice.\u{2069}");
        has(&done("en", "A dog.").html, r#"<html lang="en" dir="ltr">"#);
    }

    #[test]
    fn a_caption_cannot_close_its_isolate_or_turn_the_letter_around() {
        let letter = done("fa", "one\u{2069} two\u{202e} three");
        has(&letter.text, "\u{2068}one two three\u{2069}");
        lacks(&letter.html, "\u{202e}");
    }

    #[test]
    fn four_hundred_characters_arrive_whole_and_more_are_cut() {
        let family = "👩‍👩‍👧 & ";
        let whole: String = family.chars().cycle().take(399).chain(['"']).collect();
        let (long, cut) = ("'".repeat(100_000), "'".repeat(400) + "…\n");
        for (said, kept) in [(&whole, &whole), (&long, &cut)] {
            let letter = done("en", said);
            has(&letter.text, kept);
            assert!(all(said).iter().all(|letter| letter.html.len() < 15_000));
        }
    }

    #[test]
    fn the_picture_is_shown_with_its_caption_and_is_all_that_is_loaded() {
        let html = done("en", "A dog.").html;
        let escaped = PICTURE.replace('&', "&#38;");
        has(&html, &format!(r#"<img src="{escaped}" alt="A dog.""#));
        has(&html, &format!(r#"<a href="{escaped}""#));
        lacks(&failed("en", "It was too dark.").html, " src=");
        assert_eq!(html.matches(" src=").count(), 1, "{html}");
        for loads in [
            "<script",
            "<link",
            "@import",
            "@font-face",
            "url(",
            "<iframe",
        ] {
            lacks(&html, loads);
        }
    }

    #[test]
    fn text_and_html_say_the_same_and_why_the_letter_came() {
        for (letter, why) in all("A dog.").iter().zip(
            [
                "because this address was given to redraw with a picture",
                "این نشانی همراه با یک تصویر به redraw داده شده است",
            ]
            .iter()
            .cycle(),
        ) {
            for part in [&letter.text, &letter.html] {
                has(part, why);
                has(part, &letter.subject);
                has(part, STATUS);
            }
            has(&letter.html, "<div style=\"display:none;");
        }
    }
}
