//! Infrastructure grown for generated cities.
use super::*;
use crate::generate;
use citytwin_world::infrastructure::Service;
use std::collections::BTreeSet;

#[test]
fn every_zone_is_served_and_every_asset_hangs_on_the_grid() {
    for population in [400, 60_000] {
        let city = generate::city(population, 3).expect("a city");
        let made = grow(&city);
        assert_eq!(made, grow(&city), "the same city has the same infrastructure");
        for zone in city.zones.id.ids() {
            for service in [Service::Power, Service::Mobile, Service::Water] {
                assert!(!made.serving(service, zone).is_empty(), "{service:?} of {zone:?}");
            }
        }
        // From any infeed the lines reach every substation.
        let mut reached: BTreeSet<AssetId> =
            made.of_kind(AssetKind::GridInfeed).into_iter().take(1).collect();
        for _ in 0..made.len() {
            for line in &made.lines {
                if reached.contains(&line.from) || reached.contains(&line.to) {
                    reached.extend([line.from, line.to]);
                }
            }
        }
        let substations = made.of_kind(AssetKind::Substation);
        assert!(substations.iter().all(|s| reached.contains(s)));
        assert!(made.needs.is_sorted() && made.inferred.as_slice().iter().all(|inferred| *inferred));
        let fed: BTreeSet<AssetId> = made.needs.iter().map(|need| need.asset).collect();
        let own = |kind: AssetKind| !matches!(kind, AssetKind::GridInfeed | AssetKind::Substation);
        assert!(made.kind.iter().all(|(id, kind)| !own(*kind) || fed.contains(&id)));
        // Feeders of a substation add up to what it is built for.
        let load: f32 = made.of_kind(AssetKind::Feeder).iter().map(|id| made.capacity[*id]).sum();
        let built: f32 = substations.iter().map(|id| made.capacity[*id]).sum();
        assert!((load - built).abs() < 1e-3 * built, "{load} {built}");
    }
    assert!(grow(&City::default()).is_empty());
}

#[test]
fn runs_are_even_and_cover_everything() {
    let weight: Vec<f64> = (0..100).map(|i| f64::from(i % 7)).collect();
    for target in [1.0, 10.0, 50.0, 1e9] {
        let runs = order::runs(&weight, target);
        assert_eq!((runs[0].start, runs[runs.len() - 1].end), (0, 100));
        assert!(runs.windows(2).all(|pair| pair[0].end == pair[1].start && pair[0].start < pair[0].end));
        let sum = |run: &std::ops::Range<usize>| weight[run.clone()].iter().sum::<f64>();
        assert!(target < 10.0 || runs.iter().all(|run| sum(run) < target.min(300.0) * 1.7), "{target}");
    }
}
