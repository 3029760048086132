//! What needs no server, or one that a test can play.

use std::process::Command;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::Report;
use crate::harness::{Home, Redraw};

/// The parts that may stand on servers of their own, by the name of the first check.
const SERVERS: [&str; 4] = ["PostgreSQL", "RabbitMQ", "object store", "mail"];

#[tokio::test]
async fn the_defaults_are_well_and_looking_at_them_makes_nothing() {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_redraw"));
    let output = command.arg("doctor").current_dir(folder.path()).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && table.ends_with("\nAll is well.\n"), "{table}");
    assert!(!table.contains('\x1b'), "no colours where nobody sees them");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_redraw_that_runs_on_the_folder_is_not_in_the_way() {
    let redraw = Redraw::start().await;
    Report::of(&redraw.home, &[]).await.is_all_well();
    let id = redraw.register(crate::harness::jpeg(1), "owner@example.com").await;
    assert_eq!(redraw.finished(&id).await["status"], "done");
    redraw.stop().await;
}

#[tokio::test]
async fn settings_that_cannot_be_read_are_told_and_nothing_else_is_tried() {
    let home = Home::new().await;
    for (name, value, part_of_text, mend) in [
        ("REDRAW__JOBS__LEESE", "30s", "jobs.leese", "correct the name"),
        ("REDRAW__JOBS__LEASE", "soon", "jobs.lease", "as config.yaml does"),
        ("REDRAW__MAIL__URL_FILE", "/nowhere/url", "/nowhere/url", "that redraw may read"),
    ] {
        let report = Report::of(&home, &[(name, value)]).await;
        report.blames("config", "settings", mend);
        let text = report.check("config", "settings")["text"].as_str().unwrap();
        assert!(text.contains(part_of_text), "{text}");
        let skipped = SERVERS.len() + ["captioner", "painter"].len();
        assert_eq!(report.in_state("skipped").len(), skipped, "{}", report.said);
    }
    let report = Report::of(&home, &[("REDRAW__TLS__ROOTS_FILE", "/nowhere/ca.pem")]).await;
    report.blames("config", "tls.roots_file", "PEM");
}

#[tokio::test]
async fn a_setting_that_contradicts_another_is_told_beside_the_parts() {
    let home = Home::new().await;
    let report = Report::of(&home, &[("REDRAW__BROKER__QUEUES__NOTIFY", "image_queue")]).await;
    report.blames("config", "broker.queues", "a queue for each kind");
    let report = Report::of(&home, &[("REDRAW__LOG__FILTER", "info,=,")]).await;
    report.blames("config", "log.filter", "RUST_LOG");
    let report = Report::of(&home, &[("REDRAW__REGISTER__LISTEN", "0.0.0.0:0")]).await;
    assert!(report.well, "a warning is no failure: {}", report.said);
    assert_eq!(report.check("config", "register.public_url")["state"], "warning");
}

#[tokio::test]
async fn a_folder_that_takes_no_file_is_told() {
    let home = Home::new().await;
    // Not even root makes a file here.
    let report = Report::of(&home, &[("REDRAW__DATA__FOLDER", "/proc/self/redraw")]).await;
    report.blames("config", "data.folder", "data.folder");
    let report = Report::of(&home, &[("REDRAW__MAIL__URL", "file:/proc/self/mail")]).await;
    report.blames("mail", "folder", "mail.url");
}

/// All four parts at the same place.
async fn all_at(port: u16) -> Report {
    let settings = [
        ("REDRAW__DATABASE__URL", format!("postgres://redraw:s3cret@127.0.0.1:{port}/redraw")),
        ("REDRAW__BROKER__URL", format!("amqp://redraw:s3cret@127.0.0.1:{port}/redraw")),
        ("REDRAW__STORAGE__ENDPOINT", format!("http://127.0.0.1:{port}")),
        ("REDRAW__STORAGE__SECRET_KEY", "s3cret".to_owned()),
        ("REDRAW__MAIL__URL", format!("smtp://redraw:s3cret@127.0.0.1:{port}")),
    ];
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    // However patient the services are set, who looks on is not.
    let timeouts = [
        "REDRAW__DATABASE__CONNECT_TIMEOUT",
        "REDRAW__DATABASE__WAIT_TIMEOUT",
        "REDRAW__BROKER__TIMEOUT",
        "REDRAW__STORAGE__TIMEOUT",
        "REDRAW__MAIL__TIMEOUT",
    ];
    let settings: Vec<_> = settings.chain(timeouts.map(|name| (name, "1h"))).collect();
    Report::of(&Home::new().await, &settings).await
}

fn each_is_away(report: &Report) {
    for part in SERVERS {
        let connection = report.check(part, "connection");
        assert_eq!(connection["state"], "failed", "{}", report.said);
        let text = connection["text"].as_str().unwrap();
        assert!(text.starts_with("it cannot be reached: "), "{part}: {text}");
        let mend = connection["mend"].as_str().unwrap();
        assert!(mend.starts_with("start the server"), "{part}: {mend}");
    }
    assert_eq!(report.in_state("failed").len(), SERVERS.len(), "{}", report.said);
    assert!(!report.said.contains("s3cret"), "{}", report.said);
}

#[tokio::test]
async fn parts_that_are_silent_are_all_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    each_is_away(&all_at(silent.local_addr().unwrap().port()).await);
}

#[tokio::test]
async fn parts_where_nobody_listens_are_all_told() {
    each_is_away(&all_at(1).await);
}

/// A mail server that offers no STARTTLS, lets everybody in, and takes no mail without a login.
async fn plain_mail_server(stream: TcpStream) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 mail.test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "MAIL" => "530 5.7.0 Authentication required\r\n",
            "DATA" | "RCPT" => panic!("no mail is to be sent: {line}"),
            _ => "250 mail.test\r\n",
        };
        writing.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_mail_server_without_starttls_or_that_wants_a_login_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        for _ in 0..2 {
            let (stream, _) = listener.accept().await.unwrap();
            plain_mail_server(stream).await.unwrap();
        }
    });
    let home = Home::new().await;
    let at = async |url: &str| Report::of(&home, &[("REDRAW__MAIL__URL", url)]).await;
    let report = at(&format!("smtp://{address}?tls=required")).await;
    report.blames("mail", "connection", "take ?tls=required out of mail.url");
    let report = at(&format!("smtp://{address}")).await;
    report.blames("mail", "connection", "user and password in mail.url");
    serving.await.unwrap();
}
