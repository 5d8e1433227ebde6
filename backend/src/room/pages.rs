//! Pages of the log that can change no more, encoded, for readers who are too far behind for the
//! tail. A thousand of them coming back at once have each page read from the store once.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use quick_cache::{Weighter, sync::Cache};

use super::{Room, encode::Encoded};
use crate::store::{Span, StoreError};

/// How many places in the log a page spans.
const SPAN: u64 = 256;
/// How much memory the pages of all rooms may take, in bytes.
const BYTES: u64 = 32 << 20;

type Page = Arc<[Arc<Encoded>]>;

#[derive(Clone)]
struct Size;

impl Weighter<(u64, u64), Page> for Size {
    fn weight(&self, _: &(u64, u64), page: &Page) -> u64 {
        page.iter().map(|message| message.size() as u64).sum::<u64>().max(1)
    }
}

/// One room's view of the pages of all rooms.
#[derive(Clone)]
pub(super) struct Pages {
    cache: Arc<Cache<(u64, u64), Page, Size>>,
    numbers: Arc<AtomicU64>,
    room: u64,
}

impl Pages {
    pub(super) fn new() -> Self {
        let items = usize::try_from(BYTES / (SPAN * 400)).expect("a few hundred");
        let cache = Cache::with_weighter(items, BYTES, Size);
        Self { cache: Arc::new(cache), numbers: Arc::default(), room: 0 }
    }

    /// The same memory, for one more room.
    pub(super) fn for_room(&self) -> Self {
        let room = self.numbers.fetch_add(1, Ordering::Relaxed);
        Self { room, ..self.clone() }
    }

    /// The page in which the message behind `after` stands, and where the page ends if it is
    /// complete.
    pub(super) async fn read(
        &self,
        room: &Room,
        after: u64,
    ) -> Result<(Page, Option<u64>), StoreError> {
        let number = after / SPAN;
        let (first, last) = (number * SPAN, (number + 1) * SPAN);
        let read = async {
            let limit = usize::try_from(SPAN).expect("it is small");
            let mut records = room.records(Span::After(first), limit).await?;
            records.retain(|record| record.message.seq <= last);
            Ok(records.iter().map(|record| room.encode(record)).collect::<Page>())
        };
        if last > room.head().seq {
            return Ok((read.await?, None));
        }
        let page = self.cache.get_or_insert_async(&(self.room, number), read).await?;
        Ok((page, Some(last)))
    }
}
