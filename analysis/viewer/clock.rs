//! Time in the viewer: which day and minute is shown, and how it goes on.
use bevy::prelude::*;

/// The moment shown, and how it moves.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Clock {
    /// Day of the run; always a recorded one.
    pub day: u32,
    /// Minute of that day, 0 to 1440.
    pub minute: f32,
    /// Whether time goes on.
    pub plays: bool,
    /// Simulated minutes a second; negative backwards.
    pub speed: f32,
    /// Days recorded, in order.
    pub recorded: Vec<u32>,
    /// Whether the run goes on, so that more days may come.
    pub goes_on: bool,
}

impl Clock {
    /// A clock that stands at a moment.
    #[must_use]
    pub fn at(day: u32, minute: f32, recorded: Vec<u32>) -> Self {
        Self { day, minute, plays: false, speed: 4.0, recorded, goes_on: false }
    }

    /// The moment in minutes since the first day's midnight.
    #[must_use]
    pub fn since_start_min(&self) -> f64 {
        f64::from(self.day) * 1440.0 + f64::from(self.minute)
    }

    /// Moves by some minutes, from one recorded day to the next; at either end it stops, or waits for the day
    /// to come.
    pub fn advance(&mut self, minutes: f32) {
        self.minute += minutes;
        while self.minute >= 1440.0 {
            match self.recorded.iter().find(|day| **day > self.day) {
                Some(next) => (self.day, self.minute) = (*next, self.minute - 1440.0),
                None => (self.minute, self.plays) = (1439.99, self.plays && self.goes_on),
            }
        }
        while self.minute < 0.0 {
            match self.recorded.iter().rev().find(|day| **day < self.day) {
                Some(before) => (self.day, self.minute) = (*before, self.minute + 1440.0),
                None => (self.minute, self.plays) = (0.0, false),
            }
        }
    }

    /// Goes to the recorded day nearest to a moment.
    pub fn seek(&mut self, since_start_min: f64) {
        let day = (since_start_min / 1440.0).floor().max(0.0) as u32;
        let nearest = self.recorded.iter().copied().min_by_key(|recorded| recorded.abs_diff(day));
        self.day = nearest.unwrap_or(day);
        let minute = since_start_min - f64::from(self.day) * 1440.0;
        self.minute = minute.clamp(0.0, 1439.99) as f32;
    }
}

/// Lets time go on.
pub fn tick(mut clock: ResMut<Clock>, time: Res<Time>) {
    if clock.plays {
        let minutes = clock.speed * time.delta_secs().min(0.5);
        clock.advance(minutes);
    }
}

/// Keys of time.
pub fn keys(mut clock: ResMut<Clock>, keys: Res<ButtonInput<KeyCode>>) {
    let pressed = |key: KeyCode| keys.just_pressed(key);
    if pressed(KeyCode::Space) {
        clock.plays = !clock.plays;
    }
    if pressed(KeyCode::KeyR) {
        clock.speed = -clock.speed;
    }
    if pressed(KeyCode::Equal) || pressed(KeyCode::NumpadAdd) {
        clock.speed = faster(clock.speed, 2.0);
    }
    if pressed(KeyCode::Minus) || pressed(KeyCode::NumpadSubtract) {
        clock.speed = faster(clock.speed, 0.5);
    }
    for (key, minutes) in [(KeyCode::Comma, -1.0), (KeyCode::Period, 1.0)] {
        if pressed(key) {
            clock.plays = false;
            clock.advance(minutes);
        }
    }
    for (key, minutes) in [(KeyCode::BracketLeft, -1440.0), (KeyCode::BracketRight, 1440.0)] {
        if pressed(key) {
            clock.advance(minutes);
        }
    }
}

/// A speed times a factor, within what anybody can follow.
#[must_use]
pub fn faster(speed: f32, factor: f32) -> f32 {
    (speed.abs() * factor).clamp(0.25, 240.0) * speed.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_from_recorded_day_to_recorded_day() {
        let mut clock = Clock::at(3, 1430.0, vec![3, 7]);
        clock.plays = true;
        clock.advance(20.0);
        assert_eq!((clock.day, clock.minute), (7, 10.0));
        clock.advance(-20.0);
        assert_eq!((clock.day, clock.minute), (3, 1430.0));
        clock.advance(1440.0 * 5.0);
        assert!(clock.day == 7 && clock.minute > 1439.0 && !clock.plays);
        clock.advance(-1440.0 * 9.0);
        assert_eq!((clock.day, clock.minute), (3, 0.0));
        clock.seek(6.4 * 1440.0);
        assert_eq!((clock.day, clock.minute), (7, 0.0));
        clock.seek(7.25 * 1440.0);
        assert_eq!((clock.day, clock.minute), (7, 360.0));
        clock.goes_on = true;
        clock.plays = true;
        clock.advance(1440.0);
        assert!(clock.day == 7 && clock.minute > 1439.0 && clock.plays, "it waits for the next day");
        clock.recorded.push(8);
        clock.advance(10.0);
        assert_eq!(clock.day, 8);
        assert_eq!((faster(4.0, 2.0), faster(-4.0, 2.0), faster(240.0, 2.0)), (8.0, -8.0, 240.0));
    }
}
