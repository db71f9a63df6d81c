//! People and vehicles on the graphics card: buffers of the present window, and the material that draws them.
use crate::colours;
use crate::movement::window::SHIFT_MIN;
use crate::movement::{Record, Window};
use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::system::SystemParam;
use bevy::mesh::{MeshVertexAttribute, MeshVertexBufferLayoutRef, PrimitiveTopology, VertexFormat};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, RenderPipelineDescriptor, ShaderType, SpecializedMeshPipelineError,
};
use bevy::render::storage::ShaderBuffer;
use bevy::shader::ShaderRef;
use citytwin_recording::State;

/// Corners that a person and a vehicle are drawn with.
const CORNERS: [usize; 2] = [3, 36];
/// Which corner of which record a vertex is.
const CORNER: MeshVertexAttribute = MeshVertexAttribute::new("Corner", 0x6369_7479, VertexFormat::Uint32);

/// What the shader knows of the present moment.
#[derive(Clone, Copy, Debug, Default, ShaderType)]
pub struct Now {
    /// Minute of the day, [`SHIFT_MIN`] added.
    pub minute: f32,
    /// What colours tell (`ColourBy`).
    pub colour_by: u32,
    /// Half the width of a person, m.
    pub size_m: f32,
    /// Half the least width on the screen, pixels.
    pub least_px: f32,
    /// Records in the buffer.
    pub records: u32,
    /// States in the buffer.
    pub persons: u32,
    /// 1 where boxes are drawn, 2 where people are dots of a pixel.
    pub vehicles: u32,
    /// 1 in the dark.
    pub night: f32,
    /// Row of the person asked for; `u32::MAX` for nobody.
    pub chosen: u32,
    /// All colours, linear.
    pub palette: [Vec4; colours::PALETTE],
}

/// Draws records.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
pub struct CrowdMaterial {
    #[storage(0, read_only)]
    records: Handle<ShaderBuffer>,
    #[storage(1, read_only)]
    points: Handle<ShaderBuffer>,
    #[storage(2, read_only)]
    states: Handle<ShaderBuffer>,
    /// The present moment.
    #[uniform(3)]
    pub now: Now,
}

impl Material for CrowdMaterial {
    fn vertex_shader() -> ShaderRef {
        "embedded://citytwin_viewer/shaders/people.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://citytwin_viewer/shaders/people.wgsl".into()
    }
    fn enable_prepass() -> bool {
        false
    }
    fn enable_shadows() -> bool {
        false
    }
    fn specialize(
        _: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.vertex.buffers = vec![layout.0.get_layout(&[CORNER.at_shader_location(0)])?];
        descriptor.primitive.cull_mode = None;
        Ok(())
    }
}

/// The entities, buffers and materials of people (0) and vehicles (1).
#[derive(Resource)]
pub struct Drawn {
    entity: [Entity; 2],
    /// Their materials.
    pub material: [Handle<CrowdMaterial>; 2],
    records: [Handle<ShaderBuffer>; 2],
    points: Handle<ShaderBuffer>,
    states: Handle<ShaderBuffer>,
    /// Records that the meshes have corners for.
    room: [usize; 2],
    /// Whether people are dots of a pixel: from afar they are hardly more, and the processor draws them sooner.
    dots: bool,
    /// Records shown.
    pub shown: [usize; 2],
    /// Persons whose state is known.
    pub persons: usize,
}

/// A buffer that is never empty, as the graphics card wants it.
fn buffer(bytes: &[u8]) -> ShaderBuffer {
    let bytes = if bytes.is_empty() { &[0; 16] } else { bytes };
    ShaderBuffer::new(bytes, RenderAssetUsages::RENDER_WORLD)
}

fn mesh(records: usize, corners: usize) -> Mesh {
    let corner: Vec<u32> = (0..(records.max(1) * corners) as u32).collect();
    let topology = if corners == 1 { PrimitiveTopology::PointList } else { PrimitiveTopology::TriangleList };
    Mesh::new(topology, RenderAssetUsages::RENDER_WORLD).with_inserted_attribute(CORNER, corner)
}

