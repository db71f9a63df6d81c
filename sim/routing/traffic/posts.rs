//! Checkpoints on links: every vehicle stops at the link's end and is served by one of some lanes.
//!
//! Behind the link comes another one that holds as many vehicles as there are lanes, each for the time of its service;
//! nobody squeezes into it. Whoever finds all lanes taken stands at the head of the link's own queue, which has the link's
//! room and spills back over the junction behind it. With one service time for all that is the queue M/D/c.
use super::{RoadColumns, RoadTable};
use crate::problem::{Problem, in_range};

/// A checkpoint at the end of a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Post {
    /// The link.
    pub link: u32,
    /// Lanes, at least 1.
    pub lanes: u32,
    /// Time of service of each vehicle, s.
    pub service_s: f64,
}

/// A network with posts: links are those of the network, then one for each post.
#[derive(Clone, Debug, Default)]
pub(super) struct Guarded {
    pub(super) columns: RoadColumns,
    /// Links of the network.
    links: usize,
    /// Post of each link, or [`NONE`].
    post_of: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Guarded {
    /// A network with its posts.
    ///
    /// # Errors
    /// A link that doesn't exist or has two posts, no lanes, a time of service that isn't positive.
    pub(super) fn new(table: &RoadTable<'_>, posts: &[Post]) -> Result<Self, Problem> {
        let links = table.from.len();
        let mut columns = RoadColumns {
            node_count: table.node_count,
            from: table.from.to_vec(),
            to: table.to.to_vec(),
            length_m: table.length_m.to_vec(),
            free_s: table.free_s.to_vec(),
            capacity_per_h: table.capacity_per_h.to_vec(),
            lanes: table.lanes.to_vec(),
            first_post: links,
        };
        let mut post_of = vec![NONE; links];
        for (number, post) in (0u32..).zip(posts) {
            let link = post.link as usize;
            in_range("link", link, links)?;
            if post_of[link] != NONE || post.lanes == 0 {
                return Err(Problem::Parameter("the lanes of a post"));
            }
            if !(post.service_s.is_finite() && post.service_s > 0.0) {
                return Err(Problem::Parameter("the time of service of a post"));
            }
            post_of[link] = number;
            let before = columns.node_count as u32;
            let end = std::mem::replace(&mut columns.to[link], before);
            columns.node_count += 1;
            columns.from.push(before);
            columns.to.push(end);
            columns.length_m.push(0.0);
            columns.free_s.push(post.service_s);
            columns.capacity_per_h.push(3600.0 * f64::from(post.lanes) / post.service_s);
            columns.lanes.push(f64::from(post.lanes));
        }
        Ok(Self { columns, links, post_of })
    }

    pub(super) fn table(&self) -> RoadTable<'_> {
        self.columns.table()
    }

    /// The link behind a link that has a post.
    pub(super) fn behind(&self, link: u32) -> Option<u32> {
        let post = self.post_of.get(link as usize).copied().filter(|post| *post != NONE)?;
        Some(self.links as u32 + post)
    }

    /// Time that the post of a link takes when no one waits there, s.
    pub(super) fn service_s(&self, link: usize) -> f64 {
        self.behind(link as u32).map_or(0.0, |behind| self.columns.free_s[behind as usize])
    }
}
