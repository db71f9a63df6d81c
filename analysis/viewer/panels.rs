//! The panels: where and when, what colours mean, layers, and the scrubber with the epidemic's curve.
mod caption;
mod lettering;
mod person;
mod scrubber;

use crate::clock::{Clock, faster};
use crate::colours;
use crate::options::{ColourBy, Language};
use crate::pick::Chosen;
use crate::scene::{Layer, Surfaces};
use crate::show::Showing;
use crate::stage::Choices;
use crate::story::Telling;
use crate::words::{Word, day_number, weekday};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use egui::{Align2, Color32, RichText};

/// Which panels are shown.
#[derive(Resource, Clone, Copy, Debug)]
pub struct Panels {
    /// Whether any are.
    pub shown: bool,
    /// Whether help is.
    pub help: bool,
    /// Whether fonts and style have been set.
    dressed: bool,
}

impl Panels {
    /// Panels, shown or not.
    #[must_use]
    pub fn new(shown: bool) -> Self {
        Self { shown, help: false, dressed: false }
    }
}

/// Takes a layer out of a list, or puts it in.
pub fn toggle(hidden: &mut Vec<Layer>, layer: Layer) {
    match hidden.iter().position(|other| *other == layer) {
        Some(at) => drop(hidden.remove(at)),
        None => hidden.push(layer),
    }
}

/// Draws all panels.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are what it touches")]
pub fn draw(
    mut contexts: EguiContexts,
    mut panels: ResMut<Panels>,
    mut choices: ResMut<Choices>,
    mut clock: ResMut<Clock>,
    showing: Res<Showing>,
    mut chosen: ResMut<Chosen>,
    surfaces: Option<Res<Surfaces>>,
    telling: Res<Telling>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    if !panels.dressed {
        lettering::dress(ctx, choices.size[1], telling.story.font.as_deref());
        // Fonts hold from the next frame on.
        panels.dressed = true;
        return Ok(());
    }
    if let Some(words) = telling.caption() {
        caption::draw(ctx, words, panels.shown);
    }
    if !panels.shown {
        return Ok(());
    }
    let language = choices.language;
    facts(ctx, &showing, &clock, language);
    legend(ctx, &mut choices, &showing, surfaces.as_deref());
    scrubber::draw(ctx, &mut clock, &showing, language);
    person::draw(ctx, &mut chosen, &clock, &showing, language);
    if panels.help {
        help(ctx, language);
    }
    Ok(())
}

fn window(title: &'static str) -> egui::Window<'static> {
    egui::Window::new(title).title_bar(false).resizable(false).movable(false).fade_in(false).fade_out(false)
}

/// Where and when, and how many.
fn facts(ctx: &egui::Context, showing: &Showing, clock: &Clock, language: Language) {
    let source = &showing.shared.source;
    let date = source.start.plus(clock.day as i32);
    window("facts").anchor(Align2::LEFT_TOP, [14.0, 14.0]).show(ctx, |ui| {
        ui.label(RichText::new(&source.city.info.name).size(20.0).strong());
        if !source.scenario.is_empty() {
            ui.label(RichText::new(&source.scenario).color(lettering::FAINT));
        }
        ui.add_space(4.0);
        let minutes = clock.minute as u32;
        let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        ui.label(RichText::new(time).size(30.0).strong());
        let day = weekday(date.weekday()).in_language(language);
        ui.label(format!("{day} {date}  ·  {}", day_number(clock.day, language)));
        ui.add_space(4.0);
        let Some(loaded) = &showing.shown else {
            ui.label(Word::Loading.in_language(language));
            return;
        };
        let recorded = loaded.states.len();
        let persons = Word::Persons.in_language(language);
        ui.label(format!("{} {persons}", grouped(recorded as u64)));
        if (recorded as u64) < source.population {
            let all = grouped(source.population);
            let (of, residents) = (Word::Of.in_language(language), Word::Residents.in_language(language));
            ui.label(RichText::new(format!("{of} {all} {residents}")).color(lettering::FAINT));
        }
        let under_way: u32 = loaded.window.under_way.iter().sum();
        let word = Word::UnderWay.in_language(language);
        ui.label(format!("{} {word}", grouped(under_way.into())));
    });
}

/// A whole number in groups of three.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out
}

