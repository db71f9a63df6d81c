//! The epidemic map: cases by zone, published as exactly as privacy allows, and shunned by those who look at it.
use bitcode::{Decode, Encode};
use citytwin_engine::{Board, EpidemicMap, KeySpec, Kind, Levers, Now, Params, Policy, TICKS_PER_DAY, Unit};
use citytwin_world::problem::Problems;
use citytwin_world::{City, Draw};
use std::sync::Arc;

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "epidemic_map",
    summary: "Publishes known cases by zone, with small numbers kept back or noise added; some shun what it shows.",
    keys: KEYS,
    build,
};

const KEYS: &[KeySpec] = &[
    KeySpec::new("privacy", Unit::Text)
        .text("k_anonymity")
        .choices(&["none", "k_anonymity", "laplace"])
        .about(
            "What is done to the numbers: nothing, those below `k` kept back, or noise of a Laplace distribution added \
             (differential privacy).",
        )
        .source("assumption; Dwork et al. 2006 for the noise"),
    KeySpec::new("k", Unit::Persons)
        .default(10.0)
        .range(1.0, 1e6)
        .about("Least number of persons that is told, where small ones are kept back.")
        .source("assumption: a common threshold of statistical offices"),
    KeySpec::new("epsilon", Unit::Number)
        .default(1.0)
        .range(1e-6, 1e6)
        .about("Privacy spent by one map where noise is added, whose scale is 1/ε persons: each case counts in one zone once.")
        .source("assumption"),
    KeySpec::new("every", Unit::Days)
        .default(1.0)
        .range(1.0, 365.0)
        .about("From one map to the next.")
        .source("assumption: daily, as in Shenzhen and Guangzhou in February 2020"),
    KeySpec::new("shun_from", Unit::Number)
        .default(1.0)
        .range(0.0, 1000.0)
        .about("Cases of seven days in a thousand residents told of a zone from which on it is shunned.")
        .source("assumption"),
    KeySpec::new("caution", Unit::Ratio)
        .default(0.2)
        .range(0.0, 1.0)
        .about("Share of residents who look at the map by phone and drop leisure, shopping and errands in zones that it shows as dangerous.")
        .source("assumption"),
];

/// Purpose of the noise.
const NOISE: u32 = 0x0710;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Privacy {
    Plain,
    KeptBack { below: f64 },
    Noise { epsilon: f64 },
}

struct Map {
    privacy: Privacy,
    every_ticks: u32,
    shun_from_per_1000: f64,
    caution: f32,
    memory: Memory,
}

/// What it keeps over a restart: the map that hangs out, and since when.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
struct Memory {
    published_tick: Option<u32>,
    map: Arc<EpidemicMap>,
}

fn build(params: &Params, _: &City) -> Result<Box<dyn Policy>, Problems> {
    let privacy = match params.text("privacy").as_str() {
        "k_anonymity" => Privacy::KeptBack { below: params.f64("k") },
        "laplace" => Privacy::Noise { epsilon: params.f64("epsilon") },
        _ => Privacy::Plain,
    };
    Ok(Box::new(Map {
        privacy,
        every_ticks: (params.f64("every") * f64::from(TICKS_PER_DAY)).round().max(1.0) as u32,
        shun_from_per_1000: params.f64("shun_from"),
        caution: params.f64("caution") as f32,
        memory: Memory::default(),
    }))
}

impl Map {
    /// A number as it is told; `None` where it is kept back.
    fn told(&self, now: Now, zone: u32, known: f64) -> Option<f64> {
        match self.privacy {
            Privacy::Plain => Some(known),
            Privacy::KeptBack { below } => (known >= below).then_some(known),
            Privacy::Noise { epsilon } => {
                let mut draw = Draw::new(now.seed, NOISE, zone, now.tick);
                // The difference of two exponential numbers has the Laplace distribution.
                Some((known + (draw.exponential() - draw.exponential()) / epsilon).round().max(0.0))
            }
        }
    }

