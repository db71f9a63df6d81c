"""What PyVRP finds in an instance of vehicle routing in so many seconds, on one core.

python3 tests/benches/routes.py INSTANCE SECONDS SEED
Prints "COST VEHICLES"; exit code 3 where PyVRP is not installed.
"""
import sys

try:
    from pyvrp import read, solve
    from pyvrp.stop import MaxRuntime
except ImportError as missing:
    print(f"{missing}", file=sys.stderr)
    sys.exit(3)


def main():
    path, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    text = open(path).read()
    # Windows are counted in tenths, each leg cut off: the convention of the best-known values.
    timed = path.endswith(".txt") or "TIME_WINDOW_SECTION" in text
    data = read(path, round_func="dimacs" if timed else "round")
    found = solve(data, stop=MaxRuntime(seconds), seed=seed, display=False)
    if not found.is_feasible():
        sys.exit("no feasible solution")
    print(found.cost() / (10 if timed else 1), len(found.best.routes()))


main()
