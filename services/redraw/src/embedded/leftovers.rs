//! What `s3s-fs` leaves behind of a removed object: two hidden files, which name it and hold its
//! checksums.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::{Method, Request};

/// The hidden files of the object that this request removes, if it is such a request.
pub fn of_removal<B>(request: &Request<B>, folder: &Path) -> Option<[PathBuf; 2]> {
    // With a query it is about something else, such as tags.
    if request.method() != Method::DELETE || request.uri().query().is_some() {
        return None;
    }
    let (bucket, key) = request.uri().path().strip_prefix('/')?.split_once('/')?;
    let [bucket, key] = [bucket, key].map(|name| URL_SAFE_NO_PAD.encode(name));
    let file = |kind: &str| folder.join(format!(".bucket-{bucket}.object-{key}.{kind}.json"));
    (!key.is_empty()).then(|| [file("metadata"), file("internal")])
}

/// Removes them; what is not there is removed already.
pub async fn remove(files: [PathBuf; 2]) {
    for file in files {
        match tokio::fs::remove_file(&file).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a hidden file of a removed object stays");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use hyper::Request;

    use super::of_removal;

    #[test]
    fn only_the_removal_of_an_object_leaves_something_to_remove() {
        let leftovers = |method: &str, uri: &str| {
            let request = Request::builder().method(method).uri(uri).body(()).unwrap();
            of_removal(&request, Path::new("/store"))
        };
        let [metadata, internal] = leftovers("DELETE", "/a-bucket/key.png").unwrap();
        let stem = "/store/.bucket-YS1idWNrZXQ.object-a2V5LnBuZw";
        assert_eq!(metadata, Path::new(&format!("{stem}.metadata.json")));
        assert_eq!(internal, Path::new(&format!("{stem}.internal.json")));
        for (method, uri) in [
            ("GET", "/a-bucket/key.png"),
            ("DELETE", "/a-bucket/key.png?tagging"),
            ("DELETE", "/a-bucket/"),
            ("DELETE", "/a-bucket"),
        ] {
            assert_eq!(leftovers(method, uri), None, "{method} {uri}");
        }
    }
}
