//! Writes a made-up run folder and its report, to look at the page without running a city:
//! `cargo run -p citytwin-report --example page -- DIR`.

mod synthetic;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: page DIR")?;
    let folder = std::path::PathBuf::from(folder);
    synthetic::write_run(&folder)?;
    let page = citytwin_report::write_report(&folder)?;
    eprintln!("{}", page.display());
    Ok(())
}
