//! Installs the Debian packages that tests need, where this may be done.
use crate::{Outcome, run};
use std::process::Command;

/// Programs that must be on the path and files that must be somewhere, with the Debian packages that bring them.
const NEEDED: &[(&[&str], &str)] = &[
    (&["chromium"], "chromium"),
    (&["libvulkan.so.1"], "libvulkan1"),
    (&["lvp_icd.x86_64.json", "lvp_icd.json", "lvp_icd.aarch64.json"], "mesa-vulkan-drivers"),
];

/// Folders in which libraries and drivers lie, beside those of the path.
const PLACES: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib",
    "/usr/lib64",
    "/usr/share/vulkan/icd.d",
    "/etc/vulkan/icd.d",
];

/// Makes sure that everything needed is there.
pub fn all() -> Outcome {
    let missing: Vec<&str> =
        NEEDED.iter().filter(|(files, _)| !files.iter().any(|f| is_there(f))).map(|(_, p)| *p).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !on_path("apt-get") {
        return Err(format!("please install {} (no apt-get here to do it)", missing.join(", ")));
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0"));
    let apt = |args: &[&str]| {
        let mut command = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            command.args(["-n", "apt-get"]);
        }
        run(command.env("DEBIAN_FRONTEND", "noninteractive").args(args))
    };
    apt(&["update"])?;
    let mut args = vec!["install", "-y", "--no-install-recommends"];
    args.extend(&missing);
    apt(&args).map_err(|why| format!("{why}; please install {} by hand", missing.join(", ")))
}

/// Whether a program is on the path, or a library or driver where such things lie.
fn is_there(file: &str) -> bool {
    on_path(file) || PLACES.iter().any(|folder| std::path::Path::new(folder).join(file).is_file())
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
