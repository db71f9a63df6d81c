//! What is in a city, counted.
use super::thousands;
use citytwin_world::problem::Tally;
use citytwin_world::streets::CLASSES;
use citytwin_world::{City, LinkId, Mode, PlaceKind, RouteId, Streets};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Length of the streets of a class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassLength {
    /// OSM-like class.
    pub class: &'static str,
    /// Length, km; a street with two directions counts once.
    pub km: f64,
}

/// Lines of a mode with their vehicle runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModeService {
    /// Bus or metro.
    pub mode: &'static str,
    /// Lines.
    pub lines: usize,
    /// Runs on a Wednesday, a Saturday and a Sunday.
    pub runs: [usize; 3],
}

/// Places of a kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KindCount {
    /// The kind.
    pub kind: &'static str,
    /// Those a source shows at their spot.
    pub observed: usize,
    /// Those inferred from counts and rates.
    pub inferred: usize,
}

/// What is in a city.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Survey {
    /// Name shown to people.
    pub name: String,
    /// Country.
    pub country: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Where the data come from.
    pub sources: Vec<String>,
    /// Digest of the folder, as run folders name it.
    pub city_hash: String,
    /// Residents by the zones.
    pub residents: u64,
    /// Jobs by the zones.
    pub jobs: u64,
    /// Zones.
    pub zones: usize,
    /// Zones with residents.
    pub zones_peopled: usize,
    /// Area of all zones, km².
    pub area_km2: f64,
    /// Junctions.
    pub junctions: usize,
    /// Directed links.
    pub links: usize,
    /// Forbidden turns.
    pub banned_turns: usize,
    /// Length of all streets and paths, km.
    pub streets_km: f64,
    /// Length by class, the fastest first.
    pub streets: Vec<ClassLength>,
    /// Stops of public transport.
    pub stops: usize,
    /// Stop sequences.
    pub routes: usize,
    /// Vehicle runs of the whole week, each counted once.
    pub runs: usize,
    /// Lines and runs by mode.
    pub transit: Vec<ModeService>,
    /// Building footprints.
    pub buildings: usize,
    /// Places by kind.
    pub places: Vec<KindCount>,
    /// What was odd in the folder, with counts and examples.
    pub odd: Tally,
}

impl Survey {
    /// Counts.
    pub fn of(city: &City, buildings: usize, odd: Tally) -> Self {
        let sum = |column: &[u32]| column.iter().map(|n| u64::from(*n)).sum();
        let zones = &city.zones;
        let streets = classes(&city.streets);
        Self {
            name: city.info.name.clone(),
            country: city.info.country.clone(),
            time_zone: city.info.time_zone.clone(),
            sources: city.info.sources.clone(),
            city_hash: format!("{:016x}", city.hash),
            residents: sum(zones.population.as_slice()),
            jobs: sum(zones.jobs.as_slice()),
            zones: zones.len(),
            zones_peopled: zones.population.as_slice().iter().filter(|n| **n > 0).count(),
            area_km2: zones.area_km2.as_slice().iter().map(|area| f64::from(*area)).sum(),
            junctions: city.streets.node_count(),
            links: city.streets.link_count(),
            banned_turns: city.streets.banned_turns.len(),
            streets_km: streets.iter().map(|class| class.km).sum(),
            streets,
            stops: city.transit.stop_name.len(),
            routes: city.transit.route_line.len(),
            runs: city.transit.run_route.len(),
            transit: services(city),
            buildings,
            places: kinds(city),
            odd,
        }
    }

