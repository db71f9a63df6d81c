//! Cities through the command: made, checked, shown, lived in.
use super::{SMALL, citytwin, status, stderr, stdout};
use serde_json::Value;

#[test]
fn a_made_city_can_be_checked_shown_and_lived_in() {
    let home = tempfile::tempdir().unwrap();
    let made = citytwin(home.path(), &["city", "generate", "--population", "9000", "--out", "town"]);
    assert_eq!((status(&made), stdout(&made).trim()), (0, "town"), "{}", stderr(&made));
    let checked = citytwin(home.path(), &["city", "check", "town"]);
    assert_eq!(status(&checked), 0, "{}", stderr(&checked));
    let info = citytwin(home.path(), &["city", "info", "town", "--format", "json", "--page", "town.html"]);
    assert_eq!(status(&info), 0, "{}", stderr(&info));
    let data: Value = serde_json::from_str(&stdout(&info)).unwrap();
    assert!(data["counts"]["vehicle runs"].as_u64().unwrap() > 0);
    assert!(!data["quality"]["margins"].as_array().unwrap().is_empty());
    let page = std::fs::read_to_string(home.path().join("town.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("<polygon") && page.contains("Distributions"));
    std::fs::write(home.path().join("a.toml"), SMALL.replace("\"generated\"", "\"town\"")).unwrap();
    let run = citytwin(home.path(), &["run", "a.toml", "--quiet", "--set", "time.days=3"]);
    assert_eq!(status(&run), 0, "{}", stderr(&run));
}

#[test]
fn broken_cities_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let none = citytwin(home.path(), &["city", "check", "nowhere"]);
    assert_eq!((status(&none), stdout(&none).as_str()), (2, ""));
    std::fs::write(home.path().join("map.osm"), "<osm><node id=").unwrap();
    let import = citytwin(home.path(), &["city", "import", "--osm", "map.osm", "--out", "town"]);
    assert_eq!(status(&import), 2, "{}", stderr(&import));
    assert!(!home.path().join("town").exists() && !stderr(&import).contains("panicked"));
    let tiny = citytwin(home.path(), &["city", "generate", "--population", "1", "--out", "town"]);
    assert_eq!(status(&tiny), 2);
    std::fs::write(home.path().join("file"), "x").unwrap();
    let taken = citytwin(home.path(), &["city", "generate", "--population", "500", "--out", "file"]);
    assert_eq!(status(&taken), 1);
}
