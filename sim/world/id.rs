//! Typed indices: a person can never index a place.
use bitcode::{Decode, Encode};

impl RoomId {
    /// A room in which nobody meets anybody, as in a field hospital or in quarantine: no row of any [`crate::Rooms`].
    pub const APART: Self = Self(u32::MAX - 1);
}

/// An index into the columns of one noun.
pub trait Key: Copy + Eq + Ord + Send + Sync + 'static {
    /// The row number.
    fn index(self) -> usize;
    /// The id of row `index`; rows beyond `u32::MAX - 1` do not exist in any world.
    fn from_index(index: usize) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Encode, Decode)]
        pub struct $name(pub u32);

        impl $name {
            /// "No such row": used where an attribute may be absent.
            pub const NONE: Self = Self(u32::MAX);

            /// Whether this names a row at all.
            pub const fn is_some(self) -> bool { self.0 != u32::MAX }

            /// The id, or `None` where it is [`Self::NONE`].
            pub fn get(self) -> Option<Self> { self.is_some().then_some(self) }
        }

        impl Key for $name {
            #[inline]
            fn index(self) -> usize { self.0 as usize }
            #[inline]
            fn from_index(index: usize) -> Self { Self(index as u32) }
        }
    )*};
}

ids! {
    /// A resident.
    PersonId,
    /// A household: the persons who share a dwelling.
    HouseholdId,
    /// A place: home building, school, shop, hospital, station …
    PlaceId,
    /// A room: the part of a place (or one vehicle run) within which people meet.
    RoomId,
    /// A zone of the city, the unit of maps and lockdowns.
    ZoneId,
    /// A street junction.
    NodeId,
    /// A directed street segment.
    LinkId,
    /// A transit stop.
    StopId,
    /// A transit line as passengers know it.
    LineId,
    /// A stop sequence that several vehicle runs share.
    RouteId,
    /// One vehicle run of the timetable.
    RunId,
    /// An asset of the infrastructure: substation, base station, pumping station …
    AssetId,
}
