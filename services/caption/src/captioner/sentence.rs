//! What a model said, made into one plain sentence.

/// Longest caption, in characters.
pub const LONGEST: usize = 400;

/// What models like to put around a sentence.
const AROUND: &str = "\"“”«»*`# ";

/// Cuts away what is no caption: a model's thoughts, control characters, quotation marks around it all,
/// and what goes beyond the longest caption. None, if nothing is left.
pub fn plain(said: &str) -> Option<String> {
    let said: String = said.chars().filter(|letter| !is_invisible(*letter)).collect();
    let words = without_thoughts(&said)
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let line = shortened(line.trim_matches(|letter| AROUND.contains(letter)));
    line.chars().any(char::is_alphanumeric).then_some(line)
}

/// Reasoning models may leak their thoughts, with or without the opening mark.
fn without_thoughts(said: &str) -> &str {
    for mark in ["</think>", "</thinking>", "<|channel|>final<|message|>"] {
        if let Some((_, answer)) = said.rsplit_once(mark) {
            return answer;
        }
    }
    // Begun, and never ended: all of it is thought.
    match said.find("<think") {
        Some(begin) => &said[..begin],
        None => said,
    }
}

/// Marks of the writing direction and the like, which show as nothing and confuse the rest.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// At the end of a sentence, if there is one far enough; else between two words.
fn shortened(line: &str) -> String {
    let Some((end, _)) = line.char_indices().nth(LONGEST) else { return line.to_owned() };
    let head = &line[..end];
    let sentence = head.rfind(['.', '!', '?', '؟']).filter(|at| *at > end / 2);
    if let Some(at) = sentence {
        return head[..=at].chars().collect::<String>().trim().to_owned();
    }
    let short = head.char_indices().nth(LONGEST - 1).map_or(head, |(at, _)| &head[..at]);
    let cut = short.rfind(' ').unwrap_or(short.len());
    format!("{}…", short[..cut].trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST, plain};

    #[test]
    fn what_is_no_caption_is_cut_away() {
        let cases = [
            ("  A red boat.\n", "A red boat."),
            ("\"A red boat.\"", "A red boat."),
            ("**A red boat.**", "A red boat."),
            ("<think>Is it red?</think>A red boat.", "A red boat."),
            ("Is it red? Yes.</think>\n\nA red boat.", "A red boat."),
            ("A red\u{0}\u{7}\n\nboat.", "A red boat."),
            ("A \u{202e}red boat.", "A red boat."),
        ];
        for (said, caption) in cases {
            assert_eq!(plain(said).as_deref(), Some(caption), "{said:?}");
        }
    }

    #[test]
    fn nothing_is_no_caption() {
        for said in ["", "  \n", "\"\"", "<think>Is it red?", "</think>", "...", "\u{200b}"] {
            assert_eq!(plain(said), None, "{said:?}");
        }
    }

    #[test]
    fn a_long_one_ends_with_a_sentence_or_between_words() {
        let two = format!("{}. {}", "red ".repeat(70).trim(), "blue ".repeat(70));
        assert_eq!(plain(&two).unwrap(), format!("{}.", "red ".repeat(70).trim()));
        let words = plain(&"word ".repeat(200)).unwrap();
        assert!(words.ends_with("word…") && words.chars().count() <= LONGEST);
    }

    proptest! {
        #[test]
        fn whatever_is_said_the_caption_is_short_and_on_one_line(said in "(?s).{0,1200}") {
            if let Some(caption) = plain(&said) {
                prop_assert!(caption.chars().count() <= LONGEST);
                prop_assert!(!caption.chars().any(char::is_control));
                prop_assert_eq!(caption.trim(), caption.as_str());
            }
        }
    }
}
