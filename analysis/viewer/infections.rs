//! Who infected whom, from a run's table of infections.
use std::collections::BTreeMap;
use std::path::Path;

/// One infection.
#[derive(Clone, Debug, PartialEq)]
pub struct Infection {
    /// Day of the run.
    pub day: u32,
    /// Minute of that day.
    pub minute: u32,
    /// By whom; `None` for one brought from outside.
    pub infector: Option<u32>,
    /// In which company.
    pub setting: String,
}

/// All infections of a run by person: the latest of each, and whom each infected.
#[derive(Clone, Debug, Default)]
pub struct Infections {
    latest: BTreeMap<u32, Infection>,
    infected_by: BTreeMap<u32, Vec<u32>>,
}

impl Infections {
    /// Nobody known to be infected.
    #[must_use]
    pub const fn none() -> Self {
        Self { latest: BTreeMap::new(), infected_by: BTreeMap::new() }
    }

    /// Reads the table; nothing where there is none, since a scenario may leave it out.
    #[must_use]
    pub fn read(path: &Path) -> Self {
        Self::of(path).unwrap_or_default()
    }

    fn of(path: &Path) -> Option<Self> {
        let mut file = csv::Reader::from_path(path).ok()?;
        let header = file.headers().ok()?.clone();
        let at = |name: &str| header.iter().position(|column| column == name);
        let (day, minute, person) = (at("day")?, at("minute_of_day_min")?, at("person")?);
        let (infector, setting) = (at("infector")?, at("setting")?);
        let mut all = Self::default();
        for row in file.records() {
            let row = row.ok()?;
            let number = |column: usize| row.get(column)?.parse::<u32>().ok();
            let who = number(person)?;
            let by = number(infector);
            if let Some(by) = by {
                all.infected_by.entry(by).or_default().push(who);
            }
            let infection = Infection {
                day: number(day)?,
                minute: number(minute)?,
                infector: by,
                setting: row.get(setting)?.to_owned(),
            };
            all.latest.insert(who, infection);
        }
        Some(all)
    }

    /// How a person was infected, the last time.
    #[must_use]
    pub fn of_person(&self, person: u32) -> Option<&Infection> {
        self.latest.get(&person)
    }

    /// Whom a person infected, in order of time.
    #[must_use]
    pub fn by_person(&self, person: u32) -> &[u32] {
        self.infected_by.get(&person).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_can_be_followed_both_ways() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("infections.csv");
        let text = "infection,day,minute_of_day_min,person,infector,setting\n0,0,60,7,,imported\n1,3,600,9,7,work\n2,4,5,8,7,household\n";
        std::fs::write(&path, text).unwrap();
        let all = Infections::read(&path);
        assert_eq!(all.of_person(7).map(|i| i.infector), Some(None));
        assert_eq!(
            all.of_person(9).map(|i| (i.day, i.infector, i.setting.as_str())),
            Some((3, Some(7), "work"))
        );
        assert_eq!((all.by_person(7), all.by_person(9)), (&[9, 8][..], &[][..]));
        assert!(Infections::read(&home.path().join("none.csv")).of_person(7).is_none());
    }
}
