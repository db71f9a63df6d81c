//! The laws in made-up cities of any size under any mix of policies.
use super::witness::Witness;
use crate::town::words;
use citytwin_scenario::assemble;
use proptest::prelude::*;
use std::path::Path;

const POLICIES: [&str; 20] = [
    "kind = \"data_sharing\"\nlatency = \"3 h\"",
    "kind = \"health_code\"\nupdate = \"hourly\"",
    "kind = \"checkpoints\"\nkinds = [\"shop\", \"market\", \"school\", \"office\"]\nrefuse_from = \"yellow\"",
    "kind = \"checkpoints\"\nid = \"staff\"\nkinds = [\"home\"]\nsectors = [\"industry\", \"trade\", \"office_work\"]\nopen_from = \"6 h\"\nopen_until = \"11 h\"\nforged = \"50 %\"\ntest_validity = \"48 h\"",
    "kind = \"epidemic_map\"\nprivacy = \"laplace\"\ncaution = \"60 %\"\nshun_from = 1",
    "kind = \"data_sharing\"\nid = \"list\"\nrecognition = \"50 %\"\npairs = [\"telecom_operators > health_commission: travel_history co_location; for code; keep 2 d\"]",
    "kind = \"isolation\"",
    "kind = \"lockdown\"\nstringency = \"60 %\"",
    "kind = \"closure\"\nkinds = [\"restaurant\", \"school\"]\nshare = \"70 %\"",
    "kind = \"mask_wearing\"",
    "kind = \"remote_work\"",
    "kind = \"testing\"\nsymptomatic_share = \"80 %\"\ndelay = \"20 h\"",
    "kind = \"school_closure\"",
    "kind = \"field_hospital\"\nbeds = 20\nbuild_time = \"12 h\"\nstaff = \"city\"",
    "kind = \"shelter_hospital\"\nbeds = 30\nbuild_time = \"0 d\"\nstay = \"3 d\"",
    "kind = \"contact_tracing\"\nteams_per_100k = 1000\nsource = \"6 d\"\napp_coverage = \"60 %\"",
    "kind = \"central_quarantine\"\nplaces = 40\ncontacts = [\"traced_contact\", \"household_contact\"]",
    "kind = \"vaccination\"\nsites_per_100k = 20\nstock_per_100k = 9000\nonset = \"2 d\"\ninterval = \"3 d\"",
    "kind = \"mobile_entrance\"\ncapacity_per_1000 = \"40 /h\"\nadmission = false\njoined = false\nuptake_time = \"1 d\"",
    "kind = \"mass_testing\"\nsites_per_100k = 300\nrounds = 3\nevery = \"2 d\"",
];

/// A scenario with the policies whose bit is set, each from a day and hour of its own.
fn text(population: u32, city: u32, policies: u32, r0: u32) -> String {
    let mut text = format!(
        "# A mix.\n[city]\nname = \"generated\"\npopulation = {population}\nseed = {city}\n[time]\ndays = 9\n\
         [disease]\nname = \"sars-cov-2-wild\"\nr0 = {r0}\n\
         [[hazard]]\nkind = \"epidemic\"\nseeds = {}\nper_day = \"1 /d\"\n",
        population / 20
    );
    for (i, policy) in POLICIES.iter().enumerate().filter(|(i, _)| policies >> i & 1 == 1) {
        let (day, hour) = (i as u32 % 4, (policies + i as u32 * 7) % 24);
        text += &format!(
            "[[policy]]\n{policy}\nfrom = \"day {day} {hour:02}:00\"\nuntil = \"day {} 11:00\"\n",
            day + 4
        );
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_mix_keeps_the_laws(
        population in 100u32..1_500,
        city in 0u32..1_000,
        seed in any::<u64>(),
        policies in 0u32..1 << POLICIES.len(),
        r0 in 1u32..8,
    ) {
        let text = text(population, city, policies, r0);
        let scenario = citytwin_scenario::read_text("mix.toml", &text, &[], words()).expect("sound");
        let prepared = assemble::prepare(&scenario, Path::new("nowhere")).expect("a city");
        let calibration = assemble::calibration(&scenario, &prepared).expect("people meet");
        let mut simulation =
            assemble::simulation(&scenario, &prepared, calibration, seed).expect("values that fit");
        let witness = Witness::days(&mut simulation, 9);
        prop_assert!(witness.faults.is_empty(), "{:#?}", witness.faults);
    }
}
