//! Days moved at midnight in one go are the days moved hour by hour.
use super::digests;
use crate::town::Play;

const DAYS: u32 = 10;

#[test]
fn days_settled_daily_or_hourly_are_the_same_days() {
    for base in [
        "epidemic/baseline",
        "epidemic/health-code",
        "epidemic/trace-and-isolate",
        "epidemic/lockdown",
        "epidemic/employer-checkpoints",
        "epidemic/test-validity",
        "epidemic/noisy-map",
        "movement/closed-centre",
        "movement/closed-district",
        "movement/street-checkpoint",
        "movement/street-checkpoint at depth free",
    ] {
        let (file, depth) = base.split_once(" at depth ").unwrap_or((base, ""));
        let run = |settle: &str| {
            let mut changes = vec![("movement.settle", settle)];
            changes.extend((!depth.is_empty()).then_some(("movement.depth", depth)));
            let play = Play::of(file, DAYS, &changes).hastened(2);
            digests(play.simulation(5), DAYS)
        };
        assert_eq!(run("\"daily\""), run("\"hourly\""), "{base}");
    }
}
