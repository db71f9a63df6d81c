//! Surfaces: triangles with a colour, lit by sun and sky in one cheap shader, and their shadows on the ground.
use crate::light::Light;
use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, MeshVertexBufferLayoutRef, PrimitiveTopology};
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::reflect::TypePath;
use bevy::render::render_resource::{
    AsBindGroup, BlendComponent, BlendFactor, BlendOperation, BlendState, RenderPipelineDescriptor,
    ShaderType, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;

/// Triangles under construction.
#[derive(Default)]
pub struct Surface {
    position: Vec<[f32; 3]>,
    normal: Vec<[f32; 3]>,
    uv: Vec<[f32; 2]>,
    colour: Vec<[f32; 4]>,
    index: Vec<u32>,
}

/// A corner of a surface.
#[derive(Clone, Copy)]
pub struct Corner {
    /// Place: metres east, up, south.
    pub position: [f32; 3],
    /// What else the surface's shader needs there (façades: metres along and up).
    pub uv: [f32; 2],
}

impl Surface {
    /// Whether nothing has been added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Adds a fan of triangles about the first corner; linear colour, whose alpha is the shader's own.
    pub fn fan(&mut self, corners: &[Corner], normal: [f32; 3], colour: [f32; 4]) {
        let first = self.corners(corners, normal, colour);
        for i in 1..(corners.len() as u32).saturating_sub(1) {
            self.index.extend([first, first + i, first + i + 1]);
        }
    }

    /// Adds triangles by their corners' numbers.
    pub fn triangles(&mut self, corners: &[Corner], index: &[u32], normal: [f32; 3], colour: [f32; 4]) {
        let first = self.corners(corners, normal, colour);
        self.index.extend(index.iter().map(|i| first + i));
    }

    fn corners(&mut self, corners: &[Corner], normal: [f32; 3], colour: [f32; 4]) -> u32 {
        let first = self.position.len() as u32;
        for corner in corners {
            self.position.push(corner.position);
            self.uv.push(corner.uv);
            self.normal.push(normal);
            self.colour.push(colour);
        }
        first
    }

    /// The mesh of all that was added.
    #[must_use]
    pub fn mesh(self) -> Mesh {
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.position)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normal)
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.uv)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colour)
            .with_inserted_indices(Indices::U32(self.index))
    }
}

/// What a surface is, for the shader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Ground, parks, zones.
    #[default]
    Ground,
    /// Buildings: alpha of the colour is a number that scatters the lit windows; 0 for roofs.
    Building,
    /// Ribbons that keep a least width on the screen: the normal points sideways, uv holds half the width in metres and
    /// the least half width in pixels.
    Ribbon,
    /// The sky about everything.
    Sky,
    /// Shadows of buildings on the ground.
    Shadow,
}

/// What the shader knows besides the light.
#[derive(Clone, Copy, Debug, Default, ShaderType)]
pub struct Look {
    /// 0 ground, 1 building, 2 ribbon, 3 sky, 4 shadow.
    pub role: u32,
    /// 1 for full quality.
    pub full: u32,
    /// How strongly heat is drawn, 0 to 1.
    pub heat: f32,
    /// Half the side of the square that the heat picture covers, m.
    pub heat_half_m: f32,
}

/// The one material of all surfaces.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
#[bind_group_data(SolidKey)]
pub struct Solid {
    /// Sun, sky and haze.
    #[uniform(0)]
    pub light: Light,
    /// What is drawn.
    #[uniform(1)]
    pub look: Look,
    /// Heat on the ground.
    #[texture(2)]
    #[sampler(3)]
    pub heat: Option<Handle<Image>>,
    /// Which kind of surface this is.
    pub role: Role,
}

/// What tells pipelines of surfaces apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct SolidKey {
    role: u32,
}

impl From<&Solid> for SolidKey {
    fn from(solid: &Solid) -> Self {
        Self { role: solid.role as u32 }
    }
}

impl Material for Solid {
    fn vertex_shader() -> ShaderRef {
        "embedded://citytwin_viewer/shaders/solid.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://citytwin_viewer/shaders/solid.wgsl".into()
    }
    fn alpha_mode(&self) -> AlphaMode {
        if self.role == Role::Shadow { AlphaMode::Blend } else { AlphaMode::Opaque }
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
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.vertex.buffers = vec![layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            Mesh::ATTRIBUTE_NORMAL.at_shader_location(1),
            Mesh::ATTRIBUTE_UV_0.at_shader_location(2),
            Mesh::ATTRIBUTE_COLOR.at_shader_location(3),
        ])?];
        descriptor.primitive.cull_mode = None;
        if key.bind_group_data.role == Role::Shadow as u32
            && let Some(fragment) = &mut descriptor.fragment
        {
            // The darker of shadow and ground stays: where shadows overlap they grow no darker.
            let darker = BlendComponent {
                src_factor: BlendFactor::One,
                dst_factor: BlendFactor::One,
                operation: BlendOperation::Min,
            };
            for target in fragment.targets.iter_mut().flatten() {
                target.blend = Some(BlendState { color: darker, alpha: darker });
            }
        }
        Ok(())
    }
}

/// A colour of the palette as the shaders count: linear, opaque unless told otherwise.
#[must_use]
pub fn linear(rgb: [u8; 3], alpha: f32) -> [f32; 4] {
    let [r, g, b] = rgb.map(|channel| {
        let c = f32::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    [r, g, b, alpha]
}
