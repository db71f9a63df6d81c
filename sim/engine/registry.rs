//! How a room lists what it offers: one plain list of kinds, each with its keys and how it's built.

use crate::key::KeySpec;
use crate::params::Params;
use citytwin_world::city::City;
use citytwin_world::problem::Problems;

/// A kind of layer, policy, hazard or metric that a scenario can name.
pub struct Kind<T: ?Sized> {
    /// Name in scenario files, tables and on the command line.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Its keys.
    pub keys: &'static [KeySpec],
    /// Builds it from checked values for a city; refuses values that don't fit together or don't fit the city, all of
    /// them at once, each named by its word.
    pub build: Builder<T>,
}

/// Builds a layer or policy from its values, or says what it refuses.
pub type Builder<T> = fn(&Params, &City) -> Result<Box<T>, Problems>;

impl<T: ?Sized> Kind<T> {
    /// The kind of a name in a list.
    pub fn find<'a>(kinds: &'a [Self], name: &str) -> Option<&'a Self> {
        kinds.iter().find(|kind| kind.name == name)
    }

    /// What is wrong with the kind itself: defaults outside their own range, keys without meaning or source,
    /// keys that its builder asks for but doesn't declare. Empty when all is well; every room tests its list.
    pub fn faults(&self, city: &City) -> Vec<String> {
        let mut faults: Vec<String> = self
            .keys
            .iter()
            .flat_map(KeySpec::faults)
            .map(|fault| format!("{}: {fault}", self.name))
            .collect();
        let params = Params::presets(self.keys);
        // A refusal is the builder's right (an empty city has no metro); what it asked for still counts.
        let _ = (self.build)(&params, city);
        faults.extend(params.misses().into_iter().map(|miss| format!("{}: {miss}", self.name)));
        faults
    }
}
