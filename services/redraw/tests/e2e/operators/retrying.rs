//! Putting a dead job back: a second story, told on its own.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use shared::jobs::{self, Job, Kind, Written};
use shared::requests::NOTIFY;
use shared::storage::Bucket;
use uuid::Uuid;

use super::{OWNER, Run, jpeg};
use crate::harness::Redraw;
use crate::keys::refused;

impl Run {
    /// A request that failed and told so, since its picture is away; and where that is now.
    async fn failed(&self) -> (String, Away) {
        self.redraw.hold_work().await;
        let id = self.redraw.register(jpeg(1), OWNER).await;
        let [name] = &self.redraw.originals().await[..] else { panic!("one original") };
        let away = Away { name: name.clone(), bytes: self.redraw.original(&id).await };
        self.redraw.parts.storage.delete(Bucket::Private, name).await.unwrap();
        self.redraw.let_work_go().await;
        assert_eq!(self.redraw.finished(&id).await["status"], "failure");
        (id, away)
    }

    async fn put_back(&self, job: &str) -> Value {
        let answer = self.retry(job).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        answer.json().await.unwrap()
    }

    async fn state(&self, id: &str, kind: &str) -> String {
        let sql = format!("select state from jobs where subject = '{id}' and kind = '{kind}'");
        self.redraw.column(&sql).await.pop_first().unwrap_or_default()
    }
}

/// An original that the store has no more.
struct Away {
    name: String,
    bytes: Vec<u8>,
}

impl Away {
    async fn bring_back(self, redraw: &Redraw) {
        let storage = &redraw.parts.storage;
        storage.put(Bucket::Private, &self.name, "image/jpeg", self.bytes.into()).await.unwrap();
    }
}

fn steps(document: &Value) -> Vec<String> {
    let timeline = document["timeline"].as_array().unwrap();
    let step = |attempt: &Value| {
        format!("{}:{}", attempt["step"].as_str().unwrap(), attempt["outcome"].as_str().unwrap())
    };
    timeline.iter().map(step).collect()
}

