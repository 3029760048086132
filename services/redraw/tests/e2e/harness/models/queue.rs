//! fal's queue: orders that are asked after before they are fetched.

use std::collections::HashMap;

use serde_json::{Value, json};
use uuid::Uuid;

/// Where a queue says that its orders are: an address that must not be gone to.
const FAR: &str = "https://queue.fal.run/fal-ai/flux/requests";

/// Orders by their id.
#[derive(Default)]
pub struct Queue(HashMap<String, Order>);

struct Order {
    prompt: String,
    asked_after: u32,
}

impl Queue {
    pub fn take(&mut self, prompt: &str) -> Value {
        let id = Uuid::new_v4().to_string();
        self.0.insert(id.clone(), Order { prompt: prompt.to_owned(), asked_after: 0 });
        json!({
            "status": "IN_QUEUE", "request_id": id, "queue_position": 0,
            "response_url": format!("{FAR}/{id}"),
            "status_url": format!("{FAR}/{id}/status"),
            "cancel_url": format!("{FAR}/{id}/cancel"),
        })
    }

    /// How far the order of this path is; at the second question it is done.
    pub fn status(&mut self, path: &str) -> Option<(u16, &'static str)> {
        let order = self.0.get_mut(id_in(path)?)?;
        order.asked_after += 1;
        Some(if order.asked_after > 1 { (200, "COMPLETED") } else { (202, "IN_PROGRESS") })
    }

    pub fn prompt(&self, path: &str) -> Option<String> {
        self.0.get(id_in(path)?).map(|order| order.prompt.clone())
    }

    pub fn cancel(&mut self, path: &str) -> bool {
        id_in(path).is_some_and(|id| self.0.remove(id).is_some())
    }
}

/// Of `/fal-ai/fal-ai/flux/requests/ID/status`.
fn id_in(path: &str) -> Option<&str> {
    path.rsplit_once("/fal-ai/flux/requests/")?.1.split('/').next()
}
