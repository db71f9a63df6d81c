//! One replicate's world: the shared city, its people now, and its services now.
use crate::city::City;
use crate::population::Population;
use crate::services::Services;
use crate::visits::VisitLog;
use std::sync::Arc;

/// Everything true at this moment. Layers read and write it; metrics and viewers read it; policies never see it.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The city, shared by all replicates.
    pub city: Arc<City>,
    /// The people.
    pub people: Population,
    /// The services.
    pub services: Services,
    /// Finished stays of the current day.
    pub visits: VisitLog,
}
