//! Fingerprints the code by which ordinary days are lived.
#[path = "../fingerprint.rs"]
mod fingerprint;

fn main() -> std::io::Result<()> {
    fingerprint::tell(&["../layers/activity", "../layers/transport"], "CITYTWIN_DAYS_CODE")
}
