//! The notify job: one mail that tells the owner what came of the request.

use std::time::Duration;

use anyhow::{Context, anyhow};
use lettre::Address;
use shared::database::{Database, DatabaseError, Transaction};
use shared::jobs::{Job, Kind, Notes};
use shared::mail::{MailError, Mailer, Outgoing};
use shared::requests::{self, Ending, NOTIFY, Tidings};
use shared::service::Parts;
use shared::worker::{Ended, Failure, Step, StepError};

use crate::letter;

pub struct NotifyStep {
    database: Database,
    mailer: Mailer,
    api_url: String,
    /// How long a mail waits that the server put off.
    put_off: Duration,
}

impl NotifyStep {
    pub fn new(parts: &Parts) -> Self {
        Self {
            database: parts.database.clone(),
            mailer: parts.mailer.clone(),
            api_url: parts.config.register.api_url(),
            put_off: parts.config.jobs.backoff_longest,
        }
    }

    fn compose(&self, job: &Job, tidings: &Tidings) -> anyhow::Result<Outgoing> {
        let status_url = &format!("{}/request/{}", self.api_url, job.subject);
        let told = match &tidings.ending {
            Ending::Done { caption, new_image_url } => {
                letter::Tidings::Done { caption, new_image_url, status_url }
            }
            Ending::Failure { text } => letter::Tidings::Failed { reason: text, status_url },
        };
        let letter = letter::write(tidings.language.as_str(), &told).context("the letter")?;
        // The cause of a parse error could quote the address.
        let to: Address = tidings.email.parse().map_err(|_| anyhow!("the address is not one"))?;
        let letter::Letter { subject, text, html } = letter;
        Ok(Outgoing { job: job.id, to, subject, text, html })
    }
}

impl Step for NotifyStep {
    type Done = ();

    fn kind(&self) -> Kind {
        NOTIFY
    }

    async fn perform(&self, job: &Job, _: &mut Notes) -> Result<(), StepError> {
        let client = self.database.connection().await?;
        let tidings = requests::tidings_of(&client, job.subject).await?;
        drop(client);
        // Nobody to tell: the owner asked to be forgotten.
        let Some(tidings) = tidings else { return Ok(()) };
        let unwritable = |error| StepError::fail("mail_unwritable", "", error);
        let mail = self.compose(job, &tidings).map_err(unwritable)?;
        self.mailer.send(&mail).await.map_err(|error| told_apart(error, self.put_off))
    }

    /// The request has ended already; that the mail went out shows in the timeline.
    async fn commit(&self, _: &Transaction<'_>, _: &Job, (): &()) -> Result<(), DatabaseError> {
        Ok(())
    }

    /// The request keeps its end: a picture is no worse for a mail that was refused.
    async fn give_up(
        &self,
        _: &Transaction<'_>,
        _: &Job,
        _: &Failure,
    ) -> Result<(), DatabaseError> {
        Ok(())
    }

    fn next(&self, _: Ended) -> Option<Kind> {
        None
    }
}

/// A server that is away is asked again soon, as with it all mail waits; one that puts a mail off
/// only after `put_off`, or it would take us for a nuisance.
fn told_apart(error: MailError, put_off: Duration) -> StepError {
    match error {
        MailError::Passing(_) => StepError::wait("mail_unavailable", error),
        MailError::PutOff(_) => {
            StepError::Wait { code: "mail_put_off", after: Some(put_off), cause: error.into() }
        }
        MailError::Permanent(_) => StepError::fail("mail_refused", "", error),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anyhow::anyhow;
    use shared::mail::MailError;
    use shared::worker::StepError;

    use super::told_apart;

    #[test]
    fn only_a_mail_that_is_put_off_waits_long() {
        let put_off = Duration::from_mins(10);
        let after = |error| match told_apart(error, put_off) {
            StepError::Wait { after, .. } => Some(after),
            _ => None,
        };
        assert_eq!(after(MailError::PutOff(anyhow!("full"))), Some(Some(put_off)));
        assert_eq!(after(MailError::Passing(anyhow!("away"))), Some(None));
        assert_eq!(after(MailError::Permanent(anyhow!("nobody"))), None);
    }
}
