//! How long assets live on their own, and who repairs them.
use citytwin_engine::{KeySpec, Params, SignalSpec, Unit};
use citytwin_world::draw::{block, unit_f32};
use citytwin_world::infrastructure::AssetKind;

/// Purpose of the draws of batteries.
const BATTERY: u32 = 0x0a01;

/// Keys of the table `[infrastructure]`.
pub const KEYS: &[KeySpec] = &[
    KeySpec::new("battery_none", Unit::Ratio)
        .default(0.6)
        .range(0.0, 1.0)
        .about("Share of base stations without a battery that carries them, where the city doesn't say.")
        .source("assumption, fitted to one number: half of Spain's phones lost their connection at once on 28 April 2025"),
    KeySpec::new("battery_low", Unit::Hours)
        .default(1.0)
        .range(0.0, 1000.0)
        .about("Shortest time for which the batteries of the others last, drawn evenly up to `battery_high`.")
        .source("assumption"),
    KeySpec::new("battery_high", Unit::Hours)
        .default(8.0)
        .range(0.0, 1000.0)
        .about("Longest time for which batteries of base stations last.")
        .source("assumption: batteries of cell sites typically last 3 to 8 h"),
    KeySpec::new("data_centre_fuel", Unit::Hours)
        .default(48.0)
        .range(0.0, 10_000.0)
        .about("Time for which a data centre runs on its generators, where the city doesn't say.")
        .source("assumption"),
    KeySpec::new("hospital_fuel", Unit::Hours)
        .default(24.0)
        .range(0.0, 10_000.0)
        .about("Time for which a hospital runs on its generators and its own water, where the city doesn't say.")
        .source("assumption"),
    KeySpec::new("tank", Unit::Hours)
        .default(8.0)
        .range(0.0, 10_000.0)
        .about("Time for which the tank of a pressure zone lasts without its pumps, where the city doesn't say.")
        .source("assumption"),
    KeySpec::new("recharge", Unit::Hours)
        .default(8.0)
        .range(1.0, 1000.0)
        .about("Time in which batteries, fuel and tanks are filled again from empty.")
        .source("assumption"),
    KeySpec::new("line_margin", Unit::Number)
        .default(1.5)
        .range(1.0, 100.0)
        .about("What a high-voltage line of unknown capacity carries, over what it carries at the peak hour.")
        .source("assumption; the cascade tables of IEEE 118 take 1.2"),
    KeySpec::new("crews_per_100k", Unit::Number)
        .default(2.0)
        .range(0.0, 1000.0)
        .about("Repair crews in 100,000 residents.")
        .source("assumption"),
    KeySpec::new("report_delay", Unit::Hours)
        .default(1.0)
        .range(0.0, 720.0)
        .about("Time after which a failure is known to crews and to the board.")
        .source("assumption"),
];

/// What the layer tells the board.
pub const SIGNALS: &[SignalSpec] = &[
    SignalSpec {
        name: "without_power_share",
        unit: Unit::Ratio,
        summary: "Share of residents without power; told once something has failed.",
    },
    SignalSpec {
        name: "without_mobile_share",
        unit: Unit::Ratio,
        summary: "Share of residents whose phone has no connection; told once something has failed.",
    },
    SignalSpec {
        name: "without_water_share",
        unit: Unit::Ratio,
        summary: "Share of residents without water; told once something has failed.",
    },
    SignalSpec {
        name: "without_hospital_share",
        unit: Unit::Ratio,
        summary: "Share of residents whose nearest hospital is out of service; told once something has failed.",
    },
];

/// The values of the keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    battery_none: f64,
    battery_h: [f64; 2],
    data_centre_h: f64,
    hospital_h: f64,
    tank_h: f64,
    /// Time to fill batteries, fuel and tanks, h.
    pub recharge_h: f32,
    /// What a line carries over its flow at the peak hour.
    pub line_margin: f64,
    /// Crews for each resident.
    pub crews_per_resident: f64,
    /// Time after which a failure is known, h.
    pub report_delay_h: u32,
}

impl Settings {
    /// What [`KEYS`] say.
    pub fn with(params: &Params) -> Self {
        let low = params.f64("battery_low");
        Self {
            battery_none: params.f64("battery_none"),
            battery_h: [low, params.f64("battery_high").max(low)],
            data_centre_h: params.f64("data_centre_fuel"),
            hospital_h: params.f64("hospital_fuel"),
            tank_h: params.f64("tank"),
            recharge_h: params.f64("recharge") as f32,
            line_margin: params.f64("line_margin"),
            crews_per_resident: params.f64("crews_per_100k") / 1e5,
            report_delay_h: params.f64("report_delay").round() as u32,
        }
    }

    /// Hours for which an asset lives on its own where its city doesn't say; batteries are drawn, the same ones in every
    /// replicate of a seed.
    pub fn backup_h(&self, kind: AssetKind, asset: u32, seed: u64) -> f32 {
        match kind {
            AssetKind::GridInfeed | AssetKind::Substation | AssetKind::Feeder | AssetKind::WaterWorks => 0.0,
            AssetKind::DataCentre => self.data_centre_h as f32,
            AssetKind::Hospital => self.hospital_h as f32,
            AssetKind::PumpingStation => self.tank_h as f32,
            AssetKind::BaseStation => {
                let [none, long, ..] = block(seed, BATTERY, asset, 0, 0);
                if f64::from(unit_f32(none)) < self.battery_none {
                    return 0.0;
                }
                let [low, high] = self.battery_h;
                (low + (high - low) * f64::from(unit_f32(long))) as f32
            }
        }
    }
}
