//! An object store on loopback: a folder, served by `s3s-fs` behind signatures.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{HttpError, HttpResponse};
use s3s_fs::FileSystem;
use secrecy::ExposeSecret;
use shared::config::{Config, PublicAccess};
use shared::lifecycle::Lifecycle;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::access::PublicReads;
use super::{leftovers, secret};

/// After an error of the listener, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// How long the last connections may take to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Starts the store, and tells the settings where it is.
pub async fn start(config: &mut Config, lifecycle: &Lifecycle) -> anyhow::Result<EmbeddedStore> {
    let folder = config.data.folder.join("objects");
    std::fs::create_dir_all(&folder)?;
    let settings = &mut config.storage;
    if settings.secret_key.expose_secret().is_empty() {
        settings.secret_key = secret::read_or_make(&config.data.folder.join("store-secret"))?;
    }
    let listen = settings.embedded_listen;
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}; choose another address with storage.embedded_listen")
    })?;
    let address = listener.local_addr()?;
    settings.endpoint = format!("http://{address}");
    if settings.public_access == PublicAccess::Auto {
        // It is open by itself, and knows no policies.
        settings.public_access = PublicAccess::Bucket;
    }
    if settings.public_url.is_empty() {
        settings.public_url = format!("http://localhost:{}", address.port());
    }
    let files = FileSystem::new(&folder).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let mut service = S3ServiceBuilder::new(files);
    // Without authentication no access is ever checked.
    service.set_auth(SimpleAuth::from_single(
        settings.access_key.clone(),
        settings.secret_key.expose_secret().to_owned(),
    ));
    service.set_access(PublicReads { bucket: settings.public_bucket.clone() });
    let store = EmbeddedStore {
        folder: folder.into(),
        closing: CancellationToken::new(),
        tasks: TaskTracker::new(),
    };
    let serving = store.tasks.spawn(store.clone().serve(listener, service.build()));
    let stopping = lifecycle.stopping();
    lifecycle.spawn("object store", async move {
        tokio::select! {
            died = serving => anyhow::bail!("the embedded object store ended: {died:?}"),
            // From here on it is `stop` that ends it, after the workers that still store pictures.
            () = stopping.cancelled() => Ok(()),
        }
    });
    Ok(store)
}

/// The running store.
#[derive(Clone)]
pub struct EmbeddedStore {
    folder: Arc<Path>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl EmbeddedStore {
    async fn serve(self, listener: TcpListener, service: S3Service) {
        loop {
            tokio::select! {
                () = self.closing.cancelled() => return,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => drop(self.tasks.spawn(self.clone().answer(stream, service.clone()))),
                    Err(error) => {
                        tracing::warn!(%error, "the embedded store cannot accept a connection");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
            }
        }
    }

    async fn answer(self, stream: TcpStream, service: S3Service) {
        // Fails only on a connection that is gone already.
        let _ = stream.set_nodelay(true);
        let server = Builder::new(TokioExecutor::new());
        let connection = server.serve_connection(TokioIo::new(stream), self.tidy(service));
        tokio::pin!(connection);
        let outcome = tokio::select! {
            outcome = &mut connection => outcome,
            () = self.closing.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = outcome {
            tracing::debug!(error, "a connection to the embedded store broke");
        }
    }

    /// The service, cleaning up behind what it removes.
    fn tidy(
        &self,
        service: S3Service,
    ) -> impl Service<Request<Incoming>, Response = HttpResponse, Error = HttpError, Future: Send>
    + Send
    + use<> {
        let folder = Arc::clone(&self.folder);
        service_fn(move |request| {
            let leftovers = leftovers::of_removal(&request, &folder);
            let answering = Service::call(&service, request);
            async move {
                let answer = answering.await?;
                if let Some(files) = leftovers
                    && answer.status().is_success()
                {
                    leftovers::remove(files).await;
                }
                Ok(answer)
            }
        })
    }

    /// Ends what is running, and waits for it a little.
    pub async fn stop(self) {
        self.closing.cancel();
        self.tasks.close();
        if tokio::time::timeout(PATIENCE, self.tasks.wait()).await.is_err() {
            tracing::warn!("connections to the embedded store are cut");
        }
    }
}
