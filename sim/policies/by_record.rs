//! Records of the health commission that orders to persons can go by.

/// Records that can make a person a case.
pub const CASES: &[&str] = &["test_positive", "symptom_report", "discharge"];

/// Records that can make a person a contact to be put into quarantine.
pub const CONTACTS: &[&str] =
    &["household_contact", "colleague_contact", "co_location", "traced_contact", "arrival"];
