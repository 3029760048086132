//! A mail server with STARTTLS and with TLS at once, both behind a login.

use std::time::Duration;

use shared::config::MailConfig;
use shared::mail::{MailError, Mailer, Outgoing};
use shared::telemetry::chain;
use uuid::Uuid;

use crate::settings::{PATIENCE, address_of, config, public_roots, roots, through, value};
use crate::wire::Wire;

fn starttls() -> String {
    value("REDRAW__MAIL__URL")
}

fn at_once() -> String {
    value("SERVERS_SMTPS_URL")
}

fn settings(url: &str) -> MailConfig {
    MailConfig { url: url.into(), ..config().mail }
}

fn mailer(url: &str) -> Mailer {
    Mailer::new(&settings(url), &roots()).unwrap()
}

fn mail(to: &str) -> Outgoing {
    Outgoing {
        job: Uuid::now_v7(),
        to: to.parse().unwrap(),
        subject: "It is done".to_owned(),
        text: "Here it is.".to_owned(),
        html: "<p>Here it is.</p>".to_owned(),
    }
}

/// How many copies of a mail came.
fn copies(mail: &Outgoing) -> usize {
    let folder = std::path::Path::new(&value("SERVERS_INBOX")).join("new");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
    texts.filter(|text| text.contains(&format!("<{}@", mail.job))).count()
}

#[tokio::test]
async fn mail_goes_out_by_starttls_and_by_tls_at_once() {
    for url in [starttls(), at_once()] {
        let (mailer, mail) = (mailer(&url), mail("owner@example.com"));
        mailer.ping().await.unwrap();
        mailer.send(&mail).await.unwrap();
        assert_eq!(copies(&mail), 1);
    }
}

#[tokio::test]
async fn without_its_authority_the_server_is_refused() {
    for url in [starttls(), at_once()] {
        let mailer = Mailer::new(&settings(&url), &public_roots()).unwrap();
        let error = mailer.send(&mail("owner@example.com")).await.unwrap_err();
        assert!(matches!(error, MailError::Passing(_)));
        assert!(chain(&error).contains("certificate"), "{}", chain(&error));
    }
}

#[tokio::test]
async fn refused_for_now_and_for_good() {
    let mailer = mailer(&starttls());
    let later = mailer.send(&mail("later@example.com")).await.unwrap_err();
    assert!(matches!(later, MailError::PutOff(_)), "{}", chain(&later));
    let never = mailer.send(&mail("never@example.com")).await.unwrap_err();
    assert!(matches!(never, MailError::Permanent(_)), "{}", chain(&never));
    assert!(!chain(&never).contains("example.com"), "{}", chain(&never));
    mailer.send(&mail("owner@example.com")).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_or_no_tls_waits_for_the_operator() {
    let mut wrong: reqwest::Url = at_once().parse().unwrap();
    wrong.set_password(Some("wr0ng")).unwrap();
    let plain = starttls().replace("?tls=required", "");
    for url in [wrong.as_str(), &plain] {
        let error = mailer(url).send(&mail("owner@example.com")).await.unwrap_err();
        assert!(matches!(error, MailError::Passing(_)), "{}", chain(&error));
        assert!(!chain(&error).contains("wr0ng"));
    }
}

#[tokio::test]
async fn a_wire_that_broke_or_fell_silent_between_two_mails_costs_nothing() {
    let url = at_once();
    let wire = Wire::to(address_of(&url)).await;
    let mailer = mailer(secrecy::ExposeSecret::expose_secret(&through(&url.into(), wire.address)));
    for _ in 0..3 {
        mailer.send(&mail("owner@example.com")).await.unwrap();
    }
    assert_eq!(wire.connections(), 1);
    // Long enough for the wire to notice.
    let moment = Duration::from_millis(100);
    wire.cut();
    tokio::time::sleep(moment).await;
    wire.mend();
    mailer.send(&mail("owner@example.com")).await.unwrap();
    wire.fall_silent();
    tokio::time::sleep(moment).await;
    wire.mend();
    mailer.send(&mail("owner@example.com")).await.unwrap();
    assert_eq!(wire.connections(), 3);
}

#[tokio::test]
async fn a_server_that_is_frozen_ends_the_attempt_and_not_the_mail() {
    let url = at_once();
    let wire = Wire::to(address_of(&url)).await;
    let mut config = settings("");
    config.url = through(&url.into(), wire.address);
    config.timeout = Duration::from_millis(500);
    let mailer = Mailer::new(&config, &roots()).unwrap();
    wire.fall_silent();
    let sent = tokio::time::timeout(PATIENCE, mailer.send(&mail("owner@example.com"))).await;
    assert!(matches!(sent, Ok(Err(MailError::Passing(_)))));
}
