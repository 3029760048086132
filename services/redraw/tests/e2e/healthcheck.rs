//! `healthcheck`, which the images go by: yes while the program runs, and no otherwise.

use crate::harness::Child;

#[tokio::test]
async fn the_health_check_says_yes_while_the_program_runs_and_no_before_and_after() {
    let mut child = Child::new(&[]).await;
    assert_unwell(&child);
    child.start().await;
    for (code, said) in child.healthchecks() {
        assert_eq!((code, said.as_str()), (0, ""));
    }
    child.signal("TERM");
    child.ended().await;
    assert_unwell(&child);
}

fn assert_unwell(child: &Child) {
    for (code, said) in child.healthchecks() {
        assert_eq!(code, 1);
        assert!(said.contains("/healthz"), "{said}");
    }
}
