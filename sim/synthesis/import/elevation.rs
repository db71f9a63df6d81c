//! Height above sea level from a GeoTIFF, in geographic or UTM coordinates.
use crate::import::projection::{self, Utm};
use crate::source::open;
use citytwin_world::problem::Problem;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

/// Most cells of a raster that are read.
const CELLS_MAX: u64 = 1 << 30;

/// A raster of heights.
pub struct Elevation {
    width: usize,
    height: usize,
    values: Vec<f32>,
    /// Position of the corner of the first cell and size of a cell, in the raster's coordinates.
    origin: [f64; 2],
    step: [f64; 2],
    utm: Option<Utm>,
}

/// Reads a raster.
///
/// # Errors
/// `E331` it cannot be read, `E332` it says nothing of where it lies, or in coordinates that aren't known here.
pub fn read(path: &Path) -> Result<Elevation, Problem> {
    let broken = |what: String| {
        Problem::error("E331", format!("the elevation raster cannot be read: {what}")).in_file(path)
    };
    let file = open(path).map_err(|e| broken(e.to_string()))?;
    let mut decoder = Decoder::new(BufReader::new(file)).map_err(|e| broken(e.to_string()))?;
    let (width, height) = decoder.dimensions().map_err(|e| broken(e.to_string()))?;
    if u64::from(width) * u64::from(height) > CELLS_MAX || width == 0 || height == 0 {
        return Err(broken(format!("impossible size of {width} × {height} cells")));
    }
    let placed = |what: &str| {
        Problem::error("E332", format!("the elevation raster {what}"))
            .in_file(path)
            .help("give a GeoTIFF in EPSG:4326 or a UTM zone on WGS-84")
    };
    let (origin, step) = transform(&mut decoder).ok_or_else(|| placed("doesn't say where it lies"))?;
    let utm = crs(&mut decoder).map_err(|what| placed(&what))?;
    let nodata = decoder.get_tag_ascii_string(Tag::GdalNodata).ok();
    let nodata = nodata.and_then(|t| t.trim_matches(['\0', ' ']).parse::<f32>().ok());
    let image = decoder.read_image().map_err(|e| broken(e.to_string()))?;
    let mut values: Vec<f32> = match image {
        DecodingResult::U8(v) => v.into_iter().map(f32::from).collect(),
        DecodingResult::U16(v) => v.into_iter().map(f32::from).collect(),
        DecodingResult::I8(v) => v.into_iter().map(f32::from).collect(),
        DecodingResult::I16(v) => v.into_iter().map(f32::from).collect(),
        DecodingResult::U32(v) => v.into_iter().map(|n| n as f32).collect(),
        DecodingResult::I32(v) => v.into_iter().map(|n| n as f32).collect(),
        DecodingResult::F32(v) => v,
        DecodingResult::F64(v) => v.into_iter().map(|n| n as f32).collect(),
        _ => return Err(broken("its numbers have a kind that isn't supported".to_owned())),
    };
    // Several bands: the first is the height.
    let (width, height) = (width as usize, height as usize);
    let bands = values.len() / (width * height);
    if bands > 1 {
        values = values.into_iter().step_by(bands).collect();
    }
    if values.len() != width * height {
        return Err(broken("it holds fewer cells than it claims".to_owned()));
    }
    for value in &mut values {
        if nodata == Some(*value) || !(-500.0..=9000.0).contains(value) {
            *value = f32::NAN;
        }
    }
    Ok(Elevation { width, height, values, origin, step, utm })
}

type Raster = Decoder<BufReader<File>>;

fn transform(decoder: &mut Raster) -> Option<([f64; 2], [f64; 2])> {
    let found = match (
        decoder.get_tag_f64_vec(Tag::ModelPixelScaleTag).ok(),
        decoder.get_tag_f64_vec(Tag::ModelTiepointTag).ok(),
        decoder.get_tag_f64_vec(Tag::ModelTransformationTag).ok(),
    ) {
        (Some(scale), Some(tie), _) => match (scale.as_slice(), tie.as_slice()) {
            ([sx, sy, ..], [i, j, _, x, y, ..]) => ([x - i * sx, y + j * sy], [*sx, -*sy]),
            _ => return None,
        },
        (_, _, Some(matrix)) => match matrix.as_slice() {
            [sx, rx, _, x, ry, sy, _, y, ..] if *rx == 0.0 && *ry == 0.0 => ([*x, *y], [*sx, *sy]),
            _ => return None,
        },
        _ => return None,
    };
    let sound = found.0.iter().chain(&found.1).all(|n| n.is_finite()) && found.1.iter().all(|n| *n != 0.0);
    sound.then_some(found)
}

