//! What the tags of a highway mean: class, who may use it in which direction, speed, lanes, capacity.
use crate::import::osm::Tags;
use citytwin_world::streets::{CLASSES, access};

/// Defaults of a street class where a highway carries no tag of its own.
pub struct ClassDefaults {
    /// Free speed inside a city, stops at signals included, km/h.
    pub speed_kmh: f32,
    /// Lanes in each direction.
    pub lanes: u8,
    /// Capacity of a lane, vehicles per hour.
    pub capacity_veh_h_lane: f32,
    /// Who may use it.
    pub access: u8,
}

const fn defaults(speed_kmh: f32, lanes: u8, capacity_veh_h_lane: f32, access: u8) -> ClassDefaults {
    ClassDefaults { speed_kmh, lanes, capacity_veh_h_lane, access }
}

const ALL: u8 = access::CAR | access::BICYCLE | access::FOOT;
const SLOW: u8 = access::BICYCLE | access::FOOT;

/// Defaults per class, in the order of [`CLASSES`]. Lane capacities are those customary in agent-based traffic
/// models (Horni, Nagel, Axhausen: The Multi-Agent Transport Simulation MATSim, 2016, network conversion from OSM);
/// speeds are the usual urban limits by class; access follows the OSM wiki, "OSM tags for routing/Access
/// restrictions", world-wide defaults.
pub const DEFAULTS: [ClassDefaults; CLASSES.len()] = [
    defaults(100.0, 2, 2000.0, access::CAR),
    defaults(70.0, 2, 1750.0, ALL),
    defaults(60.0, 1, 1500.0, ALL),
    defaults(50.0, 1, 1000.0, ALL),
    defaults(45.0, 1, 800.0, ALL),
    defaults(40.0, 1, 600.0, ALL),
    defaults(30.0, 1, 600.0, ALL),
    defaults(15.0, 1, 300.0, ALL),
    defaults(15.0, 1, 300.0, ALL),
    defaults(10.0, 1, 100.0, SLOW),
    defaults(15.0, 1, 100.0, SLOW),
    defaults(18.0, 1, 100.0, access::BICYCLE),
    defaults(10.0, 1, 100.0, access::FOOT),
    defaults(10.0, 1, 100.0, SLOW),
    defaults(5.0, 1, 100.0, access::FOOT),
    defaults(15.0, 1, 100.0, SLOW),
];

/// Slip roads carry less and slower than the road they join: share of the parent's speed.
const LINK_SPEED_SHARE: f32 = 0.6;

/// What a highway's tags say.
#[derive(Clone, Debug, PartialEq)]
pub struct Highway {
    /// Index into [`CLASSES`].
    pub class: u8,
    /// Who may use it along the way's direction.
    pub forward: u8,
    /// Who may use it against the way's direction.
    pub backward: u8,
    /// Free speed, km/h.
    pub speed_kmh: f32,
    /// Lanes along and against the direction.
    pub lanes: [u8; 2],
}

impl Highway {
    /// Capacity in a direction (0 along, 1 against), vehicles per hour over all lanes.
    pub fn capacity_veh_h(&self, direction: usize) -> f32 {
        let per_lane = DEFAULTS.get(usize::from(self.class)).map_or(0.0, |d| d.capacity_veh_h_lane);
        per_lane * f32::from(self.lanes.get(direction).copied().unwrap_or(1).max(1))
    }
}

/// Number of a class name.
pub fn class_of(name: &str) -> Option<u8> {
    CLASSES.iter().position(|class| *class == name).and_then(|at| u8::try_from(at).ok())
}

