//! A city folder with its residents: from the caches beside the folder where they are there, else made and kept.
use crate::population::{Account, PopulationParams, residents_with_account};
use crate::{cache, folder, journeys};
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::{City, Residents};
use std::path::Path;

/// The city of a folder, its journey table included, and `sample` of its residents by a seed.
///
/// # Errors
/// What is wrong with the folder, all at once; what the residents are refused for.
pub fn load(path: &Path, sample: f64, seed: u64) -> Result<(City, Residents), Problems> {
    let keys = Keys::of(path, sample, seed)?;
    // Both at once: they take about as long.
    let (city, people) =
        rayon::join(|| cache::load(path, &keys.city), || cache::load::<Residents>(path, &keys.residents));
    let city = whole(path, &keys, city)?;
    match people {
        Some(residents) => Ok((city, residents)),
        None => made(path, &keys, &city, sample, seed).map(|(residents, _)| (city, residents)),
    }
}

/// As [`load`], with what was noted down while the residents were made.
///
/// # Errors
/// As [`load`].
pub fn load_with_account(
    path: &Path,
    sample: f64,
    seed: u64,
) -> Result<(City, Residents, Account), Problems> {
    let keys = Keys::of(path, sample, seed)?;
    let (city, (people, account)) = rayon::join(
        || cache::load(path, &keys.city),
        || (cache::load::<Residents>(path, &keys.residents), cache::load::<Account>(path, &keys.account)),
    );
    let city = whole(path, &keys, city)?;
    let (residents, account) = match people.zip(account) {
        Some(both) => both,
        None => made(path, &keys, &city, sample, seed)?,
    };
    Ok((city, residents, account))
}

/// Name under which the residents of a folder are cached: what is found from them may be kept under longer names.
///
/// # Errors
/// A folder that can't be read.
pub fn residents_key(path: &Path, sample: f64, seed: u64) -> Result<String, Problem> {
    Keys::of(path, sample, seed).map(|keys| keys.residents)
}

/// The city of a folder to look at: as [`load`] reads it, but its journey table may be missing, and nobody lives there.
///
/// # Errors
/// What is wrong with the folder, all at once.
pub fn city_without_journeys(path: &Path) -> Result<City, Problems> {
    let keys = Keys::of(path, 1.0, 1)?;
    match cache::load(path, &keys.city) {
        Some(city) => Ok(city),
        None => Ok(folder::read_city(path)?.0),
    }
}

/// Names of the caches: they hold all that their contents depend on beside the program's own code.
struct Keys {
    city: String,
    residents: String,
    account: String,
}

impl Keys {
    fn of(path: &Path, sample: f64, seed: u64) -> Result<Self, Problem> {
        let hash = folder::hash_files(path).map_err(|error| {
            Problem::error("E341", format!("the city folder cannot be read: {error}")).in_file(path)
        })?;
        let residents = format!("{hash:016x}-sample{sample}-seed{seed}");
        Ok(Self { city: format!("{hash:016x}-city"), account: format!("{residents}-account"), residents })
    }
}

fn whole(path: &Path, keys: &Keys, cached: Option<City>) -> Result<City, Problems> {
    if let Some(city) = cached {
        return Ok(city);
    }
    let (mut city, _) = folder::read_city(path)?;
    city.transit.journeys = journeys::journeys(&city)?;
    cache::keep(path, &keys.city, &city);
    Ok(city)
}

fn made(
    path: &Path,
    keys: &Keys,
    city: &City,
    sample: f64,
    seed: u64,
) -> Result<(Residents, Account), Problems> {
    let made = residents_with_account(city, &PopulationParams::default(), sample, seed)?;
    cache::keep(path, &keys.residents, &made.0);
    cache::keep(path, &keys.account, &made.1);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate;

    #[test]
    fn the_second_time_everything_is_read() {
        let home = tempfile::tempdir().expect("temp");
        let path = home.path().join("village");
        folder::write_made(&generate::city(400, 3).expect("a village"), &path).expect("written");
        let made = load_with_account(&path, 0.5, 1).expect("made");
        let caches = || std::fs::read_dir(path.join(cache::FOLDER)).expect("a folder").count();
        assert_eq!(caches(), 3);
        assert_eq!(load_with_account(&path, 0.5, 1).expect("read"), made);
        let (city, residents) = load(&path, 0.5, 1).expect("read");
        assert_eq!((&city, &residents), (&made.0, &made.1));
        assert_ne!(load(&path, 0.5, 2).expect("made").1, residents);
        assert_eq!(caches(), 5, "another seed has the same city");
        assert_eq!(load(&home.path().join("none"), 1.0, 1).expect_err("no folder").codes(), ["E341"]);
    }
}
