//! Orders to house people: field hospitals for the severely ill, shelter hospitals for mild cases, central quarantine.
use bitcode::{Decode, Encode};
use citytwin_world::services::FieldStaff;
use citytwin_world::{PersonId, PlaceId};
use std::sync::Arc;

/// A field hospital that is open: beds for the whole city, of which a sample of the residents finds a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct FieldHospital {
    /// The place beside which it stands.
    pub place: PlaceId,
    /// Who works there.
    pub staff: FieldStaff,
    /// Ordinary beds.
    pub beds: u32,
    /// Intensive-care beds.
    pub icu: u32,
}

impl FieldHospital {
    /// Adds to a list ordered by place and staff: beds at the same place with the same staff add up.
    pub(crate) fn join(self, list: &mut Vec<Self>) {
        match list.binary_search_by_key(&(self.place, self.staff), |held| (held.place, held.staff)) {
            Err(at) => list.insert(at, self),
            Ok(at) => {
                list[at].beds = list[at].beds.saturating_add(self.beds);
                list[at].icu = list[at].icu.saturating_add(self.icu);
            }
        }
    }
}

/// Somebody to be housed, and the tick since when: who has waited longest comes first.
pub type Lodger = (u32, PersonId);

/// Persons to be housed by order, and the places there are for them.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct HousingOrder {
    /// Places for the whole city.
    pub places: u32,
    /// Who is to be there, each once, in the order in which they find a place.
    pub persons: Arc<Vec<Lodger>>,
}

impl HousingOrder {
    /// Adds another order: places add up, and everybody named is named once, by the earlier tick.
    pub fn join(&mut self, places: u32, persons: &Arc<Vec<Lodger>>) {
        self.places = self.places.saturating_add(places);
        if self.persons.is_empty() {
            self.persons = Arc::clone(persons);
            return;
        }
        let mut all: Vec<Lodger> = self.persons.iter().chain(persons.iter()).copied().collect();
        all.sort_unstable_by_key(|(tick, person)| (*person, *tick));
        all.dedup_by_key(|(_, person)| *person);
        all.sort_unstable();
        self.persons = Arc::new(all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_orders_add_places_and_name_everybody_once_in_either_order() {
        let (a, b) = (Arc::new(vec![(3, PersonId(9)), (5, PersonId(1))]), Arc::new(vec![(4, PersonId(1))]));
        let (mut forth, mut back) = (HousingOrder::default(), HousingOrder::default());
        [(10, &a), (5, &b)].into_iter().for_each(|(places, persons)| forth.join(places, persons));
        [(5, &b), (10, &a)].into_iter().for_each(|(places, persons)| back.join(places, persons));
        assert_eq!(forth, back);
        assert_eq!((forth.places, forth.persons.as_slice()), (15, &[(3, PersonId(9)), (4, PersonId(1))][..]));
    }

    #[test]
    fn field_hospitals_of_one_staff_at_one_place_are_one() {
        let field = |place, staff, beds| FieldHospital { place: PlaceId(place), staff, beds, icu: 1 };
        let orders =
            [field(2, FieldStaff::City, 5), field(1, FieldStaff::Outside, 7), field(2, FieldStaff::City, 4)];
        let (mut forth, mut back) = (Vec::new(), Vec::new());
        orders.iter().for_each(|order| order.join(&mut forth));
        orders.iter().rev().for_each(|order| order.join(&mut back));
        assert_eq!(forth, back);
        assert_eq!(forth.iter().map(|one| (one.beds, one.icu)).collect::<Vec<_>>(), [(7, 1), (9, 2)]);
    }
}
