//! Shares that differ by setting: how `distancing` and `mask_wearing` are written and read.
use citytwin_engine::{KeySpec, Params, Unit};
use citytwin_world::Setting;

/// The key of one setting; unset, the policy's `share` holds there.
pub const fn key(name: &'static str) -> KeySpec {
    KeySpec::new(name, Unit::Ratio)
        .range(0.0, 1.0)
        .about("The same in one setting; `share` where unset.")
        .source("assumption")
}

/// The share of each setting in which residents meet, 0–1: its own key, else `share`.
pub fn shares(params: &Params) -> Vec<(Setting, f32)> {
    let usual = params.f64("share");
    let settings = Setting::ALL.iter().filter(|setting| **setting != Setting::Imported);
    settings.map(|setting| (*setting, params.opt_f64(setting.name()).unwrap_or(usual) as f32)).collect()
}
