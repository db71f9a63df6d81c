//! Streets named in a list: by the numbers of their links, or by spots on the map.
use crate::by_zone;
use citytwin_world::City;
use citytwin_world::LinkId;
use citytwin_world::geo::{M_PER_DEGREE, away_from_stretch};
use citytwin_world::id::Key;
use citytwin_world::problem::{Problem, Problems};
use citytwin_world::streets::{CLASSES, access};

/// Classes of streets that carry traffic through a city.
const MAIN: [&str; 4] = ["trunk", "primary", "secondary", "tertiary"];
/// Farthest street from a spot that is meant by it, m (assumption: a click on a map).
const REACH_M: f64 = 200.0;

/// The links named, each once and in order: `17` is a link as the table `links` numbers them, `-51.2177 -30.0346` the street
/// for cars nearest to a longitude and latitude, both ways, and `middle` that in the middle of the city's jobs.
///
/// # Errors
/// `E085` for a number that no link for cars has, `E086` for what is neither, `E087` for a spot without a street near it.
pub(super) fn links(names: &[String], city: &City) -> Result<Vec<u32>, Problems> {
    let (mut problems, mut links) = (Problems::default(), Vec::new());
    for name in names {
        match named(name, city) {
            Ok(found) => links.extend(found),
            Err(problem) => problems.push(problem.word(name)),
        }
    }
    links.sort_unstable();
    links.dedup();
    if problems.has_errors() { Err(problems) } else { Ok(links) }
}

fn named(name: &str, city: &City) -> Result<Vec<u32>, Problem> {
    let streets = &city.streets;
    if let Ok(number) = name.trim().parse::<u32>() {
        let drivable = streets.access.get(LinkId(number)).is_some_and(|who| who & access::CAR != 0);
        return if drivable {
            Ok(vec![number])
        } else {
            let problem = Problem::error("E085", format!("the city has no link {number} for cars"));
            Err(problem.help("take a number from the table `links`, or a spot: \"LONGITUDE LATITUDE\""))
        };
    }
    if name.trim() == "middle" {
        // Where there is a choice, one that carries traffic.
        let main = |class: u8| CLASSES.get(usize::from(class)).is_some_and(|class| MAIN.contains(class));
        let main = |link: &LinkId| main(streets.class.get(*link).copied().unwrap_or(u8::MAX));
        let spot = by_zone::middle_of_jobs(city);
        let found = Some(nearest(city, spot, (f64::INFINITY, main))).filter(|found| !found.is_empty());
        let found = found.unwrap_or_else(|| nearest(city, spot, (f64::INFINITY, |_: &LinkId| true)));
        let problem = || Problem::error("E087", "the city has no street for cars amid its jobs");
        return if found.is_empty() { Err(problem().help("name a link")) } else { Ok(found) };
    }
    let numbers: Vec<f64> = name.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [lon, lat] = numbers[..] else {
        let problem = Problem::error("E086", format!("`{name}` is neither a link nor a spot"));
        return Err(problem.help("write a link's number, \"LONGITUDE LATITUDE\" in degrees, or \"middle\""));
    };
    let found = nearest(city, (lon, lat), (REACH_M, |_: &LinkId| true));
    if found.is_empty() {
        let problem =
            Problem::error("E087", format!("there is no street for cars within {REACH_M} m of `{name}`"));
        return Err(problem.help("take a spot on a street; the longitude comes first"));
    }
    Ok(found)
}

/// Of some links for cars the one nearest to a spot, within a distance of it, and the one that leads back, where there is
/// one.
fn nearest(city: &City, (lon, lat): (f64, f64), (reach_m, of): (f64, impl Fn(&LinkId) -> bool)) -> Vec<u32> {
    let streets = &city.streets;
    let flat =
        |[x, y]: [f64; 2]| [(x - lon) * M_PER_DEGREE * lat.to_radians().cos(), (y - lat) * M_PER_DEGREE];
    let away_m = |link: LinkId| {
        let points: Vec<[f64; 2]> = streets.line(link).map(flat).collect();
        let away = points.windows(2).map(|ends| away_from_stretch([0.0, 0.0], [ends[0], ends[1]]));
        away.fold(f64::INFINITY, f64::min)
    };
    let drivable = || streets.from.ids().filter(|link| streets.access[*link] & access::CAR != 0);
    let best = drivable()
        .filter(&of)
        .map(|link| (away_m(link), link))
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let Some((_, link)) = best.filter(|(away_m, _)| *away_m <= reach_m) else { return Vec::new() };
    let ends = (streets.to[link], streets.from[link]);
    let back = drivable().filter(|other| (streets.from[*other], streets.to[*other]) == ends);
    std::iter::once(link).chain(back).map(|link| link.index() as u32).collect()
}
