//! A made-up run folder that looks like a real one: an epidemic in a city of hexagons under a health code.

mod curve;
mod metrics;

use curve::{DAYS, Day};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Residents of the made-up city.
const RESIDENTS: f64 = 812_935.0;
/// The city's middle, degrees WGS-84.
const MIDDLE: [f64; 2] = [-51.19, -30.06];
/// Distance between the middles of neighbouring zones, degrees of latitude.
const STEP: f64 = 0.0115;

/// A zone: id, middle, share of residents, days by which the epidemic comes later than in the middle.
struct Zone {
    id: String,
    at: [f64; 2],
    share: f64,
    delay: usize,
}

/// Writes every file that a run folder may have.
///
/// # Errors
/// Whatever the disk says.
pub fn write_run(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let days = curve::epidemic(RESIDENTS);
    let zones = zones();
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text);
    write("run.json", format!("{:#}", run()))?;
    write("metrics.csv", metrics::table(&days))?;
    write("zones.csv", zone_table(&days, &zones))?;
    write("zones.geojson", shapes(&zones).to_string())?;
    write("streets.json", streets().to_string())?;
    write("ages.csv", ages(&days))?;
    write("settings.csv", settings(&days))?;
    write("checkpoints.csv", checkpoints(&days))?;
    write("departments.csv", departments())
}

