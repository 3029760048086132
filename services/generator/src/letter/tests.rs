//! What must hold of every letter.

use super::*;

const PICTURE: &str = "https://pictures.example.org/public/0198f0aa.png?v=1&size=full";
const STATUS: &str = "https://redraw.example.org/request/0198f0aa-7f6e-7c61-9d3a-2f1b8c4d5e6f";

fn done(language: &str, caption: &str) -> Letter {
    let (new_image_url, status_url) = (PICTURE, STATUS);
    let tidings = Tidings::Done { caption, new_image_url, status_url };
    write(language, &tidings).unwrap()
}

fn failed(language: &str, reason: &str) -> Letter {
    let status_url = STATUS;
    write(language, &Tidings::Failed { reason, status_url }).unwrap()
}

fn all(said: &str) -> [Letter; 4] {
    [done("en", said), done("fa", said), failed("en", said), failed("fa", said)]
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
    let tidings = Tidings::Done { caption: "A dog.", new_image_url, status_url };
    lacks(&write("en", &tidings).unwrap().html, "<script");
}

#[test]
fn plain_text_has_no_entities_and_every_link_has_its_own_line() {
    for letter in all("Tom & Jerry's \"cheese\" <3") {
        for entity in ["&#", "&amp;", "&lt;", "&quot;", "&nbsp;", "\n\n\n"] {
            lacks(&letter.text, entity);
        }
        let links: Vec<_> = letter.text.lines().filter(|line| line.contains("://")).collect();
        let shows_picture = letter.html.contains("<img");
        assert_eq!(links, if shows_picture { vec![PICTURE, STATUS] } else { vec![STATUS] });
    }
}

#[test]
fn no_caption_breaks_a_line_or_reaches_the_subject() {
    for letter in all("A dog\r\nBcc: all@example.org\u{2028}runs\u{85}\u{0}off.") {
        assert!(!letter.subject.contains(char::is_control), "{}", letter.subject);
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
    for loads in ["<script", "<link", "@import", "@font-face", "url(", "<iframe"] {
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
