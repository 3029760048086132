//! Waiting for what will be true: looked for again and again, but not for ever.

use std::time::Duration;

/// Waits until `look` finds something, for half a minute at the most.
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(Duration::from_secs(30), what, look).await
}

/// Waits until `look` finds something, for as long as is said.
pub async fn within<T>(
    patience: Duration,
    what: &str,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let poll = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let found = tokio::time::timeout(patience, poll).await;
    found.unwrap_or_else(|_| panic!("it never came: {what}"))
}