    /// The totals by name.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        let lines: usize = self.transit.iter().map(|service| service.lines).sum();
        let places: usize = self.places.iter().map(|kind| kind.observed + kind.inferred).sum();
        let rest = [
            ("zones", self.zones),
            ("places", places),
            ("junctions", self.junctions),
            ("links", self.links),
            ("banned turns", self.banned_turns),
            ("lines", lines),
            ("stops", self.stops),
            ("routes", self.routes),
            ("vehicle runs", self.runs),
        ];
        let rest = rest.into_iter().map(|(name, count)| (name, count as u64));
        std::iter::once(("residents", self.residents)).chain(rest).collect()
    }

    /// The counts as rows of text.
    pub fn rows(&self) -> Vec<(String, String)> {
        let mut rows: Vec<(String, String)> = [
            ("city", format!("{}, {}", self.name, self.country)),
            ("residents", thousands(self.residents)),
            ("jobs", thousands(self.jobs)),
            (
                "zones",
                format!("{} ({} with residents), {:.1} km²", self.zones, self.zones_peopled, self.area_km2),
            ),
            ("junctions", thousands(self.junctions)),
            ("links", format!("{} ({} forbidden turns)", thousands(self.links), self.banned_turns)),
            ("streets and paths", format!("{:.1} km", self.streets_km)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        rows.extend(self.streets.iter().map(|c| (format!("  {}", c.class), format!("{:.1} km", c.km))));
        rows.push(("stops".to_owned(), thousands(self.stops)));
        rows.push(("routes".to_owned(), thousands(self.routes)));
        for service in &self.transit {
            let [workday, saturday, sunday] = service.runs.map(thousands);
            let runs =
                format!("{workday} runs on a Wednesday, {saturday} on a Saturday, {sunday} on a Sunday");
            rows.push((format!("{} lines", service.mode), format!("{} ({runs})", service.lines)));
        }
        rows.push(("buildings drawn".to_owned(), thousands(self.buildings)));
        rows.push(("places".to_owned(), "observed, inferred".to_owned()));
        rows.extend(self.places.iter().map(|k| {
            (format!("  {}", k.kind), format!("{}, {}", thousands(k.observed), thousands(k.inferred)))
        }));
        rows
    }
}

/// Of a street with two directions, the links that lead one way; and all links of one-way streets.
pub fn once(streets: &Streets) -> Vec<LinkId> {
    let key = |link: LinkId, from: u32, to: u32| {
        (from, to, streets.class[link], (streets.length_m[link] * 10.0).round() as u32)
    };
    let all: BTreeSet<_> = streets.from.iter().map(|(l, from)| key(l, from.0, streets.to[l].0)).collect();
    let links = streets.from.iter().filter(|(link, from)| {
        let to = streets.to[*link];
        from.0 <= to.0 || !all.contains(&key(*link, to.0, from.0))
    });
    links.map(|(link, _)| link).collect()
}

fn classes(streets: &Streets) -> Vec<ClassLength> {
    let mut km = vec![0.0; CLASSES.len()];
    for link in once(streets) {
        if let Some(sum) = km.get_mut(usize::from(streets.class[link])) {
            *sum += f64::from(streets.length_m[link]) / 1000.0;
        }
    }
    let lengths = CLASSES.iter().zip(km).map(|(class, km)| ClassLength { class, km });
    lengths.filter(|length| length.km > 0.0).collect()
}

fn services(city: &City) -> Vec<ModeService> {
    let transit = &city.transit;
    let mode_of = |route: RouteId| transit.line_mode.get(*transit.route_line.get(route)?).copied();
    let modes = [Mode::Metro, Mode::Bus].into_iter().map(|mode| {
        let lines = transit.line_mode.as_slice().iter().filter(|m| **m == mode).count();
        // Bits of Wednesday, Saturday, Sunday.
        let runs = [2, 5, 6].map(|bit| {
            let of_mode = transit.run_route.iter().filter(|(_, route)| mode_of(**route) == Some(mode));
            of_mode.filter(|(run, _)| transit.run_weekdays[*run] >> bit & 1 == 1).count()
        });
        ModeService { mode: mode.name(), lines, runs }
    });
    modes.filter(|service| service.lines > 0).collect()
}

fn kinds(city: &City) -> Vec<KindCount> {
    let mut counts = vec![[0_usize; 2]; PlaceKind::COUNT];
    for (place, kind) in city.places.kind.iter() {
        if let Some(count) = counts.get_mut(*kind as usize) {
            count[usize::from(city.places.inferred[place])] += 1;
        }
    }
    let row = |(kind, [observed, inferred]): (&PlaceKind, [usize; 2])| KindCount {
        kind: kind.name(),
        observed,
        inferred,
    };
    PlaceKind::ALL.iter().zip(counts).map(row).filter(|row| row.observed + row.inferred > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use citytwin_world::NodeId;
    use citytwin_world::id::Key;

    #[test]
    fn a_street_with_two_directions_counts_once() {
        let mut streets = Streets::default();
        for (from, to, metres) in [(0, 1, 500.0), (1, 0, 500.0), (1, 2, 250.0), (2, 0, 250.0), (0, 1, 750.0)]
        {
            streets.from.push(NodeId(from));
            streets.to.push(NodeId(to));
            streets.length_m.push(metres);
            streets.class.push(6);
        }
        let lengths = classes(&streets);
        assert_eq!(lengths, [ClassLength { class: "residential", km: 1.75 }]);
        assert_eq!(once(&streets).iter().map(|l| l.index()).collect::<Vec<_>>(), [0, 2, 3, 4]);
    }
}
