//! What an inspection of a part may run into. Each part is inspected beside its client, and nothing is
//! changed by it.

use std::path::Path;

/// What stands between us and a part, told apart by what mends it. The words are the part's own, and
/// hold no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barrier {
    /// A setting means nothing.
    #[error("{0}")]
    Setting(String),
    /// Its name is unknown, nobody listens there, or it is silent.
    #[error("it cannot be reached: {0}")]
    Away(String),
    /// It speaks no TLS where the settings demand it.
    #[error("it offers no TLS: {0}")]
    Unencrypted(String),
    /// Its certificate is not trusted, or it does not speak TLS as we do.
    #[error("TLS fails: {0}")]
    Tls(String),
    /// It knows us not, or by another password.
    #[error("it refuses the login: {0}")]
    Login(String),
    /// What the URL names on it does not exist, or is closed to us: a database, a virtual host.
    #[error("it has no such place for us: {0}")]
    Place(String),
    /// It lets us in, and then says no.
    #[error("it refuses: {0}")]
    Refused(String),
}

impl Barrier {
    /// The same for every part.
    #[must_use]
    pub fn silent() -> Self {
        Self::Away("no answer in time".to_owned())
    }
}

/// Whether files can be made in this folder, or in the one that it would be made in. Leaves nothing
/// behind.
///
/// # Errors
///
/// Why not.
pub fn try_folder(folder: &Path) -> std::io::Result<()> {
    let folder = std::path::absolute(folder)?;
    let existing = folder.ancestors().find(|ancestor| ancestor.exists());
    tempfile::tempfile_in(existing.unwrap_or(&folder)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::try_folder;

    #[test]
    fn a_folder_that_could_be_made_is_well_and_is_not_made() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a").join("b");
        try_folder(&folder).unwrap();
        try_folder(parent.path()).unwrap();
        assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn where_not_even_root_makes_a_file_and_below_a_file_there_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        try_folder("/proc/self".as_ref()).unwrap_err();
        try_folder(file.path()).unwrap_err();
        try_folder(&file.path().join("below")).unwrap_err();
    }
}
