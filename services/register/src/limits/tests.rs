use shared::config::Config;

use super::Limits;

fn limits(per_email: u32) -> Limits {
    let mut config = Config::load(None, []).unwrap().register;
    config.rate_per_email = per_email;
    Limits::new(&config).unwrap()
}

#[test]
fn an_address_is_the_same_in_upper_and_lower_case_and_another_is_not() {
    let limits = limits(2);
    let count = |address: &str| limits.count_email(&address.parse().unwrap(), &[0; 32]);
    assert!(count("you@example.com").is_ok() && count("You@EXAMPLE.com").is_ok());
    assert_eq!(count("yoU@example.com").unwrap_err().code(), "too_many_for_email");
    assert!(count("them@example.com").is_ok());
}

#[test]
fn tags_and_quotes_make_no_other_mailbox() {
    let mailbox = |address: &str| super::mailbox_of(&address.parse().unwrap());
    for same in
        ["you+1@example.com", "You+1+2@Example.com", "\"you\"@example.com", "\"you+1\"@example.com"]
    {
        assert_eq!(mailbox(same), "you@example.com", "{same}");
    }
    assert_eq!(mailbox("\"y\\ou+x\"@example.com"), "you@example.com");
    for other in ["+15551234@example.com", "y.ou@example.com"] {
        assert_eq!(mailbox(other), other);
    }
    assert_ne!(mailbox("you@example.com"), mailbox("you@example.org"));
}

#[test]
fn what_was_counted_and_not_taken_is_free_once() {
    let limits = limits(1);
    let count =
        |registration| limits.count_email(&"you@example.com".parse().unwrap(), registration);
    let (one, other) = ([1; 32], [2; 32]);
    assert!(count(&one).is_ok());
    limits.remember_paid(&one);
    assert!(count(&other).is_err() && count(&one).is_ok() && count(&one).is_err());
}

#[test]
fn what_is_remembered_has_an_end() {
    let limits = limits(1);
    for number in 0..50_000_u32 {
        let mut registration = [0; 32];
        registration[..4].copy_from_slice(&number.to_be_bytes());
        limits.remember_paid(&registration);
    }
    assert!(limits.paid().len() <= super::MOST_PAID);
}
