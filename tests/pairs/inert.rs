//! What does nothing changes nothing: policies without effect, more or fewer metrics and tables.
use super::{same_truth, state_hashes, written};
use crate::town::Play;
use citytwin_engine::digest;

const DAYS: u32 = 7;

/// Policies that assert nothing, or nothing yet.
const INERT: [(&str, &str); 22] = [
    ("masks that nobody wears", "kind = \"mask_wearing\"\nshare = \"0 %\""),
    ("distance that nobody keeps", "kind = \"distancing\"\nshare = \"0 %\""),
    ("a closure of nothing", "kind = \"closure\"\nkinds = [\"mall\", \"restaurant\"]\nshare = \"0 %\""),
    ("a lockdown in name", "kind = \"lockdown\"\nid = \"second\"\nstringency = \"0 %\""),
    ("work from home for nobody", "kind = \"remote_work\"\nshare = \"0 %\""),
    ("schools that stay open", "kind = \"school_closure\"\nshare = \"0 %\""),
    ("an order that nobody follows", "kind = \"isolation\"\nid = \"second\"\nadherence = \"0 %\""),
    ("a code that nobody looks at", "kind = \"health_code\"\nid = \"second\"\nupdate = \"hourly\""),
    ("a lockdown of zones without cases", "kind = \"lockdown\"\nid = \"zones\"\nzone_cases_on = 1000"),
    (
        "a field hospital without beds",
        "kind = \"field_hospital\"\nbeds = 0\nicu_beds = 0\nbuild_time = \"0 d\"",
    ),
    ("a shelter hospital without beds", "kind = \"shelter_hospital\"\nbeds = 0\nbuild_time = \"0 d\""),
    ("central quarantine without rooms", "kind = \"central_quarantine\"\nplaces = 0"),
    ("mass testing without sites", "kind = \"mass_testing\"\nsites_per_100k = 0"),
    ("a vaccination without doses", "kind = \"vaccination\"\ndelivered_per_100k = \"0 /d\""),
    ("crews who find nothing to repair", "kind = \"restoration\"\ncrews = 5"),
    ("checkpoints nowhere", "kind = \"checkpoints\"\nid = \"none\"\nkinds = []\nforged = \"50 %\""),
    (
        "checkpoints with no hours",
        "kind = \"checkpoints\"\nid = \"none\"\nkinds = [\"gate\"]\ncoverage = \"0 %\"",
    ),
    ("a map that nobody heeds", "kind = \"epidemic_map\"\ncaution = \"0 %\""),
    (
        "a list of duties without an entry",
        "kind = \"data_sharing\"\nid = \"none\"\ndepartments = []\nback_to = []\nretention = \"3 d\"",
    ),
    ("an entrance without services", "kind = \"mobile_entrance\"\nservices = []"),
    ("a lockdown after the run", "kind = \"lockdown\"\nid = \"late\"\nfrom = \"day 60\""),
    ("a lockdown that never comes", "kind = \"lockdown\"\nid = \"if\"\nwhen = \"icu_occupancy > 1000000 %\""),
];

#[test]
fn an_inert_policy_changes_nothing() {
    for base in ["epidemic/baseline", "epidemic/trace-and-isolate"] {
        let plain = Play::with(base, "", DAYS);
        let mut without = plain.simulation(8);
        let mut with: Vec<_> = INERT
            .iter()
            .map(|(what, policy)| {
                (what, Play::with(base, &format!("[[policy]]\n{policy}\n"), DAYS).simulation(8))
            })
            .collect();
        for day in 0..DAYS {
            without.run_day();
            for (what, simulation) in &mut with {
                simulation.run_day();
                assert!(same_truth(simulation, &without), "{base} with {what}, day {day}");
                // Whatever a policy remembers, the record of the run says that nothing happened.
                assert_eq!(digest(simulation), digest(&without), "{base} with {what}, day {day}");
            }
        }
    }
}

