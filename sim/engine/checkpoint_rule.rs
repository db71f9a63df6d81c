//! How a checkpoint works: which doors it guards, when, how long it takes, and whom it turns back.
use crate::lever::Code;
use bitcode::{Decode, Encode};
use citytwin_world::{PlaceKind, Sector};

/// Where checkpoints stand and how they work.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct CheckpointRule {
    /// Kinds of place whose doors are guarded; `MetroStation` guards the gates of metro stops, `Home` the gates of
    /// compounds, at which those who live there pass, and `Gate` the highways into the city.
    pub kinds: Vec<PlaceKind>,
    /// Zones in which places of those kinds and employers are guarded, by number and in order; empty for all.
    pub zones: Vec<u32>,
    /// Sectors whose employers guard the staff doors of their work places; only staff pass there.
    pub sectors: Vec<Sector>,
    /// Zones whose border is guarded, by number and in order: whoever comes from another zone passes it.
    pub borders: Vec<u32>,
    /// Links at whose end vehicles are checked, by number and in order.
    pub streets: Vec<u32>,
    /// Lanes of a checkpoint on a street, all day.
    pub street_lanes: u32,
    /// Share of places, employers, borders and streets that are guarded, 0–1.
    pub coverage: f32,
    /// Minutes of the day from and until which guards stand; through midnight where the first is later.
    pub open_min: [u16; 2],
    /// Time to scan a code, s.
    pub scan_s: f32,
    /// Time to register a person by hand, s.
    pub by_hand_s: f32,
    /// Whether both are means of exponential times, else everybody takes as long.
    pub exponential: bool,
    /// Visitors per lane and day a door is staffed for: lanes = expected visitors / this, at least one.
    pub visitors_per_lane: u32,
    /// Wait at which a door opens a further lane for the rest of the day, s; `u32::MAX` = never.
    pub open_lane_after_s: u32,
    /// The mildest colour that is turned back.
    pub refuse_from: Code,
    /// Whether persons without a phone are registered by hand (else turned back).
    pub paper_allowed: bool,
    /// Longest wait a person accepts, s.
    pub patience_s: u32,
    /// Share of guards who really check, 0–1.
    pub diligence: f32,
    /// Share of those with a colour to hide who show a forged or borrowed green code, 0–1.
    pub forged: f32,
    /// Share of forged codes that guards find, 0–1.
    pub forgery_found: f32,
    /// How old the swab of a negative test may be, ticks; 0 where nobody asks for one.
    pub test_valid_ticks: u32,
    /// Whether those without a valid test are also called up for a swab.
    pub sends_to_test: bool,
}

impl Default for CheckpointRule {
    /// A rule that guards no door, open all day, with guards who check everybody at once.
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            zones: Vec::new(),
            sectors: Vec::new(),
            borders: Vec::new(),
            streets: Vec::new(),
            street_lanes: 1,
            coverage: 1.0,
            open_min: [0, 1440],
            scan_s: 0.0,
            by_hand_s: 0.0,
            exponential: false,
            visitors_per_lane: 1,
            open_lane_after_s: u32::MAX,
            refuse_from: Code::Red,
            paper_allowed: true,
            patience_s: u32::MAX / 10,
            diligence: 1.0,
            forged: 0.0,
            forgery_found: 1.0,
            test_valid_ticks: 0,
            sends_to_test: false,
        }
    }
}

impl CheckpointRule {
    /// Whether places of a zone, by number, are within the rule.
    pub fn covers(&self, zone: Option<u32>) -> bool {
        self.zones.is_empty() || zone.is_some_and(|zone| self.zones.binary_search(&zone).is_ok())
    }
    /// Minutes of a day on which guards stand.
    pub fn open_minutes(&self) -> u32 {
        let [from, until] = self.open_min.map(u32::from);
        if from <= until { until - from } else { 1440 - (from - until) }
    }
    /// Of these, the minutes from a minute of the day on.
    pub fn open_minutes_after(&self, minute: u32) -> u32 {
        let [from, until] = self.open_min.map(|m| u32::from(m).max(minute).min(1440));
        if self.open_min[0] <= self.open_min[1] {
            until - from
        } else {
            (1440 - from) + (until - minute.min(1440))
        }
    }
    /// Whether guards stand at a minute of the day.
    pub fn is_open(&self, minute: u32) -> bool {
        let [from, until] = self.open_min.map(u32::from);
        let minute = minute % 1440;
        if from <= until { (from..until).contains(&minute) } else { minute >= from || minute < until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guards_stand_in_their_hours_and_zones() {
        let at = |open_min, minute| CheckpointRule { open_min, ..CheckpointRule::default() }.is_open(minute);
        let day = [479, 480, 1199, 1200, 480 + 1440].map(|minute| at([480, 1200], minute));
        assert_eq!(day, [false, true, true, false, true]);
        assert_eq!(
            [1319, 1320, 0, 359, 360].map(|minute| at([1320, 360], minute)),
            [false, true, true, true, false]
        );
        let minutes = |open_min, after| {
            let rule = CheckpointRule { open_min, ..CheckpointRule::default() };
            (rule.open_minutes(), rule.open_minutes_after(after))
        };
        assert_eq!(
            [minutes([480, 1200], 0), minutes([480, 1200], 600), minutes([480, 1200], 1300)],
            [(720, 720), (720, 600), (720, 0)]
        );
        assert_eq!(
            [minutes([1320, 360], 0), minutes([1320, 360], 300), minutes([1320, 360], 1380)],
            [(480, 480), (480, 180), (480, 60)]
        );
        let rule = CheckpointRule { zones: vec![2, 5], ..CheckpointRule::default() };
        assert_eq!([Some(2), Some(3), None].map(|zone| rule.covers(zone)), [true, false, false]);
        assert!(CheckpointRule::default().covers(None));
    }
}