/// What colours mean, with how many there are of each, and the layers.
fn legend(ctx: &egui::Context, choices: &mut Choices, showing: &Showing, surfaces: Option<&Surfaces>) {
    let language = choices.language;
    let say = |word: Word| word.in_language(language);
    window("legend").anchor(Align2::RIGHT_TOP, [-14.0, 14.0]).show(ctx, |ui| {
        ui.set_max_width(272.0);
        ui.label(RichText::new(say(Word::ColourPeopleBy)).color(lettering::FAINT));
        ui.horizontal_wrapped(|ui| {
            let words = [Word::Health, Word::Code, Word::Activity, Word::Mode];
            for (by, word) in ColourBy::ALL.into_iter().zip(words) {
                if ui.selectable_label(choices.colour == by, say(word)).clicked() {
                    choices.colour = by;
                }
            }
        });
        let counts = counts(showing, choices.colour);
        egui::Grid::new("colours").num_columns(3).spacing([8.0, 3.0]).show(ui, |ui| {
            for (number, word) in colours::legend(choices.colour) {
                let [r, g, b] = colours::of(number);
                let (place, _) = ui.allocate_exact_size(egui::vec2(12.0, 14.0), egui::Sense::hover());
                ui.painter().circle_filled(place.center(), 5.0, Color32::from_rgb(r, g, b));
                ui.label(say(word));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    if let Some(count) = counts.get(&number) {
                        ui.label(grouped(*count));
                    }
                });
                ui.end_row();
            }
        });
        ui.separator();
        for (layer, word) in [
            (Layer::Buildings, Word::Buildings),
            (Layer::Streets, Word::Streets),
            (Layer::Transit, Word::TransitLines),
            (Layer::Zones, Word::Zones),
        ] {
            let mut on = !choices.hidden.contains(&layer);
            if ui.checkbox(&mut on, say(word)).changed() {
                toggle(&mut choices.hidden, layer);
            }
        }
        ui.checkbox(&mut choices.heat, say(Word::HeatOfInfections));
        if choices.heat {
            ramp(ui);
        }
        if let Some(surfaces) = surfaces {
            let word = match surfaces.grown_and_known {
                [_, 0..=50] => Word::GrownBuildings,
                [0, _] => Word::KnownBuildings,
                _ => Word::MixedBuildings,
            };
            ui.label(RichText::new(say(word)).small().color(lettering::FAINT));
        }
        if choices.software && !choices.full {
            ui.label(RichText::new(say(Word::SoftwareDrawing)).small().color(lettering::FAINT));
        }
    });
}

/// The scale of heat, from little to much.
fn ramp(ui: &mut egui::Ui) {
    let (place, _) = ui.allocate_exact_size(egui::vec2(200.0, 8.0), egui::Sense::hover());
    let steps = 40;
    for step in 0..steps {
        let rgb = citytwin_report::palette::ramp(f64::from(step) / f64::from(steps - 1));
        let left = place.left() + place.width() * step as f32 / steps as f32;
        let size = egui::vec2(place.width() / steps as f32 + 0.5, place.height());
        let part = egui::Rect::from_min_size(egui::pos2(left, place.top()), size);
        ui.painter().rect_filled(part, 0.0, Color32::from_rgb(rgb.0, rgb.1, rgb.2));
    }
}

/// How many persons have each colour now, where that can be told from states alone.
fn counts(showing: &Showing, by: ColourBy) -> std::collections::BTreeMap<usize, u64> {
    let mut counts = std::collections::BTreeMap::new();
    let Some(loaded) = &showing.shown else { return counts };
    match by {
        ColourBy::Health | ColourBy::Code => {
            for (number, _) in colours::legend(by) {
                counts.insert(number, 0);
            }
            for state in &loaded.states {
                let number = if by == ColourBy::Health {
                    state.stage() as usize
                } else {
                    5 + usize::from(state.code())
                };
                counts.entry(number).and_modify(|count| *count += 1);
            }
        }
        ColourBy::Mode => {
            for (mode, count) in loaded.window.under_way.iter().enumerate() {
                counts.insert(8 + mode, u64::from(*count));
            }
        }
        ColourBy::Activity => {}
    }
    counts
}

/// The keys.
fn help(ctx: &egui::Context, language: Language) {
    window("help").anchor(Align2::CENTER_CENTER, [0.0, 0.0]).show(ctx, |ui| {
        ui.label(RichText::new(Word::HelpTitle.in_language(language)).size(18.0).strong());
        for word in [
            Word::HelpPlay,
            Word::HelpStep,
            Word::HelpSpeed,
            Word::HelpMove,
            Word::HelpMouse,
            Word::HelpClick,
            Word::HelpLayers,
            Word::HelpPanels,
        ] {
            ui.label(word.in_language(language));
        }
    });
}

/// Buttons of time.
fn buttons(ui: &mut egui::Ui, clock: &mut Clock, language: Language) {
    if ui.button(if clock.plays { "⏸" } else { "▶" }).clicked() {
        clock.plays = !clock.plays;
    }
    if ui.button("⟲").clicked() {
        clock.speed = -clock.speed;
    }
    if ui.button("−").clicked() {
        clock.speed = faster(clock.speed, 0.5);
    }
    ui.label(format!("{} {}", clock.speed, Word::Speed.in_language(language)));
    if ui.button("+").clicked() {
        clock.speed = faster(clock.speed, 2.0);
    }
}
