//! Dice seeded by a sentence: the same throws for the same sentence, on every machine and in every
//! release. Its own few lines, because crates of random numbers may change their streams.

/// A stream of throws: `SplitMix64` (Steele, Lea, Flood 2014) over an FNV-1a hash of the sentence.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice for a sentence; case and the amount of white space make no difference.
    #[must_use]
    pub fn of(sentence: &str) -> Self {
        let words =
            sentence.split_whitespace().flat_map(|word| word.bytes().chain(std::iter::once(b' ')));
        Self(words.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including 1.
    #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32 exactly")]
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 16_777_216.0
    }

    /// A number from `low` up to `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// True `chance` (0 to 1) of the time.
    pub fn chance(&mut self, chance: f32) -> bool {
        self.unit() < chance
    }

    /// One of these; none of none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let count = u64::try_from(from.len()).ok().filter(|count| *count > 0)?;
        from.get(usize::try_from(self.bits() % count).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_never_change() {
        let mut dice = Dice::of("a dog on a beach");
        let throws = [dice.bits(), dice.bits()];
        assert_eq!(throws, [18_249_726_110_486_694_240, 11_777_873_347_733_378_981]);
    }

    #[test]
    fn case_and_space_make_no_difference() {
        assert_eq!(Dice::of("A  dog\n").bits(), Dice::of("a dog").bits(),);
        assert_ne!(Dice::of("adog").bits(), Dice::of("a dog").bits());
    }
}
