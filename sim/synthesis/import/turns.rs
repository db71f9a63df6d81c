//! Turn restrictions of a map as forbidden pairs of links.
use crate::import::osm::{MemberKind, OsmData, OsmRelation};
use crate::import::streets::Draft;
use citytwin_world::id::{Key, LinkId};
use citytwin_world::problem::Tally;
use citytwin_world::streets::access;

/// Where a turn leads, as restrictions name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    Left,
    Right,
    Straight,
    Back,
}

impl Turn {
    /// What a restriction's name says after `no_` or `only_`; `None` for names without a direction.
    fn named(restriction: &str) -> Option<Self> {
        match restriction.split_once('_')?.1 {
            "left_turn" => Some(Self::Left),
            "right_turn" => Some(Self::Right),
            "straight_on" => Some(Self::Straight),
            "u_turn" => Some(Self::Back),
            _ => None,
        }
    }

    /// Whether a change of heading (degrees, left positive) may be called so; neighbours overlap, as on maps.
    fn fits(self, degrees: f64) -> bool {
        match self {
            Self::Left => (15.0..=170.0).contains(&degrees),
            Self::Right => (-170.0..=-15.0).contains(&degrees),
            Self::Straight => degrees.abs() <= 60.0,
            Self::Back => degrees.abs() >= 120.0,
        }
    }
}

/// Forbidden turns. `drafts` are the links in their final order, sorted by start. Restrictions through a way are
/// counted and left out. Where a way runs on through the junction, so that several turns could be meant, the
/// direction in the restriction's name decides.
pub(super) fn banned(osm: &OsmData, drafts: &[Draft], tally: &mut Tally) -> Vec<(LinkId, LinkId)> {
    let mut into: Vec<(u32, u32)> = drafts.iter().enumerate().map(|(at, d)| (d.to, at as u32)).collect();
    into.sort_unstable();
    let mut banned = Vec::new();
    for relation in &osm.relations {
        let Some(restriction) = relation.tags.get("restriction") else { continue };
        let excepts_cars = |e: &str| e.split(';').any(|v| v.trim() == "motorcar");
        if !relation.tags.is("type", "restriction") || relation.tags.get("except").is_some_and(excepts_cars) {
            continue;
        }
        let Some((from, via, to)) = members(relation) else {
            tally.warning(
                "W303",
                "a turn restriction isn't from one way through one node into one way",
                || format!("relation {}", relation.id),
            );
            continue;
        };
        let Ok(node) = osm.nodes.binary_search_by_key(&via, |n| n.id) else { continue };
        let node = node as u32;
        let for_cars = |at: &usize| drafts.get(*at).is_some_and(|d| d.access & access::CAR != 0);
        let first = into.partition_point(|(to, _)| *to < node);
        let arriving = into.iter().skip(first).take_while(|(to, _)| *to == node).map(|(_, at)| *at as usize);
        let arriving: Vec<usize> =
            arriving.filter(for_cars).filter(|at| drafts.get(*at).is_some_and(|d| d.way == from)).collect();
        let leaving: Vec<usize> = (drafts.partition_point(|d| d.from < node)
            ..drafts.partition_point(|d| d.from <= node))
            .filter(for_cars)
            .collect();
        let meant = meant(osm, drafts, &arriving, &leaving, to, Turn::named(restriction));
        if restriction.starts_with("only_") {
            for (a, b) in &meant {
                let others = leaving.iter().filter(|other| *other != b && !meant.contains(&(*a, **other)));
                banned.extend(others.map(|other| (*a, *other)));
            }
        } else {
            banned.extend(meant);
        }
    }
    banned.sort_unstable();
    banned.dedup();
    banned.into_iter().map(|(a, b)| (LinkId::from_index(a), LinkId::from_index(b))).collect()
}

/// The pairs of links that a restriction can mean.
fn meant(
    osm: &OsmData,
    drafts: &[Draft],
    arriving: &[usize],
    leaving: &[usize],
    to: i64,
    turn: Option<Turn>,
) -> Vec<(usize, usize)> {
    let targets: Vec<usize> =
        leaving.iter().copied().filter(|at| drafts.get(*at).is_some_and(|d| d.way == to)).collect();
    let all: Vec<(usize, usize)> = arriving.iter().flat_map(|a| targets.iter().map(|b| (*a, *b))).collect();
    let Some(turn) = turn.filter(|_| all.len() > 1) else { return all };
    let fits = |(a, b): &(usize, usize)| {
        drafts
            .get(*a)
            .zip(drafts.get(*b))
            .and_then(|(a, b)| heading_change(osm, a, b))
            .is_none_or(|d| turn.fits(d))
    };
    all.into_iter().filter(fits).collect()
}

/// Change of heading from one link into the next, degrees from -180 to 180, left positive.
fn heading_change(osm: &OsmData, a: &Draft, b: &Draft) -> Option<f64> {
    let node = |at: u32| osm.nodes.get(at as usize).map(|n| [n.lon, n.lat]);
    let via = node(a.to)?;
    let before = a.inner_ends().map_or_else(|| node(a.from), |[_, last]| Some(last.map(f64::from)))?;
    let after = b.inner_ends().map_or_else(|| node(b.to), |[first, _]| Some(first.map(f64::from)))?;
    let scale = via[1].to_radians().cos();
    let heading = |p: [f64; 2], q: [f64; 2]| (q[1] - p[1]).atan2((q[0] - p[0]) * scale);
    let change = (heading(via, after) - heading(before, via)).to_degrees();
    Some((change + 540.0).rem_euclid(360.0) - 180.0)
}

fn members(relation: &OsmRelation) -> Option<(i64, i64, i64)> {
    let one = |role: &str, kind: MemberKind| {
        let mut found = relation.members.iter().filter(|(k, _, r)| *k == kind && r == role);
        let id = found.next()?.1;
        found.next().is_none().then_some(id)
    };
    Some((one("from", MemberKind::Way)?, one("via", MemberKind::Node)?, one("to", MemberKind::Way)?))
}
