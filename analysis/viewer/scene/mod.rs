//! What stands still: ground, streets, buildings, transit lines.
pub mod buildings;
pub mod ground;
pub mod heat;
pub mod solid;
pub mod streets;
pub mod transit;

pub use solid::{Corner, Look, Role, Solid, Surface, linear};

use crate::light::Light;
use crate::movement::Crowd;
use crate::source::Source;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::prelude::*;

/// Marks what a key shows and hides.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Streets.
    Streets,
    /// Buildings and their shadows.
    Buildings,
    /// Transit lines and stops.
    Transit,
    /// Zones.
    Zones,
}

/// From how far a tile is seen at all.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Its middle, metres east and south.
    pub middle: [f32; 2],
    /// The distance beyond which it isn't drawn, m.
    pub to_m: f32,
}

/// The materials whose light changes with the hour.
#[derive(Resource, Default)]
pub struct Surfaces {
    /// All of them.
    pub materials: Vec<Handle<Solid>>,
    /// That of the ground, which carries heat.
    pub ground: Handle<Solid>,
    /// Buildings that were grown where no footprint is known, and footprints known.
    pub grown_and_known: [usize; 2],
    /// The middle of the city.
    pub middle: [f32; 2],
    /// How far the city reaches from its middle, m.
    pub radius_m: f32,
}

impl Surfaces {
    /// Half the side of the square about the plane's centre that holds the city, m.
    #[must_use]
    pub fn heat_half_m(&self) -> f32 {
        self.radius_m + self.middle[0].abs().max(self.middle[1].abs())
    }
}

/// Builds the city.
pub struct Builder<'a, 'w, 's> {
    /// Where entities are made.
    pub commands: &'a mut Commands<'w, 's>,
    /// Where meshes are kept.
    pub meshes: &'a mut Assets<Mesh>,
    /// Where materials are kept.
    pub materials: &'a mut Assets<Solid>,
    /// The picture of heat on the ground.
    pub heat: Handle<Image>,
    /// Whether everything is drawn.
    pub full: bool,
    /// What has been made so far.
    pub surfaces: Surfaces,
}

impl Builder<'_, '_, '_> {
    fn material(&mut self, role: Role) -> Handle<Solid> {
        let (full, heat_half_m) = (u32::from(self.full), self.surfaces.heat_half_m());
        let look = Look { role: role as u32, full, heat: 0.0, heat_half_m };
        let heat = (role == Role::Ground).then(|| self.heat.clone());
        let handle = self.materials.add(Solid { light: Light::default(), look, heat, role });
        self.surfaces.materials.push(handle.clone());
        handle
    }

    fn spawn(&mut self, surface: Surface, material: &Handle<Solid>, layer: Option<Layer>) {
        if surface.is_empty() {
            return;
        }
        let mesh = self.meshes.add(surface.mesh());
        let mut entity = self.commands.spawn((Mesh3d(mesh), MeshMaterial3d(material.clone())));
        if let Some(layer) = layer {
            entity.insert(layer);
        }
    }

    /// Builds everything.
    pub fn build(mut self, source: &Source, crowd: &Crowd) -> Surfaces {
        let city = &source.city;
        (self.surfaces.middle, self.surfaces.radius_m) = ground::extent(city, &crowd.plane);
        let sky = self.material(Role::Sky);
        let mesh = self.meshes.add(ground::dome().mesh());
        self.commands.spawn((Mesh3d(mesh), MeshMaterial3d(sky), NoFrustumCulling));
        let on_ground = self.material(Role::Ground);
        self.surfaces.ground = on_ground.clone();
        self.spawn(ground::plain(self.surfaces.radius_m), &on_ground, None);
        self.spawn(ground::zones(city, &crowd.plane), &on_ground, Some(Layer::Zones));
        self.spawn(ground::parks(city, &crowd.plane), &on_ground, None);
        let ribbon = self.material(Role::Ribbon);
        for surface in streets::tiles(city, &crowd.routes) {
            self.spawn(surface, &ribbon, Some(Layer::Streets));
        }
        self.spawn(transit::lines(city, &crowd.courses), &ribbon, Some(Layer::Transit));
        let building = self.material(Role::Building);
        let (tiles, counts) = buildings::tiles(source, crowd);
        self.surfaces.grown_and_known = counts;
        let shadow = self.full.then(|| self.material(Role::Shadow));
        for ((x, z), surface) in tiles {
            if surface.is_empty() {
                continue;
            }
            let mesh = self.meshes.add(surface.mesh());
            let middle = [x, z].map(|n| (n as f32 + 0.5) * TILE_M);
            let seen_to_m = if self.full { f32::INFINITY } else { 5_000.0 };
            let seen = Seen { middle, to_m: seen_to_m };
            let own = (Mesh3d(mesh.clone()), MeshMaterial3d(building.clone()), Layer::Buildings, seen);
            self.commands.spawn(own);
            if let Some(shadow) = &shadow {
                let seen = Seen { middle, to_m: 12_000.0 };
                self.commands.spawn((Mesh3d(mesh), MeshMaterial3d(shadow.clone()), Layer::Buildings, seen));
            }
        }
        self.surfaces
    }
}

/// Side of the tiles that buildings and streets are cut into, so that what is out of sight costs nothing, m.
pub const TILE_M: f32 = 1_500.0;

/// The tile of a point.
#[must_use]
pub fn tile(point: [f32; 2]) -> (i32, i32) {
    ((point[0] / TILE_M).floor() as i32, (point[1] / TILE_M).floor() as i32)
}
