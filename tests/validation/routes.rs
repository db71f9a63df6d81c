//! Quick ways through the shipped city against the slow ones.
use citytwin_routing::hierarchy::{Hierarchy, Seeker, Targets};
use citytwin_routing::{Direction, Graph, Scratch};
use citytwin_synthesis::folder::read_city;
use citytwin_world::streets::{Streets, access};
use std::path::Path;

/// Free-flow time of each link, tenths of a second.
fn free_times_ds(streets: &Streets) -> Vec<u32> {
    let speeds = streets.free_speed_kmh.as_slice().iter();
    let lengths = streets.length_m.as_slice().iter();
    lengths.zip(speeds).map(|(length_m, speed)| (36.0 * length_m / speed.max(1.0)).ceil() as u32).collect()
}

/// Compares times of some sources to all nodes, and paths to a few of them.
fn compare(hierarchy: &Hierarchy, graph: &Graph, time: &[u32], at_once: &[(u32, u32)]) {
    let mut weights = hierarchy.customise(time).unwrap();
    let mut time = time.to_vec();
    at_once.iter().for_each(|&(link, then)| time[link as usize] = then);
    hierarchy.change(&mut weights, at_once).unwrap();
    assert!(weights == hierarchy.customise(&time).unwrap());
    let plain = graph.weigh(&time, &vec![0; time.len()]).unwrap();
    let nodes = graph.node_count() as u32;
    let targets = Targets::new(hierarchy, &(0..nodes).collect::<Vec<_>>()).unwrap();
    let (mut scratch, mut seeker) = (Scratch::default(), Seeker::default());
    let (mut times, mut links) = (Vec::new(), Vec::new());
    for from in (0..nodes).step_by(nodes as usize / 40) {
        let tree = scratch.one_to_all(graph, &plain, from).unwrap();
        seeker.one_to_many(hierarchy, &weights, from, &targets, &mut times).unwrap();
        assert!((0..nodes).zip(&times).all(|(to, &found)| tree.time(to).unwrap_or(u32::MAX) == found));
        for to in (0..nodes).step_by(nodes as usize / 50) {
            let found = seeker.path_into(hierarchy, &weights, from, to, &mut links).unwrap();
            assert_eq!(found, tree.time(to));
            assert_eq!(links.iter().map(|&link| time[link as usize]).sum::<u32>(), found.unwrap_or(0));
        }
    }
}

/// Looks at a city's streets with twenty links spread over them closed, then with others again.
fn exact_on(streets: &Streets) {
    let graph = citytwin_routing::city::street_graph(streets, access::CAR, Direction::Forward).unwrap();
    let (lon, lat) = (streets.lon.as_slice(), streets.lat.as_slice());
    let hierarchy = Hierarchy::new(&graph, lon, lat).unwrap();
    let time = free_times_ds(streets);
    let closed: Vec<(u32, u32)> = (0..20).map(|k| (k * (time.len() as u32 / 20), u32::MAX)).collect();
    compare(&hierarchy, &graph, &time, &closed);
}

#[test]
fn the_hierarchy_is_exact_on_the_streets_of_porto_alegre() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cities/porto-alegre");
    let (city, _) = read_city(&folder).unwrap();
    exact_on(&city.streets);
}

#[test]
fn few_changes_are_as_good_as_customising_anew_on_generated_streets() {
    for seed in 0..4 {
        let city = citytwin_synthesis::generate::city(20_000, seed).unwrap();
        let streets = &city.streets;
        exact_on(streets);
        let graph = citytwin_routing::city::street_graph(streets, access::CAR, Direction::Forward).unwrap();
        let (lon, lat) = (streets.lon.as_slice(), streets.lat.as_slice());
        let hierarchy = Hierarchy::new(&graph, lon, lat).unwrap();
        let mut time = free_times_ds(streets);
        let mut weights = hierarchy.customise(&time).unwrap();
        for round in 0..40 {
            // Some close, some open or become slower or quicker, and what is closed stays so for some rounds.
            let drawn = |k: u32| citytwin_world::draw::block(seed, 1, k, round, 0);
            let changes: Vec<(u32, u32)> = (0..20)
                .map(|k| (drawn(k)[0] % time.len() as u32, drawn(k)))
                .map(|(link, [_, word, ..])| (link, if word % 3 == 0 { u32::MAX } else { word % 2_000 }))
                .collect();
            changes.iter().for_each(|&(link, then)| time[link as usize] = then);
            hierarchy.change(&mut weights, &changes).unwrap();
            assert!(weights == hierarchy.customise(&time).unwrap(), "city {seed}, round {round}");
        }
    }
}
