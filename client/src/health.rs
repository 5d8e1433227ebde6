//! Asking a server how it is.

use std::time::Duration;

use tidings_shared::route;

use crate::{Failure, Server};

impl Server {
    /// Ends without error if the server is up and could commit a message now.
    ///
    /// # Errors
    ///
    /// Why it could not, or that it did not say so `within` the time.
    pub async fn ready(&self, within: Duration) -> Result<(), Failure> {
        self.send(self.http().get(self.url(route::READY, &[])), within).await.map(drop)
    }
}
