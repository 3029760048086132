//! Conversations with a server that says what the test wants.

mod script;

use std::time::Duration;

use uuid::Uuid;

use self::script::{Scripted, Turn};
use crate::config::{MailConfig, TlsConfig};
use crate::mail::{MailError, Mailer, Outgoing};
use crate::tls::Roots;

const OWNER: &str = "jane.doe@example.com";

fn settings(url: &str, timeout: Duration) -> MailConfig {
    let from = "redraw <redraw@example.org>".parse().unwrap();
    MailConfig { url: url.into(), from, timeout }
}

fn made(config: &MailConfig) -> Mailer {
    crate::crypto::install();
    let roots = Roots::load(&TlsConfig { roots_file: String::new() }).unwrap();
    Mailer::new(config, &roots).unwrap()
}

fn mailer(url: &str, timeout: Duration) -> Mailer {
    made(&settings(url, timeout))
}

fn to(server: &Scripted) -> Mailer {
    mailer(&server.url(), Duration::from_secs(20))
}

fn mail() -> Outgoing {
    Outgoing {
        job: Uuid::now_v7(),
        to: OWNER.parse().unwrap(),
        subject: "It is done".to_owned(),
        text: "Here it is.".to_owned(),
        html: "<p>Here it is.</p>".to_owned(),
    }
}

