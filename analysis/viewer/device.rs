//! What draws: a graphics card or, without one, the processor; and whether there is anything at all.
use bevy::tasks::block_on;
use wgpu::{Backends, DeviceType, Instance, InstanceDescriptor};

/// What draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its name as its driver tells it.
    pub name: String,
    /// Whether it is the processor.
    pub software: bool,
}

/// What somebody without a driver can do.
pub const NO_DRIVER: &str = "no Vulkan driver was found, so nothing can be drawn here. With a graphics card, install \
     its driver; without one, the processor can draw: apt-get install mesa-vulkan-drivers libvulkan1";

/// The device that will draw: the first graphics card, else the processor.
///
/// # Errors
/// Words for the user where there is none.
pub fn find() -> Result<Device, String> {
    let instance = Instance::new(InstanceDescriptor {
        backends: Backends::VULKAN,
        ..InstanceDescriptor::new_without_display_handle()
    });
    let adapters = block_on(instance.enumerate_adapters(Backends::VULKAN));
    let mut found: Vec<Device> = adapters
        .iter()
        .map(|adapter| {
            let info = adapter.get_info();
            Device { name: info.name, software: info.device_type == DeviceType::Cpu }
        })
        .collect();
    found.sort_by_key(|device| device.software);
    found.into_iter().next().ok_or_else(|| NO_DRIVER.to_owned())
}
