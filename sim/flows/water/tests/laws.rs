//! Laws: every junction balances in every period, tanks keep their water, and what is out stays out.
use super::*;
use proptest::prelude::*;

/// What flows into each junction less what leaves it, m³/s.
fn left_over(net: &Network, run: &Run<'_>) -> Vec<f64> {
    let mut left: Vec<f64> = run.outflows_m3_s().take(net.junctions).map(|out| -out).collect();
    for (link, flow) in net.links.iter().zip(run.flows_m3_s()) {
        for (node, sign) in [(link.from, -1.0), (link.to, 1.0)] {
            if let Some(left) = left.get_mut(node as usize) {
                *left += sign * flow;
            }
        }
    }
    left
}

/// Runs a network, checking every period; gives how many there were.
fn keep(net: &Network, tolerance: f64) -> Result<usize, TestCaseError> {
    let mut run = Run::new(net).unwrap();
    for periods in 1.. {
        run.solve();
        prop_assert!(run.is_balanced(), "{} s", run.time());
        let sum: f64 = run.flows_m3_s().map(f64::abs).sum();
        for (node, left) in left_over(net, &run).into_iter().enumerate() {
            let id = &net.nodes[node].id;
            prop_assert!(left.abs() <= tolerance * (sum + 1e-3), "{id} is out by {left} at {} s", run.time());
        }
        let heads: Vec<f64> = run.heads_m().collect();
        for (at, tank) in net.tanks.iter().enumerate().filter(|(_, tank)| tank.area > 0.0) {
            let head = heads[net.junctions + at] / 0.3048;
            // Times are whole seconds, so a tank may be out by what flows in one.
            prop_assert!(head >= tank.head[1] - 0.01 && head <= tank.head[2] + 0.01, "tank {at}: {head}");
        }
        if run.advance().is_none() {
            return Ok(periods);
        }
    }
    Ok(0)
}

#[test]
fn every_junction_of_the_references_balances_in_every_period() {
    for name in ["Net1.inp", "Net3.inp", "ky4.inp", "Net3_hard_pump_outage.inp", "every_element.inp"] {
        let periods = keep(&network(name), 1e-5).unwrap();
        assert!(periods > 0, "{name}");
    }
}

/// A town made up: a reservoir, a pump or not, a tank, and pipes in a grid with some left out.
fn any_town() -> impl Strategy<Value = String> {
    let demands = prop::collection::vec(0.0_f64..4.0, 16);
    let pipes = prop::collection::vec((50.0_f64..900.0, 100.0_f64..400.0), 24);
    let choices = (any::<bool>(), any::<bool>(), 0_u8..3, 0_usize..3);
    (demands, pipes, choices).prop_map(|(demands, pipes, (pumped, by_pressure, formula, leaks))| {
        let mut text = String::from("[JUNCTIONS]\n");
        for (at, demand) in demands.iter().enumerate() {
            text += &format!("j{at} {} {demand}\n", 5 * (at % 4));
        }
        let head = if pumped { 20.0 } else { 80.0 };
        text += &format!("[RESERVOIRS]\nr {head}\n[TANKS]\nt 55 3 0.5 6 12\n[PIPES]\n");
        let roughness = ["110", "0.4", "0.012"][formula as usize];
        let mut pipe = pipes.iter().enumerate();
        let mut add = |from: usize, to: usize, text: &mut String| {
            if let Some((at, (length, diameter))) = pipe.next() {
                *text += &format!("p{at} j{from} j{to} {length} {diameter} {roughness} 0.2\n");
            }
        };
        for at in 0..16_usize {
            if at % 4 < 3 {
                add(at, at + 1, &mut text);
            }
            if at < 12 {
                add(at, at + 4, &mut text);
            }
        }
        text += &format!("pt t j15 120 300 {roughness} 0 Open\n");
        text += if pumped { "" } else { "pr r j0 200 300 110 0 CV\n" };
        if formula != 0 && !pumped {
            text = text.replace("pr r j0 200 300 110", &format!("pr r j0 200 300 {roughness}"));
        }
        if pumped {
            text += "[PUMPS]\nu r j0 HEAD c\n[CURVES]\nc 40 55\n[CONTROLS]\nLINK u CLOSED IF NODE t ABOVE 5.5\n\
                     LINK u OPEN IF NODE t BELOW 2\n";
        }
        text += "[EMITTERS]\n";
        for at in 0..leaks {
            text += &format!("j{} 0.3\n", 5 * at + 2);
        }
        text += "[PATTERNS]\n1 0.4 0.8 1.6 1.2\n[TIMES]\nDuration 24\nPattern Timestep 2\n[OPTIONS]\nUnits LPS\n";
        text += &format!("Headloss {}\n", ["H-W", "D-W", "C-M"][formula as usize]);
        text += if by_pressure { "Demand Model PDA\nRequired Pressure 30\n" } else { "" };
        text + "Accuracy 0.0001\n[END]\n"
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_junction_of_towns_made_up_balances(text in any_town()) {
        let read = read_inp(Path::new("town.inp"), &text);
        let net = read.map_err(|problems| TestCaseError::fail(problems.to_string()))?.network;
        prop_assert!(keep(&net, 1e-4)? >= 13);
    }
}

#[test]
fn a_pump_that_is_out_stays_out_and_a_leak_lets_water_go() {
    let net = network("Net1.inp");
    let pump = net.links.iter().position(|link| link.id == "9").unwrap() as u32;
    let mut run = Run::new(&net).unwrap();
    run.solve();
    let flow = |run: &Run<'_>| run.flows_m3_s().nth(pump as usize).unwrap();
    assert!(flow(&run) > 0.1);
    run.set_out(pump, true);
    run.solve();
    assert!(run.is_balanced() && flow(&run) == 0.0);
    let before: f64 = run.outflows_m3_s().take(net.junctions).sum();
    run.set_leak(4, 0.002);
    run.solve();
    let pressure = run.pressures_m().nth(4).unwrap();
    let leaked = run.outflows_m3_s().take(net.junctions).sum::<f64>() - before;
    assert!((leaked - 0.002 * pressure.sqrt()).abs() < 1e-6, "{leaked} at {pressure} m");
    assert!(left_over(&net, &run).into_iter().all(|left| left.abs() < 1e-6));
    run.set_leak(4, 0.0);
    run.set_out(pump, false);
    run.solve();
    assert!(flow(&run) > 0.1, "{}", flow(&run));
}

#[test]
fn without_a_source_demand_by_pressure_delivers_nothing() {
    let text = "[JUNCTIONS]\na 10 5\nb 10 5\n[RESERVOIRS]\nr 50\n[PIPES]\n1 r a 100 300 100 0 Closed\n2 a b 100 300 100\n\
                [OPTIONS]\nUnits LPS\nDemand Model PDA\nRequired Pressure 20\n[END]\n";
    let net = read_inp(Path::new("dry.inp"), text).unwrap().network;
    let mut run = Run::new(&net).unwrap();
    let events = run.solve();
    assert!(run.is_balanced(), "{events:?}");
    assert!(run.outflows_m3_s().take(2).all(|out| out.abs() < 1e-6));
}
