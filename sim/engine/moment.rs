//! A time of the run as people write it: `day 20`, `day 20 08:00`, `2020-02-09`, `2020-02-09 08:00`.

use citytwin_world::calendar::Date;
use std::fmt;

/// A time of the run, to the minute. Day 0 is the first day of the run, so `day 20` is 20 days after its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    day: Day,
    minute: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    OfRun(u32),
    Dated(Date),
}

impl Moment {
    /// The start of a day of the run, counted from 0.
    pub const fn day(day: u32) -> Self {
        Self { day: Day::OfRun(day), minute: 0 }
    }

    /// Reads a moment; `None` if it's none. A TOML date-time without zone is one too (`2020-02-09T08:00:00`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("day") {
            let mut words = rest.split_whitespace();
            let number = words.next()?;
            if !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let minute = words.next().map_or(Some(0), parse_minute)?;
            return match words.next() {
                None => Some(Self { day: Day::OfRun(number.parse().ok()?), minute }),
                Some(_) => None,
            };
        }
        let (date, time) = match text.split_once(['T', ' ']) {
            Some((date, time)) => (date, parse_minute(time.trim())?),
            None => (text, 0),
        };
        Some(Self { day: Day::Dated(Date::parse(date)?), minute: time })
    }

    /// Minutes from the start of a run that begins at midnight of `start`; negative before it.
    pub fn minutes_from(self, start: Date) -> i64 {
        let day = match self.day {
            Day::OfRun(day) => i64::from(day),
            Day::Dated(date) => i64::from(date.0) - i64::from(start.0),
        };
        day * 1440 + i64::from(self.minute)
    }

    /// The first hourly tick of the run that isn't before this moment; negative before the run.
    pub fn tick_from(self, start: Date) -> i64 {
        let minutes = self.minutes_from(start);
        minutes.div_euclid(60) + i64::from(minutes.rem_euclid(60) > 0)
    }
}

/// Minutes after midnight of `08:00` or `08:00:00`; `24:00` is the end of the day.
fn parse_minute(text: &str) -> Option<u16> {
    let mut parts = text.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let seconds = parts.next().unwrap_or("00");
    let plain = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !plain(hour) || !plain(minute) || seconds != "00" {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Day::OfRun(day) => write!(out, "day {day}")?,
            Day::Dated(date) => write!(out, "{date}")?,
        }
        if self.minute > 0 {
            write!(out, " {:02}:{:02}", self.minute / 60, self.minute % 60)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_counted() {
        let start = Date::parse("2020-01-20").expect("a date");
        let minutes = |text: &str| Moment::parse(text).map(|moment| moment.minutes_from(start));
        assert_eq!(minutes("day 20"), Some(20 * 1440));
        assert_eq!(minutes("day 0 08:30"), Some(510));
        assert_eq!(minutes("2020-02-09"), Some(20 * 1440));
        assert_eq!(minutes("2020-02-09T08:00:00"), Some(20 * 1440 + 480));
        assert_eq!(minutes("2020-01-19 24:00"), Some(0));
        assert_eq!(minutes("2020-01-19"), Some(-1440));
        assert_eq!(Moment::parse("day 1 00:01").map(|moment| moment.tick_from(start)), Some(25));
        for odd in
            ["", "day", "day x", "day -1", "day 1 2 3", "2020-02-30", "day 1 8:00", "day 1 25:00", "20"]
        {
            assert_eq!(Moment::parse(odd), None, "{odd}");
        }
        assert_eq!(
            Moment::parse("day 3 08:05").map(|moment| moment.to_string()).as_deref(),
            Some("day 3 08:05")
        );
    }
}
