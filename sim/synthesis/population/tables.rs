//! The shipped country tables and donor households (see `assets/population/SOURCE.md`).
use super::params::{BANDS, HOUSEHOLD_MAX};
use citytwin_world::problem::Problem;

const AGES: &str = include_str!("../../../assets/population/age_distribution_by_country.csv");
const SIZES: &str = include_str!("../../../assets/population/mean_household_size_by_country.csv");
const DONORS: &str = include_str!("../../../assets/population/household_types.csv");

/// A donor household: ages and sexes of its members, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Donor {
    /// How often it occurs among the donors.
    pub weight: f64,
    /// Age in years and whether female.
    pub members: Vec<(u8, bool)>,
}

/// The row of a country: a quoted or plain name, then numbers.
fn row(table: &'static str, country: &str) -> Result<Vec<f64>, Problem> {
    for line in table.lines().skip(1) {
        let (name, rest) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\",").unwrap_or((quoted, "")),
            None => line.split_once(',').unwrap_or((line, "")),
        };
        if name.trim().eq_ignore_ascii_case(country.trim()) {
            return Ok(rest.split(',').map_while(|v| v.trim().parse().ok()).collect());
        }
    }
    Err(Problem::error("E401", format!("no population table knows the country `{country}`"))
        .help("name a country as in assets/population, or give age_shares and household_size_mean"))
}

/// Share of residents by ten-year age band.
pub fn age_shares(country: &str) -> Result<[f64; BANDS], Problem> {
    let counts: [f64; BANDS] = row(AGES, country)?
        .try_into()
        .map_err(|_| Problem::error("E401", format!("the age table of `{country}` is incomplete")))?;
    let total: f64 = counts.iter().sum();
    Ok(counts.map(|c| c / total))
}

/// Mean persons per household.
pub fn household_size_mean(country: &str) -> Result<f64, Problem> {
    let row = row(SIZES, country)?;
    row.first().copied().ok_or_else(|| Problem::error("E401", format!("no household size for `{country}`")))
}

/// Names of the countries that both tables know, in the order of the age table.
pub fn countries() -> Vec<&'static str> {
    let name = |line: &'static str| line.split(',').next().unwrap_or(line).trim_matches('"');
    AGES.lines().skip(1).map(name).filter(|n| row(SIZES, n).is_ok()).collect()
}

/// All donor households, smallest first.
pub fn donors() -> Vec<Donor> {
    let member = |text: &str| -> Option<(u8, bool)> {
        let (sex, age) = text.split_at_checked(1)?;
        Some((age.parse().ok()?, sex == "F"))
    };
    let donor = |line: &str| -> Option<Donor> {
        let (weight, members) = line.split_once(',')?;
        let members: Option<Vec<_>> = members.split_whitespace().map(member).collect();
        Some(Donor { weight: weight.parse().ok()?, members: members? })
    };
    DONORS
        .lines()
        .skip(1)
        .filter_map(donor)
        .filter(|d| (1..=HOUSEHOLD_MAX).contains(&d.members.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        let brazil = age_shares("Brazil").unwrap();
        assert!((brazil.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(household_size_mean("brazil").unwrap(), 3.311);
        assert_eq!(age_shares("Atlantis").unwrap_err().code, "E401");
        assert!(countries().len() > 100);
        let donors = donors();
        assert_eq!(donors.len(), DONORS.lines().count() - 1);
        assert!(donors.iter().all(|d| d.members[0].0 >= 18 && d.members.is_sorted_by(|a, b| a.0 >= b.0)));
    }
}
