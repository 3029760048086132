//! What a model is asked to paint: the caption, without marks that servers take for orders, and the
//! style of the settings.

/// What goes behind a caption.
pub struct Style(String);

impl Style {
    pub fn new(style: &str) -> Self {
        Self(style.trim().to_owned())
    }

    /// The whole of what is asked.
    pub fn prompt(&self, caption: &str) -> String {
        let caption = without_orders(caption);
        if self.0.is_empty() {
            return caption;
        }
        format!("{}, {}", caption.trim_end_matches(['.', ' ']), self.0)
    }
}

/// LocalAI takes what stands behind `|` for what not to paint; stable-diffusion.cpp and the web
/// interfaces read `<sd_cpp_extra_args>` and `<lora:...>` as settings. A caption comes from a model that
/// looked at somebody's picture, which may hold any text.
fn without_orders(caption: &str) -> String {
    let spaced = caption.replace(['|', '<', '>', '{', '}'], " ");
    let words = spaced.split_whitespace();
    let words =
        words.filter(|word| !word.contains("sd_cpp_extra_args") && !word.starts_with("lora:"));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::Style;

    #[test]
    fn orders_to_the_server_are_taken_out() {
        let plain = Style::new("");
        let cases = [
            ("A boat.", "A boat."),
            ("A boat | no sea", "A boat no sea"),
            ("A boat <lora:evil:2> at sea", "A boat at sea"),
            (
                "A <sd_cpp_extra_args>{\"steps\": 999}</sd_cpp_extra_args> boat",
                "A \"steps\": 999 boat",
            ),
        ];
        for (caption, prompt) in cases {
            assert_eq!(plain.prompt(caption), prompt);
        }
    }

    #[test]
    fn the_style_goes_behind_the_caption() {
        assert_eq!(Style::new(" oil on canvas ").prompt("A boat."), "A boat, oil on canvas");
    }
}
