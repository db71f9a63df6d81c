"""The package on folders that the command has just written: python -m pytest analysis/python, with $CITYTWIN the program."""

import datetime
import os
import subprocess

import polars as pl
import pytest

import citytwin

VILLAGE = """# A village meets an epidemic.
[city]
name = "generated"
population = 600
[time]
start = 2020-01-20
days = 6
[disease]
name = "sars-cov-2-wild"
[[hazard]]
kind = "epidemic"
"""
STUDY = """# How quickly it spreads.
scenario = "village.toml"
replicates = 2
[set]
"disease.r0" = [2, 4]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "village.toml").write_text(VILLAGE)
    (home / "spread.toml").write_text(STUDY)
    program = os.environ.get("CITYTWIN", "citytwin")
    for arguments in (["run", "village.toml", "--out", "one"], ["sweep", "spread.toml", "--out", "many"]):
        subprocess.run([program, *arguments, "--quiet"], cwd=home, check=True, stdout=subprocess.DEVNULL)
    return home


def test_a_run_opens_with_dates_and_units(home):
    run = citytwin.open(home / "one")
    metrics = run.table("metrics")
    assert run.kind == "run" and metrics.height == 6
    assert metrics["date"].to_list()[0] == datetime.date(2020, 1, 20)
    assert run.units("metrics")["incidence_persons"] == "persons"
    assert run.summaries("metrics")["incidence_persons"].endswith(".")
    assert metrics["incidence_persons"].sum() == metrics["infections_cumulative_persons"][-1]


def test_runs_of_a_study_are_one_frame(home):
    study = citytwin.open(home / "many")
    runs = study.runs("metrics", columns=["date", "incidence_persons"])
    assert runs.columns == ["study", "variant", "seed", "date", "incidence_persons"]
    assert runs.height == 24 and sorted(runs["seed"].unique()) == [1, 2]
    over = study.table("runs")
    summed = runs.group_by(["variant", "seed"]).agg(pl.col("incidence_persons").sum()).sort(["variant", "seed"])
    assert summed["incidence_persons"].to_list() == over.sort(["variant", "seed"])["incidence_persons"].to_list()
    assert study.bands("incidence_persons").columns == ["study", "variant", "date", "q05", "q50", "q95"]


def test_what_is_not_there_is_told(home):
    with pytest.raises(FileNotFoundError, match="no finished run"):
        citytwin.open(home)
    with pytest.raises(KeyError, match="has no table 'metric'"):
        citytwin.open(home / "one").table("metric")
    with pytest.raises(ValueError, match="pandas"):
        citytwin.open(home / "one").table("metrics", "numpy")
