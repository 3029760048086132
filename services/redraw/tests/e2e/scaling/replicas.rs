//! Some of each service as processes, a balancer before the doors, and a pooler before the database.

use std::collections::BTreeSet;

use reqwest::{Client, RequestBuilder};
use uuid::Uuid;

use super::balancer::{Balancer, DOOR};
use crate::harness::{Home, Program, Redraw, SERVICES, Settings, client, jpeg, part};

/// Far more than the balancer takes to find out.
const NOTICE: (&str, &str) = ("REDRAW__LIFECYCLE__NOTICE", "5s");

pub struct Replicas {
    /// Sees what is behind the curtain, past balancer and pooler.
    pub watch: Redraw,
    pub balancer: Balancer,
    /// Of each service, in the order of [`SERVICES`].
    pub programs: [Vec<Program>; 3],
}

impl Replicas {
    /// So many of register, caption and generator.
    pub async fn start(counts: [usize; 3], settings: &Settings<'_>) -> Self {
        let home = Home::new().await;
        let mut balancer = Balancer::new(home.path());
        let pooled = home.tenancy().through_the_pooler();
        let mut all = vec![
            ("REDRAW__REGISTER__PUBLIC_URL", &*balancer.url),
            ("REDRAW__REGISTER__CLIENT_ADDRESS_HEADER", "X-Forwarded-For"),
            NOTICE,
        ];
        all.extend(pooled.iter().map(|(name, value)| (*name, &**value)));
        all.extend(settings);
        let mut programs = [0, 1, 2].map(|service| {
            let program = |replica| {
                let name = format!("{}-{replica}", SERVICES[service].0);
                Program::new(&home, &name, SERVICES[service], &all)
            };
            (0..counts[service]).map(program).collect::<Vec<_>>()
        });
        // All at once, on an empty database.
        programs.iter_mut().flatten().for_each(Program::launch);
        for program in programs.iter_mut().flatten() {
            program.ready(&client()).await;
        }
        let ports: Vec<_> = programs[0].iter().map(|door| door.port).collect();
        balancer.start(&ports).await;
        let watch = Redraw::watching(home, balancer.url.clone());
        Self { watch, balancer, programs }
    }

    /// Each of them in turn: SIGTERM, which must end it well, and another in its place.
    pub async fn restart_one_by_one(&mut self) {
        let doors = self.programs[0].len();
        for program in self.programs.iter_mut().flatten() {
            stop(program).await;
            program.launch();
            program.ready(&client()).await;
            self.balancer.sees_all(doors).await;
        }
    }

    pub async fn stop(mut self) {
        for program in self.programs.iter_mut().flatten() {
            stop(program).await;
        }
        self.watch.stop().await;
    }
}

async fn stop(program: &mut Program) {
    program.signal("TERM");
    let status = program.ended().await;
    assert!(status.success(), "{} {status}: {}", program.name, program.errors());
}

/// What the whole is asked.
impl Replicas {
    /// Through the balancer, to one door.
    pub fn post_at(&self, door: usize, picture: u32) -> RequestBuilder {
        post(&self.watch.client, &self.balancer.url, picture).header(DOOR, door)
    }

    pub fn get_at(&self, door: usize, path: &str) -> RequestBuilder {
        self.watch.get(path).header(DOOR, door)
    }

    pub fn delete_at(&self, door: usize, id: &str) -> RequestBuilder {
        let url = format!("{}/api/v1/request/{id}", self.balancer.url);
        self.watch.client.delete(url).header(DOOR, door)
    }

    /// The processes that had an attempt at jobs of this kind, by their ids.
    pub async fn workers(&self, kind: &str) -> BTreeSet<u32> {
        let sql = format!("select distinct worker from attempts where kind = '{kind}'");
        let workers = self.watch.column(&sql).await;
        workers.iter().map(|worker| worker.rsplit(':').next().unwrap().parse().unwrap()).collect()
    }

    /// Each of these is done once: a picture, a letter, an attempt for each of its three steps, but for
    /// those that were handed back.
    pub async fn each_is_done_once(&self, ids: &[String]) {
        let watch = &self.watch;
        for id in ids {
            assert_eq!(watch.finished(id).await["status"], "done");
        }
        let many = i64::try_from(ids.len()).unwrap();
        assert_eq!(watch.rows("requests").await, many);
        assert_eq!(watch.number("select count(*) from jobs where attempt <> 1").await, 0);
        let finished = "select count(*) from attempts where outcome = 'finished'";
        assert_eq!(watch.number(finished).await, 3 * many);
        let others = "select distinct error_code from attempts where outcome <> 'finished'";
        let others = watch.column(others).await;
        assert!(others.is_subset(&["shutdown".to_owned()].into()), "{others:?}");
        assert_eq!(watch.originals().await.len(), ids.len());
        assert_eq!(watch.paintings().await.len(), ids.len());
        assert_eq!((watch.mails().len(), watch.letters().len()), (ids.len(), ids.len()));
    }
}

/// A picture, under a key of its own unless it is given one.
pub fn post(client: &Client, url: &str, picture: u32) -> RequestBuilder {
    let owner = Uuid::new_v4().simple();
    let form = reqwest::multipart::Form::new()
        .part("image", part(jpeg(picture), "picture.jpg"))
        .text("email", format!("{owner}@example.com"));
    client.post(format!("{url}/api/v1/register")).multipart(form)
}