#[tokio::test]
async fn a_dead_caption_job_put_back_ends_well_and_both_endings_are_told() {
    let run = Run::start().await;
    let (id, away) = run.failed().await;
    let before = run.redraw.document(&id).await;
    assert_eq!(run.ids("?dead=true").await, [&*id]);
    away.bring_back(&run.redraw).await;
    // Older than `jobs.give_up_after`: it must not be given up at once.
    run.redraw.execute("update jobs set created_at = now() - interval '8 days'").await;

    let overview = run.put_back(&run.job(&id, "caption").await).await;
    assert_eq!((&overview["id"], &overview["status"]), (&id[..].into(), &"pending".into()));
    assert_eq!(overview.get("error"), None);
    let jobs = overview["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!((&jobs[0]["kind"], &jobs[0]["state"]), (&"caption".into(), &"queued".into()));
    assert_eq!((&jobs[0]["attempt"], jobs[0].get("last_error")), (&0.into(), None));
    assert_eq!(overview["version"].as_u64(), before["version"].as_u64().map(|seen| seen + 1));

    let after = run.redraw.finished(&id).await;
    assert_eq!((&after["status"], after.get("error")), (&"done".into(), None));
    let mut story = steps(&before);
    assert_eq!(story, ["caption:failed", "notify:finished"]);
    story.extend(["caption:finished", "generate:finished", "notify:finished"].map(str::to_owned));
    assert_eq!(steps(&after), story);
    let mails = run.redraw.mails();
    let told = |word: &str| mails.iter().filter(|mail| mail.text.contains(word)).count();
    assert_eq!((mails.len(), told(&run.redraw.parts.config.storage.public_bucket)), (2, 1));
    assert_ne!(mails[0].message_id, mails[1].message_id);
    assert_eq!(run.ids("?dead=true").await, [""; 0]);
    run.redraw.stop().await;
}

#[tokio::test]
async fn a_dead_generate_job_goes_on_from_the_caption() {
    let run = Run::start().await;
    let id = run.redraw.register(jpeg(1), OWNER).await;
    run.redraw.finished(&id).await;
    // As if painting had failed for good.
    run.redraw
        .execute("update jobs set state = 'dead', last_error = 'never' where kind = 'generate'")
        .await;
    let failure = "update requests set status = 'failure', error_code = 'never', error_text = 'No.', \
        new_image_url = null, new_image_key = null";
    run.redraw.execute(failure).await;
    let overview = run.put_back(&run.job(&id, "generate").await).await;
    assert_eq!(overview["status"], "ready");
    let after = run.redraw.finished(&id).await;
    assert_eq!((&after["status"], after.get("error")), (&"done".into(), None));
    assert_eq!(run.redraw.mails().len(), 2);
    // The painting is named by the job, so it lies where it lay.
    assert_eq!(run.redraw.paintings().await.len(), 1);
    run.redraw.stop().await;
}

#[tokio::test]
async fn a_dead_mail_is_sent_again_as_the_same_message() {
    let run = Run::start().await;
    let id = run.redraw.register(jpeg(1), OWNER).await;
    let before = run.redraw.finished(&id).await;
    run.redraw.execute("update jobs set state = 'dead' where kind = 'notify'").await;
    let job = run.job(&id, "notify").await;
    assert_eq!(run.put_back(&job).await["status"], "done");
    run.redraw.until(async || run.state(&id, "notify").await == "finished").await;
    assert_eq!(run.job(&id, "notify").await, job);
    let after = run.redraw.document(&id).await;
    assert_eq!(after["version"], before["version"]);
    assert_eq!(run.redraw.letters().len(), 1);
    assert_eq!(steps(&after).iter().filter(|step| *step == "notify:finished").count(), 2);
    run.redraw.stop().await;
}

/// A job in a worker's hands, which mails just now.
async fn mailing(redraw: &Redraw, subject: Uuid) -> Job {
    let (id, lease) = (Uuid::now_v7(), Uuid::now_v7());
    let job = format!(
        "insert into jobs (id, kind, subject, state, attempt, lease, leased_until) values \
         ('{id}', 'notify', '{subject}', 'running', 1, '{lease}', now() + interval '1 hour')"
    );
    let attempt = format!(
        "insert into attempts (job, subject, kind, number, worker) values \
         ('{id}', '{subject}', 'notify', 1, 'another')"
    );
    redraw.execute(&job).await;
    redraw.execute(&attempt).await;
    Job { id, kind: NOTIFY, subject, attempt: 1, lease, age: Duration::ZERO, unknown_outcomes: 0 }
}

/// The failure is being told: it is taken back, and told no more once the job is.
#[tokio::test]
async fn a_mail_that_is_under_way_loses_its_lease_and_the_new_ending_is_told() {
    let run = Run::start().await;
    run.redraw.hold_work().await;
    let id = run.redraw.register(jpeg(1), OWNER).await;
    run.redraw.execute("update jobs set state = 'dead', last_error = 'never'").await;
    let failure =
        "update requests set status = 'failure', error_code = 'never', error_text = 'No.'";
    run.redraw.execute(failure).await;
    let mailing = mailing(&run.redraw, id.parse().unwrap()).await;

    run.put_back(&run.job(&id, "caption").await).await;
    let kept = run.redraw.parts.ledger.heartbeat(&mailing).await.unwrap();
    assert_eq!(kept, Written::LeaseLost);
    let open = "select count(*) from attempts where ended_at is null and kind = 'notify'";
    assert_eq!(run.redraw.number(open).await, 0);
    run.redraw.let_work_go().await;
    assert_eq!(run.redraw.finished(&id).await["status"], "done");
    assert_ne!(run.job(&id, "notify").await, mailing.id.to_string());
    assert_eq!(run.redraw.mails().len(), 1);
    run.redraw.stop().await;
}

#[tokio::test]
async fn of_ten_who_put_it_back_at_once_one_does_and_of_a_deletion_meanwhile_nothing_is_left() {
    let run = Run::start().await;
    run.redraw.hold_work().await;
    for round in 0..5 {
        let id = run.redraw.register(jpeg(round), OWNER).await;
        let dead =
            format!("update jobs set state = 'dead', last_error = 'never' where subject = '{id}'");
        let failure = format!("update requests set status = 'failure' where id = '{id}'");
        run.redraw.execute(&dead).await;
        run.redraw.execute(&failure).await;
        let job = run.job(&id, "caption").await;
        let url = format!("{}/api/v1/request/{id}", run.redraw.url);
        let deleting = async {
            if round % 2 == 0 {
                let deleted = run.redraw.client.delete(&url).send().await.unwrap();
                assert_eq!(deleted.status(), 204);
            }
        };
        let retrying = (0..10).map(|_| run.retry(&job).send());
        let (answers, ()) = tokio::join!(join_all(retrying), deleting);
        let statuses: Vec<_> = answers.iter().map(|one| one.as_ref().unwrap().status()).collect();
        let taken = statuses.iter().filter(|status| **status == 202).count();
        assert!(statuses.iter().all(|status| [202, 409, 410].contains(&status.as_u16())));
        let (least, most) = if round % 2 == 0 { (0, 1) } else { (1, 1) };
        assert!((least..=most).contains(&taken), "{statuses:?}");
    }
    let alive = "select count(*) from jobs where state in ('queued', 'running') and subject in \
        (select id from requests where erased_at is not null)";
    assert_eq!(run.redraw.number(alive).await, 0);
    run.redraw.stop().await;
}

#[tokio::test]
async fn only_what_is_dead_is_put_back_and_nothing_of_what_was_deleted() {
    let run = Run::start().await;
    run.redraw.hold_work().await;
    let id = run.redraw.register(jpeg(1), OWNER).await;
    let job = run.job(&id, "caption").await;
    refused(run.retry(&job), 409, "job_not_dead", None).await;
    let running = format!(
        "update jobs set state = 'running', lease = gen_random_uuid(), \
         leased_until = now() + interval '1 hour' where id = '{job}'"
    );
    run.redraw.execute(&running).await;
    refused(run.retry(&job), 409, "job_not_dead", None).await;
    let finished = "update jobs set state = 'finished', lease = null, leased_until = null";
    run.redraw.execute(finished).await;
    refused(run.retry(&job), 409, "job_not_dead", None).await;
    refused(run.retry(&Uuid::now_v7().to_string()), 404, "job_unknown", None).await;
    refused(run.retry("x"), 400, "id_malformed", None).await;
    // Of a request that another program made, and that is none of ours.
    let client = run.redraw.parts.database.connection().await.unwrap();
    let foreign = Kind::new("foreign");
    let foreign = jobs::enqueue(&client, foreign, Uuid::now_v7()).await.unwrap();
    drop(client);
    refused(run.retry(&foreign.to_string()), 404, "job_unknown", None).await;

    let deleted = run.redraw.register(jpeg(2), OWNER).await;
    let url = format!("{}/api/v1/request/{deleted}", run.redraw.url);
    assert_eq!(run.redraw.client.delete(url).send().await.unwrap().status(), 204);
    let cancelled = run.job(&deleted, "caption").await;
    refused(run.retry(&cancelled), 410, "request_deleted", None).await;
    assert_eq!(run.state(&deleted, "caption").await, "dead");
    run.redraw.stop().await;
}
