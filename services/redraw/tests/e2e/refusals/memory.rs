//! Hostile pictures cost no memory and no disk: measured on a process of its own.

use reqwest::multipart::Form;

use super::files::{huge_png, long_gif};
use crate::harness::{Child, Redraw, part};

/// What fifty refusals of each may add to the peak: allocators are not exact.
const SLACK_KIB: u64 = 16 * 1024;

#[tokio::test]
async fn pictures_that_claim_too_much_are_refused_in_little_memory_and_without_temporary_files() {
    let mut program = Child::new(&[]).await;
    program.start().await;
    let refuse = async |file: Vec<u8>| {
        let form = Form::new().part("image", part(file, "picture")).text("email", "o@example.com");
        let post = program.client.post(format!("{}/api/v1/register", program.url));
        assert_eq!(post.multipart(form).send().await.unwrap().status(), 422);
    };
    refuse(long_gif()).await;
    refuse(huge_png()).await;
    let before = program.peak_memory_kib();
    for _ in 0..50 {
        refuse(huge_png()).await;
        refuse(long_gif()).await;
    }
    let grown = program.peak_memory_kib() - before;
    assert!(grown < SLACK_KIB, "it grew by {grown} KiB");
    assert_eq!(program.temporary_files(), Vec::<String>::new());

    program.signal("TERM");
    assert!(program.ended().await.iter().all(|code| *code == 0));
    let redraw = Redraw::start_in(program.into_home(), &[]).await;
    assert_eq!(redraw.rows("requests").await, 0);
    assert!(redraw.originals().await.is_empty());
    redraw.stop().await;
}
