//! Writes the report of a run folder; a folder that isn't there yet is first filled with a made-up run, so that the
//! page can be looked at without running a city:
//! `cargo run -p citytwin-report --example page -- DIR`.

mod synthetic;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: page DIR")?;
    let folder = std::path::PathBuf::from(folder);
    if !folder.join("run.json").exists() {
        synthetic::write_run(&folder)?;
    }
    let page = citytwin_report::write_report(&folder)?;
    eprintln!("{}", page.display());
    Ok(())
}
