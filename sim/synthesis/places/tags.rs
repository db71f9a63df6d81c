//! Which kind of place an OSM object is.
use crate::import::osm::Tags;
use citytwin_world::PlaceKind;

/// The kind of place that tags describe; `None` for objects that are no destination.
pub fn kind(tags: &Tags) -> Option<PlaceKind> {
    amenity(tags)
        .or_else(|| shop(tags))
        .or_else(|| leisure(tags))
        .or_else(|| office(tags))
        .or_else(|| station(tags))
        .or_else(|| works(tags))
        .or_else(|| building(tags))
}

fn amenity(tags: &Tags) -> Option<PlaceKind> {
    Some(match tags.get("amenity").or_else(|| tags.get("healthcare"))? {
        "school" => PlaceKind::School,
        "kindergarten" | "childcare" | "nursery" => PlaceKind::Kindergarten,
        "university" | "college" => PlaceKind::University,
        "hospital" => PlaceKind::Hospital,
        "clinic" | "doctors" | "doctor" | "dentist" | "health_post" | "centre" | "laboratory" => {
            PlaceKind::Clinic
        }
        "pharmacy" => PlaceKind::Pharmacy,
        "restaurant" | "cafe" | "fast_food" | "bar" | "pub" | "food_court" | "ice_cream" | "biergarten" => {
            PlaceKind::Restaurant
        }
        "place_of_worship" => PlaceKind::Worship,
        "marketplace" => PlaceKind::Market,
        "townhall" | "courthouse" | "police" | "fire_station" | "post_office" | "prison" | "embassy" => {
            PlaceKind::Government
        }
        "theatre" | "cinema" | "arts_centre" | "library" | "community_centre" | "nightclub"
        | "conference_centre" | "events_venue" | "casino" | "social_centre" | "exhibition_centre" => {
            PlaceKind::Culture
        }
        "bus_station" => PlaceKind::BusStation,
        "bank" | "studio" | "social_facility" => PlaceKind::Office,
        "fuel" | "car_wash" => PlaceKind::Shop,
        _ => return None,
    })
}

fn shop(tags: &Tags) -> Option<PlaceKind> {
    Some(match tags.get("shop")? {
        "no" | "vacant" => return None,
        "mall" => PlaceKind::Mall,
        "supermarket" | "wholesale" | "department_store" => PlaceKind::Market,
        "chemist" => PlaceKind::Pharmacy,
        _ => PlaceKind::Shop,
    })
}

fn leisure(tags: &Tags) -> Option<PlaceKind> {
    if let Some(tourism) = tags.get("tourism") {
        match tourism {
            "museum" | "gallery" | "zoo" | "aquarium" | "theme_park" => return Some(PlaceKind::Culture),
            "hotel" | "hostel" | "motel" | "guest_house" => return Some(PlaceKind::Office),
            _ => {}
        }
    }
    Some(match tags.get("leisure")? {
        "park" | "garden" | "playground" | "nature_reserve" | "dog_park" | "golf_course" | "beach_resort" => {
            PlaceKind::Park
        }
        "sports_centre" | "stadium" | "fitness_centre" | "ice_rink" | "sports_hall" | "water_park"
        | "dance" | "bowling_alley" => PlaceKind::Culture,
        _ => return None,
    })
}

fn office(tags: &Tags) -> Option<PlaceKind> {
    if tags.get("government").is_some() {
        return Some(PlaceKind::Government);
    }
    Some(match tags.get("office")? {
        "no" | "vacant" => return None,
        "government" | "diplomatic" | "administrative" => PlaceKind::Government,
        "educational_institution" => PlaceKind::University,
        _ => PlaceKind::Office,
    })
}

fn station(tags: &Tags) -> Option<PlaceKind> {
    let is_rail = matches!(tags.get("railway"), Some("station" | "halt"));
    (is_rail && !tags.is("station", "miniature")).then_some(PlaceKind::MetroStation)
}

fn works(tags: &Tags) -> Option<PlaceKind> {
    if matches!(tags.get("man_made"), Some("works")) || tags.get("craft").is_some() {
        return Some(PlaceKind::Factory);
    }
    match tags.get("industrial") {
        Some("warehouse" | "distributor" | "depot" | "logistics" | "port") => Some(PlaceKind::Depot),
        Some(_) => Some(PlaceKind::Factory),
        None => None,
    }
}

fn building(tags: &Tags) -> Option<PlaceKind> {
    Some(match tags.get("building")? {
        "school" => PlaceKind::School,
        "kindergarten" => PlaceKind::Kindergarten,
        "university" | "college" => PlaceKind::University,
        "hospital" => PlaceKind::Hospital,
        "church" | "chapel" | "mosque" | "temple" | "synagogue" | "cathedral" => PlaceKind::Worship,
        "office" | "commercial" | "bank" | "hotel" => PlaceKind::Office,
        "industrial" | "manufacture" | "factory" => PlaceKind::Factory,
        "warehouse" => PlaceKind::Depot,
        "retail" | "kiosk" | "shop" => PlaceKind::Shop,
        "supermarket" => PlaceKind::Market,
        "government" | "civic" | "public" | "townhall" | "fire_station" => PlaceKind::Government,
        "museum" | "sports_hall" | "sports_centre" | "stadium" => PlaceKind::Culture,
        "train_station" => PlaceKind::MetroStation,
        _ => return None,
    })
}

/// Whether people live in a building: tagged so, or `yes` in a city whose buildings are rarely tagged.
pub fn is_residential(tags: &Tags, untagged_counts: bool) -> bool {
    match tags.get("building") {
        Some(
            "apartments" | "residential" | "house" | "detached" | "semidetached_house" | "terrace"
            | "bungalow" | "dormitory" | "farm" | "static_caravan" | "villa" | "semi",
        ) => true,
        Some("yes") => untagged_counts && kind(tags).is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, value: &str) -> Option<PlaceKind> {
        let mut tags = Tags::default();
        tags.keep(key, value);
        kind(&tags)
    }

    #[test]
    fn tags_name_kinds() {
        assert_eq!(of("amenity", "school"), Some(PlaceKind::School));
        assert_eq!(of("shop", "bakery"), Some(PlaceKind::Shop));
        assert_eq!(of("shop", "mall"), Some(PlaceKind::Mall));
        assert_eq!(of("leisure", "park"), Some(PlaceKind::Park));
        assert_eq!(of("railway", "station"), Some(PlaceKind::MetroStation));
        assert_eq!(of("industrial", "warehouse"), Some(PlaceKind::Depot));
        assert_eq!(of("amenity", "bench"), None);
        assert_eq!(of("building", "garage"), None);
    }
}
