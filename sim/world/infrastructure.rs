//! Infrastructure as the city has it: assets of power, telecom, water and care, the lines of the grid, what needs what,
//! and who serves whom. Data only; nothing here fails.
use crate::column::{Column, Ragged};
use crate::id::{AssetId, NodeId, PlaceId, ZoneId};
use crate::kinds::kinds;
use bitcode::{Decode, Encode};

kinds! {
    /// What an asset is.
    AssetKind {
        /// Where the city's grid takes power from the country's; its capacity is what it can give, MW.
        GridInfeed = "grid_infeed",
        /// Joins high-voltage lines and the feeders below it; capacity in MW.
        Substation = "substation",
        /// Brings power from a substation to the zones it serves; capacity in MW.
        Feeder = "feeder",
        /// Connects phones; capacity in persons.
        BaseStation = "base_station",
        /// Carries the traffic of base stations and runs the digital services.
        DataCentre = "data_centre",
        /// Takes and treats water; capacity in persons served.
        WaterWorks = "water_works",
        /// Lifts water into the tank and the pipes of a pressure zone; capacity in persons served.
        PumpingStation = "pumping_station",
        /// A hospital as something that needs power and water; its beds belong to care. Capacity in beds.
        Hospital = "hospital",
    }
}

kinds! {
    /// What residents have or lack.
    Service {
        /// Electricity at home.
        Power = "power",
        /// A usable mobile connection.
        Mobile = "mobile",
        /// Water from the tap.
        Water = "water",
        /// The nearest hospital is in service.
        Hospital = "hospital",
    }
}

kinds! {
    /// How one asset depends on another.
    NeedKind {
        /// It consumes what the other gives: power, water.
        Functional = "functional",
        /// It is controlled by the other, or its traffic goes over it.
        Logical = "logical",
        /// It stands on or in the other and falls with it.
        Geographic = "geographic",
    }
}

/// One asset needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Need {
    /// Who needs.
    pub asset: AssetId,
    /// Whom.
    pub on: AssetId,
    /// In which way.
    pub kind: NeedKind,
    /// Whether the asset's own battery, fuel or tank stands in for a while ([`Infrastructure::backup_h`]).
    pub buffered: bool,
}

/// A high-voltage line between two infeeds or substations.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct PowerLine {
    /// Where it begins.
    pub from: AssetId,
    /// Where it ends.
    pub to: AssetId,
    /// What it can carry, MW; 0 where unknown.
    pub capacity_mw: f32,
    /// Flow per difference of angles, MW/rad: base power over reactance.
    pub mw_per_rad: f32,
}

/// Hours of an asset's own store where nobody says how many.
pub const BACKUP_UNKNOWN_H: f32 = -1.0;

/// All infrastructure of a city; empty for a city that has none.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Infrastructure {
    /// Identifier in the city folder, or the name that a grown asset was given.
    pub id: Column<AssetId, String>,
    /// What it is.
    pub kind: Column<AssetId, AssetKind>,
    /// Zone it stands in.
    pub zone: Column<AssetId, ZoneId>,
    /// Street junction from which crews reach it.
    pub node: Column<AssetId, NodeId>,
    /// Place that it is; `NONE` for all but hospitals.
    pub place: Column<AssetId, PlaceId>,
    /// Longitude, degrees WGS-84.
    pub lon: Column<AssetId, f64>,
    /// Latitude, degrees WGS-84.
    pub lat: Column<AssetId, f64>,
    /// Height above sea level, m; NaN where unknown.
    pub elevation_m: Column<AssetId, f32>,
    /// Capacity, in the unit of its kind; 0 where unknown.
    pub capacity: Column<AssetId, f32>,
    /// Hours for which it works on its own battery, fuel or tank; [`BACKUP_UNKNOWN_H`] where unknown: then the kind's
    /// usual.
    pub backup_h: Column<AssetId, f32>,
    /// Whether it was inferred rather than observed.
    pub inferred: Column<AssetId, bool>,
    /// Lines of the high-voltage grid.
    pub lines: Vec<PowerLine>,
    /// Who needs whom, ordered by asset.
    pub needs: Vec<Need>,
    /// Feeder of each zone (at most one).
    pub power: Ragged<ZoneId, AssetId>,
    /// Base stations within reach of each zone.
    pub mobile: Ragged<ZoneId, AssetId>,
    /// Pumping station of each zone (at most one).
    pub water: Ragged<ZoneId, AssetId>,
    /// Hospital nearest to each zone (at most one).
    pub hospital: Ragged<ZoneId, AssetId>,
}

impl Infrastructure {
    /// Number of assets.
    pub fn len(&self) -> usize {
        self.kind.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// All assets of a kind, in order.
    pub fn of_kind(&self, kind: AssetKind) -> Vec<AssetId> {
        self.kind.iter().filter(|(_, k)| **k == kind).map(|(id, _)| id).collect()
    }
    /// The assets that give a service to a zone.
    pub fn serving(&self, service: Service, zone: ZoneId) -> &[AssetId] {
        match service {
            Service::Power => self.power.row(zone),
            Service::Mobile => self.mobile.row(zone),
            Service::Water => self.water.row(zone),
            Service::Hospital => self.hospital.row(zone),
        }
    }
}

/// Power drawn in a zone at the hour of the year's peak, MW: .25 kW for each resident and .35 kW for each job.
/// Assumption: Brazil uses about 2,500 kWh a year and person of all sectors, .29 kW on average.
pub fn peak_demand_mw(residents: u32, jobs: u32) -> f64 {
    f64::from(residents) * 0.25e-3 + f64::from(jobs) * 0.35e-3
}