/// Reads the tags of a way; `None` when nobody can travel on it. `length_m` serves ferries with a duration.
pub fn read(tags: &Tags, length_m: f64) -> Option<Highway> {
    let (class, is_link) = class(tags)?;
    let default = DEFAULTS.get(usize::from(class))?;
    let mut both = default.access;
    if tags.is("motorroad", "yes") {
        both = access::CAR;
    }
    both = general_access(tags, both);
    if tags.is("area", "yes") {
        both &= access::FOOT;
    }
    let (car, bicycle) = (direction(tags), bicycle_direction(tags));
    let mut sides = [both & access::FOOT, both & access::FOOT];
    for (side, allows) in sides.iter_mut().zip([car.0, car.1]) {
        *side |= if allows { both & access::CAR } else { 0 };
    }
    for (side, allows) in sides.iter_mut().zip([bicycle.0, bicycle.1]) {
        *side |= if allows { both & access::BICYCLE } else { 0 };
    }
    if sides == [0, 0] {
        return None;
    }
    let usual = if is_link { default.speed_kmh * LINK_SPEED_SHARE } else { default.speed_kmh };
    let speed_kmh = match tags.get("route") {
        Some("ferry") => ferry_speed_kmh(tags, length_m).unwrap_or(usual),
        _ => tags.get("maxspeed").and_then(speed_kmh).unwrap_or(usual),
    };
    let lanes = lanes(tags, if is_link { 1 } else { default.lanes }, car);
    Some(Highway { class, forward: sides[0], backward: sides[1], speed_kmh, lanes })
}

fn class(tags: &Tags) -> Option<(u8, bool)> {
    if tags.is("route", "ferry") {
        return class_of("ferry").map(|class| (class, false));
    }
    let highway = tags.get("highway")?;
    let (name, is_link) = highway.strip_suffix("_link").map_or((highway, false), |name| (name, true));
    let name = match name {
        "road" => "unclassified",
        "bridleway" => "path",
        "busway" | "bus_guideway" | "raceway" | "escape" => return None,
        "corridor" | "platform" => "footway",
        other => other,
    };
    class_of(name).map(|class| (class, is_link))
}

/// Applies access tags from the general to the particular.
fn general_access(tags: &Tags, mut allowed: u8) -> u8 {
    let scopes = [
        ("access", ALL),
        ("vehicle", access::CAR | access::BICYCLE),
        ("motor_vehicle", access::CAR),
        ("motorcar", access::CAR),
        ("bicycle", access::BICYCLE),
        ("foot", access::FOOT),
    ];
    for (key, scope) in scopes {
        match tags.get(key) {
            Some(
                "no" | "private" | "use_sidepath" | "agricultural" | "forestry" | "military" | "emergency",
            ) => {
                allowed &= !scope;
            }
            // A general "yes" grants nothing that the class denies: a footway with access=yes stays a footway.
            Some("yes" | "designated" | "permissive" | "official" | "destination") if key != "access" => {
                let granted = if key == "vehicle" { scope & allowed } else { scope };
                allowed |= granted;
            }
            _ => {}
        }
    }
    allowed
}

/// Whether cars may go along and against the way's direction.
fn direction(tags: &Tags) -> (bool, bool) {
    let implied = matches!(tags.get("junction"), Some("roundabout" | "circular"))
        || matches!(tags.get("highway"), Some("motorway" | "motorway_link"));
    match tags.get("oneway") {
        Some("yes" | "true" | "1") => (true, false),
        Some("-1" | "reverse") => (false, true),
        Some("no" | "false" | "0") => (true, true),
        // Lanes that change direction over the day can't be told apart by hour here.
        Some("reversible" | "alternating") => (true, true),
        _ => (true, !implied),
    }
}

fn bicycle_direction(tags: &Tags) -> (bool, bool) {
    let against = tags.is("oneway:bicycle", "no")
        || tags.get("cycleway").is_some_and(|value| value.starts_with("opposite"));
    if against { (true, true) } else { direction(tags) }
}

/// Speed of a `maxspeed` value, km/h: numbers with units, country words (`BR:urban`), `walk`, `none`.
pub fn speed_kmh(text: &str) -> Option<f32> {
    text.split([';', ',', '|']).filter_map(|part| one_speed_kmh(part.trim())).reduce(f32::min)
}

fn one_speed_kmh(text: &str) -> Option<f32> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    if digits > 0 {
        let (number, unit) = text.split_at(digits);
        let factor = match unit.trim() {
            "" | "km/h" | "kmh" | "kph" => 1.0,
            "mph" => 1.609_344,
            "knots" => 1.852,
            _ => return None,
        };
        return number.parse::<f32>().ok().map(|n| n * factor).filter(|n| (1.0..=200.0).contains(n));
    }
    match text.rsplit(':').next().unwrap_or(text) {
        "walk" | "walking_speed" => Some(6.0),
        "living_street" => Some(10.0),
        "zone20" => Some(20.0),
        "zone30" | "30" => Some(30.0),
        "urban" => Some(50.0),
        "rural" => Some(90.0),
        "trunk" => Some(100.0),
        "motorway" => Some(120.0),
        "none" => Some(130.0),
        _ => None,
    }
}

