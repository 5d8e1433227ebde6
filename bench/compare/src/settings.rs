//! What can be said on the command line.

use std::path::PathBuf;

use clap::Parser;

use crate::{peers::Peer, works::Table};

/// Compare Tidings with its peers at the same work.
#[derive(Clone, Debug, Parser)]
#[command(name = "cargo xtask compare", bin_name = "cargo xtask compare")]
pub(crate) struct Settings {
    /// A round of short runs with fewer listeners, into target/compare-quick: shows that all works,
    /// and is no measurement
    #[arg(long)]
    pub(crate) quick: bool,

    /// How often each is measured, in rounds that are interleaved; 5 unless told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=50))]
    rounds: Option<u32>,

    /// Only these tables
    #[arg(long, value_name = "TABLE", num_args = 1.., value_delimiter = ',')]
    only: Vec<Table>,

    /// Only these servers
    #[arg(long, value_name = "PEER", num_args = 1.., value_delimiter = ',')]
    peers: Vec<Peer>,

    /// What the machine was made to be for these runs, as "on a disk held to 3,000 writes a second":
    /// said on the page wherever they count
    #[arg(long, value_name = "TEXT")]
    pub(crate) condition: Option<String>,

    /// Goes on from what is in results.json; what failed is tried again
    #[arg(long)]
    pub(crate) resume: bool,

    /// Measures nothing, and writes the pages anew from results.json
    #[arg(long)]
    pub(crate) report_only: bool,

    /// Where the page goes, and the folder `performance` beside it; docs unless told
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// The checkout
    #[arg(long, value_name = "DIR", default_value = ".", hide = true)]
    pub(crate) root: PathBuf,

    /// Where the servers were built
    #[arg(long, value_name = "DIR", default_value = "target/release", hide = true)]
    pub(crate) bin: PathBuf,
}

impl Settings {
    pub(crate) fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(if self.quick { 1 } else { 5 })
    }

    pub(crate) fn wants(&self, table: Table, peer: Peer) -> bool {
        (self.only.is_empty() || self.only.contains(&table))
            && (self.peers.is_empty() || self.peers.contains(&peer))
    }

    /// Where `performance.md` goes.
    pub(crate) fn out(&self) -> PathBuf {
        let default = if self.quick { "target/compare-quick" } else { "docs" };
        self.root.join(self.out.clone().unwrap_or_else(|| default.into()))
    }

    /// Every raw round.
    pub(crate) fn results(&self) -> PathBuf {
        self.out().join("performance/results.json")
    }
}
