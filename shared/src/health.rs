//! `/healthz`, `/readyz` and `/metrics`, the same for every service.

mod mail;

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use poem::http::{StatusCode, header};
use poem::web::Json;
use poem::{EndpointExt, IntoResponse, Route, get, handler, web::Data};
use serde::Serialize;

use crate::broker::{Broker, BrokerState};
use crate::database::Database;
use crate::lifecycle::Lifecycle;
use crate::mail::Mailer;
use crate::providers::{Board, Standing, State};
use crate::storage::Storage;

use self::mail::MailWatch;

/// A part that does not answer within this time counts as away.
const PATIENCE: Duration = Duration::from_secs(2);

/// The parts that `/readyz` looks at.
#[derive(Clone)]
pub struct Health {
    pub database: Database,
    pub storage: Storage,
    pub broker: Broker,
    pub lifecycle: Lifecycle,
    pub metrics: PrometheusHandle,
    providers: Board,
    mail: MailWatch,
}

/// The answer of `/readyz`: each part by name, `ok` or `unavailable`.
///
/// A broker that is away makes nothing unready: work goes on by the ticks. Nor does a mail server:
/// pictures are painted, and the mails wait. It is all later, though, and `degraded` says so. Only who
/// sends mail speaks of it. The same goes for providers of models: while one is parked another is asked,
/// or jobs wait.
#[derive(Serialize)]
struct Readiness {
    ready: bool,
    degraded: bool,
    stopping: bool,
    database: &'static str,
    storage: &'static str,
    broker: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    providers: Vec<Standing>,
}

impl Health {
    #[must_use]
    pub fn new(
        database: Database,
        storage: Storage,
        broker: Broker,
        lifecycle: Lifecycle,
        metrics: PrometheusHandle,
        providers: Board,
    ) -> Self {
        let mail = MailWatch::new(lifecycle.clone());
        Self { database, storage, broker, lifecycle, metrics, providers, mail }
    }

    /// From now on the mail server is looked at too.
    pub fn watch_mail(&self, mailer: Mailer) {
        self.mail.begin(mailer);
    }

    /// Adds the three routes.
    #[must_use]
    pub fn mount(&self, route: Route) -> Route {
        route
            .at("/healthz", get(healthz))
            .at("/readyz", get(readyz.data(self.clone())))
            .at("/metrics", get(metrics_page.data(self.clone())))
    }

    async fn look(&self) -> Readiness {
        let (database, storage, mail) = tokio::join!(
            tokio::time::timeout(PATIENCE, self.database.ping()),
            tokio::time::timeout(PATIENCE, self.storage.ping()),
            self.mail.look(),
        );
        let database = matches!(database, Ok(Ok(())));
        let storage = matches!(storage, Ok(Ok(())));
        let broker = self.broker.state() == BrokerState::Ok;
        let stopping = self.lifecycle.stopping().is_cancelled();
        let providers = self.providers.look();
        let parked = providers.iter().any(|provider| provider.state != State::Ok);
        let name = |well| if well { "ok" } else { "unavailable" };
        Readiness {
            ready: database && storage && !stopping,
            degraded: !broker || mail == Some(false) || parked,
            stopping,
            database: name(database),
            storage: name(storage),
            broker: name(broker),
            mail: mail.map(name),
            providers,
        }
    }
}

/// The process lives. Looks at nothing else: a part that is away is no reason to be restarted.
#[handler]
fn healthz() -> &'static str {
    "ok\n"
}

#[handler]
async fn readyz(health: Data<&Health>) -> impl IntoResponse {
    let readiness = health.look().await;
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Json(readiness).with_status(status).with_header(header::CACHE_CONTROL, "no-store")
}

#[handler]
fn metrics_page(Data(health): Data<&Health>) -> impl IntoResponse {
    health.metrics.run_upkeep();
    health.metrics.render().with_content_type("text/plain; version=0.0.4; charset=utf-8")
}
