//! A run that goes on is shown as far as it is there, and when it ends it is the same run.
mod village;

use citytwin_recording::{BEGUN, FOLDER};
use citytwin_viewer::extent::CurveOf;
use citytwin_viewer::options::Options;
use citytwin_viewer::source::Source;
use citytwin_world::Stage;
use clap::Parser;
use village::Village;

#[test]
fn days_come_while_a_run_goes_on_and_tables_when_it_ends() {
    let village = Village::new();
    let [a, b, c] = village.distant_places();
    let mut recorded =
        village.day(&[(a, Stage::Infectious, 0), (b, Stage::Infectious, 0), (c, Stage::Susceptible, 0)]);
    let run = village.record(&recorded);
    let partial = run.with_file_name("run.partial");
    std::fs::rename(&run, &partial).unwrap();
    std::fs::rename(partial.join("run.json"), partial.join(FOLDER).join(BEGUN)).unwrap();

    for named in [&run, &partial] {
        let city = village.folder();
        let options =
            Options::parse_from(["view".as_ref(), named.as_os_str(), "--city".as_ref(), city.as_os_str()]);
        let source = Source::open(&options).expect("a run that goes on");
        let extent = source.extent();
        assert_eq!((extent.recorded.as_slice(), extent.complete), (&[0][..], false));
        assert_eq!((extent.curve.as_slice(), extent.curve_of), (&[2.0][..], CurveOf::Infectious));
        assert!(!source.look_again().unwrap());
    }

    let city = village.folder();
    let options =
        Options::parse_from(["view".as_ref(), run.as_os_str(), "--city".as_ref(), city.as_os_str()]);
    let source = Source::open(&options).unwrap();
    recorded.day.day = 1;
    recorded.day.write(&partial.join(FOLDER)).unwrap();
    assert!(source.look_again().unwrap());
    assert_eq!(source.extent().recorded, [0, 1]);
    assert_eq!(source.extent().curve, [2.0, 2.0]);
    assert!(source.infections().of_person(0).is_none());

    std::fs::write(partial.join("metrics.csv"), "day,incidence_persons\n0,7\n1,9\n").unwrap();
    std::fs::copy(partial.join(FOLDER).join(BEGUN), partial.join("run.json")).unwrap();
    std::fs::rename(&partial, &run).unwrap();
    assert!(source.look_again().unwrap());
    let extent = source.extent();
    assert_eq!((extent.complete, extent.curve_of), (true, CurveOf::NewInfections));
    assert_eq!(extent.curve, [7.0, 9.0]);
    assert_eq!(source.day(1).expect("where it is now").day, 1);
}
