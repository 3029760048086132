//! What keeps the program `redraw` from starting, told in one sentence.

use std::net::TcpListener;

use crate::harness::{Child, Redraw};

/// Launches it, and returns the one line that it must end with.
async fn refusal(mut child: Child) -> String {
    child.launch();
    assert_eq!(child.ended().await, [1], "{}", child.errors());
    let errors = child.errors();
    let errors: Vec<_> = errors.lines().filter(|line| line.starts_with("error: ")).collect();
    let [error] = errors[..] else { panic!("{errors:?}") };
    error.to_owned()
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let child = Child::new(&[]).await.listening_on(address.port());
    let error = refusal(child).await;
    assert!(error.contains(&address.to_string()) && error.contains("register.listen"), "{error}");
    let address = address.to_string();
    let error = refusal(Child::new(&[("REDRAW__STORAGE__EMBEDDED_LISTEN", &address)]).await).await;
    assert!(error.contains(&address) && error.contains("storage.embedded_listen"), "{error}");
}

#[tokio::test]
async fn a_folder_that_another_redraw_uses_is_named_with_its_setting() {
    let redraw = Redraw::start().await;
    let folder = redraw.home.path().join("var").display().to_string();
    let error = refusal(Child::new(&[("REDRAW__DATA__FOLDER", &folder)]).await).await;
    let expected = format!(
        "error: another redraw runs on {folder}; stop it, or choose another folder with data.folder"
    );
    assert_eq!(error, expected);
    redraw.stop().await;
}

#[tokio::test]
async fn a_setting_that_does_not_exist_or_has_the_wrong_form_is_named_with_where_it_stands() {
    let error = refusal(Child::new(&[("REDRAW__JOBS__LEESE", "30s")]).await).await;
    assert_eq!(
        error,
        "error: REDRAW__JOBS__LEESE sets `jobs.leese`, which is no setting of redraw; config.yaml lists them all"
    );
    let error = refusal(Child::new(&[("REDRAW__JOBS__LEASE", "soon")]).await).await;
    assert!(
        error.starts_with("error: REDRAW__JOBS__LEASE: `jobs.lease` has the wrong form: "),
        "{error}"
    );
}

#[tokio::test]
async fn a_settings_file_that_cannot_be_read_is_named() {
    let child = Child::new(&[]).await;
    let file = child.home().path().join("config.yaml");
    let path = file.display().to_string();
    std::fs::write(&file, "jobs: [").unwrap();
    let error = refusal(child).await;
    assert!(error.starts_with(&format!("error: {path} is not YAML: ")), "{error}");
    let child = Child::new(&[]).await;
    let file = child.home().path().join("config.yaml");
    let path = file.display().to_string();
    std::fs::remove_file(&file).unwrap();
    let error = refusal(child).await;
    assert_eq!(error, format!("error: cannot read {path}: No such file or directory (os error 2)"));
}
