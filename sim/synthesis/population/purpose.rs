//! What each keyed draw of the synthesis is for (see `citytwin_world::draw`).

/// Order of the households.
pub const HOUSEHOLD_ORDER: u32 = 0x5000_0001;
/// A household drawn to fill a zone exactly.
pub const HOUSEHOLD_FILL: u32 = 0x5000_0002;
/// Exact ages of a household's members.
pub const AGES: u32 = 0x5000_0003;
/// Which home of the zone.
pub const HOME: u32 = 0x5000_0004;
/// Income and cars of a household.
pub const WEALTH: u32 = 0x5000_0005;
/// Occupation of a person.
pub const OCCUPATION: u32 = 0x5000_0006;
/// Order in which persons choose their anchor.
pub const ANCHOR_ORDER: u32 = 0x5000_0007;
/// Zone and place of the anchor.
pub const ANCHOR: u32 = 0x5000_0008;
/// Order of the free posts of a zone.
pub const POSTS: u32 = 0x5000_0009;
/// Hours at the anchor.
pub const HOURS: u32 = 0x5000_000A;
/// Habitual places of a household.
pub const HABIT_HOUSEHOLD: u32 = 0x5000_000B;
/// Habitual places of a person.
pub const HABIT: u32 = 0x5000_000C;
/// Phone, bicycle, compliance.
pub const TRAITS: u32 = 0x5000_000D;
/// Modes.
pub const MODE: u32 = 0x5000_000E;
/// Jobs that a sample keeps.
pub const JOBS_KEPT: u32 = 0x5000_000F;
/// Shape of a generated city.
pub const GENERATE: u32 = 0x5000_0010;
