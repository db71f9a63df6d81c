//! Ways over the streets, found when they are drawn: the quickest by car, the shortest on foot and by bicycle, as the
//! run's times know them.
use crate::plane::{Plane, apart};
use citytwin_routing::city::street_graph;
use citytwin_routing::hierarchy::{Customised, Hierarchy, Seeker};
use citytwin_routing::{Direction, Problem};
use citytwin_world::id::Key;
use citytwin_world::streets::access;
use citytwin_world::{City, LinkId, NodeId};

/// Points of a way nearer than this to the straight line between their neighbours are left out, m.
const STRAIGHT_M: f32 = 1.5;

/// An end of a way: a point, and the junction that serves it.
pub type End = ([f32; 2], NodeId);

/// Who goes a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A car.
    Car,
    /// Feet, or a bicycle.
    Foot,
}

/// The streets, ready to find ways on.
pub struct Routes {
    car: (Hierarchy, Customised),
    foot: (Hierarchy, Customised),
    /// Points of each link in travel order, ends included.
    first: Vec<u32>,
    points: Vec<[f32; 2]>,
    /// Seconds that a car takes on each link of a free road.
    drive_s: Vec<f32>,
}

/// A way: its points, and how much of the whole time lies behind at each, 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Way {
    /// Points in travel order.
    pub points: Vec<[f32; 2]>,
    /// Share of the time gone at each point.
    pub gone: Vec<f32>,
    /// Length, m.
    pub length_m: f32,
}

/// What a search needs again and again.
#[derive(Default)]
pub struct Finding {
    seeker: Seeker,
    links: Vec<u32>,
}

impl Routes {
    /// Prepares a city's streets.
    ///
    /// # Errors
    /// Street tables that contradict themselves.
    pub fn new(city: &City, plane: &Plane) -> Result<Self, Problem> {
        let streets = &city.streets;
        let (mut first, mut points) = (vec![0], Vec::new());
        for link in streets.from.ids() {
            points.extend(streets.line(link).map(|[lon, lat]| plane.point(lon, lat)));
            first.push(points.len() as u32);
        }
        let drive_s: Vec<f32> = streets.from.ids().map(|link| streets.free_time_s(link)).collect();
        let deciseconds: Vec<u32> = drive_s.iter().map(|s| (s * 10.0).round().max(1.0) as u32).collect();
        let decimetres: Vec<u32> =
            streets.length_m.as_slice().iter().map(|m| (m * 10.0).round().max(1.0) as u32).collect();
        let build = |bit: u8, weights: &[u32]| {
            let graph = street_graph(streets, bit, Direction::Forward)?;
            let hierarchy = Hierarchy::new(&graph, streets.lon.as_slice(), streets.lat.as_slice())?;
            let customised = hierarchy.customise(weights)?;
            Ok((hierarchy, customised))
        };
        let (car, foot) =
            rayon::join(|| build(access::CAR, &deciseconds), || build(access::FOOT, &decimetres));
        Ok(Self { car: car?, foot: foot?, first, points, drive_s })
    }

    /// The points of a link.
    #[must_use]
    pub fn link_points(&self, link: LinkId) -> &[[f32; 2]] {
        let i = link.index();
        match (self.first.get(i), self.first.get(i + 1)) {
            (Some(a), Some(b)) => &self.points[*a as usize..*b as usize],
            _ => &[],
        }
    }

    /// The way from a point near one junction to a point near another; straight where the streets know none.
    pub fn find(&self, by: By, (from, from_node): End, (to, to_node): End, finding: &mut Finding) -> Way {
        let (hierarchy, weights) = match by {
            By::Car => &self.car,
            By::Foot => &self.foot,
        };
        let Finding { seeker, links } = finding;
        let found = seeker.path_into(hierarchy, weights, from_node.0, to_node.0, links);
        if !matches!(found, Ok(Some(_))) {
            links.clear();
        }
        let mut way = Way { points: vec![from], gone: vec![0.0], length_m: 0.0 };
        let mut spent = 0.0;
        for link in links.iter().copied() {
            let points = self.link_points(LinkId(link));
            let length: f32 = points.windows(2).map(|pair| apart(pair[0], pair[1])).sum();
            let pace = match by {
                By::Car => self.drive_s.get(link as usize).copied().unwrap_or(0.0) / length.max(0.1),
                By::Foot => 1.0,
            };
            points.iter().for_each(|point| way.go(*point, pace, &mut spent));
        }
        let pace = if by == By::Car { 0.12 } else { 1.0 }; // the last metres to the door at 30 km/h
        way.go(to, pace, &mut spent);
        way.gone.iter_mut().for_each(|gone| *gone /= spent.max(1e-3));
        way.straighten();
        way
    }
}

impl Way {
    fn go(&mut self, to: [f32; 2], pace: f32, spent: &mut f32) {
        let step = self.points.last().map_or(0.0, |last| apart(*last, to));
        if step < 0.05 {
            return;
        }
        *spent += step * pace;
        self.length_m += step;
        self.points.push(to);
        self.gone.push(*spent);
    }

    /// Leaves out points that hardly bend the way or its pace.
    fn straighten(&mut self) {
        let mut kept = 0;
        let count = self.points.len();
        for i in 0..count {
            let ends = i == 0 || i + 1 == count;
            if ends || bends(self.points[kept - 1], self.points[i], self.points[i + 1]) {
                (self.points[kept], self.gone[kept]) = (self.points[i], self.gone[i]);
                kept += 1;
            }
        }
        self.points.truncate(kept);
        self.gone.truncate(kept);
    }
}

fn bends(before: [f32; 2], at: [f32; 2], after: [f32; 2]) -> bool {
    let (x, z) = (after[0] - before[0], after[1] - before[1]);
    let length = x.hypot(z);
    if !(0.1..=400.0).contains(&length) {
        return true; // long stretches keep points, since their pace may change
    }
    ((at[0] - before[0]) * z - (at[1] - before[1]) * x).abs() / length > STRAIGHT_M
}
