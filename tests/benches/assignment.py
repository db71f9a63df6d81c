"""Time that AequilibraE's bi-conjugate Frank-Wolfe takes on a TNTP network, on one core.

python3 tests/benches/assignment.py NET.tntp TRIPS.tntp GAP...
Prints a line "GAP SECONDS REACHED" for each gap; exit code 3 where AequilibraE is not installed.
"""
import logging
import os
import sys
import time

try:
    import numpy as np
    import pandas as pd
    from aequilibrae.matrix import AequilibraeMatrix
    from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass
except ImportError as missing:
    print(f"{missing}", file=sys.stderr)
    sys.exit(3)

LIMIT = 20_000
# Bars of progress go nowhere.
OUT = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def network(path):
    """Links as a table, the number of zones, and the first node that paths may pass."""
    head, rows = {}, []
    for line in open(path):
        text = line.split("~")[0].strip()
        if text.startswith("<"):
            name, _, value = text[1:].partition(">")
            head[name] = value.strip()
        elif text.endswith(";"):
            rows.append([float(cell) for cell in text.rstrip(";").split()])
    table = pd.DataFrame(rows).iloc[:, [0, 1, 2, 4, 5, 6]]
    table.columns = ["a_node", "b_node", "capacity", "free_flow_time", "b", "power"]
    table[["a_node", "b_node"]] = table[["a_node", "b_node"]].astype(np.int64)
    table.insert(0, "link_id", np.arange(1, len(table) + 1))
    table["direction"] = np.int8(1)
    return table, int(head["NUMBER OF ZONES"]), int(head["FIRST THRU NODE"])


def demand(path, zones):
    """Trips from zone to zone."""
    trips, origin = np.zeros((zones, zones)), 0
    for line in open(path):
        text = line.split("~")[0].strip()
        if text.startswith("Origin"):
            origin = int(text.split()[1])
        elif ":" in text and not text.startswith("<"):
            for pair in text.split(";"):
                if ":" in pair:
                    destination, volume = pair.split(":")
                    trips[origin - 1, int(destination) - 1] = float(volume)
    return trips


def main():
    net, zones, first_through = network(sys.argv[1])
    trips = demand(sys.argv[2], zones)
    for gap in sys.argv[3:]:
        graph = Graph()
        graph.network = net.copy()
        graph.prepare_graph(np.arange(1, zones + 1))
        graph.set_graph("free_flow_time")
        graph.set_skimming(["free_flow_time"])
        graph.set_blocked_centroid_flows(first_through > 1)
        matrix = AequilibraeMatrix()
        matrix.create_empty(zones=zones, matrix_names=["trips"], memory_only=True)
        matrix.index[:] = np.arange(1, zones + 1)
        matrix.matrix["trips"][:, :] = trips
        matrix.computational_view(["trips"])
        assignment = TrafficAssignment()
        assignment.set_classes([TrafficClass("car", graph, matrix)])
        assignment.set_vdf("BPR")
        assignment.set_vdf_parameters({"alpha": "b", "beta": "power"})
        assignment.set_capacity_field("capacity")
        assignment.set_time_field("free_flow_time")
        assignment.set_algorithm("bfw")
        assignment.set_cores(1)
        assignment.max_iter = LIMIT
        assignment.rgap_target = float(gap)
        logging.disable(logging.CRITICAL)
        start = time.perf_counter()
        assignment.execute()
        seconds = time.perf_counter() - start
        print(gap, f"{seconds:.4f}", f"{assignment.assignment.rgap:.3e}", file=OUT, flush=True)


main()
