"""What PyVRP finds in an instance of vehicle routing in so many seconds, on one core.

python3 tests/benches/routes.py INSTANCE SECONDS SEED
Prints "COST VEHICLES"; exit code 3 where PyVRP is not installed.
"""
import os
import sys
import tempfile

try:
    import vrplib
    from pyvrp import read, solve
    from pyvrp.stop import MaxRuntime
except ImportError as missing:
    print(f"{missing}", file=sys.stderr)
    sys.exit(3)


def as_vrplib(path):
    """A copy of one of Solomon's files in the format that PyVRP reads."""
    told = vrplib.read_instance(path, instance_format="solomon", compute_edge_weights=False)
    nodes = range(1, len(told["demand"]) + 1)
    sections = {
        "NODE_COORD_SECTION": told["node_coord"],
        "DEMAND_SECTION": [[demand] for demand in told["demand"]],
        "TIME_WINDOW_SECTION": told["time_window"],
        "SERVICE_TIME_SECTION": [[time] for time in told["service_time"]],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".vrp", delete=False) as copy:
        copy.write(f"NAME : copy\nTYPE : VRPTW\nDIMENSION : {len(nodes)}\nVEHICLES : {told['vehicles']}\n")
        copy.write(f"CAPACITY : {told['capacity']}\nEDGE_WEIGHT_TYPE : EUC_2D\n")
        for name, rows in sections.items():
            copy.write(name + "\n")
            for node, row in zip(nodes, rows):
                copy.write(" ".join(str(word) for word in [node, *row]) + "\n")
        copy.write("DEPOT_SECTION\n1\n-1\nEOF\n")
    return copy.name


def main():
    path, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    text = open(path).read()
    # Windows are counted in tenths, each leg cut off: the convention of the best-known values.
    timed = path.endswith(".txt") or "TIME_WINDOW_SECTION" in text
    copy = as_vrplib(path) if path.endswith(".txt") else None
    data = read(copy or path, round_func="dimacs" if timed else "round")
    if copy:
        os.remove(copy)
    found = solve(data, stop=MaxRuntime(seconds), seed=seed, display=False)
    if not found.is_feasible():
        sys.exit("no feasible solution")
    print(found.cost() / (10 if timed else 1), len(found.best.routes()))


main()
