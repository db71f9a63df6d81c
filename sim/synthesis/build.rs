//! Fingerprints the code that makes worlds.
#[path = "../fingerprint.rs"]
mod fingerprint;

fn main() -> std::io::Result<()> {
    fingerprint::tell(&["../world", "../routing", "."], "CITYTWIN_CODE")
}
