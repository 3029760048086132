//! How to get past a barrier: the same kinds for every part, each with the settings of its own.

use shared::inspection::Barrier;

use super::report::{Check, Part};

/// The settings of a part that a barrier may be about.
pub struct Settings {
    pub part: Part,
    /// Where the part is.
    pub url: &'static str,
    /// Who we are there.
    pub login: &'static str,
    /// What to do where there is no such place; none: it has no places.
    pub place: &'static str,
    /// How to go without TLS.
    pub without_tls: &'static str,
}

impl Settings {
    /// The line for what stands between us and the part.
    pub fn blocked(&self, barrier: &Barrier) -> Check {
        self.part.failed("connection", barrier.to_string(), self.mend(barrier))
    }

    fn mend(&self, barrier: &Barrier) -> String {
        let Self { url, login, place, without_tls, .. } = self;
        match barrier {
            Barrier::Setting(_) => format!("correct {url}, as config.yaml describes it"),
            Barrier::Away(_) => {
                format!(
                    "start the server, or correct host and port in {url}; a firewall may be in between"
                )
            }
            Barrier::Unencrypted(_) => format!("turn TLS on there; or {without_tls}"),
            Barrier::Tls(_) => format!(
                "name the file of its certificate authority in tls.roots_file; host and port in {url} \
                 must be those of the certificate and of the TLS listener"
            ),
            Barrier::Login(_) => format!("correct {login}"),
            Barrier::Place(_) => (*place).to_owned(),
            Barrier::Refused(_) => format!("give the user of {url} what it was refused"),
        }
    }
}