/// Where things are kept that buffers and meshes are made in.
#[derive(SystemParam)]
pub struct Stores<'w> {
    /// Meshes.
    pub meshes: ResMut<'w, Assets<Mesh>>,
    /// Materials of people and vehicles.
    pub materials: ResMut<'w, Assets<CrowdMaterial>>,
    /// Buffers.
    pub buffers: ResMut<'w, Assets<ShaderBuffer>>,
}

impl Drawn {
    /// Nobody yet.
    pub fn new(commands: &mut Commands, stores: &mut Stores) -> Self {
        let mut add = || stores.buffers.add(buffer(&[]));
        let (records, points, states) = ([add(), add()], add(), add());
        let material = [0, 1].map(|which: usize| {
            let now = Now { vehicles: which as u32, palette: colours::palette(), ..Now::default() };
            let (records, points, states) = (records[which].clone(), points.clone(), states.clone());
            stores.materials.add(CrowdMaterial { records, points, states, now })
        });
        let entity = [0, 1].map(|which: usize| {
            let mesh = stores.meshes.add(mesh(1, CORNERS[which]));
            let drawn = (Mesh3d(mesh), MeshMaterial3d(material[which].clone()), NoFrustumCulling);
            commands.spawn(drawn).id()
        });
        Self {
            entity,
            material,
            records,
            points,
            states,
            room: [1, 1],
            dots: false,
            shown: [0, 0],
            persons: 0,
        }
    }

    /// Shows a window: its records and points go to the graphics card.
    pub fn show(&mut self, window: &Window, commands: &mut Commands, stores: &mut Stores) {
        let lists: [&[Record]; 2] = [&window.people, &window.vehicles];
        for (which, list) in lists.into_iter().enumerate() {
            self.shown[which] = list.len();
            replace(&mut stores.buffers, &self.records[which], bytemuck::cast_slice(list));
            // Room grows by a quarter at a time, so that it seldom has to.
            if list.len() > self.room[which] {
                self.room[which] = list.len() + list.len() / 4;
                self.make_room(which, commands, &mut stores.meshes);
            }
        }
        replace(&mut stores.buffers, &self.points, bytemuck::cast_slice(window.points.as_flattened()));
    }

    fn make_room(&self, which: usize, commands: &mut Commands, meshes: &mut Assets<Mesh>) {
        let corners = if which == 0 && self.dots { 1 } else { CORNERS[which] };
        let mesh = meshes.add(mesh(self.room[which], corners));
        commands.entity(self.entity[which]).insert(Mesh3d(mesh));
    }

    /// Draws people as dots, or as discs.
    pub fn draw_as_dots(&mut self, dots: bool, commands: &mut Commands, meshes: &mut Assets<Mesh>) {
        if self.dots != dots {
            self.dots = dots;
            self.make_room(0, commands, meshes);
        }
    }

    /// Takes over everybody's state.
    pub fn color(&mut self, states: &[State], stores: &mut Stores) {
        self.persons = states.len();
        let bits: Vec<u32> = states.iter().map(|state| u32::from(state.bits())).collect();
        replace(&mut stores.buffers, &self.states, bytemuck::cast_slice(&bits));
    }

    /// Tells the shaders the moment.
    pub fn tell(&self, now: &Now, materials: &mut Assets<CrowdMaterial>) {
        for (which, handle) in self.material.iter().enumerate() {
            if let Some(mut material) = materials.get_mut(handle) {
                material.now = Now {
                    minute: now.minute + SHIFT_MIN,
                    records: self.shown[which] as u32,
                    persons: self.persons.max(1) as u32,
                    vehicles: if which == 0 && self.dots { 2 } else { which as u32 },
                    ..*now
                };
            }
        }
    }
}

fn replace(buffers: &mut Assets<ShaderBuffer>, handle: &Handle<ShaderBuffer>, bytes: &[u8]) {
    // The handle is one that this program made; a buffer that is gone has nobody to show it to.
    let _ = buffers.insert(handle.id(), buffer(bytes));
}
