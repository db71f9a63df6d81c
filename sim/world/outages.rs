//! What of the infrastructure doesn't work at present, why, and who is without which service. Empty while all works.
use crate::city::City;
use crate::column::Column;
use crate::id::{AssetId, NodeId, PlaceId, ZoneId};
use crate::infrastructure::Service;
use crate::kinds::kinds;
use crate::services::Door;
use bitcode::{Decode, Encode};

kinds! {
    /// Why an asset doesn't work.
    Fault {
        /// Switched off by a hazard that says so.
        Blackout = "blackout",
        /// Under water, or wet from it until somebody has seen to it.
        Flood = "flood",
        /// Damaged by an earthquake.
        Earthquake = "earthquake",
        /// Switched off because power was short.
        LoadShed = "load_shed",
        /// Without power, its own battery or fuel used up.
        NoPower = "no_power",
        /// Without water, its own tank empty.
        NoWater = "no_water",
        /// What controls it, or carries its traffic, is down.
        NoControl = "no_control",
        /// What it stands on or in has fallen.
        FellWith = "fell_with",
        /// It and what it needs wait for each other: somebody must start them by hand.
        Deadlock = "deadlock",
    }
}

/// One asset now.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct AssetState {
    /// Whether it works.
    pub works: bool,
    /// What broke it, until a crew has repaired it.
    pub broken: Option<Fault>,
    /// Work that its repair takes, h.
    pub repair_h: f32,
    /// Tick in which it broke.
    pub broken_tick: u32,
    /// Battery, fuel or tank: hours full, and hours left.
    pub backup_h: [f32; 2],
    /// Its running outage, a row of [`Outages::log`]; `u32::MAX` while it works.
    pub outage: u32,
}

/// One outage of one asset.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct Outage {
    /// Which asset.
    pub asset: AssetId,
    /// Why it failed.
    pub fault: Fault,
    /// The asset whose failure brought it down; `NONE` where it failed of itself.
    pub by: AssetId,
    /// First tick in which it didn't work.
    pub from_tick: u32,
    /// First tick in which it worked again; `u32::MAX` while it doesn't.
    pub until_tick: u32,
}

/// Something that a hazard breaks in this hour.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct Damage {
    /// Which asset.
    pub asset: AssetId,
    /// By what.
    pub fault: Fault,
    /// Work that the repair takes, h.
    pub repair_h: f32,
}

/// A repair crew.
#[derive(Clone, Copy, Debug, PartialEq, Encode, Decode)]
pub struct Crew {
    /// Where it is, or will be when its task is done.
    pub node: NodeId,
    /// What it works on; `NONE` while it waits.
    pub task: AssetId,
    /// First tick in which its task is done.
    pub done_tick: u32,
}

/// Who had which service in an hour.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ServedHour {
    /// The hour, ticks.
    pub tick: u32,
    /// Share of all residents with each [`Service`].
    pub city: [f32; Service::COUNT],
    /// Zones in which somebody lacks something, with the shares there.
    pub zones: Vec<(ZoneId, [f32; Service::COUNT])>,
    /// Assets that don't work.
    pub assets_down: u32,
    /// Power fed in and drawn, MW, and demand that was not met, MW.
    pub power_mw: [f64; 3],
    /// High-voltage lines that tripped by overload.
    pub lines_tripped: u32,
}

/// What of the infrastructure fails; empty while nothing does.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Outages {
    /// Assets that hazards keep from working in this hour, in any order; taken over when services settle.
    pub held: Vec<(AssetId, Fault)>,
    /// Assets that hazards break in this hour, likewise.
    pub damage: Vec<Damage>,
    /// Residents whom hazards drive from their homes at present, by zone, as a share of its residents; empty for none.
    pub displaced: Column<ZoneId, f32>,
    /// Every asset; empty while all work.
    pub assets: Column<AssetId, AssetState>,
    /// Share of residents of each zone with each service, in the order of [`Service`]; empty while all have all.
    pub served: [Column<ZoneId, f32>; Service::COUNT],
    /// Hospitals out of service, in order.
    pub hospitals_out: Vec<PlaceId>,
    /// Repair crews; empty until something fails.
    pub crews: Vec<Crew>,
    /// Outages so far, in order of their begin.
    pub log: Vec<Outage>,
    /// Today's hours in which something was out.
    pub hours: Vec<ServedHour>,
    /// Person-hours without each service today, of the residents simulated.
    pub without_person_h: [f64; Service::COUNT],
    /// Person-hours away from a home that a hazard made uninhabitable, today.
    pub displaced_person_h: f64,
}

impl Outages {
    /// Whether everything works and nothing is about to fail: then there is nothing to do.
    pub fn nothing(&self) -> bool {
        self.assets.is_empty() && self.held.is_empty() && self.damage.is_empty() && self.displaced.is_empty()
    }
    /// Share of a zone's residents who have a service, 0–1.
    pub fn share(&self, service: Service, zone: ZoneId) -> f32 {
        self.served[service as usize].get(zone).copied().unwrap_or(1.0)
    }
    /// Share of the phones at a door that are connected, 0–1.
    pub fn connected(&self, city: &City, door: Door) -> f32 {
        if self.served[Service::Mobile as usize].is_empty() {
            return 1.0;
        }
        let zone = match door {
            Door::Place(place) | Door::Staff(place) => city.places.zone.get(place).copied(),
            Door::Border(zone) => Some(zone),
            Door::Street(link) => {
                let node = city.streets.to.get(link).copied();
                let at = node.and_then(|node| city.streets.lon.get(node).zip(city.streets.lat.get(node)));
                at.and_then(|(lon, lat)| city.zones.nearest(*lon, *lat))
            }
            Door::Stop(stop) => {
                let at = city.transit.stop_lon.get(stop).zip(city.transit.stop_lat.get(stop));
                at.and_then(|(lon, lat)| city.zones.nearest(*lon, *lat))
            }
        };
        zone.map_or(1.0, |zone| self.share(Service::Mobile, zone))
    }
    /// Whether a place has power from the grid.
    pub fn has_power(&self, city: &City, place: PlaceId) -> bool {
        self.served[Service::Power as usize].is_empty()
            || city.places.zone.get(place).is_none_or(|zone| self.share(Service::Power, *zone) > 0.0)
    }
    /// Whether a hospital is in service as far as power and water go.
    pub fn admits(&self, hospital: PlaceId) -> bool {
        self.hospitals_out.binary_search(&hospital).is_err()
    }
}
