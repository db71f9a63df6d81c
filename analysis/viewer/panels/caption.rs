//! What a story says of the scene shown.
use super::lettering;
use bevy_egui::egui::{self, Align, Align2, RichText};

/// Height that the scrubber takes below the caption, points.
const SCRUBBER: f32 = 132.0;

/// Draws a caption at the foot of the picture, above the panels there.
pub fn draw(ctx: &egui::Context, words: &str, panels: bool) {
    let width = ctx.content_rect().width();
    let above = if panels { SCRUBBER } else { 36.0 };
    super::window("caption").anchor(Align2::CENTER_BOTTOM, [0.0, -above]).show(ctx, |ui| {
        ui.set_max_width((width * 0.72).min(880.0));
        ui.with_layout(egui::Layout::top_down(Align::Center), |ui| {
            ui.add(egui::Label::new(RichText::new(words).size(21.0).color(lettering::STRONG)).wrap());
        });
    });
}
