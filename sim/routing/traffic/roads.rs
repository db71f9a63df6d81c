//! What each link lets through and holds.
use crate::problem::{Problem, as_u32, in_range, same_length};

/// A road network as rows of slices, one row a link.
#[derive(Clone, Copy, Debug)]
pub struct RoadTable<'a> {
    /// Number of junctions; their ids lie below it.
    pub node_count: usize,
    /// Junction at which each link begins.
    pub from: &'a [u32],
    /// Junction at which each link ends.
    pub to: &'a [u32],
    /// Length of each link, m.
    pub length_m: &'a [f64],
    /// Travel time of each link without traffic, s.
    pub free_s: &'a [f64],
    /// Vehicles an hour that can leave each link.
    pub capacity_per_h: &'a [f64],
    /// Lanes of each link.
    pub lanes: &'a [f64],
    /// From this link on they are posts ([`super::Post`]); the number of links where there are none.
    pub first_post: usize,
}

/// Checks that the links of a way exist and each begins where the one before ends; `ends` tells where a link begins and
/// ends.
pub(super) fn check_way(way: &[u32], links: usize, ends: impl Fn(u32) -> (u32, u32)) -> Result<(), Problem> {
    way.iter().try_for_each(|link| in_range("link", *link as usize, links))?;
    match way.windows(2).find(|pair| ends(pair[0]).1 != ends(pair[1]).0) {
        Some(pair) => Err(Problem::BanApart(pair[0], pair[1])),
        None => Ok(()),
    }
}

/// The columns of a [`RoadTable`], for whoever has to keep them.
#[derive(Clone, Debug, Default)]
pub struct RoadColumns {
    /// As [`RoadTable::node_count`].
    pub node_count: usize,
    /// Junction at which each link begins.
    pub from: Vec<u32>,
    /// Junction at which each link ends.
    pub to: Vec<u32>,
    /// Length of each link, m.
    pub length_m: Vec<f64>,
    /// Travel time of each link without traffic, s.
    pub free_s: Vec<f64>,
    /// Vehicles an hour that can leave each link.
    pub capacity_per_h: Vec<f64>,
    /// Lanes of each link.
    pub lanes: Vec<f64>,
    /// As [`RoadTable::first_post`]; 0 counts as the number of links.
    pub first_post: usize,
}

impl RoadColumns {
    /// The table of these columns.
    #[must_use]
    pub fn table(&self) -> RoadTable<'_> {
        RoadTable {
            node_count: self.node_count,
            from: &self.from,
            to: &self.to,
            length_m: &self.length_m,
            free_s: &self.free_s,
            capacity_per_h: &self.capacity_per_h,
            lanes: &self.lanes,
            first_post: if self.first_post == 0 { self.from.len() } else { self.first_post },
        }
    }
}

/// How traffic runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Share of all vehicles that is simulated, 0–1: capacities and room shrink with it.
    pub sample: f64,
    /// Room that a standing vehicle takes, m.
    pub jam_spacing_m: f64,
    /// Speed at which room travels back through a queue, m/s.
    pub wave_m_s: f64,
    /// Standing at the head of a queue after which a vehicle squeezes into a full link where all vehicles are simulated,
    /// s. Where a tenth is, each stands for ten: the head of a queue moves up ten times less often and waits ten times as
    /// long, so that who squeezes in is the same part of what links let through.
    pub patience_s: f64,
    /// Length of the parts of the day by which links are counted, s.
    pub period_s: f64,
    /// Parts that advance side by side, at most.
    pub parts: usize,
}

impl Default for Settings {
    /// All vehicles; 7.5 m a vehicle (Cetin, Burri and Nagel 2003); waves of 18 km/h (within the 15–20 km/h that
    /// detectors show: Windover and Cassidy 2001); a quarter of a minute's patience (assumption: a minute where a quarter
    /// of the vehicles is simulated); counts by half an hour; one part.
    fn default() -> Self {
        Self { sample: 1.0, jam_spacing_m: 7.5, wave_m_s: 5.0, patience_s: 15.0, period_s: 1800.0, parts: 1 }
    }
}

impl Settings {
    /// How long whoever stands at the head of a queue waits before squeezing in, ms.
    pub(super) fn patience_ms(&self) -> u32 {
        (self.patience_s / self.sample * 1000.0).round().clamp(1.0, 1e9) as u32
    }

