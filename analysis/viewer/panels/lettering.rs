//! Type and colours of the panels.
use bevy_egui::egui::{self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, Stroke};

/// What is said in passing.
pub const FAINT: Color32 = Color32::from_rgb(0xa6, 0xb0, 0xbc);
/// What stands out.
pub const STRONG: Color32 = Color32::from_rgb(0xf4, 0xf6, 0xf8);
/// Ground of panels.
pub const GROUND: Color32 = Color32::from_rgba_premultiplied(0x0f, 0x15, 0x1d, 0xec);

/// Chinese characters that the panels need, beside the font that comes with them.
const CHINESE: &[u8] = include_bytes!("../../../assets/fonts/citytwin-cjk.otf");

/// Sets fonts and style, with type as large as the picture's height asks for; `more` is a font for signs that the others
/// lack.
pub fn dress(ctx: &egui::Context, height: u32, more: Option<&[u8]>) {
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert("chinese".to_owned(), std::sync::Arc::new(FontData::from_static(CHINESE)));
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.entry(family).or_default().push("chinese".to_owned());
    }
    if let Some(font) = more {
        fonts.font_data.insert("story".to_owned(), std::sync::Arc::new(FontData::from_owned(font.to_vec())));
        fonts.families.entry(FontFamily::Proportional).or_default().push("story".to_owned());
    }
    ctx.set_fonts(fonts);
    ctx.set_pixels_per_point((height as f32 / 800.0).clamp(0.75, 3.0));
    let mut visuals = egui::Visuals::dark();
    visuals.window_fill = GROUND;
    visuals.panel_fill = GROUND;
    visuals.window_stroke = Stroke::new(1.0, Color32::from_rgba_premultiplied(0x30, 0x38, 0x44, 0x80));
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.window_shadow = egui::Shadow::NONE;
    visuals.override_text_color = Some(STRONG);
    visuals.selection.bg_fill = Color32::from_rgb(0x2c, 0x5d, 0x8a);
    ctx.set_visuals(visuals);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Language;
    use crate::words::Word;

    #[test]
    fn every_word_can_be_written() {
        let ctx = egui::Context::default();
        let _ = ctx.run_ui(egui::RawInput::default(), |ui| dress(ui.ctx(), 720, None));
        let _ = ctx.run_ui(egui::RawInput::default(), |_| {});
        let id = egui::FontId::proportional(14.0);
        // What is in no font is drawn as one and the same sign; asking whether a font has a character errs where that
        // sign's own font is the one.
        let drawn = |sign: char| {
            let laid = ctx.fonts_mut(|fonts| fonts.layout_no_wrap(sign.to_string(), id.clone(), STRONG));
            laid.rows[0].glyphs[0].uv_rect
        };
        let missing = drawn('\u{10fffd}');
        assert_eq!(drawn('\u{10fffc}'), missing);
        for word in Word::ALL {
            for language in [Language::En, Language::Zh] {
                let text = word.in_language(language);
                assert!(text.chars().all(|sign| drawn(sign) != missing), "{text}");
            }
        }
        for sign in "▶⏸⟲−+·…0123456789:".chars() {
            assert_ne!(drawn(sign), missing, "{sign}");
        }
    }
}
