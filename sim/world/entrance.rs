//! The platforms behind a mobile entrance, and who has it.
use crate::kinds::kinds;
use crate::services::DigitalService;
use bitcode::{Decode, Encode};

kinds! {
    /// What residents do through a mobile entrance.
    DigitalFunction {
        /// Show and have scanned a health code.
        Code = "code",
        /// Declare symptoms or good health.
        Declaration = "declaration",
        /// Look at the epidemic map.
        Map = "map",
        /// Reserve scarce goods or a date.
        Reservation = "reservation",
        /// Deal with an office without going there.
        OnlineService = "online_service",
    }
}

/// The platforms behind a mobile entrance, and who has it; empty where none was ever opened.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Entrance {
    /// Residents who have the app of each function, counted at midnight.
    pub users: [u64; DigitalFunction::COUNT],
    /// Of those aged 60 and older, who has the app with the code, and how many there are.
    pub elderly: [u64; 2],
    /// Residents who can show a code on a phone, the own or that of somebody they live with.
    pub shown: u64,
    /// Platforms of the functions but the code's, which is [`crate::Services::code_platform`]; idle where all are joined.
    pub platforms: [DigitalService; DigitalFunction::COUNT],
    /// Until which tick each platform that broke down stays down; 0 for none.
    pub down_until_tick: [u32; DigitalFunction::COUNT],
    /// Hours of today during which each platform was down.
    pub down_h: [u32; DigitalFunction::COUNT],
}

impl Entrance {
    /// Whether an entrance was ever opened.
    pub fn was_opened(&self) -> bool {
        *self != Self::default()
    }
}
