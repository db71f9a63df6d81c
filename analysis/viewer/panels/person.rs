//! The panel of a person: who they are, what they are doing, their day, their household, and their infection.
use super::{lettering, window};
use crate::clock::Clock;
use crate::colours;
use crate::options::{ColourBy, Language};
use crate::pick::Chosen;
use crate::show::{Loaded, Showing};
use crate::words::{Word, day_number, of_mode, of_occupation, of_place, of_setting};
use bevy_egui::egui::{self, Align2, Color32, RichText};
use citytwin_recording::{Person, State, Trip};
use citytwin_world::PlaceId;

/// Rows of a list at most; the rest is told as a number.
const ROWS_MAX: usize = 7;

/// Draws it for whoever is chosen.
pub fn draw(ctx: &egui::Context, chosen: &mut Chosen, clock: &Clock, showing: &Showing, language: Language) {
    let source = &showing.shared.source;
    let Some((row, loaded)) = chosen.row.zip(showing.shown.as_ref()) else { return };
    let Some((person, state)) = source.people.person.get(row as usize).zip(loaded.states.get(row as usize))
    else {
        return;
    };
    let say = |word: Word| word.in_language(language);
    window("person").anchor(Align2::LEFT_CENTER, [14.0, 10.0]).show(ctx, |ui| {
        ui.set_max_width(250.0);
        let number = row * source.people.every;
        ui.label(RichText::new(format!("{} {number}", say(Word::Person))).size(17.0).strong());
        ui.label(format!("{}, {} {}", say(of_occupation(person.occupation)), person.age, say(Word::Years)));
        tint(ui, *state, language);
        doing(ui, (row, person), clock, loaded, showing, language);
        ui.separator();
        plan(ui, (row, person), loaded, showing, language);
        ui.separator();
        household(ui, (row, person), chosen, loaded, showing, language);
        infection(ui, number, chosen, showing, language);
        ui.horizontal(|ui| {
            let word = say(if chosen.follows { Word::LetGo } else { Word::Follow });
            if ui.button(word).clicked() {
                chosen.follows = !chosen.follows;
            }
            if ui.button(say(Word::Close)).clicked() {
                *chosen = Chosen::default();
            }
        });
    });
}

/// Health and code, in their colours.
fn tint(ui: &mut egui::Ui, state: State, language: Language) {
    let numbers =
        [(ColourBy::Health, state.stage() as usize), (ColourBy::Code, 5 + usize::from(state.code()))];
    ui.horizontal(|ui| {
        for (by, number) in numbers {
            let [r, g, b] = colours::of(number);
            let (place, _) = ui.allocate_exact_size(egui::vec2(11.0, 12.0), egui::Sense::hover());
            ui.painter().circle_filled(place.center(), 5.0, Color32::from_rgb(r, g, b));
            let row = colours::legend(by).into_iter().find(|(other, _)| *other == number);
            ui.label(row.map_or(Word::Dead, |(_, word)| word).in_language(language));
        }
    });
}

