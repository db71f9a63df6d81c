//! The scrubber: the run's days with the epidemic's curve, the recorded ones marked, and the present moment.
use super::lettering;
use crate::clock::Clock;
use crate::extent::{CurveOf, Extent};
use crate::options::Language;
use crate::show::Showing;
use crate::words::{Word, day_number};
use bevy_egui::egui::{self, Align2, Color32, FontId, Pos2, Rect, Sense, Stroke, pos2, vec2};

/// Draws it, and lets the clock follow the pointer.
pub fn draw(ctx: &egui::Context, clock: &mut Clock, showing: &Showing, language: Language) {
    let width = ctx.content_rect().width() - 28.0;
    let extent = showing.shared.source.extent();
    super::window("time").anchor(Align2::CENTER_BOTTOM, [0.0, -14.0]).show(ctx, |ui| {
        ui.set_width((width - 16.0).max(100.0));
        ui.horizontal(|ui| {
            super::buttons(ui, clock, language);
            ui.add_space(12.0);
            let say = |word: Word| egui::RichText::new(word.in_language(language));
            if !extent.curve.is_empty() {
                let word = match extent.curve_of {
                    CurveOf::NewInfections => Word::PerDay,
                    CurveOf::Infectious => Word::InfectiousPersons,
                };
                ui.label(say(word).color(lettering::FAINT));
            }
            if !extent.complete {
                let done = extent.recorded.last().map_or(0, |day| day + 1);
                let days = showing.shared.source.days;
                ui.label(say(Word::RunGoesOn).color(lettering::STRONG));
                ui.label(egui::RichText::new(format!("{done} / {days}")).color(lettering::STRONG));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(egui::RichText::new("F1").color(lettering::FAINT));
            });
        });
        let (place, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 46.0), Sense::click_and_drag());
        let days = showing.shared.source.days.max(1);
        let painter = ui.painter_at(place);
        curve(&painter, place, &extent, days);
        calendar(&painter, place, days, language);
        let now = clock.since_start_min() / (f64::from(days) * 1440.0);
        let x = place.left() + place.width() * now as f32;
        painter.line_segment(
            [pos2(x, place.top()), pos2(x, place.bottom())],
            Stroke::new(2.0, lettering::STRONG),
        );
        if let Some(at) = response.interact_pointer_pos() {
            let share = f64::from(((at.x - place.left()) / place.width()).clamp(0.0, 1.0));
            clock.seek(share * f64::from(days) * 1440.0);
        }
        if days > 1 {
            hours(ui, clock);
        }
    });
}

/// A second, finer scrubber for the hours of the day shown.
fn hours(ui: &mut egui::Ui, clock: &mut Clock) {
    let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::click_and_drag());
    let painter = ui.painter_at(place);
    painter.rect_filled(place, 3.0, Color32::from_rgba_premultiplied(20, 26, 34, 120));
    for hour in (0..24).step_by(3) {
        let x = place.left() + place.width() * hour as f32 / 24.0;
        let text = format!("{hour:02}:00");
        painter.text(
            pos2(x + 3.0, place.center().y),
            Align2::LEFT_CENTER,
            text,
            FontId::proportional(10.5),
            lettering::FAINT,
        );
    }
    let x = place.left() + place.width() * clock.minute / 1440.0;
    painter
        .line_segment([pos2(x, place.top()), pos2(x, place.bottom())], Stroke::new(2.0, lettering::STRONG));
    if let Some(at) = response.interact_pointer_pos() {
        clock.minute = ((at.x - place.left()) / place.width()).clamp(0.0, 0.9999) * 1440.0;
    }
}

fn curve(painter: &egui::Painter, place: Rect, extent: &Extent, days: u32) {
    painter.rect_filled(place, 3.0, Color32::from_rgba_premultiplied(20, 26, 34, 150));
    let day_x = |day: f32| place.left() + place.width() * day / days as f32;
    for day in &extent.recorded {
        let part = Rect::from_min_max(
            pos2(day_x(*day as f32), place.bottom() - 3.0),
            pos2(day_x(*day as f32 + 1.0), place.bottom()),
        );
        painter.rect_filled(part, 0.0, Color32::from_rgb(0x56, 0xb4, 0xe9));
    }
    let values = &extent.curve;
    if values.is_empty() {
        return;
    }
    let top = values.iter().copied().filter(|v| v.is_finite()).fold(1.0, f64::max);
    let y = |value: f64| place.bottom() - 4.0 - (place.height() - 16.0) * (value.max(0.0) / top) as f32;
    let rgb = citytwin_report::palette::colour("infectious")
        .map_or(Color32::RED, |c| Color32::from_rgb(c.0, c.1, c.2));
    let points: Vec<Pos2> = (0..)
        .zip(values)
        .filter(|(_, value)| value.is_finite())
        .map(|(day, value)| pos2(day_x(day as f32 + 0.5), y(*value)))
        .collect();
    for pair in points.windows(2) {
        let fill =
            [pair[0], pair[1], pos2(pair[1].x, place.bottom() - 3.0), pos2(pair[0].x, place.bottom() - 3.0)];
        painter.add(egui::Shape::convex_polygon(fill.to_vec(), rgb.gamma_multiply(0.28), Stroke::NONE));
    }
    painter.add(egui::Shape::line(points, Stroke::new(1.6, rgb)));
    let text = super::grouped(top.round() as u64);
    painter.text(
        pos2(place.right() - 4.0, place.top() + 2.0),
        Align2::RIGHT_TOP,
        text,
        FontId::proportional(10.5),
        lettering::FAINT,
    );
}

fn calendar(painter: &egui::Painter, place: Rect, days: u32, language: Language) {
    let step =
        [1, 2, 5, 7, 14, 30, 60, 90, 180, 365].into_iter().find(|step| days / step <= 14).unwrap_or(730);
    for day in (0..days).step_by(step as usize) {
        let x = place.left() + place.width() * day as f32 / days as f32;
        let tick = [pos2(x, place.top()), pos2(x, place.top() + 5.0)];
        painter.line_segment(tick, Stroke::new(1.0, lettering::FAINT));
        let text = day_number(day, language);
        painter.text(
            pos2(x + 3.0, place.top()),
            Align2::LEFT_TOP,
            text,
            FontId::proportional(10.5),
            lettering::FAINT,
        );
    }
}
