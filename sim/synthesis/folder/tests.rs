//! Folders as people leave them: edited, cut, emptied.
use crate::folder::{read_buildings, read_city};
use crate::import::{fixture, import};
use std::fs;
use std::path::{Path, PathBuf};

fn folder(temp: &Path) -> PathBuf {
    let options = fixture::write(temp);
    import(&options).expect("imports");
    options.out
}

fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(name)).expect("text");
    assert!(text.contains(from), "{name} holds {from}");
    fs::write(folder.join(name), text.replacen(from, to, 1)).expect("write");
}

#[test]
fn all_mistakes_of_all_files_are_shown_at_once() {
    let temp = tempfile::tempdir().expect("temp");
    let city = folder(temp.path());
    edit(&city, "city.toml", "EPSG:4326", "EPSG:3857");
    edit(&city, "node.csv", "\n2,", "\n1,");
    edit(&city, "link.csv", ",tertiary,", ",terciary,");
    edit(&city, "link.csv", "car;bicycle;foot", "car;horse");
    edit(&city, "zone.csv", ",1010,", ",many,");
    edit(&city, "place.csv", ",home,", ",house,");
    let problems = read_city(&city).expect_err("refused");
    let seen: Vec<(&str, Option<usize>, String)> = problems
        .iter()
        .map(|p| {
            (
                p.code,
                p.line,
                p.file.as_deref().map(|f| f.rsplit('/').next().unwrap_or(f).to_owned()).unwrap_or_default(),
            )
        })
        .collect();
    let has = |code: &str, file: &str, line: Option<usize>| {
        seen.iter().any(|(c, l, f)| *c == code && f == file && (line.is_none() || *l == line))
    };
    assert!(has("E346", "city.toml", None), "{problems}");
    assert!(has("E345", "node.csv", Some(3)), "{problems}");
    assert!(has("E344", "link.csv", None), "links to the lost node: {problems}");
    assert!(has("E343", "link.csv", None), "{problems}");
    assert!(has("E343", "zone.csv", Some(3)), "{problems}");
    assert!(has("E343", "place.csv", Some(2)), "{problems}");
}

#[test]
fn missing_empty_and_cut_files_never_panic() {
    let temp = tempfile::tempdir().expect("temp");
    let city = folder(temp.path());
    for name in ["city.toml", "node.csv", "link.csv", "turn_restriction.csv", "zone.csv", "place.csv"] {
        let whole = fs::read(city.join(name)).expect("file");
        for cut in (0..whole.len()).step_by(whole.len() / 23 + 1) {
            fs::write(city.join(name), &whole[..cut]).expect("write");
            let _ = read_city(&city);
        }
        fs::write(city.join(name), [0xff, 0xfe, 0, b'"', b'\n']).expect("write");
        assert!(read_city(&city).is_err(), "{name}");
        fs::remove_file(city.join(name)).expect("remove");
        assert_eq!(read_city(&city).is_err(), name != "turn_restriction.csv", "{name}");
        fs::write(city.join(name), whole).expect("write");
    }
    assert!(read_city(&city).is_ok());
    assert_eq!(read_city(&temp.path().join("nowhere")).expect_err("refused").len(), 1);
}

#[test]
fn many_problems_of_one_file_are_counted() {
    let temp = tempfile::tempdir().expect("temp");
    let city = folder(temp.path());
    let text = fs::read_to_string(city.join("link.csv")).expect("text");
    fs::write(city.join("link.csv"), text.replace(",car;", ",horse;")).expect("write");
    let problems = read_city(&city).expect_err("refused");
    assert!(problems.len() < 30, "{}", problems.len());
    assert!(problems.to_string().contains("more problems of this file"));
}

#[test]
fn the_digest_follows_the_files() {
    let temp = tempfile::tempdir().expect("temp");
    let city = folder(temp.path());
    let before = read_city(&city).expect("reads").0.hash;
    edit(&city, "zone.csv", ",1010,", ",1011,");
    let (after, tally) = read_city(&city).expect("reads");
    assert_ne!(before, after.hash);
    assert!(tally.rows().any(|r| r.code == "W344"), "the sum differs from city.toml");
    fs::write(city.join("NOTES.md"), "not part of the city").expect("write");
    assert_eq!(read_city(&city).expect("reads").0.hash, after.hash);
}

#[test]
fn footprints_there_and_back() {
    let temp = tempfile::tempdir().expect("temp");
    let city = folder(temp.path());
    let buildings = read_buildings(&city).expect("reads");
    let house = buildings.first().expect("the house");
    assert_eq!((house.id.as_str(), house.levels, house.height_m, house.outline.len()), ("w300", 5, 15.0, 4));
    assert_eq!(house.kind, "apartments");
    fs::write(city.join("building.geojson"), "{\"features\": [{}").expect("write");
    assert_eq!(read_buildings(&city).expect_err("broken").code, "E341");
    fs::remove_file(city.join("building.geojson")).expect("remove");
    assert_eq!(read_buildings(&city).map(|b| b.len()), Ok(0));
}
