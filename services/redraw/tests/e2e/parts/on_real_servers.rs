//! Wires to the servers that are cut or fall silent: what can go on goes on, the rest is told, and
//! everything heals by itself.

use serde_json::Value;

use super::{assert_refused, readiness};
use crate::harness::{Part, Redraw, form, jpeg};

/// How a wire can fail.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Cut,
    Silent,
}

async fn start(part: Part, fault: Fault) -> (Redraw, impl Fn()) {
    let (redraw, wire) = Redraw::start_behind_a_wire(part, &[]).await;
    let first = redraw.register(jpeg(1), "owner@example.com").await;
    assert_eq!(redraw.finished(&first).await["status"], "done");
    match fault {
        Fault::Cut => wire.cut(),
        Fault::Silent => wire.stall(),
    }
    (redraw, move || wire.mend())
}

/// What was taken is done, one mail each, and no attempt was counted for the fault.
async fn all_is_well(redraw: Redraw, ids: &[String]) {
    for id in ids {
        assert_eq!(redraw.finished(id).await["status"], "done");
    }
    redraw.until(async || readiness(&redraw).await.0 == 200).await;
    let last = redraw.register(jpeg(9), "owner@example.com").await;
    assert_eq!(redraw.finished(&last).await["status"], "done");
    assert_eq!(redraw.rows("requests").await, i64::try_from(redraw.mails().len()).unwrap());
    assert_eq!(redraw.number("select count(*) from jobs where state <> 'finished'").await, 0);
    redraw.stop().await;
}

async fn without_the_database(fault: Fault) {
    let (redraw, mend) = start(Part::Database, fault).await;
    // The first ones may be answered by what was in the air.
    redraw.until(async || readiness(&redraw).await.0 == 503).await;
    assert_refused(&redraw, "database_unavailable").await;
    let (status, parts) = readiness(&redraw).await;
    assert_eq!((status, &parts["database"]), (503, &Value::from("unavailable")));
    mend();
    all_is_well(redraw, &[]).await;
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn while_the_database_is_cut_off_the_answer_is_503_and_then_all_is_well() {
    without_the_database(Fault::Cut).await;
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn while_the_database_is_silent_the_answer_is_503_and_then_all_is_well() {
    without_the_database(Fault::Silent).await;
}

async fn without_the_broker(fault: Fault) {
    let (redraw, mend) = start(Part::Broker, fault).await;
    // By the ticks: taken, captioned, painted and mailed.
    let id = redraw.register(jpeg(2), "owner@example.com").await;
    assert_eq!(redraw.finished(&id).await["status"], "done");
    redraw.until(async || readiness(&redraw).await.1["broker"] == "unavailable").await;
    // Nobody is turned away for it.
    assert_eq!(readiness(&redraw).await.0, 200);
    let other = redraw.register(jpeg(3), "owner@example.com").await;
    mend();
    redraw.until(async || readiness(&redraw).await.1["broker"] == "ok").await;
    all_is_well(redraw, &[id, other]).await;
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn while_the_broker_is_cut_off_the_pipeline_goes_on_by_its_ticks() {
    without_the_broker(Fault::Cut).await;
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn while_the_broker_is_silent_the_pipeline_goes_on_by_its_ticks() {
    without_the_broker(Fault::Silent).await;
}

async fn without_mail(fault: Fault) {
    let (redraw, wire) =
        Redraw::start_behind_a_wire(Part::Mail, &[("REDRAW__MAIL__TIMEOUT", "2s")]).await;
    match fault {
        Fault::Cut => wire.cut(),
        Fault::Silent => wire.stall(),
    }
    let answer = redraw.post(form(jpeg(2), "owner@example.com")).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    let waits = "select subject::text from attempts where error_code = 'mail_unavailable'";
    redraw.until(async || redraw.column(waits).await.contains(&id)).await;
    assert_eq!(redraw.document(&id).await["status"], "done");
    assert_eq!(redraw.mails().len(), 0);
    wire.mend();
    redraw.finished(&id).await;
    assert_eq!(redraw.mails().len(), 1);
    let counted = redraw.column("select distinct attempt::text from jobs").await;
    assert_eq!(counted, ["1".to_owned()].into());
    all_is_well(redraw, &[id]).await;
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn while_the_mail_server_is_cut_off_mails_wait_uncounted_and_go_out_once() {
    without_mail(Fault::Cut).await;
}

#[tokio::test]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn while_the_mail_server_is_silent_mails_wait_uncounted_and_go_out_once() {
    without_mail(Fault::Silent).await;
}
