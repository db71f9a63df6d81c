//! A village with a recording made by hand, and the viewer as a program that draws it from straight above.
#![allow(dead_code, reason = "each test binary uses a part of it")]
use citytwin_movement::Routes;
use citytwin_movement::plane::{Plane, apart, between};
use citytwin_recording::{Day, FOLDER, People, Person, State, Trip};
use citytwin_synthesis::{folder, generate, load};
use citytwin_viewer::scene::buildings;
use citytwin_world::population::Hold;
use citytwin_world::{
    City, Date, HouseholdId, Mode, Occupation, PlaceId, PlaceKind, Sector, Severity, Stage,
};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Size of pictures, pixels.
const SIZE: [f32; 2] = [1280.0, 720.0];
/// Height that they are drawn from, m.
const HEIGHT_M: f32 = 2_600.0;
/// Half the vertical field of view, degrees.
const HALF_VIEW_DEG: f32 = 20.0;

/// A point of a picture.
pub type Pixel = [f32; 2];

/// The village and where its files are.
pub struct Village {
    home: tempfile::TempDir,
    city: City,
    plane: Plane,
    routes: Routes,
}

impl Village {
    pub fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("village");
        folder::write_made(&generate::city(1500, 3).expect("a village"), &path).expect("written");
        let city = load::city_without_journeys(&path).expect("read");
        let plane = Plane::of(&city);
        let routes = Routes::new(&city, &plane).expect("streets");
        Self { home, city, plane, routes }
    }

    /// The village's folder.
    pub fn folder(&self) -> PathBuf {
        self.home.path().join("village")
    }

    pub fn kinds(&self) -> Vec<PlaceKind> {
        self.city.places.kind.as_slice().to_vec()
    }

    fn point(&self, place: PlaceId) -> [f32; 2] {
        self.plane.point(self.city.places.lon[place], self.city.places.lat[place])
    }

    /// Three homes in sight, far from each other.
    pub fn distant_places(&self) -> [PlaceId; 3] {
        let homes = self.city.places.of_kind(PlaceKind::Home);
        let in_sight = |p: &PlaceId| {
            let [x, y] = self.pixel_of(*p);
            x > 60.0 && y > 60.0 && x < SIZE[0] - 60.0 && y < SIZE[1] - 60.0
        };
        let homes: Vec<PlaceId> = homes.into_iter().filter(in_sight).collect();
        let farthest = |from: &[PlaceId]| {
            let near = |p: &PlaceId| {
                from.iter().map(|q| apart(self.point(*p), self.point(*q))).fold(f32::MAX, f32::min)
            };
            *homes.iter().max_by(|a, b| near(a).total_cmp(&near(b))).expect("homes")
        };
        let a = farthest(&homes[..1]);
        let b = farthest(&[a]);
        [a, b, farthest(&[a, b])]
    }

    /// A day on which people stay at places, each with stage and code.
    pub fn day(&self, people: &[(PlaceId, Stage, u8)]) -> Recorded {
        let mut day = Day { date: Date(18_341), slot: vec![0; people.len()], ..Day::default() };
        let state =
            |(_, stage, code): &(PlaceId, Stage, u8)| State::new(*stage, Severity::None, *code, Hold::Free);
        day.state = people.iter().map(state).collect();
        let person = |(place, ..): &(PlaceId, Stage, u8)| {
            let mut places = [PlaceId::NONE; 7];
            places[0] = *place;
            let (occupation, sector) = (Occupation::Worker, Sector::Trade);
            Person { household: HouseholdId(0), places, age: 40, occupation, sector }
        };
        Recorded { day, person: people.iter().map(person).collect() }
    }

    /// Somebody travels from home to a place of theirs.
    pub fn travels(&self, recorded: &mut Recorded, row: u32, to: PlaceId, minutes: [i16; 2], mode: Mode) {
        recorded.person[row as usize].places[1] = to;
        let [depart_min, arrive_min] = minutes;
        let trip = Trip { depart_min, row, arrive_min, mode, from: 0, to: 1, first_ride: 0, rides: 0 };
        recorded.day.trips.push(trip, &[]);
    }

    /// Writes a run folder with a recording of one day.
    pub fn record(&self, recorded: &Recorded) -> PathBuf {
        let run = self.home.path().join("run");
        let folder = run.join(FOLDER);
        std::fs::create_dir_all(&folder).expect("a folder");
        let people = People { every: 1, city_hash: self.city.hash, person: recorded.person.clone() };
        people.write(&folder).expect("written");
        recorded.day.write(&folder).expect("written");
        let json =
            "{\"scenario\": \"by-hand\", \"days\": 1, \"start_date\": \"2020-03-20\", \"parameters\": []}";
        std::fs::write(run.join("run.json"), json).expect("written");
        run
    }

    /// Where a place is seen from straight above.
    pub fn pixel_of(&self, place: PlaceId) -> Pixel {
        let roof = match self.city.places.kind[place] {
            PlaceKind::Park => 0.0,
            _ => buildings::height_m(&self.city.places, place),
        };
        self.pixel(self.point(place), roof)
    }

    fn pixel(&self, [x, z]: [f32; 2], height_m: f32) -> Pixel {
        let scale = SIZE[1] * 0.5 / HALF_VIEW_DEG.to_radians().tan() / (HEIGHT_M - height_m);
        [SIZE[0] * 0.5 + x * scale, SIZE[1] * 0.5 + z * scale]
    }

    /// How far from its place's middle somebody may be seen, pixels: the building and the disc.
    pub fn reach_px(&self, place: PlaceId) -> f32 {
        let half_m = (buildings::ground_m2(&self.city.places, place).sqrt() * 0.42).clamp(2.5, 60.0);
        self.pixel([half_m, 0.0], 0.0)[0] - SIZE[0] * 0.5 + 4.0
    }

    /// Distance of a pixel from the nearest street, pixels.
    pub fn off_streets_px(&self, pixel: Pixel) -> f32 {
        let links = self.city.streets.from.ids().flat_map(|link| self.routes.link_points(link).windows(2));
        let far = |pair: &[[f32; 2]]| {
            let (a, b) = (self.pixel(pair[0], 0.0), self.pixel(pair[1], 0.0));
            let along = ((pixel[0] - a[0]) * (b[0] - a[0]) + (pixel[1] - a[1]) * (b[1] - a[1]))
                / apart(a, b).powi(2).max(1e-6);
            apart(pixel, between(a, b, along.clamp(0.0, 1.0)))
        };
        links.map(far).fold(f32::MAX, f32::min)
    }

    /// Draws a bare picture from straight above, unless told otherwise.
    pub fn picture(&self, run: &Path, more: &[&str]) -> Picture {
        self.draw(run, &[&["--bare"][..], more].concat()).remove(0)
    }

    /// As [`Self::picture`], with panels.
    pub fn with_panels(&self, run: &Path, more: &[&str]) -> Picture {
        self.draw(run, more).remove(0)
    }

    /// Several bare pictures.
    pub fn stills(&self, run: &Path, more: &[&str]) -> Vec<Picture> {
        self.draw(run, &[&["--bare"][..], more].concat())
    }

    fn draw(&self, run: &Path, more: &[&str]) -> Vec<Picture> {
        let stills = tempfile::tempdir().expect("a folder");
        let above = format!("0,0,{HEIGHT_M},0,89.9");
        let camera: &[&str] = if more.contains(&"--camera") { &[] } else { &["--camera", &above] };
        let export = stills.path().to_string_lossy().into_owned();
        let common = ["--export", &export, "--size", "1280x720", "--quality", "reduced"];
        let done = self.viewer(run, &[&common[..], camera, more].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(stills.path()).expect("stills").flatten().map(|entry| entry.path()).collect();
        // A film stands beside the pictures of a story, where there is a program for it.
        files.retain(|file| file.extension().is_some_and(|ending| ending == "png"));
        files.sort();
        files.iter().map(|file| Picture(image::open(file).expect("a picture").to_rgb8())).collect()
    }

    /// Runs the viewer on a run of this village.
    pub fn viewer(&self, run: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citytwin-viewer"));
        command.arg(run).arg("--city").arg(self.home.path().join("village")).args(arguments);
        command.output().expect("it starts")
    }
}