/// The raster's coordinates: `None` for degrees.
fn crs(decoder: &mut Raster) -> Result<Option<Utm>, String> {
    let keys = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default();
    let key = |id: u16| {
        keys.chunks_exact(4).skip(1).find_map(|entry| match entry {
            [k, 0, _, value] if *k == id => Some(*value),
            _ => None,
        })
    };
    // 1024: 1 projected, 2 geographic; 3072: EPSG number of the projection.
    match (key(1024), key(3072)) {
        (Some(1), Some(epsg)) => projection::utm_of_epsg(u32::from(epsg))
            .map(Some)
            .ok_or_else(|| format!("is in EPSG:{epsg}, which isn't known here")),
        (Some(1), None) => Err("is projected without saying how".to_owned()),
        _ => Ok(None),
    }
}

impl Elevation {
    /// Height at a position by bilinear interpolation, m; NaN outside the raster and where it has no data.
    pub fn at(&self, lon: f64, lat: f64) -> f32 {
        let [x, y] = self.utm.map_or([lon, lat], |utm| utm.forward(lon, lat));
        let column = (x - self.origin[0]) / self.step[0] - 0.5;
        let row = (y - self.origin[1]) / self.step[1] - 0.5;
        let inside = |v: f64, n: usize| v.is_finite() && v >= -0.5 && v <= n as f64 - 0.5;
        if !inside(column, self.width) || !inside(row, self.height) {
            return f32::NAN;
        }
        let (column, row) =
            (column.clamp(0.0, self.width as f64 - 1.0), row.clamp(0.0, self.height as f64 - 1.0));
        let (c, r) = (column as usize, row as usize);
        let cell = |c: usize, r: usize| {
            let at = r.min(self.height - 1) * self.width + c.min(self.width - 1);
            self.values.get(at).copied().unwrap_or(f32::NAN)
        };
        let (fx, fy) = ((column - c as f64) as f32, (row - r as f64) as f32);
        let corners = [
            (cell(c, r), (1.0 - fx) * (1.0 - fy)),
            (cell(c + 1, r), fx * (1.0 - fy)),
            (cell(c, r + 1), (1.0 - fx) * fy),
            (cell(c + 1, r + 1), fx * fy),
        ];
        // At the shore of the data the known corners decide.
        let known = corners.iter().filter(|(v, w)| v.is_finite() && *w > 0.0);
        let (sum, weight) = known.fold((0.0, 0.0), |(s, w), (v, part)| (s + v * part, w + part));
        if weight > 0.0 { sum / weight } else { f32::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiff::encoder::{TiffEncoder, colortype};

    /// A raster of 4 × 3 cells of 0.01° whose height is 10 × column + row, one cell without data.
    fn raster(folder: &Path, tags: bool) -> std::path::PathBuf {
        let path = folder.join("heights.tif");
        let mut values: Vec<f32> = (0..12).map(|i| (i % 4 * 10 + i / 4) as f32).collect();
        values[11] = -9999.0;
        let mut encoder = TiffEncoder::new(File::create(&path).expect("file")).expect("encoder");
        let mut image = encoder.new_image::<colortype::Gray32Float>(4, 3).expect("image");
        if tags {
            let tag = image.encoder();
            tag.write_tag(Tag::ModelPixelScaleTag, &[0.01, 0.01, 0.0][..]).expect("tag");
            tag.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, -51.0, -30.0, 0.0][..]).expect("tag");
            tag.write_tag(Tag::GdalNodata, "-9999").expect("tag");
        }
        image.write_data(&values).expect("data");
        path
    }

    #[test]
    fn heights_between_cell_centres_are_interpolated() {
        let folder = tempfile::tempdir().expect("temp");
        let raster = read(&raster(folder.path(), true)).expect("reads");
        assert!(raster.at(-50.995, -30.005).abs() < 1e-3);
        assert!((raster.at(-50.990, -30.005) - 5.0).abs() < 1e-3);
        assert!((raster.at(-50.985, -30.010) - 10.5).abs() < 1e-3);
        assert!(raster.at(-51.01, -30.005).is_nan() && raster.at(f64::NAN, -30.0).is_nan());
        assert!(raster.at(-50.965, -30.025).is_nan(), "no data");
        assert!((raster.at(-50.970, -30.025) - 22.0).abs() < 1e-3, "beside no data the known cell decides");
    }

    #[test]
    fn rasters_without_a_place_and_cut_ones_are_refused() {
        let folder = tempfile::tempdir().expect("temp");
        let path = raster(folder.path(), false);
        assert_eq!(read(&path).err().map(|p| p.code), Some("E332"));
        let whole = std::fs::read(raster(folder.path(), true)).expect("bytes");
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).expect("write");
            let _ = read(&path);
        }
        std::fs::write(&path, b"II*\0\xff\xff\xff\xff").expect("write");
        assert_eq!(read(&path).err().map(|p| p.code), Some("E331"));
    }
}
