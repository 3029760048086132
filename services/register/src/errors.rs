//! Every error that this service answers with, in one form.

use std::time::Duration;

use poem::Response;
use poem::error::{MethodNotAllowedError, NotFoundError};
use poem::http::StatusCode;
use poem_openapi::error::{ParseParamError, ParsePathError};
use shared::database::DatabaseError;
use shared::http::Problem;
use shared::requests::EXPIRED;
use shared::storage::StorageError;
use shared::telemetry::{Trouble, chain};

/// When to come back after a 503.
const SOON: Duration = Duration::from_secs(2);

static DATABASE_AWAY: Trouble = Trouble::new("the database is away: answering 503");
static STORE_AWAY: Trouble = Trouble::new("the object store is away: answering 503");

/// The database did what it was asked.
pub fn database_is_well() {
    DATABASE_AWAY.is_over();
}

/// The object store did what it was asked.
pub fn store_is_well() {
    STORE_AWAY.is_over();
}

/// What poem itself answers with, told in our form.
pub async fn as_problem(error: poem::Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let problem = if let Some(problem) = error.downcast_ref::<Problem>() {
        problem.clone()
    } else if error.is::<NotFoundError>() {
        let help = "There is nothing at this address; /docs shows what there is.";
        Problem::new(StatusCode::NOT_FOUND, "no_such_address", help)
    } else if error.is::<MethodNotAllowedError>() {
        let help = "This address does not take this method; /docs shows which it takes.";
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", help)
    } else if error.is::<ParsePathError>() || error.is::<poem::error::ParsePathError>() {
        // The id is the only part of a path that is read.
        let help = "The id must be a UUID, as it stands in the answer to the registration.";
        Problem::new(StatusCode::BAD_REQUEST, "id_malformed", help)
    } else if let Some(error) = error.downcast_ref::<ParseParamError>() {
        unreadable(error.name)
    } else if error.status().is_client_error() {
        let help = "The request cannot be read; /docs shows what it should look like.";
        Problem::new(error.status(), "request_malformed", help)
    } else {
        tracing::error!(%error, "an error that nobody expected");
        internal()
    };
    poem::error::ResponseError::as_response(&problem)
}

/// A parameter that holds what it cannot.
pub fn unreadable(parameter: &str) -> Problem {
    let help = format!("`{parameter}` cannot be read.");
    Problem::new(StatusCode::BAD_REQUEST, "parameter_malformed", help)
}

pub fn no_such_request() -> Problem {
    let help = "There is no request with this id; look for a letter too many or too few.";
    Problem::new(StatusCode::NOT_FOUND, "request_unknown", help)
}

pub fn no_such_job() -> Problem {
    let help = "There is no job with this id; a request's jobs stand in the list of requests.";
    Problem::new(StatusCode::NOT_FOUND, "job_unknown", help)
}

pub fn not_dead() -> Problem {
    let help = "This job is queued, running or finished; only a dead one can be put back.";
    Problem::new(StatusCode::CONFLICT, "job_not_dead", help)
}

/// `reason` is the error code of the request, which says who erased it.
pub fn erased(reason: Option<&str>) -> Problem {
    if reason == Some(EXPIRED) {
        let help = "This request was kept for as long as requests are kept here, and then erased \
            with its pictures.";
        return Problem::new(StatusCode::GONE, "request_expired", help);
    }
    let help = "This request was deleted, and its pictures with it.";
    Problem::new(StatusCode::GONE, "request_deleted", help)
}

pub fn not_yet(what: &str) -> Problem {
    let help = format!("The {what} is not there yet; the request's status tells when it is.");
    Problem::new(StatusCode::NOT_FOUND, "picture_not_ready", help)
}

pub fn busy(what: &str) -> Problem {
    let help = format!("Too many {what} at the moment; please try again shortly.");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", help).retry_after(SOON)
}

pub fn internal() -> Problem {
    let help = "Something went wrong on our side; it was noted.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", help)
}

pub fn database(error: &DatabaseError) -> Problem {
    let cause = chain(error);
    match error {
        DatabaseError::Unavailable(_) => {
            DATABASE_AWAY.happens(&cause);
            unavailable("database_unavailable")
        }
        DatabaseError::Refused(_) | DatabaseError::Unreadable(_) => {
            tracing::error!(cause, "answered 500");
            internal()
        }
    }
}

pub fn storage(error: &StorageError) -> Problem {
    let cause = chain(error);
    match error {
        StorageError::TimedOut | StorageError::Unavailable(_) => {
            STORE_AWAY.happens(&cause);
            unavailable("storage_unavailable")
        }
        _ => {
            tracing::error!(cause, "answered 500");
            internal()
        }
    }
}

fn unavailable(code: &'static str) -> Problem {
    let help = "A part of the service is away for the moment; please try again shortly.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, help).retry_after(SOON)
}
