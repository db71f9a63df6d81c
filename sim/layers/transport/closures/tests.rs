//! Ways round closures against plain searches, and the streets of stops by hand.
use super::super::network::Network;
use super::kerbside::Kerbside;
use super::ways::{Round, Ways};
use super::{Circle, sealed};
use citytwin_routing::city::street_graph;
use citytwin_routing::{Direction, Scratch};
use citytwin_world::draw::block;
use citytwin_world::id::Key;
use citytwin_world::streets::access;
use citytwin_world::{City, LineId, LinkId, Mode, NodeId, Residents, RouteId, RunId, StopId, Streets};

/// Junctions on each side of the town.
const SIDE: u32 = 12;
/// Degrees between two junctions: 111 m.
const STEP_DEG: f64 = 0.001;

fn drawn(purpose: u32, number: u32) -> u32 {
    block(5, purpose, number, 0, 0)[0]
}

/// Streets in rows, both ways; every seventh is for cars alone, every ninth a footpath, each a little longer than the crow
/// flies.
fn grid() -> Streets {
    let mut streets = Streets::default();
    for n in 0..SIDE * SIDE {
        streets.lon.push(f64::from(n % SIDE) * STEP_DEG);
        streets.lat.push(f64::from(n / SIDE) * STEP_DEG);
    }
    for n in 0..SIDE * SIDE {
        let east = (n % SIDE + 1 < SIDE).then_some(n + 1);
        let north = (n / SIDE + 1 < SIDE).then_some(n + SIDE);
        for m in [east, north].into_iter().flatten() {
            let street = streets.from.len() as u32 / 2;
            let who = match street {
                s if s % 7 == 3 => access::CAR,
                s if s % 9 == 5 => access::FOOT | access::BICYCLE,
                _ => access::CAR | access::FOOT | access::BICYCLE,
            };
            for (from, to) in [(n, m), (m, n)] {
                streets.from.push(NodeId(from));
                streets.to.push(NodeId(to));
                streets.length_m.push(112.0 + (drawn(1, street) % 60) as f32);
                streets.free_speed_kmh.push(30.0 + (drawn(2, street) % 40) as f32);
                streets.access.push(who);
                streets.shape.push_row([]);
            }
        }
    }
    streets
}

/// Links with an end in a square of the town.
fn around(streets: &Streets, (x, y): (u32, u32), reach: u32) -> Vec<LinkId> {
    let inside = |node: NodeId| (node.0 % SIDE).abs_diff(x) <= reach && (node.0 / SIDE).abs_diff(y) <= reach;
    streets.from.ids().filter(|link| inside(streets.from[*link]) || inside(streets.to[*link])).collect()
}

#[test]
fn ways_round_closures_are_those_of_a_plain_search() {
    let streets = grid();
    let city = City { streets: streets.clone(), ..City::default() };
    for (whom, made) in [(access::FOOT, Ways::on_foot(&streets)), (access::CAR, Ways::by_car(&streets))] {
        let mut ways = made.expect("ways");
        let graph = street_graph(&streets, whom, Direction::Forward).expect("sound");
        let weight = |link: LinkId| match whom {
            access::FOOT => streets.length_m[link].round() as u32,
            _ => (streets.free_time_s(link) * 10.0).ceil() as u32,
        };
        let open: Vec<u32> = streets.from.ids().map(weight).collect();
        let metres: Vec<u32> = streets.length_m.as_slice().iter().map(|m| m.round() as u32).collect();
        // A few links, a whole quarter, another one, nothing.
        let whims =
            [around(&streets, (5, 5), 0), around(&streets, (3, 8), 3), around(&streets, (9, 2), 1), vec![]];
        let (mut longer, mut barred, mut spared) = (0, 0, 0);
        for closed in whims {
            ways.close(&closed);
            assert_eq!(ways.any_closed(), !closed.is_empty());
            let circle = Circle::of(&city, closed.iter());
            let mut shut = open.clone();
            closed.iter().for_each(|link| shut[link.index()] = u32::MAX);
            let [free, held] = [&open, &shut].map(|times| graph.weigh(times, &metres).expect("weights"));
            let mut scratch = Scratch::default();
            for from in (0..SIDE * SIDE).step_by(5) {
                let before: Vec<Option<(u32, u32)>> = {
                    let tree = scratch.one_to_all(&graph, &free, from).expect("searched");
                    (0..SIDE * SIDE).map(|to| tree.cost(to)).collect()
                };
                let tree = scratch.one_to_all(&graph, &held, from).expect("searched");
                for to in 0..SIDE * SIDE {
                    let (Some((time, way_m)), now) = (before[to as usize], tree.cost(to)) else { continue };
                    let found = ways.round(from, to);
                    match now {
                        None => assert_eq!(found, Round::Barred),
                        Some((later, _)) if later == time => assert_eq!(found, Round::AsEver),
                        Some((later, round_m)) => {
                            let Round::Longer { open, closed, metres } = found else { panic!("{found:?}") };
                            assert_eq!((open, closed), (time, later));
                            // Of several equally quick ways either may be taken.
                            assert!(whom == access::CAR || metres == [way_m, round_m], "{metres:?}");
                        }
                    }
                    let at = |node: u32| (streets.lon[NodeId(node)], streets.lat[NodeId(node)]);
                    let touches = circle.may_touch([at(from), at(to)], (way_m, ways.crow_share()));
                    assert!(touches || found == Round::AsEver, "{from} {to} {way_m}: {found:?}");
                    longer += u32::from(matches!(found, Round::Longer { .. }));
                    barred += u32::from(found == Round::Barred);
                    spared += u32::from(!touches && !closed.is_empty());
                }
            }
        }
        assert!(longer > 100 && barred > 100 && spared > 100, "{longer} {barred} {spared}");
    }
}

