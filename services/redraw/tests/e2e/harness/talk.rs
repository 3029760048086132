//! What a client says.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;

use super::Redraw;

/// A form with a picture and an address.
pub fn form(image: Vec<u8>, email: &str) -> Form {
    Form::new().part("image", part(image, "picture.jpg")).text("email", email.to_owned())
}

pub fn part(bytes: Vec<u8>, name: &str) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

impl Redraw {
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub fn post(&self, form: Form) -> RequestBuilder {
        self.client.post(format!("{}/api/v1/register", self.url)).multipart(form)
    }

    /// Registers a picture that must be taken; returns the request's id.
    pub async fn register(&self, image: Vec<u8>, email: &str) -> String {
        let answer = self.post(form(image, email)).send().await.unwrap();
        assert_eq!(answer.status(), 202);
        let document: Value = answer.json().await.unwrap();
        document["id"].as_str().unwrap().to_owned()
    }

    pub async fn request(&self, id: &str) -> Response {
        self.get(&format!("/api/v1/request/{id}")).send().await.unwrap()
    }

    pub async fn document(&self, id: &str) -> Value {
        let answer = self.request(id).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Waits for something to become true; a minute at the most.
    pub async fn until(&self, condition: impl AsyncFn() -> bool) {
        let poll = async {
            while !condition().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), poll).await.expect("it never became true");
    }

    /// The document once its owner was told, or an error after a minute.
    pub async fn finished(&self, id: &str) -> Value {
        let poll = async {
            loop {
                let document = self.document(id).await;
                if document["stage"] == "finished" {
                    return document;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), poll).await.expect("it never finished")
    }
}
