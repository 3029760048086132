use secrecy::{ExposeSecret, SecretString};

use super::{KeyRing, hash_of, new_key};

fn ring(text: &str) -> Result<KeyRing, serde_yaml::Error> {
    serde_yaml::from_str(text)
}

#[test]
fn a_key_is_known_by_its_hash_in_every_place_and_no_other_is() {
    let keys: Vec<SecretString> = (0..3).map(|_| new_key().unwrap()).collect();
    let [first, second, third] = [0, 1, 2].map(|place: usize| hash_of(&keys[place]));
    let ring = ring(&format!("['shop:{first}', '{}', third.one:{third}]", second.to_uppercase()));
    let ring = ring.unwrap();
    let names: Vec<_> = keys.iter().map(|key| ring.find(key).unwrap()).collect();
    assert_eq!(names, ["shop", "number 2", "third.one"]);
    assert_eq!(ring.find(&new_key().unwrap()), None);
    assert_eq!(ring.find(&String::new().into()), None);
    assert_eq!(ring.find(&first.into()), None);
    assert_eq!(KeyRing::default().find(&keys[0]), None);
}

#[test]
fn the_hash_is_what_sha256sum_prints() {
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hash_of(&"abc".to_owned().into()), known);
}

#[test]
fn keys_are_long_and_never_the_same() {
    let (one, other) = (new_key().unwrap(), new_key().unwrap());
    assert_ne!(one.expose_secret(), other.expose_secret());
    // 32 bytes in Base64 without padding.
    assert_eq!(one.expose_secret().len(), "redraw_".len() + 43);
}

#[test]
fn several_may_stand_in_one_text_as_in_a_variable_or_a_file() {
    let hash = hash_of(&new_key().unwrap());
    let text: KeyRing = format!("a:{hash}, b:{hash}\nc:{hash}\n").parse().unwrap();
    assert_eq!(format!("{text:?}"), r#"["a", "b", "c"]"#);
}

#[test]
fn none_is_only_what_says_so() {
    assert!(ring("[]").unwrap().is_empty());
    for text in ["", "~", "# shop, one day", "''", "','", "' '"] {
        let error = ring(text).unwrap_err().to_string();
        assert!(error.contains("holds no key; write []"), "{text}: {error}");
    }
}

#[test]
fn what_cannot_be_a_hash_is_refused_by_name_and_not_shown() {
    let key = new_key().unwrap();
    let (key, hash) = (key.expose_secret(), hash_of(&key));
    for (entry, named) in [
        (format!("shop:{key}"), "the key shop: this is a key itself"),
        (key.to_owned(), "the key number 2: this is a key itself"),
        (format!("{key}:{hash}"), "the name of key number 2"),
        (format!("shop:{}", &hash[1..]), "the key shop: its SHA-256"),
        (format!("shop:x{}", &hash[1..]), "the key shop: its SHA-256"),
        ("shop:".to_owned(), "the key shop: its SHA-256"),
        (String::new(), "the key number 2: its SHA-256"),
    ] {
        let error = ring(&format!("['good:{hash}', '{entry}']")).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
        assert!(!error.contains(&key[10..20]) && !error.contains(&hash[10..20]), "{error}");
    }
}