/// The made-up `run.json`.
pub fn run() -> Value {
    json!({
        "scenario": "epidemic/health-code.toml",
        "caption": "A health code at metro, mall and hospital doors in Porto Alegre <with one department in three silent>.",
        "scenario_hash": "9f8a3c5e7d6b41f02c9e", "city_hash": "1b7745aa90cde2f4", "city": "porto-alegre",
        "city_sources": ["Streets: OpenStreetMap contributors, ODbL", "Residents: census grid of 2010"],
        "seed": 1, "threads": 2, "version": "0.1.0", "commit": "a72c18a", "population": RESIDENTS,
        "days": DAYS, "start_date": "2020-01-20", "wall_s": 31.4, "setup_s": 6.2,
        "person_days_per_s": 3_106_000.0, "peak_memory_bytes": 1_090_000_000_u64,
        "phases": [{"name": "Plan", "wall_s": 3.1}, {"name": "Move", "wall_s": 9.8}, {"name": "Mix", "wall_s": 12.2},
            {"name": "Care", "wall_s": 1.1}, {"name": "Report", "wall_s": 2.9}, {"name": "Decide", "wall_s": 2.3}],
        "state_hash": (0..DAYS).map(|day| format!("{:016x}", (day as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect::<Vec<_>>(),
        "policies": [
            {"kind": "health_code", "summary": "Colours from test, symptom and contact records; red for 14 days", "from_day": 20, "until_day": null},
            {"kind": "checkpoints", "summary": "Scan at metro, mall and hospital doors", "from_day": 20, "until_day": null},
            {"kind": "remote_work", "summary": "Half of office workers at home", "from_day": 45, "until_day": 90}],
        "hazards": [{"kind": "epidemic", "summary": "25 importations over the first 10 days"}],
        "parameters": [
            {"key": "disease.r0", "value": 2.5, "unit": "", "source": "Li et al. 2020"},
            {"key": "disease.incubation_mean", "value": 5.2, "unit": "d", "source": "Li et al. 2020, NEJM 382:1199"},
            {"key": "policy.health_code.red_days", "value": 14, "unit": "d", "source": "scenario"},
            {"key": "department.clinic.delay_mean", "value": "30 h", "unit": "h", "source": "assumed"},
            {"key": "checkpoint.service_mean", "value": 6.0, "unit": "s", "source": "assumed </script><script>alert(1)</script>"}],
        "facts": [
            {"name": "travel_h_per_person", "unit": "h_per_person", "value": 1.07, "reference_low": 0.9, "reference_high": 1.3, "source": "Schafer; surveys"},
            {"name": "motifs_17_share", "unit": "share", "value": 0.91, "reference_low": 0.85, "reference_high": 1.0, "source": "Schneider 2013"},
            {"name": "contacts_per_person", "unit": "per_person", "value": 18.9, "reference_low": 7.95, "reference_high": 19.8, "source": "POLYMOD"},
            {"name": "trip_length_exponent_ratio", "unit": "ratio", "value": 1.71, "reference_low": 1.05, "reference_high": 1.59, "source": "published"}],
    })
}

/// Hexagons within an egg-shaped city by the water in the west.
fn zones() -> Vec<Zone> {
    let mut zones = Vec::new();
    for row in -12_i32..=12 {
        for column in -9_i32..=9 {
            let x = (f64::from(column) + if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 }) * STEP * 1.155;
            let y = f64::from(row) * STEP * 0.866;
            let far = ((x / 0.095).powi(2) + ((y + 0.2 * x) / 0.115).powi(2)).sqrt();
            if far > 1.0 || x < -0.075 + y.abs() * 0.2 {
                continue;
            }
            let wobble = 0.55 + 0.45 * ((f64::from(row) * 2.3).sin() * (f64::from(column) * 1.7).cos()).abs();
            zones.push(Zone {
                id: format!("z{:03}", zones.len() + 1),
                at: [MIDDLE[0] + x, MIDDLE[1] + y],
                share: wobble * (-1.6 * far * far).exp(),
                delay: (far * 22.0) as usize,
            });
        }
    }
    let total: f64 = zones.iter().map(|zone| zone.share).sum();
    zones.iter_mut().for_each(|zone| zone.share /= total);
    zones
}

fn zone_table(days: &[Day], zones: &[Zone]) -> String {
    let mut text =
        "day,zone,incidence_persons,prevalence_persons,attack_rate_share,code_red_persons\n".to_owned();
    for index in 0..days.len() {
        for zone in zones {
            let zero = Day::default();
            let d = index.checked_sub(zone.delay).map_or(&zero, |then| &days[then]);
            let _ = writeln!(
                text,
                "{index},{},{:.0},{:.0},{:.4},{:.0}",
                zone.id,
                d.new * zone.share,
                d.infectious * zone.share,
                d.infected / RESIDENTS,
                d.red * zone.share
            );
        }
    }
    text
}

fn shapes(zones: &[Zone]) -> Value {
    let features: Vec<Value> = zones
        .iter()
        .map(|zone| {
            let ring: Vec<[f64; 2]> = (0..=6)
                .map(|corner| {
                    let angle = f64::from(corner) * std::f64::consts::FRAC_PI_3 + std::f64::consts::FRAC_PI_6;
                    [zone.at[0] + STEP * 0.577 * 1.155 * angle.cos(), zone.at[1] + STEP * 0.577 * angle.sin()]
                })
                .collect();
            json!({"type": "Feature", "properties": {"zone": zone.id, "population": (RESIDENTS * zone.share).round()}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        })
        .collect();
    json!({"type": "FeatureCollection", "features": features})
}

/// Avenues from the middle outwards and two rings.
fn streets() -> Value {
    let at = |angle: f64, r: f64| [MIDDLE[0] - 0.02 + 1.1 * r * angle.cos(), MIDDLE[1] + r * angle.sin()];
    let mut lines: Vec<Vec<[f64; 2]>> = Vec::new();
    for spoke in 0..9 {
        let angle = f64::from(spoke) * 0.4 - 1.6;
        lines.push((0..12).map(|k| at(angle + 0.05 * (f64::from(k)).sin(), f64::from(k) * 0.009)).collect());
    }
    for ring in [0.03, 0.06] {
        lines.push((0..30).map(|k| at(f64::from(k) * 0.11 - 1.6, ring)).collect());
    }
    json!({"lines": lines})
}

fn ages(days: &[Day]) -> String {
    let mut text = "day,age_band,residents_persons,incidence_persons,deaths_persons\n".to_owned();
    let bands = [
        ("0-9", 0.11, 0.5, 0.0),
        ("10-19", 0.12, 0.9, 0.0),
        ("20-29", 0.16, 1.3, 0.01),
        ("30-39", 0.17, 1.2, 0.02),
        ("40-49", 0.14, 1.1, 0.04),
        ("50-59", 0.13, 1.0, 0.12),
        ("60-69", 0.1, 0.8, 0.25),
        ("70-79", 0.05, 0.7, 0.3),
        ("80+", 0.02, 0.7, 0.26),
    ];
    for (index, d) in days.iter().enumerate() {
        let dead = d.dead - index.checked_sub(1).map_or(0.0, |yesterday| days[yesterday].dead);
        for (band, share, risk, deadly) in bands {
            let _ = writeln!(
                text,
                "{index},{band},{:.0},{:.0},{:.0}",
                RESIDENTS * share,
                d.new * share * risk,
                dead * deadly
            );
        }
    }
    text
}

fn settings(days: &[Day]) -> String {
    let mut text = "day,setting,infections_persons\n".to_owned();
    for (index, d) in days.iter().enumerate() {
        for (setting, share) in [
            ("home", 0.38),
            ("work", 0.22),
            ("school", 0.12),
            ("transit", 0.09),
            ("shop", 0.07),
            ("restaurant", 0.06),
            ("hospital", 0.04),
            ("other", 0.02),
        ] {
            let shut = if setting == "work" && (45..90).contains(&index) { 0.6 } else { 1.0 };
            let _ = writeln!(text, "{index},{setting},{:.0}", d.new * share * shut);
        }
    }
    text
}

fn checkpoints(days: &[Day]) -> String {
    let mut text = "day,place,kind,scans_count,refused_count,wait_min_mean,wait_max_min,lon,lat\n".to_owned();
    let kinds =
        [("Metro station", "metro_station"), ("Shopping mall", "mall"), ("Hospital door", "hospital")];
    for (index, d) in days.iter().enumerate().filter(|(_, d)| d.scans > 0.0) {
        for spot in 0..34_usize {
            let (name, kind) = kinds[spot % 3];
            let part = 1.0 / (spot as f64 + 3.0) / 2.6;
            let angle = spot as f64 * 2.4;
            let r = 0.007 * (spot as f64).sqrt();
            let _ = writeln!(
                text,
                "{index},{name} {},{kind},{:.0},{:.0},{:.2},{:.0},{:.5},{:.5}",
                spot / 3 + 1,
                d.scans * part,
                d.scans * part * 0.011,
                6.0 / (spot as f64 + 2.0) + 0.2,
                190.0 / (spot as f64 + 1.0),
                MIDDLE[0] + 0.01 + r * angle.cos(),
                MIDDLE[1] + r * angle.sin()
            );
        }
    }
    text
}

fn departments() -> String {
    "department,records_count,delay_h_mean,coverage_share\nhealth_commission,48211,30.4,0.61\nhospitals,20934,12.1,0.97\n\
     laboratories,91502,22.0,0.88\ntelecom_operators,,,0\nrailway,5120934,1.5,0.74\n"
        .to_owned()
}
