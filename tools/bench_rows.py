#!/usr/bin/env python3
"""Turns Google Benchmark's report into the rows that the project reports, and prints rows as a table.

usage: bench_rows.py ROOM.rows.json RAW.json OUT.json
       bench_rows.py --table ROOM.json...

ROOM.rows.json is a list of objects, one per row:
  measure    what is measured, for people
  benchmark  name of the benchmark; `*` stands for any text, such as a number of cores
  optional   true where a machine may lack it, or its peer: then there is no row
  field      its field: real_time and cpu_time are in nanoseconds; else a counter such as bytes_per_second
  unit       of the value as reported
  scale      reported value = field * scale (1 unless given)
  at_least   true where more is better (the default), false where less is
  target     the value to meet, in the reported unit (optional)
  peer       name of another library's benchmark, measured in the same run and field (optional)
  peer_name  what that library is called
  ratio_target  how many times better than the peer the value is to be (optional, instead of target)

A row of OUT.json: {measure, value, unit, target, at_least, peer, ratio, met}. `ratio` says how many times better than the peer the
value is, above 1 being better, whichever way `at_least` points; `met` is null where there is no target. peer is {name, value}.
"""

import fnmatch
import json
import pathlib
import sys

TIME_UNITS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def runs_of(report, name):
    return [run for run in report["benchmarks"] if fnmatch.fnmatchcase(run.get("run_name", run["name"]), name)]


def measured(report, name, field):
    """The median where the benchmark was repeated, else its only run."""
    runs = runs_of(report, name)
    chosen = [run for run in runs if run.get("aggregate_name") == "median"] or [run for run in runs if "aggregate_name" not in run]
    if not chosen:
        raise SystemExit(f'bench: the report has no benchmark "{name}"')
    if chosen[0].get("error_occurred"):
        raise SystemExit(f'bench: "{name}" failed: {chosen[0].get("error_message")}')
    if field not in chosen[0]:
        raise SystemExit(f'bench: "{name}" has no field "{field}"')
    factor = TIME_UNITS[chosen[0]["time_unit"]] if field in ("real_time", "cpu_time") else 1.0
    return chosen[0][field] * factor


def make_row(spec, report):
    scale, at_least, target = spec.get("scale", 1), spec.get("at_least", True), spec.get("target")
    value = measured(report, spec["benchmark"], spec["field"]) * scale
    peer = ratio = met = None
    if "peer" in spec:
        peer = {"name": spec["peer_name"], "value": measured(report, spec["peer"], spec["field"]) * scale}
        ratio = value / peer["value"] if at_least else peer["value"] / value
        if "ratio_target" in spec:
            target = peer["value"] * spec["ratio_target"] if at_least else peer["value"] / spec["ratio_target"]
    if target is not None:
        met = value >= target if at_least else value <= target
    return {
        "measure": spec["measure"], "value": value, "unit": spec["unit"], "target": target, "at_least": at_least,
        "peer": peer, "ratio": ratio, "met": met,
    }


def is_there(spec, report):
    return all(runs_of(report, spec[name]) for name in ("benchmark", "peer") if name in spec)


def number(value):
    return "-" if value is None else f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def print_table(rooms):
    lines = [("measure", "gstd", "unit", "target", "peer", "its value", "ratio", "met")]
    for room, rows in rooms:
        for row in rows:
            peer = row["peer"] or {"name": "-", "value": None}
            target = "-" if row["target"] is None else ("≥ " if row["at_least"] else "≤ ") + number(row["target"])
            met = {None: "-", True: "yes", False: "NO"}[row["met"]]
            lines.append((f"{room}: {row['measure']}", number(row["value"]), row["unit"], target, peer["name"],
                          number(peer["value"]), number(row["ratio"]), met))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    numeric = {1, 5, 6}
    for line in lines:
        print("  ".join(cell.rjust(width) if column in numeric else cell.ljust(width)
                        for column, (cell, width) in enumerate(zip(line, widths))).rstrip())


def main(arguments):
    if len(arguments) > 1 and arguments[0] == "--table":
        print_table([(pathlib.Path(path).stem, load(path)) for path in arguments[1:]])
    elif len(arguments) == 3:
        specs, raw, out = arguments
        report = load(raw)
        rows = [make_row(spec, report) for spec in load(specs) if not spec.get("optional") or is_there(spec, report)]
        pathlib.Path(out).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
