//! The roads as drivers know them: times of links by part of the day, the trips behind them, and what is closed.
use crate::id::{Key, LinkId, NodeId};
use bitcode::{Decode, Encode};

/// Kinds of day whose traffic is known apart: workday, Saturday, Sunday and holidays (the order of `DayType`).
pub const DAY_KINDS: usize = 3;

/// Times of drives written down for a part of the day, at most and in one direction (16 MB of two bytes each); on larger
/// networks every drive is searched for.
pub const WRITTEN_MAX: usize = 8 << 20;

/// Days on which drivers learn of checkpoints that have come or gone (assumption; a third of what is met becomes known each
/// day, so nine tenths of it in six).
const LEARNING_DAYS: u32 = 6;

/// A drive of an ordinary day, one of those simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Drive {
    /// Junction where it begins.
    pub from: NodeId,
    /// Junction where it ends.
    pub to: NodeId,
    /// Second of the day at which it begins.
    pub depart_s: u32,
    /// Class of drivers that see roads alike.
    pub class: u8,
}

/// Mean times of the drives of a kind of day that have a way even where links are closed, s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Encode, Decode)]
pub struct DriveTimes {
    /// By the times known.
    pub known_s: f32,
    /// On the roads as they are, without anybody else.
    pub empty_s: f32,
    /// Without anybody else and with no link closed.
    pub open_s: f32,
    /// The state of the roads ([`Roads::version`]) in which they were looked up; 0 = never.
    pub version: u32,
}

/// A checkpoint at the end of a link, at which every vehicle stops.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct RoadPost {
    /// The link.
    pub link: LinkId,
    /// Lanes, at least 1.
    pub lanes: u32,
    /// Time of service of each vehicle, s.
    pub service_s: f32,
}

/// How the times of links come about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub enum TrafficModel {
    /// Single vehicles stand in queues; drivers learn from what they meet.
    #[default]
    Queues,
    /// Each hour is a user equilibrium of volumes.
    Volumes,
}

/// Traffic of one kind of day.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct RoadDay {
    /// Time of each link by period of entry, tenths of a second: `period * links + link`.
    pub times_ds: Vec<u16>,
    /// Vehicles a day on each link.
    pub vehicles: Vec<u32>,
    /// The drives that these times come from, in order of departure.
    pub drives: Vec<Drive>,
    /// How far from equilibrium the times known are. Queues: by what share the times met on the last days worked out
    /// were longer than those known before; volumes: the relative gap.
    pub gap: f32,
    /// What the drives take, and would take if nothing hindered them.
    pub means: DriveTimes,
}

/// The roads as drivers know them; empty where movement knows no traffic.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Roads {
    /// Length of a period, s; 0 where there is no traffic.
    pub period_s: u32,
    /// How times come about.
    pub model: TrafficModel,
    /// Share of the city's residents who live in this world: roads shrink with them.
    pub sample: f32,
    /// The day of each kind.
    pub days: Vec<RoadDay>,
    /// Links that nobody may enter at present, ascending.
    pub closed: Vec<LinkId>,
    /// The days as they were when the first of these links was closed; empty while none is.
    pub before_closures: Vec<RoadDay>,
    /// Links that hazards close in this hour, in no order; taken over into [`Self::closed`] when people move.
    pub closing: Vec<LinkId>,
    /// Links that nobody may walk or cycle on at present, ascending.
    pub closed_on_foot: Vec<LinkId>,
    /// Links that hazards close to those on foot and on bicycles in this hour, in no order; taken over into
    /// [`Self::closed_on_foot`] when people move.
    pub closing_on_foot: Vec<LinkId>,
    /// Checkpoints on links at present, by link in order.
    pub posts: Vec<RoadPost>,
    /// Days on which drivers still learn of checkpoints that have come or gone.
    pub learning_days: u32,
    /// Number of the present state: grows whenever a time, a closure or a checkpoint changes.
    pub version: u32,
    /// Days of traffic worked out today.
    pub worked_out: u32,
}

impl Roads {
    /// Puts what hazards close in this hour in order, each link once; so it doesn't depend on who closed it first.
    pub fn settle_closing(&mut self) {
        for closing in [&mut self.closing, &mut self.closing_on_foot] {
            closing.sort_unstable();
            closing.dedup();
        }
    }

    /// Whether this hour closes or opens a link to anybody. What closes must be settled.
    pub fn closures_change(&self) -> bool {
        self.closing != self.closed || self.closing_on_foot != self.closed_on_foot
    }

    /// Takes over what hazards close in this hour; tells whether that changes anything for vehicles. Drivers remember how
    /// it was before: once everything is open again, that is what they know.
    pub fn take_closures(&mut self) -> bool {
        self.settle_closing();
        self.closed_on_foot = std::mem::take(&mut self.closing_on_foot);
        let closing = std::mem::take(&mut self.closing);
        let changes = closing != self.closed;
        if changes {
            if self.closed.is_empty() {
                self.before_closures.clone_from(&self.days);
            }
            if closing.is_empty() {
                self.days = std::mem::take(&mut self.before_closures);
            }
            self.closed = closing;
            self.version += 1;
        }
        changes
    }

    /// Takes over the checkpoints of this hour; tells whether that changes anything. Everybody knows at once what the
    /// service takes; what the wait is they learn in the days that follow.
    pub fn take_posts(&mut self, posts: Vec<RoadPost>, links: usize) -> bool {
        if posts == self.posts {
            return false;
        }
        let tenths = |post: &RoadPost| (post.service_s * 10.0).round().clamp(0.0, f32::from(u16::MAX)) as u16;
        for period in self.days.iter_mut().flat_map(|day| day.times_ds.chunks_mut(links.max(1))) {
            for post in &self.posts {
                if let Some(time_ds) = period.get_mut(post.link.index()) {
                    *time_ds = time_ds.saturating_sub(tenths(post)).max(1);
                }
            }
            for post in &posts {
                if let Some(time_ds) = period.get_mut(post.link.index()) {
                    *time_ds = time_ds.saturating_add(tenths(post));
                }
            }
        }
        self.posts = posts;
        self.version += 1;
        self.learning_days = LEARNING_DAYS;
        true
    }

    /// Whether movement knows traffic.
    pub fn known(&self) -> bool {
        self.period_s > 0 && self.days.len() == DAY_KINDS
    }
}
