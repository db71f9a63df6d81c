//! Days of service, mapped from any year to a representative week.
use crate::import::gtfs::feed::FeedTrip;
use crate::table::Row;
use citytwin_world::Date;
use citytwin_world::problem::Tally;
use std::collections::BTreeMap;

/// Longest stretch of a calendar that is looked at, days: a year and a week, however long it claims to hold.
const SPAN_DAYS_MAX: i32 = 371;

/// One service of the calendar.
#[derive(Clone, Debug, Default, PartialEq)]
struct Service {
    /// Weekdays, bit 0 Monday.
    weekdays: u8,
    /// First and last day of validity; `None` where the feed's dates are no dates.
    valid: Option<[i32; 2]>,
    added: Vec<i32>,
    removed: Vec<i32>,
}

/// All services of a feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    services: Vec<Service>,
}

/// Day number of `YYYYMMDD`, with or without separators.
fn date(text: &str) -> Option<i32> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '/' | '.')).collect();
    if digits.len() != 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    Date::from_ymd(year as i32, month, day).map(|d| d.0)
}

/// Reads `calendar.txt` and `calendar_dates.txt` through `rows` and returns each service's position.
pub fn read(
    mut rows: impl FnMut(&str, [&str; 10], &mut dyn FnMut(Row<'_>, [Option<usize>; 10])),
    calendar: &mut Calendar,
    tally: &mut Tally,
) -> BTreeMap<String, usize> {
    let mut at: BTreeMap<String, usize> = BTreeMap::new();
    let columns = [
        "service_id",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "start_date",
        "end_date",
    ];
    rows("calendar.txt", columns, &mut |row, [id, days @ .., start, end]| {
        let mut service = Service::default();
        for (bit, day) in days.into_iter().enumerate() {
            service.weekdays |= u8::from(row.text(day).trim() == "1") << bit;
        }
        let dates = date(&row.text(start)).zip(date(&row.text(end)));
        service.valid = dates.map(|(a, b)| [a.min(b), a.max(b)]);
        if service.valid.is_none() {
            tally.warning("W318", "a service's dates are no dates; its weekdays hold at any time", || {
                format!("`{}` to `{}`", row.text(start), row.text(end))
            });
        }
        at.insert(row.text(id).into_owned(), calendar.services.len());
        calendar.services.push(service);
    });
    let columns = ["service_id", "date", "exception_type", "", "", "", "", "", "", ""];
    rows("calendar_dates.txt", columns, &mut |row, [id, day, kind, ..]| {
        let Some(date) = date(&row.text(day)) else {
            tally.warning("W319", "an exception's date is no date; left out", || row.text(day).into_owned());
            return;
        };
        let next = calendar.services.len();
        let position = *at.entry(row.text(id).into_owned()).or_insert(next);
        if position == next {
            calendar.services.push(Service::default());
        }
        if let Some(service) = calendar.services.get_mut(position) {
            let list = if row.text(kind).trim() == "2" { &mut service.removed } else { &mut service.added };
            list.push(date);
        }
    });
    for service in &mut calendar.services {
        service.added.sort_unstable();
        service.removed.sort_unstable();
    }
    at
}

impl Service {
    fn runs_on(&self, day: i32) -> bool {
        if self.removed.binary_search(&day).is_ok() {
            return false;
        }
        let weekday = Date(day).weekday() as u8;
        let regular =
            self.weekdays & (1 << weekday) != 0 && self.valid.is_none_or(|[a, b]| (a..=b).contains(&day));
        regular || self.added.binary_search(&day).is_ok()
    }

    /// First and last day that the service knows of.
    fn span(&self) -> Option<[i32; 2]> {
        let dated = self.added.first().copied().zip(self.added.last().copied()).map(|(a, b)| [a, b]);
        match (self.valid.filter(|_| self.weekdays != 0), dated) {
            (Some([a, b]), Some([c, d])) => Some([a.min(c), b.max(d)]),
            (one, other) => one.or(other),
        }
    }
}

impl Calendar {
    /// Whether the feed has no services.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    /// On which weekdays each trip runs in a typical week (bit 0 Monday).
    ///
    /// Each line has its own typical Monday … Sunday: of all the Mondays between the line's first and last day of
    /// service, that with the median number of trips (the earliest such). So holidays don't count, a timetable that
    /// replaces another isn't added to it, and lines of different years meet in one week.
    pub fn weekdays_of_trips(&self, trips: &[FeedTrip], line_count: usize) -> Vec<u8> {
        let mut services_of_line: Vec<BTreeMap<usize, u32>> = vec![BTreeMap::new(); line_count];
        for trip in trips {
            if let Some(services) = services_of_line.get_mut(trip.line) {
                *services.entry(trip.service).or_default() += 1;
            }
        }
        let typical: Vec<[Option<i32>; 7]> =
            services_of_line.iter().map(|services| self.typical_days(services)).collect();
        trips
            .iter()
            .map(|trip| {
                let days = typical.get(trip.line).copied().unwrap_or_default();
                let Some(service) = self.services.get(trip.service) else { return 0 };
                let bit =
                    |(at, day): (usize, Option<i32>)| u8::from(day.is_some_and(|d| service.runs_on(d))) << at;
                days.into_iter().enumerate().map(bit).sum()
            })
            .collect()
    }

    /// The typical day of each weekday for services given with their numbers of trips.
    fn typical_days(&self, trips_of_service: &BTreeMap<usize, u32>) -> [Option<i32>; 7] {
        let known: Vec<(&Service, u32)> =
            trips_of_service.iter().filter_map(|(s, n)| Some((self.services.get(*s)?, *n))).collect();
        let spans: Vec<[i32; 2]> = known.iter().filter_map(|(s, _)| s.span()).collect();
        let first = spans.iter().map(|s| s[0]).min().unwrap_or(0);
        let last = spans.iter().map(|s| s[1]).max().unwrap_or(first + 6);
        let last = last.min(first.saturating_add(SPAN_DAYS_MAX));
        let mut counts: [Vec<(u32, i32)>; 7] = Default::default();
        for day in first..=last {
            let count = known.iter().filter(|(s, _)| s.runs_on(day)).map(|(_, n)| n).sum();
            if let Some(list) = counts.get_mut(Date(day).weekday() as usize) {
                list.push((count, day));
            }
        }
        counts.map(|mut list| {
            list.sort_unstable();
            let median = list.get(list.len() / 2)?.0;
            list.into_iter().find(|(count, _)| *count == median && median > 0).map(|(_, day)| day)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(weekdays: u8, from: &str, to: &str) -> Service {
        Service { weekdays, valid: date(from).zip(date(to)).map(|(a, b)| [a, b]), ..Service::default() }
    }

    fn week(services: Vec<Service>, of: &[(usize, usize)]) -> Vec<u8> {
        let trips: Vec<FeedTrip> = of
            .iter()
            .map(|(line, service)| FeedTrip { line: *line, service: *service, shape: String::new() })
            .collect();
        Calendar { services }.weekdays_of_trips(&trips, 9)
    }

    #[test]
    fn a_holiday_is_no_typical_day() {
        let mut workdays = service(0b1_1111, "20190401", "20190630");
        workdays.removed = vec![date("20190501").expect("date")];
        let holiday = Service { added: workdays.removed.clone(), ..Service::default() };
        assert_eq!(week(vec![workdays, holiday], &[(0, 0), (0, 1)]), [0b1_1111, 0]);
    }

    #[test]
    fn a_timetable_that_replaces_another_is_not_added_to_it() {
        let spring = service(0b1, "20190401", "20190505");
        let summer = service(0b1, "20190506", "20190901");
        let sum: u32 = week(vec![spring, summer], &[(0, 0), (0, 1)]).iter().map(|b| u32::from(*b)).sum();
        assert_eq!(sum, 1);
    }

    #[test]
    fn lines_of_different_years_meet_in_one_week() {
        let old = service(0b111_1111, "20110101", "20110301");
        let new = service(0b111_1111, "20250101", "20250301");
        let undated = Service { weekdays: 0b10_0000, ..Service::default() };
        let all = week(vec![old, new, undated], &[(0, 0), (1, 1), (2, 2)]);
        assert_eq!(all, [0b111_1111, 0b111_1111, 0b10_0000]);
    }

    #[test]
    fn dates_in_all_their_spellings() {
        assert_eq!(date("20190415"), date("2019-04-15"));
        assert!(date("20190415").is_some());
        for bad in ["", "20191341", "2019041", "abcdefgh", "99999999"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }
}