#[test]
fn junctions_are_sealed_when_their_last_footway_closes() {
    let streets = grid();
    let city = City { streets: streets.clone(), ..City::default() };
    assert!(sealed(&city, &[]).is_empty());
    let centre = 5 * SIDE + 5;
    let shut = sealed(&city, &around(&streets, (5, 5), 0));
    assert_eq!((0..SIDE * SIDE).filter(|node| shut[*node as usize]).collect::<Vec<_>>(), [centre]);
}

#[test]
fn stops_lie_at_the_nearest_street() {
    let streets = grid();
    let mut city = City { streets: streets.clone(), ..City::default() };
    // Ten metres north of the middle of a street eastwards, at a junction, and far from any street.
    let east = streets.from.ids().find(|link| {
        streets.to[*link].0 == streets.from[*link].0 + 1 && streets.access[*link] & access::CAR != 0
    });
    let east = east.expect("a street");
    let from = streets.from[east];
    let spots = [
        (streets.lon[from] + STEP_DEG / 2.0, streets.lat[from] + 0.00009),
        (5.0 * STEP_DEG, 5.0 * STEP_DEG),
        (-0.01, -0.01),
    ];
    let transit = &mut city.transit;
    for (lon, lat) in spots {
        transit.stop_name.push(String::new());
        transit.stop_lon.push(lon);
        transit.stop_lat.push(lat);
        transit.stop_node.push(from);
    }
    transit.line_name.push("1".into());
    transit.line_mode.push(Mode::Bus);
    transit.route_line.push(LineId(0));
    transit.route_stops.push_row((0..3).map(StopId));
    transit.route_runs.push_row([RunId(0)]);
    transit.route_shape.push_row([]);
    transit.run_route.push(RouteId(0));
    transit.run_times_s.push_row((0..3).map(|stop| [28_800 + stop * 300; 2]));
    transit.run_weekdays.push(0x7f);
    transit.run_capacity.push(50);
    let network = Network::of(&city, &Residents::default());
    let kerbside = Kerbside::of(&city, &network);
    let back = streets
        .from
        .ids()
        .find(|link| (streets.from[*link], streets.to[*link]) == (streets.to[east], streets.from[east]));
    let mut both = [east, back.expect("a way back")];
    both.sort_unstable();
    assert_eq!(kerbside.stops_at(&both), [StopId(0)]);
    assert!(kerbside.stops_at(&both[..1]).is_empty(), "buses still come the other way");
    assert_eq!(kerbside.stops_at(&around(&streets, (5, 5), 0)), [StopId(1)]);
    let all: Vec<LinkId> = streets.from.ids().collect();
    assert_eq!(kerbside.stops_at(&all), [StopId(0), StopId(1)]);
}