fn words(error: &MailError) -> String {
    crate::telemetry::chain(error)
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Scripted::start(|_, _| Turn::Yes).await;
    let mailer = to(&server);
    for _ in 0..3 {
        mailer.send(&mail()).await.unwrap();
    }
    mailer.ping().await.unwrap();
    assert_eq!((server.connections(), server.mails().len()), (1, 3));
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_meanwhile_does_not_hold_up_a_mail() {
    for ending in [Turn::Close, Turn::Say("421 4.3.2 closing"), Turn::Hang] {
        let server = Scripted::start(move |connection, line| match (connection, line) {
            (0, "NOOP") => ending,
            _ => Turn::Yes,
        })
        .await;
        let mailer = to(&server);
        for _ in 0..2 {
            mailer.send(&mail()).await.unwrap();
        }
        assert_eq!((server.connections(), server.mails().len()), (2, 2), "{ending:?}");
    }
}

#[tokio::test]
async fn a_kept_connection_that_breaks_before_the_mail_is_taken_is_replaced_at_once() {
    for ending in [Turn::Close, Turn::Say("421 4.7.0 too many mails")] {
        let server = Scripted::start(move |connection, line| {
            // The first mail goes through, the second comes as far as its recipient.
            let second = line == "RCPT 2";
            if connection == 0 && second { ending } else { Turn::Yes }
        })
        .await;
        let mailer = to(&server);
        for _ in 0..2 {
            mailer.send(&mail()).await.unwrap();
        }
        assert_eq!((server.connections(), server.mails().len()), (2, 2), "{ending:?}");
    }
}

#[tokio::test]
async fn a_conversation_that_is_dropped_half_way_lends_its_answers_to_nobody() {
    let server = Scripted::start(|connection, line| match (connection, line) {
        (0, "RCPT 1") => Turn::Hang,
        (1, "RCPT 1") => Turn::Say("550 5.1.1 nobody here"),
        _ => Turn::Yes,
    })
    .await;
    let (mailer, dropped) = (to(&server), mail());
    tokio::select! {
        sent = mailer.send(&dropped) => panic!("sent: {sent:?}"),
        () = server.heard("RCPT 1") => {}
    }
    // Were the connection used again, this mail would be told the answers to the last one.
    assert!(matches!(mailer.send(&mail()).await, Err(MailError::Permanent(_))));
    assert_eq!((server.connections(), server.mails().len()), (2, 0));
}

#[tokio::test]
async fn when_the_answer_to_the_last_dot_is_lost_the_same_message_is_sent_again_later() {
    // On a new connection, and on one that served before.
    for (before, at) in [(0, "CONTENT 1"), (1, "CONTENT 2")] {
        let server =
            Scripted::start(
                move |connection, line| {
                    if (connection, line) == (0, at) { Turn::Close } else { Turn::Yes }
                },
            )
            .await;
        let (mailer, same) = (to(&server), mail());
        for _ in 0..before {
            mailer.send(&mail()).await.unwrap();
        }
        assert!(matches!(mailer.send(&same).await, Err(MailError::Passing(_))));
        // Not at once: it may have been taken, and then the next attempt is one for the timeline.
        assert_eq!(server.mails().len(), before + 1);
        mailer.send(&same).await.unwrap();
        let id = format!("Message-ID: <{}@example.org>", same.job);
        assert!(server.mails()[before..].iter().all(|mail| mail.contains(&id)));
        assert_eq!(server.mails().len(), before + 2);
    }
}

#[tokio::test]
async fn an_answer_says_whether_the_mail_or_we_are_refused_and_the_connection_lives_on() {
    let (ends, waits) = ("Permanent", "Passing");
    for (at, answer, meaning) in [
        ("RCPT 1", "550 5.1.1 <jane.doe@example.com>: nobody here", ends),
        ("RCPT 1", "451 4.3.2 <jane.doe@example.com>: not now", "PutOff"),
        ("RCPT 1", "554 5.7.1 <jane.doe@example.com>: Relay access denied", waits),
        ("RCPT 1", "554 <jane.doe@example.com>: no", ends),
        ("RCPT 1", "530 5.7.0 log in first, jane.doe@example.com", waits),
        ("MAIL 1", "550 5.7.1 not from you", waits),
        ("CONTENT 1", "552 5.3.4 too large for jane.doe@example.com", ends),
        ("CONTENT 1", "554 jane.doe@example.com does not want it", ends),
    ] {
        let server =
            Scripted::start(move |_, line| if line == at { Turn::Say(answer) } else { Turn::Yes })
                .await;
        let mailer = to(&server);
        let error = mailer.send(&mail()).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(meaning), "{answer}: {error:?}");
        assert!(!words(&error).contains("jane"), "{}", words(&error));
        assert!(words(&error).contains(&answer[..3]), "{}", words(&error));
        mailer.send(&mail()).await.unwrap();
        assert_eq!(server.connections(), 1, "{answer}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_no_fault_of_the_mail() {
    let server = Scripted::start(|_, line| match line {
        "AUTH" => Turn::Say("535 5.7.8 wrong"),
        _ => Turn::Yes,
    })
    .await;
    let url = server.url().replace("//", "//user:s3cr3t@");
    let error = mailer(&url, Duration::from_secs(20)).send(&mail()).await.unwrap_err();
    assert!(matches!(error, MailError::Passing(_)));
    assert!(words(&error).contains("535") && !words(&error).contains("s3cr3t"));
}

#[tokio::test]
async fn a_server_that_falls_silent_ends_the_attempt_and_not_the_mail() {
    for at in ["GREETING", "EHLO", "DATA 1", "CONTENT 1"] {
        let server =
            Scripted::start(move |_, line| if line == at { Turn::Hang } else { Turn::Yes }).await;
        let mailer = mailer(&server.url(), Duration::from_millis(300));
        let sent = tokio::time::timeout(Duration::from_mins(1), mailer.send(&mail())).await;
        assert!(matches!(sent, Ok(Err(MailError::Passing(_)))), "{at}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_after_its_refusal_has_refused() {
    let server = Scripted::start(|_, line| match line {
        "RCPT 1" => Turn::Say("550 5.1.1 nobody here"),
        "RSET" => Turn::Hang,
        _ => Turn::Yes,
    })
    .await;
    let mailer = mailer(&server.url(), Duration::from_millis(300));
    assert!(matches!(mailer.send(&mail()).await, Err(MailError::Permanent(_))));
}

#[tokio::test]
async fn an_address_that_the_server_cannot_read_is_the_operators_if_it_is_our_senders() {
    let server = Scripted::start(|_, _| Turn::Yes).await;
    let mut config = settings(&server.url(), Duration::from_secs(20));
    let strange = Outgoing { to: "jösé@example.com".parse().unwrap(), ..mail() };
    let sent = made(&config).send(&strange).await;
    assert!(matches!(sent, Err(MailError::Permanent(_))), "{sent:?}");
    config.from = "zeichner-ö@example.org".parse().unwrap();
    let sent = made(&config).send(&mail()).await;
    assert!(matches!(sent, Err(MailError::Passing(_))), "{sent:?}");
    assert!(server.mails().is_empty());
}
