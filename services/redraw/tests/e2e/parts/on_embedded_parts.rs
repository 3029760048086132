//! Parts that can be taken away by hand: the one connection, the folder of mails.

use super::{assert_refused, readiness};
use crate::harness::{Redraw, jpeg};

#[tokio::test]
async fn while_the_database_is_busy_the_answer_is_503_and_then_all_is_well() {
    let redraw = Redraw::start().await;
    let connection = redraw.parts.database.connection().await.unwrap();
    assert_refused(&redraw, "database_unavailable").await;
    let (status, parts) = readiness(&redraw).await;
    assert_eq!((status, &parts["database"]), (503, &"unavailable".into()));
    drop(connection);
    assert_eq!(readiness(&redraw).await.0, 200);
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    assert_eq!(redraw.finished(&id).await["status"], "done");
    redraw.stop().await;
}

#[tokio::test]
async fn while_the_mail_folder_cannot_be_written_the_mail_waits_and_then_goes_out_once() {
    let redraw = Redraw::start().await;
    let folder = redraw.home.path().join("mail");
    std::fs::remove_dir(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    let id = redraw.register(jpeg(1), "owner@example.com").await;
    let waits = "select subject::text from attempts where error_code = 'mail_unavailable'";
    redraw.until(async || redraw.column(waits).await.contains(&id)).await;
    assert_eq!(redraw.document(&id).await["status"], "done");
    std::fs::remove_file(&folder).unwrap();
    redraw.finished(&id).await;
    assert_eq!(redraw.mails().len(), 1);
    assert_eq!(
        redraw.column("select distinct attempt::text from jobs").await,
        ["1".to_owned()].into()
    );
    redraw.stop().await;
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_told_and_makes_nothing_unready() {
    let redraw = Redraw::start().await;
    let (status, parts) = readiness(&redraw).await;
    assert_eq!((status, &parts["mail"], &parts["degraded"]), (200, &"ok".into(), &false.into()));
    redraw.stop().await;
    // Nobody listens there.
    let redraw = Redraw::start_with(&[("REDRAW__MAIL__URL", "smtp://127.0.0.1:1")]).await;
    let (status, parts) = readiness(&redraw).await;
    let away = (200, &"unavailable".into(), &true.into());
    assert_eq!((status, &parts["mail"], &parts["degraded"]), away);
    redraw.stop().await;
}
