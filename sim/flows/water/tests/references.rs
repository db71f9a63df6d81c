//! EPANET's own results.
use super::*;

/// Names of columns and rows of numbers, the first of which is a time or left out where rows are named.
fn table(file: &str) -> (Vec<String>, Vec<Vec<f64>>) {
    let text = text(file);
    let mut lines = text.lines();
    let names = lines.next().unwrap().split(',').skip(1).map(str::to_owned).collect();
    let row = |line: &str| line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect();
    (names, lines.map(row).collect())
}

/// Runs a network and compares each report with a table of heads or pressures and one of flows; gives the largest
/// difference of heads, m, and of flows relative to what they are (or to a litre per second).
fn compare(net: &Network, heads: &str, pressures: bool, flows: &str) -> (f64, f64) {
    let (node_names, heads) = table(heads);
    let (link_names, flows) = table(flows);
    let place = |ids: Vec<&str>, name: &str| ids.iter().position(|id| *id == name).unwrap();
    let node_at: Vec<usize> = node_names
        .iter()
        .map(|name| place(net.nodes.iter().map(|node| node.id.as_str()).collect(), name))
        .collect();
    let link_at: Vec<usize> = link_names
        .iter()
        .map(|name| place(net.links.iter().map(|link| link.id.as_str()).collect(), name))
        .collect();
    let mut run = Run::new(net).unwrap();
    let mut worst = (0.0_f64, 0.0_f64);
    let mut row = 0;
    loop {
        run.solve();
        assert!(run.is_balanced(), "{} s", run.time());
        if row < heads.len() && heads[row][0] == run.time() as f64 {
            let found: Vec<f64> =
                if pressures { run.pressures_m().collect() } else { run.heads_m().collect() };
            for (at, wanted) in node_at.iter().zip(&heads[row][1..]) {
                worst.0 = worst.0.max((found[*at] - wanted).abs());
            }
            let found: Vec<f64> = run.flows_m3_s().collect();
            for (at, wanted) in link_at.iter().zip(&flows[row][1..]) {
                worst.1 = worst.1.max((found[*at] - wanted).abs() / wanted.abs().max(1e-3));
            }
            row += 1;
        }
        if run.advance().is_none() {
            break;
        }
    }
    assert_eq!(row, heads.len(), "not all report times were met");
    worst
}

#[test]
fn networks_over_hours_come_out_as_epanet_has_them() {
    for name in ["Net1", "Net3", "every_element"] {
        let net = network(&format!("{name}.inp"));
        let worst = compare(
            &net,
            &format!("{name}_epanet_head_m.csv"),
            false,
            &format!("{name}_epanet_flow_m3s.csv"),
        );
        assert!(worst.0 < 1e-3 && worst.1 < 1e-3, "{name}: {worst:?}");
    }
}

#[test]
fn net3_without_pumps_and_driven_by_pressure_comes_out_too() {
    let net = network("Net3_hard_pump_outage.inp");
    let file = |end: &str| format!("Net3_hard_pump_outage_24_48h_PDD_{end}.csv");
    let worst = compare(&net, &file("pressure_m"), true, &file("flow"));
    assert!(worst.0 < 1e-3 && worst.1 < 1e-3, "{worst:?}");
}

#[test]
fn ky4_comes_out_too() {
    let net = network("ky4.inp");
    let mut run = Run::new(&net).unwrap();
    run.solve();
    let heads: Vec<f64> = run.heads_m().collect();
    let flows: Vec<f64> = run.flows_m3_s().collect();
    let rows = |file: &str| -> Vec<(String, f64)> {
        let text = text(file);
        let row = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].to_owned(), cells[1].parse().unwrap())
        };
        text.lines().skip(1).map(row).collect()
    };
    for (name, wanted) in rows("ky4_t0h_nodes.csv") {
        let at = net.nodes.iter().position(|node| node.id == name).unwrap();
        assert!((heads[at] - wanted).abs() < 1e-3, "{name}: {} {wanted}", heads[at]);
    }
    for (name, wanted) in rows("ky4_t0h_links.csv") {
        let at = net.links.iter().position(|link| link.id == name).unwrap();
        assert!((flows[at] - wanted).abs() < 1e-3 * wanted.abs().max(1e-3), "{name}: {} {wanted}", flows[at]);
    }
}
