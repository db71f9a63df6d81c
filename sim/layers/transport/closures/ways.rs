//! Ways with some links closed beside the ways with all of them open.
use super::super::roads::Seekers;
use citytwin_routing::Direction;
use citytwin_routing::city::street_graph;
use citytwin_routing::hierarchy::{Customised, Hierarchy};
use citytwin_world::geo::distance_m;
use citytwin_world::id::Key;
use citytwin_world::streets::access;
use citytwin_world::{LinkId, Streets};

/// Changes of so many links are poured in one by one; with more all weights are made anew, which is then as quick.
const FEW: usize = 100;

/// The ways of one kind of traveller.
pub(in super::super) struct Ways {
    hierarchy: Hierarchy,
    /// Weight and length of each link, m.
    weight: Vec<u32>,
    length_m: Vec<u32>,
    crow_share: f64,
    open: Customised,
    shut: Customised,
    /// Links closed in `shut`, ascending.
    closed: Vec<LinkId>,
    seekers: Seekers,
}

/// What closed links make of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// Nothing: it doesn't lead over any, or there never was one.
    AsEver,
    /// There is none.
    Barred,
    /// It leads round them.
    Longer {
        /// Weight with all links open.
        open: u32,
        /// Weight with links closed.
        closed: u32,
        /// Length of both ways, m.
        metres: [u32; 2],
    },
}

impl Ways {
    /// The shortest ways on foot, m; `None` where the streets contradict themselves.
    pub(super) fn on_foot(streets: &Streets) -> Option<Self> {
        Self::of(streets, access::FOOT, |_, metres| metres)
    }

    /// The quickest ways by car at free speed, tenths of a second; `None` where the streets contradict themselves.
    pub(in super::super) fn by_car(streets: &Streets) -> Option<Self> {
        let time_ds = |link: LinkId, _| (streets.free_time_s(link) * 10.0).ceil().clamp(1.0, 1e8) as u32;
        Self::of(streets, access::CAR, time_ds)
    }

    fn of(streets: &Streets, access: u8, weight: impl Fn(LinkId, u32) -> u32) -> Option<Self> {
        let graph = street_graph(streets, access, Direction::Forward).ok()?;
        let hierarchy = Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice()).ok()?;
        let length_m: Vec<u32> =
            streets.length_m.as_slice().iter().map(|m| m.clamp(1.0, 1e6).round() as u32).collect();
        let weight: Vec<u32> =
            streets.from.ids().zip(&length_m).map(|(link, metres)| weight(link, *metres)).collect();
        let open = hierarchy.customise(&weight).ok()?;
        let shut = open.clone();
        let crow = |link: LinkId| {
            let at = |node| (streets.lon[node], streets.lat[node]);
            let ((x1, y1), (x2, y2)) = (at(streets.from[link]), at(streets.to[link]));
            distance_m(x1, y1, x2, y2)
        };
        let shares = streets.from.ids().zip(&length_m).map(|(link, m)| f64::from(*m) / crow(link).max(1e-3));
        let crow_share = shares.fold(1.0, f64::min);
        let (closed, seekers) = (Vec::new(), Seekers::default());
        Some(Self { hierarchy, weight, length_m, crow_share, open, shut, closed, seekers })
    }

    /// Closes some links, given in ascending order, and opens all others.
    pub(in super::super) fn close(&mut self, links: &[LinkId]) {
        self.seekers.ready();
        if self.closed == links {
            return;
        }
        let only_in = |a: &[LinkId], b: &[LinkId]| -> Vec<LinkId> {
            a.iter().filter(|link| b.binary_search(link).is_err()).copied().collect()
        };
        let (opened, shut) = (only_in(&self.closed, links), only_in(links, &self.closed));
        // Links are those of the hierarchy's own graph, so neither way of pouring them in fails.
        let done = if opened.len() + shut.len() <= FEW {
            let opened = opened.iter().map(|link| (link.0, self.weight[link.index()]));
            let changes: Vec<(u32, u32)> = opened.chain(shut.iter().map(|link| (link.0, u32::MAX))).collect();
            self.hierarchy.change(&mut self.shut, &changes).map(|_| ())
        } else {
            let mut weight = self.weight.clone();
            links.iter().for_each(|link| weight[link.index()] = u32::MAX);
            self.hierarchy.recustomise(&mut self.shut, &weight)
        };
        debug_assert_eq!(done, Ok(()));
        self.closed.clear();
        self.closed.extend(links);
    }

    /// The least length of any link as a share of the crow's distance between its ends, 1 at most.
    pub(in super::super) fn crow_share(&self) -> f64 {
        self.crow_share
    }

    /// Whether any link is closed.
    pub(in super::super) fn any_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// What is found first along the present way between two junctions.
    pub(in super::super) fn first_on<T>(
        &self,
        from: u32,
        to: u32,
        find: impl Fn(u32) -> Option<T>,
    ) -> Option<T> {
        let found = self.seekers.with(|seeker| {
            let mut links = Vec::new();
            seeker.path_into(&self.hierarchy, &self.shut, from, to, &mut links).ok()??;
            links.into_iter().find_map(&find)
        });
        found.flatten()
    }

    /// What becomes of the way between two junctions.
    pub(super) fn round(&self, from: u32, to: u32) -> Round {
        let found = self.seekers.with(|seeker| {
            let mut links = Vec::new();
            let open = seeker.time(&self.hierarchy, &self.open, from, to).ok().flatten()?;
            let Some(closed) = seeker.time(&self.hierarchy, &self.shut, from, to).ok().flatten() else {
                return Some(Round::Barred);
            };
            if closed <= open {
                return Some(Round::AsEver);
            }
            let metres = [&self.open, &self.shut].map(|weights| {
                let found = seeker.path_into(&self.hierarchy, weights, from, to, &mut links);
                found.ok().map_or(0, |_| links.iter().map(|link| self.length_m[*link as usize]).sum())
            });
            Some(Round::Longer { open, closed, metres })
        });
        found.flatten().unwrap_or(Round::AsEver)
    }
}
