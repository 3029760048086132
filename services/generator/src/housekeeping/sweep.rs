//! Removes what erased requests left in the store, once nobody can be storing more of it.

use shared::requests::{self, Unswept};
use shared::storage::{Bucket, StorageError};

use super::{Housekeeping, ROUND, Undone};

impl Housekeeping {
    pub(super) async fn sweep(&self) -> Result<(), Undone> {
        let client = self.database.connection().await?;
        let unswept = requests::to_sweep(&client, self.settled, ROUND).await?;
        drop(client);
        let mut last = Ok(());
        for request in unswept {
            match self.remove(&request).await {
                Ok(()) => {
                    let client = self.database.connection().await?;
                    requests::swept(&client, request.id).await?;
                }
                // One that cannot be removed must not keep the others.
                Err(error) => last = Err(error.into()),
            }
        }
        last
    }

    async fn remove(&self, request: &Unswept) -> Result<(), StorageError> {
        self.storage.delete(Bucket::Private, &request.image_key).await?;
        for key in request.paintings() {
            self.storage.delete(Bucket::Public, &key).await?;
        }
        Ok(())
    }
}
