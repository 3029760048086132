//! What must hold however many there are of each.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Client;

use super::balancer::DOOR;
use super::replicas::{Replicas, post};
use super::visitors::{Visitors, answer};
use crate::events::Watching;
use crate::harness::{Program, form, jpeg};

/// Connections that the pooler of `scripts/servers` has for a database.
const POOLED: i64 = 4;

/// Live streams do not look for themselves: what they see was told.
const ONLY_TOLD: (&str, &str) = ("REDRAW__REGISTER__EVENT_POLL", "1h");

fn ids(programs: &[Program]) -> BTreeSet<u32> {
    programs.iter().map(Program::id).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn seven_processes_share_the_work_and_each_picture_is_done_once() {
    let replicas = Replicas::start([2, 3, 2], &[]).await;
    let send = async |client: u32| {
        let mut taken = Vec::new();
        for picture in 0..10 {
            let post = post(&replicas.watch.client, &replicas.balancer.url, client * 10 + picture);
            taken.push(answer(post, 202).await["id"].as_str().unwrap().to_owned());
        }
        taken
    };
    let taken = join_all((0..6).map(send)).await.concat();
    // Seven processes hold a connection or more each, of these few.
    let pooled = "select count(*) from pg_stat_activity \
        where datname = current_database() and application_name = 'pooled'";
    let pooled = replicas.watch.number(pooled).await;
    assert!((1..=POOLED).contains(&pooled), "{pooled} connections");
    replicas.each_is_done_once(&taken).await;
    let [_, captions, generators] = &replicas.programs;
    assert_eq!(replicas.workers("caption").await, ids(captions));
    assert_eq!(replicas.workers("generate").await, ids(generators));
    assert_eq!(replicas.workers("notify").await, ids(generators));
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn a_live_stream_at_one_door_is_told_what_happens_at_the_other_and_in_the_workers() {
    let replicas = Replicas::start([2, 1, 1], &[ONLY_TOLD]).await;
    replicas.watch.hold_work().await;
    for (here, there) in [(0, 1), (1, 0)] {
        let taken = answer(replicas.post_at(there, 1), 202).await;
        let id = taken["id"].as_str().unwrap();
        let stream = replicas.get_at(here, &format!("/api/v1/request/{id}/events"));
        let stream = stream.send().await.unwrap();
        assert_eq!(stream.headers()[DOOR], here.to_string());
        let mut stream = Watching::read(stream);
        assert_eq!(stream.next().await.unwrap().id, 1);
        let deleted = replicas.delete_at(there, id).send().await.unwrap();
        assert_eq!((deleted.status().as_u16(), &deleted.headers()[DOOR]), (204, &there.into()));
        assert!(stream.next().await.is_none());
    }
    let taken = answer(replicas.post_at(1, 2), 202).await;
    let id = taken["id"].as_str().unwrap();
    let stream = replicas.get_at(0, &format!("/api/v1/request/{id}/events"));
    let stream = Watching::read(stream.send().await.unwrap());
    replicas.watch.let_work_go().await;
    assert_eq!(stream.rest().await.last(), Some(&(3, "done".to_owned())));
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn one_key_sent_to_both_doors_at_once_is_one_request() {
    let replicas = Replicas::start([2, 0, 0], &[]).await;
    let url = format!("{}/api/v1/register", replicas.balancer.url);
    for round in 0..10 {
        let key = format!("key-{round}");
        let send = async |door: usize| {
            let post = replicas.watch.client.post(&url).header(DOOR, door % 2);
            let post = post.header("Idempotency-Key", &key);
            let answer = post.multipart(form(jpeg(1), "owner@example.com")).send().await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()[DOOR]),
                (202, &(door % 2).into())
            );
            let replayed = answer.headers().contains_key("Idempotent-Replayed");
            let document: serde_json::Value = answer.json().await.unwrap();
            (document["id"].as_str().unwrap().to_owned(), replayed)
        };
        let answers = join_all((0..6).map(send)).await;
        let ids: BTreeSet<_> = answers.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|(_, replayed)| !replayed).count(), 1);
        assert_eq!(replicas.watch.rows("requests").await, round + 1);
        assert_eq!(replicas.watch.rows("jobs").await, round + 1);
    }
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn each_door_counts_the_people_behind_the_balancer_and_not_the_balancer() {
    let three_a_minute = ("REDRAW__REGISTER__RATE_PER_CLIENT", "3");
    let replicas = Replicas::start([2, 0, 0], &[three_a_minute]).await;
    // All of 127.0.0.0/8 is this machine.
    let [one, other] = ["127.0.0.11", "127.0.0.12"].map(|address| {
        let address: std::net::IpAddr = address.parse().unwrap();
        Client::builder().local_address(address).build().unwrap()
    });
    let status = async |client: &Client, door: usize| {
        let post = post(client, &replicas.balancer.url, 1).header(DOOR, door);
        post.send().await.unwrap().status().as_u16()
    };
    for _ in 0..3 {
        assert_eq!(status(&one, 0).await, 202);
    }
    assert_eq!(status(&one, 0).await, 429);
    assert_eq!(status(&other, 0).await, 202);
    // The other door has a count of its own.
    assert_eq!(status(&one, 1).await, 202);
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs scripts/servers up; scripts/test runs it"]
async fn all_seven_are_restarted_one_by_one_and_nobody_notices() {
    let mut replicas = Replicas::start([2, 3, 2], &[]).await;
    let visitors = Visitors::arrive(4, &replicas.balancer.url);
    replicas.restart_one_by_one().await;
    let taken = visitors.leave().await;
    println!("{} pictures meanwhile", taken.len());
    replicas.each_is_done_once(&taken).await;
    replicas.stop().await;
}
