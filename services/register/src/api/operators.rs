//! The operator's calls: find requests, see what stands still, and put it back.

mod documents;

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi, Tags};
use shared::broker::{Broker, Hint};
use shared::database::Database;
use shared::requests::{self, Filter, Revival};
use shared::service::Parts;
use uuid::Uuid;

use self::documents::{OverviewDocument, PageDocument};
use super::caller::Shown;
use super::documents::StatusWord;
use super::refused::{ListRefused, RetryRefused};
use crate::access::Access;
use crate::errors;
use crate::patience::Patience;

/// Most requests on a page.
const MOST: u32 = 100;

/// The operator's calls and what they work with.
pub struct Operators {
    database: Database,
    broker: Broker,
    patience: Patience,
    access: Access,
}

#[derive(Tags)]
enum Group {
    /// For whoever runs the service: each call needs an operator's key.
    Operators,
}

#[derive(ApiResponse)]
enum Listed {
    /// Some requests, newest first.
    #[oai(status = 200)]
    Page(
        Json<PageDocument>,
        /// `no-store`: the next moment it may be another.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

#[derive(ApiResponse)]
enum PutBack {
    /// The job is queued again; so its request looked then.
    #[oai(status = 202)]
    Queued(Json<OverviewDocument>),
}

impl Operators {
    #[must_use]
    pub fn new(parts: &Parts) -> Self {
        Self {
            database: parts.database.clone(),
            broker: parts.broker.clone(),
            patience: Patience::new(&parts.config),
            access: Access::new(&parts.config.register),
        }
    }
}

#[OpenApi]
impl Operators {
    /// List requests
    ///
    /// Newest first, with their jobs; never with an address. All filters that are given must be
    /// met. There is more to see as long as `before` is in the answer, even after a short page: ask
    /// again with it.
    #[oai(path = "/requests", method = "get", tag = "Group::Operators", operation_id = "requests")]
    async fn requests(
        &self,
        shown: Shown<true>,
        /// Only those for this address: the whole of it, in upper or lower case. Proxies in between
        /// may log it, as they do query strings.
        email: Query<Option<String>>,
        /// Only those that came this far.
        status: Query<Option<StatusWord>>,
        /// Only those with a dead job that can be put back.
        #[oai(default)]
        dead: Query<bool>,
        /// How many, at the most.
        #[oai(default = "most", validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<u32>,
        /// Only those before this id: `before` of the last answer.
        before: Query<Option<Uuid>>,
    ) -> Result<Listed, ListRefused> {
        self.access.admit_operator(shown.0.as_ref())?;
        if email.0.as_ref().is_some_and(|email| email.contains(char::is_control)) {
            return Err(errors::unreadable("email").into());
        }
        let filter = Filter {
            email: email.0.map(|email| email.trim().to_owned()),
            status: status.0.map(Into::into),
            dead: dead.0,
        };
        let listed = requests::list(&self.database, &filter, before.0, limit.0.min(MOST));
        let page = self.patience.with_database(listed).await?;
        Ok(Listed::Page(Json(page.into()), "no-store".to_owned()))
    }

    /// Put a dead job back
    ///
    /// It is tried again from the beginning, with as many attempts as a new one. Its request waits
    /// again, and its owner is told how it ends now; the timeline keeps what was before.
    #[oai(
        path = "/jobs/:id/retry",
        method = "post",
        tag = "Group::Operators",
        operation_id = "retry"
    )]
    async fn retry(
        &self,
        shown: Shown<true>,
        /// The job's id, from the list of requests.
        id: Path<Uuid>,
    ) -> Result<PutBack, RetryRefused> {
        let operator = self.access.admit_operator(shown.0.as_ref())?;
        let revived = requests::revive(&self.database, id.0);
        let revived = self.patience.with_database(revived);
        let (kind, request) = match revived.await? {
            Revival::Queued(kind, request) => (kind, request),
            Revival::Unknown => return Err(errors::no_such_job().into()),
            Revival::NotDead => return Err(errors::not_dead().into()),
            Revival::Erased => return Err(errors::erased(None).into()),
        };
        let subject = request.id;
        self.broker.publish(Hint { kind, subject });
        self.broker.announce_change(subject);
        tracing::info!(operator, request.id = %subject, job.id = %id.0, kind = kind.name(), "put back");
        Ok(PutBack::Queued(Json(request.into())))
    }
}

fn most() -> u32 {
    MOST
}
