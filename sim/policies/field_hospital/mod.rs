//! Field hospitals: beds for the severely ill, built in days and staffed from outside or by the city's own hospitals.
use crate::works::Works;
use citytwin_engine::{Board, FieldHospital, KeySpec, Kind, Levers, Now, Params, Policy, Unit};
use citytwin_world::problem::Problems;
use citytwin_world::services::FieldStaff;
use citytwin_world::{City, PlaceId, PlaceKind};

/// How it is listed.
pub const KIND: Kind<dyn Policy> = Kind {
    name: "field_hospital",
    summary: "Builds a field hospital for the severely ill and keeps it open as long as the policy holds.",
    keys: KEYS,
    build,
};

const HUOSHENSHAN: &str =
    "Huoshenshan hospital, Wuhan: 1,000 beds built in 10 days, first patients on 4 February 2020 (Xinhua)";

const KEYS: &[KeySpec] = &[
    KeySpec::new("beds", Unit::Count)
        .default(1000.0)
        .range(0.0, 1e6)
        .about("Ordinary beds, for the whole city: a sample of the residents finds a sample of them.")
        .source(HUOSHENSHAN),
    KeySpec::new("icu_beds", Unit::Count)
        .default(30.0)
        .range(0.0, 1e6)
        .about("Intensive-care beds, likewise.")
        .source("assumption; Huoshenshan had intensive care too (Xinhua, 13 February 2020)"),
    KeySpec::new("build_time", Unit::Days)
        .default(10.0)
        .range(0.0, 365.0)
        .about("From the hour in which the policy first acts to the first patient; beds open at midnight.")
        .source(HUOSHENSHAN),
    KeySpec::new("staff", Unit::Text)
        .text("outside")
        .choices(FieldStaff::NAMES)
        .about(
            "Whether medical teams from outside staff it (`outside`), or the city's own hospitals lend it as large a \
             share of their staff as it has of all beds (`city`).",
        )
        .source("Huoshenshan: 1,400 military medical staff from elsewhere (Xinhua, 8 February 2020)"),
];

struct Field {
    hospital: FieldHospital,
    works: Works,
}

fn build(params: &Params, city: &City) -> Result<Box<dyn Policy>, Problems> {
    let staff = FieldStaff::parse(&params.text("staff")).unwrap_or(FieldStaff::Outside);
    let (beds, icu) = (params.u32("beds"), params.u32("icu_beds"));
    let hospital = FieldHospital { place: largest(city), staff, beds, icu };
    Ok(Box::new(Field { hospital, works: Works::of_days(params.f64("build_time")) }))
}

/// Where it stands: beside the hospital with most beds, the first of several; none in a city without hospitals.
fn largest(city: &City) -> PlaceId {
    let places = &city.places;
    let beds = |place: &PlaceId| places.capacity.get(*place).copied().unwrap_or(0);
    let hospitals = places.of_kind(PlaceKind::Hospital);
    hospitals.into_iter().rev().max_by_key(beds).unwrap_or(PlaceId::NONE)
}

impl Policy for Field {
    fn decide(&mut self, now: Now, _: &Board, _: &City, levers: &mut Levers) {
        let nothing = self.hospital.beds == 0 && self.hospital.icu == 0;
        if self.works.stand(now.tick) && !nothing {
            levers.open_field_hospital(self.hospital);
        }
    }

    fn memory(&self) -> Vec<u8> {
        bitcode::encode(&self.works)
    }

    fn restore(&mut self, memory: &[u8]) -> bool {
        let Ok(works) = bitcode::decode(memory) else { return false };
        self.works = works;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Order, levers_in, simulation};

    /// A school, two hospitals of 80 and 120 beds, and one of 120 more.
    fn city() -> City {
        let mut city = City::default();
        let places = [
            ("a", PlaceKind::School, 900),
            ("b", PlaceKind::Hospital, 80),
            ("c", PlaceKind::Hospital, 120),
            ("d", PlaceKind::Hospital, 120),
        ];
        for (id, kind, capacity) in places {
            city.places.id.push(id.to_owned());
            city.places.kind.push(kind);
            city.places.capacity.push(capacity);
        }
        city
    }

    #[test]
    fn it_opens_after_the_works_beside_the_largest_hospital() {
        let order: [Order; 1] = [(&KIND, &[("build_time", "3 d"), ("beds", "40"), ("icu_beds", "2")])];
        let mut whole = simulation(&city(), &order);
        whole.run_day();
        let mut resumed = simulation(&city(), &order);
        resumed.resume(&whole.save(1), 1).expect("the same run");
        for one in [&mut whole, &mut resumed] {
            (0..47).for_each(|_| one.step());
            assert_eq!((one.tick(), one.levers.field_hospitals.len()), (71, 0));
            one.step();
            let wanted = FieldHospital { place: PlaceId(2), staff: FieldStaff::Outside, beds: 40, icu: 2 };
            assert_eq!(one.levers.field_hospitals, [wanted]);
        }
    }

    #[test]
    fn beds_with_the_same_staff_add_up() {
        let here: &[(&str, &str)] = &[("build_time", "0 d"), ("beds", "10")];
        let there: &[(&str, &str)] = &[("build_time", "0 d"), ("staff", "city")];
        let seen = |orders: &[Order]| -> Vec<_> {
            let hospitals = levers_in(&city(), orders).field_hospitals;
            hospitals.iter().map(|h| (h.place.0, h.staff, h.beds, h.icu)).collect()
        };
        let wanted = [(2, FieldStaff::Outside, 20, 60), (2, FieldStaff::City, 1000, 30)];
        assert_eq!(seen(&[(&KIND, there), (&KIND, here), (&KIND, here)]), wanted);
        assert_eq!(seen(&[(&KIND, here), (&KIND, here), (&KIND, there)]), wanted);
    }

    #[test]
    fn beds_of_none_are_no_order() {
        let order: &[(&str, &str)] = &[("beds", "0"), ("icu_beds", "0"), ("build_time", "0 d")];
        assert_eq!(levers_in(&city(), &[(&KIND, order)]), Levers::default());
    }
}
