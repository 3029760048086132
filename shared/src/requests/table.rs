//! Table `requests`: how a row is read. What changes rows stands in its neighbours.

use tokio_postgres::Row;
use uuid::Uuid;

use super::Request;
use crate::database::{DatabaseError, GenericClient, cached};

/// The request, if there is one.
///
/// # Errors
///
/// When the database is away.
pub async fn find(client: &impl GenericClient, id: Uuid) -> Result<Option<Request>, DatabaseError> {
    const SQL: &str = "select id, status, image_caption, new_image_url, language, image_key, \
        image_media_type, new_image_key, new_image_media_type, version, error_code, error_text, \
        erased_at, created_at, updated_at from requests where id = $1";
    let row = cached::query_opt(client, SQL, &[&id]).await?;
    row.as_ref().map(read_request).transpose()
}

fn read_request(row: &Row) -> Result<Request, DatabaseError> {
    let version: i64 = row.try_get("version")?;
    Ok(Request {
        id: row.try_get("id")?,
        status: word(row, "status")?,
        image_caption: row.try_get("image_caption")?,
        new_image_url: row.try_get("new_image_url")?,
        language: word(row, "language")?,
        image_key: row.try_get("image_key")?,
        image_media_type: row.try_get("image_media_type")?,
        new_image_key: row.try_get("new_image_key")?,
        new_image_media_type: row.try_get("new_image_media_type")?,
        version: version.unsigned_abs(),
        error_code: row.try_get("error_code")?,
        error_text: row.try_get("error_text")?,
        erased_at: row.try_get("erased_at")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}

/// Reads a column that holds one of our words.
pub(super) fn word<T>(row: &Row, column: &str) -> Result<T, DatabaseError>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|error| DatabaseError::Unreadable(Box::new(error)))
}