/// Hazards that strike nothing, and infrastructure of whatever endurance while nothing strikes.
#[test]
fn infrastructure_that_holds_changes_nothing() {
    let strikes = [
        "[[hazard]]\nkind = \"blackout\"\nshare = \"0 %\"\nfrom = \"day 2\"\n",
        "[[hazard]]\nkind = \"flood\"\nbank = \"-20 m\"\npeak = \"-10 m\"\nfrom = \"day 1\"\n",
        "[[hazard]]\nkind = \"earthquake\"\nmagnitude = 5\ndeviation = -3\nfrom = \"day 2\"\n",
        "[infrastructure]\nbattery_none = \"100 %\"\ncrews_per_100k = 0\ntank = \"0 h\"\n",
    ];
    let mut without = Play::with("epidemic/baseline", "", DAYS).simulation(8);
    let mut with: Vec<_> =
        strikes.iter().map(|more| Play::with("epidemic/baseline", more, DAYS).simulation(8)).collect();
    for day in 0..DAYS {
        without.run_day();
        for (what, simulation) in strikes.iter().zip(&mut with) {
            simulation.run_day();
            assert!(same_truth(simulation, &without), "{what}, day {day}");
            assert_eq!(digest(simulation), digest(&without), "{what}, day {day}");
        }
    }
}

/// Teams that reach nobody keep a list of who met whom, and change nothing else.
#[test]
fn tracing_that_reaches_nobody_changes_nobody() {
    let inert = "[[policy]]\nkind = \"contact_tracing\"\nreached = \"0 %\"\nsource = \"9 d\"\n";
    let base = "epidemic/trace-and-isolate";
    let mut without = Play::with(base, "", DAYS).simulation(8);
    let mut with = Play::with(base, inert, DAYS).simulation(8);
    for day in 0..DAYS {
        without.run_day();
        with.run_day();
        assert_eq!(digest(&with), digest(&without), "day {day}");
    }
    assert!(with.world.services.encounters.len() > 1000);
    with.world.services.encounters.clear();
    assert!(same_truth(&with, &without));
}

#[test]
fn what_is_written_changes_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    let run = |name: &str, changes: &[(&str, &str)]| {
        let play = Play::of("epidemic/health-code", DAYS, changes).hastened(2);
        let files = written(play.job(9), home.path(), name);
        (state_hashes(&home.path().join(name)), files)
    };
    let plain = run("plain", &[]);
    let tables = run("tables", &[("output.tables", "[\"infections\", \"trips\"]")]);
    let metrics = run("metrics", &[("output.metrics", "[\"incidence_persons\"]")]);
    assert_eq!((&tables.0, &metrics.0), (&plain.0, &plain.0));
    for (name, bytes) in plain.1.iter().filter(|(name, _)| name != "tables.json") {
        let other = tables.1.iter().find(|(other, _)| other == name);
        assert!(other.is_some_and(|(_, other)| other == bytes), "{name} with more tables");
    }
    assert!(tables.1.len() > plain.1.len());
    let short = |files: &[(String, Vec<u8>)]| {
        files.iter().find(|(name, _)| name == "metrics.csv").map_or(0, |(_, bytes)| bytes.len())
    };
    assert!(short(&metrics.1) < short(&plain.1));
}

#[test]
fn who_looks_on_changes_nothing() {
    use citytwin_metrics::Observer;
    let play = Play::of("epidemic/baseline", DAYS, &[]);
    let (mut alone, mut watched) = (play.simulation(2), play.simulation(2));
    let mut observer = Observer::new(&watched.world);
    for day in 0..DAYS {
        alone.run_day();
        let now = watched.run_day();
        let seen = observer.observe(now, &watched.world, &watched.levers, &watched.board);
        assert_eq!(seen.now.day(), day);
        assert!(same_truth(&alone, &watched), "day {day}");
    }
}
