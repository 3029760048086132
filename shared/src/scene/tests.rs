//! Every scene says one sentence, and every such sentence means one scene.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn colours() -> impl Strategy<Value = Colour> {
    select(Colour::ALL)
}

fn grounds() -> impl Strategy<Value = Ground> {
    prop_oneof![
        colours().prop_map(Ground::Plain),
        (select(Axis::ALL), select(Share::ALL), [colours(), colours()])
            .prop_map(|(axis, share, colours)| Ground::Split(axis, share, colours)),
        [colours(), colours(), colours()].prop_map(Ground::Bands),
    ]
}

fn scenes() -> impl Strategy<Value = Scene> {
    let subjects = (select(Size::ALL), colours(), select(Place::ALL))
        .prop_map(|(size, colour, place)| Subject { size, colour, place });
    (
        select(Orientation::ALL),
        grounds(),
        proptest::option::of(colours()),
        proptest::option::of(subjects),
    )
        .prop_map(|(orientation, ground, accent, subject)| {
            Scene::new(orientation, ground, accent, subject)
        })
}

proptest! {
    #[test]
    fn a_sentence_is_read_back_exactly(scene in scenes()) {
        let sentence = scene.to_string();
        prop_assert_eq!(sentence.parse(), Ok(scene), "{}", sentence);
        prop_assert_eq!(Scene::imagine(&sentence), scene);
    }

    #[test]
    fn case_and_space_are_forgiven(scene in scenes(), gaps in vec("[ \t\n]{1,3}", 60)) {
        let sentence = scene.to_string().to_uppercase();
        let loose: String = sentence.split(' ').zip(gaps).flat_map(|(word, gap)| [gap, word.to_owned()]).collect();
        prop_assert_eq!(loose.parse(), Ok(scene), "{}", loose);
    }

    #[test]
    fn a_sentence_is_good_english(scene in scenes()) {
        let sentence = scene.to_string();
        let words: Vec<_> = sentence.split(' ').collect();
        prop_assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{}", sentence);
        prop_assert!(words.windows(2).all(|pair| {
            !pair[0].eq_ignore_ascii_case("a") || !pair[1].starts_with(['a', 'e', 'i', 'o', 'u'])
        }), "{}", sentence);
        prop_assert!(sentence.starts_with("A ") && sentence.ends_with('.'));
    }

    #[test]
    fn a_scene_is_consistent_from_the_start(scene in scenes()) {
        let again = Scene::new(scene.orientation(), scene.ground(), scene.accent(), scene.subject());
        prop_assert_eq!(again, scene);
    }

    #[test]
    fn anything_at_all_can_be_imagined(sentence in any::<String>()) {
        prop_assert_eq!(Scene::imagine(&sentence), Scene::imagine(&sentence));
    }
}

#[test]
fn what_is_named_is_where_one_expects_it() {
    for (sentence, scene) in [
        (
            "a dog on a beach at sunset",
            "A wide, evenly lit picture in clear contrast: coral across the top third and sand below, with a small brown subject standing out below the centre.",
        ),
        (
            "A red boat on a dark blue lake under a golden sky.",
            "A tall, evenly lit picture in strong contrast: gold above and navy across the bottom third, with a small red subject standing out in the lower right.",
        ),
        (
            "three white sheep in a green field",
            "A tall, evenly lit picture in clear contrast: lavender at the top and leaf green at the bottom, with touches of gold and a small white subject standing out below the centre.",
        ),
        (
            "یک گربه روی برف",
            "A wide, bright picture in clear contrast: silver at the top and white at the bottom, with touches of olive and a small orange subject standing out in the lower left.",
        ),
        (
            "the moon over the sea at night",
            "A square, dark picture in strong contrast: navy above and teal across the bottom third, with a small white subject standing out in the upper right.",
        ),
        (
            "a white cat on snow",
            "A wide, bright picture in strong contrast: sand above and white across the bottom third, with a small charcoal subject standing out below the centre.",
        ),
        (
            "",
            "A square, evenly lit picture in clear contrast: sky blue on the left and forest green on the right.",
        ),
    ] {
        assert_eq!(Scene::imagine(sentence).to_string(), scene, "{sentence}");
    }
}

#[test]
fn what_no_scene_says_is_refused() {
    for sentence in [
        "",
        "a dog on a beach",
        "A wide, dark picture: white all over.",
        "A wide, bright picture in strong contrast: white all over.",
        "A wide, bright picture: octarine all over.",
        "A wide, bright picture: white all over, with touches of white.",
        "A wide, bright picture: white all over, with touches of red and a dog.",
        "A wide, bright picture: white all over, with a small silver subject standing out in the centre.",
    ] {
        assert_eq!(sentence.parse::<Scene>(), Err(NotAScene), "{sentence}");
    }
}
