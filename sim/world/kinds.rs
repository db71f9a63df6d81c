//! The kinds of place, work, setting and travel, with the one name each has in files and tables.
use bitcode::{Decode, Encode};

/// Makes an enum whose variants each have the one name used in files, scenario keys and tables, with `ALL`, `COUNT`,
/// `NAMES`, `name` and `parse`. Where it is used, `bitcode::{Decode, Encode}` must be in scope.
#[macro_export]
macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// All kinds, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// How many kinds there are.
            pub const COUNT: usize = Self::ALL.len();
            /// All names, in order.
            pub const NAMES: &'static [&'static str] = &[$($text),*];
            /// The name used in files, scenario keys and tables.
            pub const fn name(self) -> &'static str { Self::NAMES[self as usize] }
            /// The kind of a name.
            pub fn parse(text: &str) -> Option<Self> {
                Self::NAMES.iter().position(|n| *n == text).map(|i| Self::ALL[i])
            }
        }
    };
}
pub use kinds;

kinds! {
    /// What a place is for.
    PlaceKind {
        /// A residential building.
        Home = "home",
        /// Offices and other desks.
        Office = "office",
        /// Works, plants and workshops.
        Factory = "factory",
        /// Schools for ages 6 to 17.
        School = "school",
        /// Day care for ages 1 to 5.
        Kindergarten = "kindergarten",
        /// Universities and colleges.
        University = "university",
        /// Shops of daily need.
        Shop = "shop",
        /// Markets and supermarkets.
        Market = "market",
        /// Shopping malls.
        Mall = "mall",
        /// Pharmacies.
        Pharmacy = "pharmacy",
        /// Clinics and doctors.
        Clinic = "clinic",
        /// Hospitals.
        Hospital = "hospital",
        /// Parks and playing fields.
        Park = "park",
        /// Churches, mosques, temples.
        Worship = "worship",
        /// Restaurants, cafés and bars.
        Restaurant = "restaurant",
        /// Offices of government.
        Government = "government",
        /// Depots and warehouses.
        Depot = "depot",
        /// Metro and rail stations.
        MetroStation = "metro_station",
        /// Bus stations.
        BusStation = "bus_station",
        /// City gates: where highways and rail enter.
        Gate = "gate",
        /// Museums, theatres, sports halls.
        Culture = "culture",
        /// Halls where a test population meets (not used by imported cities).
        Hall = "hall",
    }
}

kinds! {
    /// Branch of the economy a job belongs to.
    Sector {
        /// Manufacturing and energy.
        Industry = "industry",
        /// Building trades.
        Construction = "construction",
        /// Wholesale and retail trade.
        Trade = "trade",
        /// Hotels and restaurants.
        Hospitality = "hospitality",
        /// Transport and logistics.
        Transport = "transport",
        /// Information, finance, professional services.
        Office = "office_work",
        /// Public administration.
        Public = "public",
        /// Schools and universities.
        Education = "education",
        /// Health care and social work.
        Health = "health",
        /// Personal and domestic services.
        Services = "services",
    }
}

kinds! {
    /// In which kind of company people meet: the unit of contact intensities and of the infections table.
    Setting {
        /// Members of one household at home.
        Household = "household",
        /// Class or day-care group.
        School = "school",
        /// Team at work.
        Work = "work",
        /// Patients and staff of a ward or practice.
        Care = "care",
        /// Customers and staff of shops and other public rooms.
        Public = "public",
        /// Restaurants, worship, culture, visits: company kept at leisure.
        Leisure = "leisure",
        /// Passengers of one vehicle.
        Vehicle = "vehicle",
        /// Parks and the street.
        Outdoor = "outdoor",
        /// Infection brought from outside the city.
        Imported = "imported",
    }
}

kinds! {
    /// How a trip is made.
    Mode {
        /// On foot.
        Walk = "walk",
        /// By bicycle.
        Bicycle = "bicycle",
        /// By car.
        Car = "car",
        /// By bus, with the walks to and from it.
        Bus = "bus",
        /// By metro or rail, perhaps with a bus before or after.
        Metro = "metro",
    }
}

impl PlaceKind {
    /// The setting in which people meet there.
    pub const fn setting(self) -> Setting {
        match self {
            Self::Home => Setting::Household,
            Self::School | Self::Kindergarten | Self::University => Setting::School,
            Self::Office | Self::Factory | Self::Depot | Self::Government => Setting::Work,
            Self::Clinic | Self::Hospital => Setting::Care,
            Self::Shop | Self::Market | Self::Mall | Self::Pharmacy | Self::MetroStation => Setting::Public,
            Self::BusStation | Self::Gate | Self::Hall => Setting::Public,
            Self::Worship | Self::Restaurant | Self::Culture => Setting::Leisure,
            Self::Park => Setting::Outdoor,
        }
    }
}
