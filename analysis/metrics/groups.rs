//! Groups of residents between whom burdens are compared: ages, owners of a smartphone, thirds of income.
use citytwin_world::Resident;
use citytwin_world::residents::flag;

/// Groups: three of age, two of phones, three of income.
pub const GROUPS: usize = 8;

/// Names of the groups, in order.
pub const GROUP_NAMES: [&str; GROUPS] = [
    "below 18",
    "18 to 59",
    "60 and older",
    "with a smartphone",
    "without a smartphone",
    "poorest third",
    "middle third",
    "richest third",
];

/// The groups of a resident, a bit each.
pub fn of(resident: &Resident) -> u8 {
    let age = u8::from(resident.age >= 18) + u8::from(resident.age >= 60);
    let phone = if resident.has(flag::PHONE) { 3 } else { 4 };
    let income = 5 + (u16::from(resident.income) * 3 / 256) as u8;
    1 << age | 1 << phone | 1 << income
}

/// Adds a person to the counts of their groups.
#[inline]
pub fn count(groups: u8, counts: &mut [u64; GROUPS]) {
    for (i, count) in counts.iter_mut().enumerate() {
        *count += u64::from(groups >> i & 1);
    }
}
