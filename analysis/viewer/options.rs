//! What the viewer is asked to do.
use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// Shows a recorded run in 3D.
///
/// Without --export or --measure it opens a window. Exit status: 0 done, 1 it could not be shown, 2 the input is wrong.
#[derive(Parser, Clone, Debug)]
#[command(name = "citytwin view", version, max_term_width = 100)]
pub struct Options {
    /// The run folder, recorded with `--set output.trajectories=1`.
    pub run: PathBuf,
    /// The folder of the run's city; by default the one that the run names.
    #[arg(long, value_name = "FOLDER")]
    pub city: Option<PathBuf>,
    /// Writes PNG stills into a folder instead of opening a window.
    #[arg(long, value_name = "FOLDER")]
    pub export: Option<PathBuf>,
    /// So many stills at even times over the recorded days (or over the day of --at).
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub frames: u32,
    /// Tells a story: scenes with times, cameras and captions from a TOML file. With --export every picture of it, and a
    /// film of them where ffmpeg is installed.
    #[arg(long, value_name = "FILE")]
    pub story: Option<PathBuf>,
    /// Pictures a second of a story that is exported.
    #[arg(long, default_value_t = 25, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=120))]
    pub fps: u32,
    /// When to begin, such as "day 30 08:15" or "08:15"; may be repeated for one still each.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Vec<Moment>,
    /// Width and height of the picture, pixels.
    #[arg(long, default_value = "1280x720", value_name = "WxH", value_parser = size)]
    pub size: Size,
    /// Where to look: metres east and north of the centre, distance in metres, heading and tilt in degrees, such as
    /// "0,0,6000,20,35"; later ones may be left out.
    #[arg(long, value_name = "E,N,DISTANCE,HEADING,TILT", value_parser = view, allow_hyphen_values = true)]
    pub camera: Option<View>,
    /// Asks for a resident by number, and goes with them unless --camera says where to look.
    #[arg(long, value_name = "NUMBER")]
    pub person: Option<u32>,
    /// What the colours of people tell.
    #[arg(long, value_enum, default_value_t)]
    pub colour: ColourBy,
    /// Language of the panels.
    #[arg(long, value_enum, default_value_t)]
    pub language: Language,
    /// How much is drawn; auto: reduced where the processor has to draw.
    #[arg(long, value_enum, default_value_t)]
    pub quality: Quality,
    /// Draws infections of the last days as heat on the ground.
    #[arg(long)]
    pub heat: bool,
    /// Leaves panels and legend out.
    #[arg(long)]
    pub bare: bool,
    /// Prints frame times for so many persons (repeated or made fewer as need be) instead of showing anything.
    #[arg(long, value_name = "PERSONS", value_delimiter = ',')]
    pub measure: Vec<u32>,
    /// Frames measured for each number of persons.
    #[arg(long, default_value_t = 60, value_name = "FRAMES", value_parser = clap::value_parser!(u32).range(5..=10_000))]
    pub measure_frames: u32,
}

/// A moment of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Day of the run; `None` for the first recorded one.
    pub day: Option<u32>,
    /// Minute of that day.
    pub minute: f32,
}

/// Width and height, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// Where the camera looks from: it turns about a point on the ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The point looked at, metres east of the centre.
    pub east_m: f32,
    /// Metres north of the centre.
    pub north_m: f32,
    /// Distance from it, m.
    pub distance_m: f32,
    /// Direction looked in, degrees clockwise from north.
    pub heading_deg: f32,
    /// Angle looked down by, degrees.
    pub tilt_deg: f32,
}

/// What the colours of people tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[repr(u32)]
pub enum ColourBy {
    /// Stage of the disease.
    #[default]
    Health,
    /// Colour of the health code.
    Code,
    /// What people are doing.
    Activity,
    /// How people travel.
    Mode,
}

impl ColourBy {
    /// All of them, in the order of the panel.
    pub const ALL: [Self; 4] = [Self::Health, Self::Code, Self::Activity, Self::Mode];
}

/// Language of the panels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// How much is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Quality {
    /// Full on a graphics card, reduced without one.
    #[default]
    Auto,
    /// Everything.
    Full,
    /// No shadows, no smoothing of edges, plain façades.
    Reduced,
}

/// A time such as "day 30 08:15".
///
/// # Errors
/// How to write one.
pub fn moment(text: &str) -> Result<Moment, String> {
    let wrong = || format!("write a time such as \"day 30 08:15\" or \"08:15\", not {text:?}");
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let clock = words.pop().ok_or_else(wrong)?;
    let day = match words.as_slice() {
        [] => None,
        ["day", number] => Some(number.parse().map_err(|_| wrong())?),
        _ => return Err(wrong()),
    };
    let (hour, minute) = clock.split_once(':').ok_or_else(wrong)?;
    let (hour, minute): (u32, f32) =
        (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    if hour > 23 || !(0.0..60.0).contains(&minute) {
        return Err(wrong());
    }
    Ok(Moment { day, minute: hour as f32 * 60.0 + minute })
}

fn size(text: &str) -> Result<Size, String> {
    let sides = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match sides {
        Some((width, height)) if (16..=16_384).contains(&width) && (16..=16_384).contains(&height) => {
            Ok(Size { width, height })
        }
        _ => Err("write WIDTHxHEIGHT in pixels from 16 to 16384, such as 1280x720".to_owned()),
    }
}

/// A view such as "0,0,6000,20,35".
///
/// # Errors
/// How to write one.
pub fn view(text: &str) -> Result<View, String> {
    let wrong =
        || "write EAST,NORTH,DISTANCE,HEADING,TILT in metres and degrees, such as 0,0,6000,20,35".to_owned();
    let numbers: Vec<f32> =
        text.split(',').map(|part| part.trim().parse()).collect::<Result<_, _>>().map_err(|_| wrong())?;
    if numbers.len() < 3 || numbers.len() > 5 || !numbers.iter().all(|n| n.is_finite()) || numbers[2] <= 0.0 {
        return Err(wrong());
    }
    Ok(View {
        east_m: numbers[0],
        north_m: numbers[1],
        distance_m: numbers[2].clamp(20.0, 200_000.0),
        heading_deg: numbers.get(3).copied().unwrap_or(0.0),
        tilt_deg: numbers.get(4).copied().unwrap_or(40.0).clamp(3.0, 89.9),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_sizes_and_views_are_read() {
        assert_eq!(moment("day 30 08:15"), Ok(Moment { day: Some(30), minute: 495.0 }));
        assert_eq!(moment("23:59.5"), Ok(Moment { day: None, minute: 1439.5 }));
        for wrong in ["", "8", "day 8:00", "day x 08:00", "24:00", "08:60", "day 1 2 08:00", "-1:00"] {
            assert!(moment(wrong).is_err(), "{wrong}");
        }
        assert_eq!(size("640x480"), Ok(Size { width: 640, height: 480 }));
        for wrong in ["", "640", "0x0", "99999x10", "a×b"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(view("-5,7,900").map(|v| (v.east_m, v.north_m, v.distance_m)), Ok((-5.0, 7.0, 900.0)));
        for wrong in ["", "1,2", "1,2,0", "1,2,nan", "1,2,3,4,5,6"] {
            assert!(view(wrong).is_err(), "{wrong}");
        }
    }
}