/// A clock's time; of the next day too.
fn time(minute: i16) -> String {
    let minute = minute.rem_euclid(1440);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The words for a habitual place: its name, else what it is.
fn place(person: &Person, slot: u8, showing: &Showing, language: Language) -> String {
    let id = person.places.get(usize::from(slot)).copied().unwrap_or(PlaceId::NONE);
    let places = &showing.shared.source.city.places;
    if slot == 0 {
        return Word::Home.in_language(language).to_owned();
    }
    match (places.name.get(id), places.kind.get(id)) {
        (Some(name), _) if !name.is_empty() => name.clone(),
        (_, Some(kind)) => of_place(*kind).in_language(language).to_owned(),
        _ => Word::Elsewhere.in_language(language).to_owned(),
    }
}

fn trips(row: u32, loaded: &Loaded) -> impl Iterator<Item = &Trip> {
    loaded.day.trips.trips.iter().filter(move |trip| trip.row == row)
}

/// What the person does now.
fn doing(
    ui: &mut egui::Ui,
    (row, person): (u32, &Person),
    clock: &Clock,
    loaded: &Loaded,
    showing: &Showing,
    language: Language,
) {
    let now = clock.minute as i16;
    let say = |word: Word| word.in_language(language);
    let under_way = trips(row, loaded).find(|trip| (trip.depart_min..trip.arrive_min).contains(&now));
    let text = match under_way {
        Some(trip) => {
            let to = place(person, trip.to, showing, language);
            format!("{} {} {to}", say(of_mode(trip.mode)), say(Word::To))
        }
        None => {
            let last = trips(row, loaded).filter(|trip| trip.arrive_min <= now).last();
            let slot = last.map(|trip| trip.to).or_else(|| trips(row, loaded).next().map(|trip| trip.from));
            let slot = slot.or_else(|| loaded.day.slot.get(row as usize).copied()).unwrap_or(0);
            format!("{} {}", say(Word::At), place(person, slot, showing, language))
        }
    };
    ui.label(RichText::new(text).strong());
}

/// The trips of the day.
fn plan(
    ui: &mut egui::Ui,
    (row, person): (u32, &Person),
    loaded: &Loaded,
    showing: &Showing,
    language: Language,
) {
    ui.label(RichText::new(Word::TripsOfTheDay.in_language(language)).color(lettering::FAINT));
    let mut none = true;
    for trip in trips(row, loaded).take(ROWS_MAX) {
        none = false;
        let to = place(person, trip.to, showing, language);
        let mode = of_mode(trip.mode).in_language(language);
        ui.label(format!("{}–{}  {mode}  → {to}", time(trip.depart_min), time(trip.arrive_min)));
    }
    if none {
        ui.label(Word::NoTrips.in_language(language));
    }
}

/// Those the person lives with, to be asked in turn.
fn household(
    ui: &mut egui::Ui,
    (row, person): (u32, &Person),
    chosen: &mut Chosen,
    loaded: &Loaded,
    showing: &Showing,
    language: Language,
) {
    let people = &showing.shared.source.people.person;
    let near = (row as usize).saturating_sub(16)..(row as usize + 17).min(people.len());
    let others = near.filter(|other| *other != row as usize && people[*other].household == person.household);
    ui.label(RichText::new(Word::Household.in_language(language)).color(lettering::FAINT));
    ui.horizontal_wrapped(|ui| {
        for other in others {
            let stage = loaded.states.get(other).map_or(0, |state| state.stage() as usize);
            let [r, g, b] = colours::of(stage);
            let text = format!("{} {}", people[other].age, Word::Years.in_language(language));
            if ui.button(RichText::new(text).color(Color32::from_rgb(r, g, b))).clicked() {
                chosen.row = Some(other as u32);
            }
        }
    });
}

/// How the person was infected and whom they infected, to be asked in turn.
fn infection(ui: &mut egui::Ui, number: u32, chosen: &mut Chosen, showing: &Showing, language: Language) {
    let source = &showing.shared.source;
    let say = |word: Word| word.in_language(language);
    let infections = source.infections();
    let mut ask = |ui: &mut egui::Ui, person: u32| {
        if person.is_multiple_of(source.people.every) {
            if ui.button(person.to_string()).clicked() {
                chosen.row = Some(person / source.people.every);
            }
        } else {
            ui.label(person.to_string());
        }
    };
    if let Some(infection) = infections.of_person(number) {
        ui.separator();
        ui.label(RichText::new(say(Word::Infected)).color(lettering::FAINT));
        let when = time((infection.minute % 1440) as i16);
        let company = of_setting(&infection.setting).map_or(infection.setting.as_str(), say);
        ui.label(format!("{} {when}, {company}", day_number(infection.day, language)));
        if let Some(infector) = infection.infector {
            ui.horizontal(|ui| {
                ui.label(say(Word::ByPerson));
                ask(ui, infector);
            });
        }
    }
    let others = infections.by_person(number);
    if !others.is_empty() {
        ui.label(
            RichText::new(format!("{} ({})", say(Word::InfectedOthers), others.len()))
                .color(lettering::FAINT),
        );
        ui.horizontal_wrapped(|ui| others.iter().take(ROWS_MAX).for_each(|other| ask(ui, *other)));
    }
}