    fn check(&self) -> Result<(), Problem> {
        let positive = |name, value: f64| {
            if value.is_finite() && value > 0.0 { Ok(()) } else { Err(Problem::Parameter(name)) }
        };
        positive("the share of vehicles simulated", self.sample)?;
        positive("the room of a standing vehicle", self.jam_spacing_m)?;
        positive("the speed of waves", self.wave_m_s)?;
        positive("the patience", self.patience_s)?;
        positive("the length of a part of the day", self.period_s)
    }
}

/// One link in whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Road {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Travel time without traffic, ms, at least 1.
    pub(super) free_ms: u32,
    /// Time between two vehicles that leave, ms.
    pub(super) headway_ms: u32,
    /// Time until room made at the head reaches the end, ms, at least 1.
    pub(super) gap_ms: u32,
    /// Vehicles it holds, at least 1.
    pub(super) slots: u32,
    /// Whether nobody squeezes into it.
    pub(super) strict: bool,
}

/// Longest times that a link may take, ms: a day.
const LONGEST_MS: f64 = 86_400_000.0;

/// Checks a table and turns it into whole numbers.
pub(super) fn prepare(table: &RoadTable<'_>, settings: &Settings) -> Result<Vec<Road>, Problem> {
    settings.check()?;
    let links = table.from.len();
    as_u32("links", links.saturating_mul(4))?;
    as_u32("nodes", table.node_count)?;
    same_length("link ends", links, table.to.len())?;
    same_length("link lengths", links, table.length_m.len())?;
    same_length("link times", links, table.free_s.len())?;
    same_length("link capacities", links, table.capacity_per_h.len())?;
    same_length("link lanes", links, table.lanes.len())?;
    (0..links).map(|link| road(table, settings, link)).collect()
}

fn road(table: &RoadTable<'_>, settings: &Settings, link: usize) -> Result<Road, Problem> {
    let (from, to) = (table.from[link], table.to[link]);
    in_range("node", from as usize, table.node_count)?;
    in_range("node", to as usize, table.node_count)?;
    let (length, free, capacity, lanes) =
        (table.length_m[link], table.free_s[link], table.capacity_per_h[link], table.lanes[link]);
    let sound = |value: f64| value.is_finite() && value >= 0.0;
    if ![length, free, capacity, lanes].iter().all(|value| sound(*value)) || capacity <= 0.0 {
        return Err(Problem::Delay(link));
    }
    let ms = |seconds: f64| (seconds * 1000.0).round().clamp(1.0, LONGEST_MS);
    if link >= table.first_post {
        return Ok(post(from, to, ms(free), lanes * settings.sample));
    }
    let capacity = capacity * settings.sample;
    let (free_ms, headway_ms) = (ms(free), ms(3600.0 / capacity));
    let gap_ms = ms(length / settings.wave_m_s);
    let standing = lanes.max(1.0) * length / settings.jam_spacing_m * settings.sample;
    // A link must hold at least what flows through it at capacity, or it could never reach it.
    let flowing = (free_ms + gap_ms) / headway_ms;
    let slots = standing.max(flowing).ceil().clamp(1.0, 1e6) as u32;
    let (free_ms, headway_ms, gap_ms) = (free_ms as u32, headway_ms as u32, gap_ms as u32);
    Ok(Road { from, to, free_ms, headway_ms, gap_ms, slots, strict: false })
}

/// A post whose service takes some ms, in so many lanes for those vehicles that are simulated. A broken number of lanes lets
/// vehicles out as much more slowly than the next whole one would.
fn post(from: u32, to: u32, service_ms: f64, lanes: f64) -> Road {
    let whole = (lanes - 1e-9).ceil().clamp(1.0, 1e6);
    let broken = (whole - lanes).abs() > 1e-9;
    let headway_ms = if broken { (service_ms / lanes).round().clamp(1.0, LONGEST_MS) as u32 } else { 1 };
    // Room that a vehicle leaves behind is there a ms later, which its service has less.
    let free_ms = (service_ms as u32 - 1).max(1);
    Road { from, to, free_ms, headway_ms, gap_ms: 1, slots: whole as u32, strict: true }
}