/// A day and who is recorded on it.
pub struct Recorded {
    pub day: Day,
    pub person: Vec<Person>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture(image::RgbImage);

impl Picture {
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        self.0.get_pixel(x, y).0
    }

    /// All pixels of a colour, give or take one step a channel.
    pub fn pixels_of(&self, colour: [u8; 3]) -> Vec<Pixel> {
        let like = |pixel: &[u8; 3]| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= 1);
        self.0
            .enumerate_pixels()
            .filter(|(_, _, pixel)| like(&pixel.0))
            .map(|(x, y, _)| [x as f32 + 0.5, y as f32 + 0.5])
            .collect()
    }

    /// The middle of all pixels of a colour.
    pub fn middle_of(&self, colour: [u8; 3]) -> Option<Pixel> {
        let found = self.pixels_of(colour);
        let mean = |axis: usize| found.iter().map(|pixel| pixel[axis]).sum::<f32>() / found.len() as f32;
        (!found.is_empty()).then(|| [mean(0), mean(1)])
    }

    /// Mean of all channels, 0 to 255.
    pub fn brightness(&self) -> f32 {
        let sum: u64 = self.0.as_raw().iter().map(|channel| u64::from(*channel)).sum();
        sum as f32 / self.0.as_raw().len() as f32
    }

    /// How many different colours there are.
    pub fn shades(&self) -> usize {
        let mut all: Vec<[u8; 3]> = self.0.pixels().map(|pixel| pixel.0).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }
}

/// A colour of the palette by its name.
pub fn rgb(name: &str) -> [u8; 3] {
    citytwin_report::palette::colour(name).map(|c| [c.0, c.1, c.2]).expect("a colour")
}

/// Distance between pixels.
pub fn away(a: Pixel, b: Pixel) -> f32 {
    apart(a, b)
}