    fn draw_map(&self, now: Now, cases: &[u32], residents: &[u32]) -> EpidemicMap {
        let mut map = EpidemicMap { caution: self.caution, ..EpidemicMap::default() };
        let (mut error, mut zones) = (0.0, 0u32);
        for (zone, (cases, residents)) in (0..).zip(cases.iter().zip(residents)).filter(|(_, (_, r))| **r > 0)
        {
            let known = f64::from(*cases);
            let told = self.told(now, zone, known);
            map.withheld += u32::from(told.is_none() && *cases > 0);
            let shown = told.unwrap_or(0.0);
            if known > 0.0 || shown > 0.0 {
                error += (shown - known).abs();
                zones += 1;
            }
            if shown > 0.0 && shown * 1000.0 >= self.shun_from_per_1000 * f64::from(*residents) {
                map.shunned.push(zone);
            }
        }
        map.error_persons = (error / f64::from(zones.max(1))) as f32;
        let spends = if let Privacy::Noise { epsilon } = self.privacy { epsilon } else { 0.0 };
        map.epsilon_spent = self.memory.map.epsilon_spent + spends;
        map
    }
}

impl Policy for Map {
    fn decide(&mut self, now: Now, board: &Board, _: &City, levers: &mut Levers) {
        let due =
            self.memory.published_tick.is_none_or(|last| now.tick >= last.saturating_add(self.every_ticks));
        if due
            && let Some(cases) = board.zone_counts("known_cases_7d")
            && let Some(residents) = board.zone_counts("residents")
        {
            let map = self.draw_map(now, &cases.counts, &residents.counts);
            self.memory = Memory { published_tick: Some(now.tick), map: Arc::new(map) };
        }
        if self.memory.published_tick.is_some() {
            levers.publish(&self.memory.map);
        }
    }
    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&self.memory)
    }
    fn restore(&mut self, memory: &[u8]) -> bool {
        bitcode::decode(memory).map(|saved| self.memory = saved).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::simulation;
    use citytwin_engine::{Simulation, ZoneCounts};

    /// A run of which the cases of three zones of a thousand residents are told at its start.
    fn told(keys: &[(&str, &str)], cases: [u32; 3]) -> Simulation {
        let mut simulation = simulation(&City::default(), &[(&KIND, keys)]);
        for (name, counts) in [("residents", vec![1000, 1000, 1000]), ("known_cases_7d", cases.to_vec())] {
            simulation.board.tell_zones(0, name, ZoneCounts { counts, as_of_tick: 0 });
        }
        (0..30).for_each(|_| simulation.step());
        simulation
    }

    fn map(simulation: &Simulation) -> EpidemicMap {
        simulation.levers.map.as_deref().cloned().expect("a map")
    }

    #[test]
    fn small_numbers_are_kept_back_and_large_ones_told_as_they_are() {
        let plain = map(&told(&[("privacy", "none"), ("shun_from", "3")], [0, 4, 25]));
        assert_eq!((plain.shunned, plain.withheld, plain.error_persons), (vec![1, 2], 0, 0.0));
        let kept = map(&told(&[("shun_from", "3")], [0, 4, 25]));
        assert_eq!((kept.shunned, kept.withheld, kept.error_persons), (vec![2], 1, 2.0));
        assert!((kept.epsilon_spent, kept.caution) == (0.0, 0.2));
    }

    #[test]
    fn noise_grows_as_epsilon_shrinks_and_each_map_spends_it() {
        let error = |epsilon: &str| {
            let keys = [("privacy", "laplace"), ("epsilon", epsilon)];
            let (mut sum, mut spent) = (0.0, 0.0);
            let mut simulation = told(&keys, [400, 500, 600]);
            for _ in 0..200 {
                simulation.run_day();
                let map = map(&simulation);
                sum += f64::from(map.error_persons);
                spent = map.epsilon_spent;
            }
            (sum / 200.0, spent)
        };
        // The mean of the noise's size is 1/ε.
        let (coarse, spent) = error("0.1");
        assert!((coarse - 10.0).abs() < 1.2 && (spent - 20.2).abs() < 0.11, "{coarse} {spent}");
        let (fine, spent) = error("1");
        assert!((fine - 1.0).abs() < 0.12 && (spent - 202.0).abs() < 1.1, "{fine} {spent}");
    }

    #[test]
    fn nothing_is_published_before_anything_is_known_and_a_restart_keeps_the_map() {
        assert_eq!(simulation(&City::default(), &[(&KIND, &[])]).levers.map, None);
        let keys = [("privacy", "laplace"), ("every", "3 d")];
        let mut whole = told(&keys, [40, 50, 60]);
        let mut resumed = simulation(&City::default(), &[(&KIND, &keys)]);
        resumed.resume(&whole.save(1), 1).expect("the same run");
        for _ in 0..5 {
            whole.run_day();
            resumed.run_day();
            assert_eq!(whole.levers, resumed.levers);
        }
    }
}
