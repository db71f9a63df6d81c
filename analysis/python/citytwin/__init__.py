"""Opens what citytwin leaves behind: runs, comparisons, sweeps, sensitivities, calibrations and forecasts.

    import citytwin
    run = citytwin.open("runs/health-code-seed1")
    run.table("metrics")            # a Polars frame; dates are dates, missing values are null
    run.units("metrics")            # {"incidence_persons": "persons", ...}
    run.table("metrics", "pandas")  # the same as a pandas frame

A folder of many runs (a sweep, a comparison, a calibration) gives the daily table of all of them, partitioned by study,
variant and seed:

    study = citytwin.open("runs/terms")
    study.runs("metrics", columns=["date", "incidence_persons"])
"""

import json
from pathlib import Path

import polars as pl

__all__ = ["Folder", "open"]

#: Records by which a folder is known, and what it then is.
KINDS = {
    "run.json": "run",
    "compare.json": "comparison",
    "study.json": "sweep",
    "sensitivity.json": "sensitivity",
    "calibration.json": "calibration",
    "forecast.json": "forecast",
}


class Folder:
    """A finished folder. `kind` says what it is, `record` is its JSON record, `path` where it lies."""

    def __init__(self, path):
        self.path = Path(path)
        found = [name for name in KINDS if (self.path / name).is_file()]
        if not found:
            raise FileNotFoundError(f"{self.path}: no finished run or study; it has none of {', '.join(KINDS)}")
        self.kind = KINDS[found[0]]
        self.record = json.loads((self.path / found[0]).read_text(encoding="utf-8"))
        described = self.path / "tables.json"
        tables = json.loads(described.read_text(encoding="utf-8"))["tables"] if described.is_file() else []
        self._described = {table["name"]: table for table in tables}

    def __repr__(self):
        return f"<citytwin {self.kind} {self.path}>"

    @property
    def tables(self):
        """Names of the tables that lie in the folder itself."""
        return sorted(path.stem for path in self.path.glob("*.parquet"))

    def table(self, name, library="polars"):
        """A table as a frame of Polars, or of pandas."""
        path = self.path / f"{name}.parquet"
        if not path.is_file():
            raise KeyError(f"{self.path} has no table {name!r}; it has {', '.join(self.tables) or 'none'}")
        return _as(pl.read_parquet(path), library)

    def units(self, name):
        """The unit of each column that has one."""
        return {column["name"]: column["unit"] for column in self._columns(name) if column.get("unit")}

    def summaries(self, name):
        """What each column says, in a sentence."""
        return {column["name"]: column["summary"] for column in self._columns(name)}

    def runs(self, name="metrics", columns=None, library="polars"):
        """A table of all runs of a study as one frame, with `study`, `variant` and `seed` of each row.

        `columns` reads only some, which is quick: Parquet keeps columns apart.
        """
        files = sorted(self.path.glob(f"runs/**/{name}.parquet"))
        if not files:
            raise KeyError(f"{self.path} holds no runs with a table {name!r}")
        frames = []
        for file in files:
            parts = dict(part.split("=", 1) for part in file.relative_to(self.path).parts if "=" in part)
            frame = pl.read_parquet(file, columns=columns)
            marks = [pl.lit(parts[key]).alias(key) for key in ("study", "variant") if key in parts]
            if "seed" in parts:
                marks.append(pl.lit(int(parts["seed"]), dtype=pl.UInt64).alias("seed"))
            frames.append(frame.select(marks + [pl.all()]))
        return _as(pl.concat(frames, how="diagonal"), library)

    def bands(self, metric, shares=(0.05, 0.5, 0.95), library="polars"):
        """Quantiles of a metric by date and variant over the seeds of a study, in columns `q05`, `q50` and so on.

        Calibrations and forecasts have bands with weights already: there these are a part of the table `bands`.
        """
        if self.kind in ("calibration", "forecast"):
            return _as(self.table("bands").filter(pl.col("metric") == metric), library)
        rows = self.runs("metrics", columns=["date", metric])
        quantiles = [pl.col(metric).quantile(share, "linear").alias(f"q{round(share * 100):02d}") for share in shares]
        keys = [key for key in ("study", "variant", "date") if key in rows.columns]
        return _as(rows.group_by(keys).agg(quantiles).sort(keys), library)

    def plot_bands(self, metric, axes=None):
        """Draws medians and the bands between the 5th and 95th percentile by variant; returns the axes (Matplotlib)."""
        import matplotlib.pyplot as plt

        axes = axes or plt.subplots(figsize=(8, 4))[1]
        bands = self.bands(metric)
        for (variant,), rows in bands.group_by(["variant"], maintain_order=True):
            (line,) = axes.plot(rows["date"], rows["q50"], label=variant or None)
            axes.fill_between(rows["date"], rows["q05"], rows["q95"], alpha=0.2, color=line.get_color())
        if "observed" in bands.columns:
            seen = bands.filter(pl.col("observed").is_not_null()).unique("date").sort("date")
            axes.plot(seen["date"], seen["observed"], "k.", label="observed")
        axes.set_ylabel(metric)
        if axes.get_legend_handles_labels()[1]:
            axes.legend()
        return axes

    def _columns(self, name):
        if name not in self._described:
            raise KeyError(f"{self.path}: tables.json doesn't describe {name!r}")
        return self._described[name]["columns"]


def open(path):
    """Opens a finished folder of citytwin."""
    return Folder(path)


def _as(frame, library):
    if library == "polars":
        return frame
    if library == "pandas":
        return frame.to_pandas()
    raise ValueError(f"library is 'polars' or 'pandas', not {library!r}")