fn lanes(tags: &Tags, default: u8, (along, against): (bool, bool)) -> [u8; 2] {
    let count = |key: &str| {
        tags.get(key)
            .and_then(|text| text.split(';').next()?.trim().parse::<f32>().ok())
            .filter(|n| (1.0..=16.0).contains(n))
            .map(|n| n as u8)
    };
    let share = match (count("lanes"), along && against) {
        (Some(all), true) => (all / 2).max(1),
        (Some(all), false) => all,
        (None, _) => default,
    };
    [count("lanes:forward").unwrap_or(share), count("lanes:backward").unwrap_or(share)]
}

/// Speed of a ferry from its `duration` (`hh:mm`, `hh:mm:ss` or minutes).
fn ferry_speed_kmh(tags: &Tags, length_m: f64) -> Option<f32> {
    let parts: Vec<f64> =
        tags.get("duration")?.split(':').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    let hours = match parts.as_slice() {
        [minutes] => minutes / 60.0,
        [hours, minutes] => hours + minutes / 60.0,
        [hours, minutes, seconds] => hours + minutes / 60.0 + seconds / 3600.0,
        _ => return None,
    };
    let speed = length_m / 1000.0 / hours;
    (speed.is_finite() && (1.0..=80.0).contains(&speed)).then_some(speed as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(tags: &[(&str, &str)]) -> Tags {
        let mut kept = Tags::default();
        tags.iter().for_each(|(k, v)| kept.keep(k, v));
        kept
    }

    #[test]
    fn speeds_in_all_their_spellings() {
        for (text, speed) in [
            ("50", Some(50.0)),
            ("30 mph", Some(48.280_32)),
            ("50;70", Some(50.0)),
            ("BR:urban", Some(50.0)),
            ("DE:zone:30", Some(30.0)),
            ("none", Some(130.0)),
            ("walk", Some(6.0)),
            ("signals", None),
            ("-5", None),
            ("1e9", None),
            ("", None),
        ] {
            assert_eq!(speed_kmh(text), speed, "{text}");
        }
    }

    #[test]
    fn directions_follow_the_tags() {
        let car = |tags: &[(&str, &str)]| {
            let highway = read(&way(tags), 100.0).expect("usable");
            (highway.forward & access::CAR != 0, highway.backward & access::CAR != 0)
        };
        assert_eq!(car(&[("highway", "primary")]), (true, true));
        assert_eq!(car(&[("highway", "primary"), ("oneway", "-1")]), (false, true));
        assert_eq!(car(&[("highway", "motorway")]), (true, false));
        assert_eq!(car(&[("highway", "tertiary"), ("junction", "roundabout")]), (true, false));
        assert_eq!(car(&[("highway", "motorway_link"), ("oneway", "no")]), (true, true));
    }

    #[test]
    fn pedestrians_walk_against_one_way_streets_but_not_on_motorways() {
        let street = read(&way(&[("highway", "residential"), ("oneway", "yes")]), 50.0).expect("usable");
        assert_eq!(street.backward, access::FOOT);
        assert_eq!(read(&way(&[("highway", "motorway")]), 50.0).expect("usable").forward, access::CAR);
        assert_eq!(read(&way(&[("highway", "service"), ("access", "private")]), 50.0), None);
        let lane =
            read(&way(&[("highway", "residential"), ("oneway", "yes"), ("cycleway", "opposite")]), 50.0);
        assert_eq!(lane.expect("usable").backward, access::FOOT | access::BICYCLE);
    }

    #[test]
    fn lanes_are_shared_between_directions() {
        let of = |tags: &[(&str, &str)]| read(&way(tags), 50.0).expect("usable");
        assert_eq!(of(&[("highway", "primary"), ("lanes", "4")]).lanes, [2, 2]);
        assert_eq!(of(&[("highway", "primary"), ("lanes", "3"), ("oneway", "yes")]).lanes, [3, 3]);
        assert_eq!(of(&[("highway", "primary"), ("lanes", "99999999999")]).lanes, [1, 1]);
        assert_eq!(of(&[("highway", "primary"), ("lanes", "3")]).capacity_veh_h(0), 1500.0);
    }
}
