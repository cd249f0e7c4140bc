#!/usr/bin/env python3
"""Runs fuzzers for a while and prints executions and crashes per target.

usage: run_fuzzers.py --seconds N PROGRAM...

The programs are called gstd_fuzz_THING. What they find interesting is kept in build/fuzz-corpus/THING and used again; an input that
crashes is kept in build/fuzz-crashes/THING. Exits 1 where one crashed, and names the files.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEMORY_MIB_MAX = 2048
INPUT_SECONDS_MAX = 10


def run(program, seconds):
    thing = program.name.removeprefix("gstd_fuzz_")
    corpus, crashes = ROOT / "build" / "fuzz-corpus" / thing, ROOT / "build" / "fuzz-crashes" / thing
    corpus.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(parents=True, exist_ok=True)
    before = set(crashes.iterdir())
    seeds = ROOT / "tests" / "fuzz" / "seeds" / thing
    done = subprocess.run(
        [program, f"-max_total_time={seconds}", "-print_final_stats=1", f"-rss_limit_mb={MEMORY_MIB_MAX}",
         f"-timeout={INPUT_SECONDS_MAX}", f"-artifact_prefix={crashes}/", corpus, *([seeds] if seeds.is_dir() else [])],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )
    stats = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stdout))
    return {
        "thing": thing, "executions": int(stats.get("number_of_executed_units", 0)), "corpus": sum(1 for _ in corpus.iterdir()),
        "crashes": sorted(set(crashes.iterdir()) - before), "code": done.returncode, "text": done.stdout,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("programs", type=pathlib.Path, nargs="+", metavar="PROGRAM")
    options = parser.parse_args()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda program: run(program, options.seconds), options.programs))

    failed = [result for result in results if result["code"] != 0]
    for result in failed:
        print(f"--- {result['thing']}: the end of its output")
        print("\n".join(result["text"].splitlines()[-60:]))
        for crash in result["crashes"]:
            print(f"input: {crash.relative_to(ROOT)}")
    width = max(len("target"), *(len(result["thing"]) for result in results))
    print(f"{'target':{width}}  {'executions':>12}  {'corpus':>7}  {'crashes':>7}")
    for result in results:
        crashes = max(len(result["crashes"]), int(result["code"] != 0))
        print(f"{result['thing']:{width}}  {result['executions']:>12,}  {result['corpus']:>7}  {crashes:>7}")
    total = sum(result["executions"] for result in results)
    print(f"fuzz: {'FAILED' if failed else 'ok'} targets={len(results)} executions={total} crashes={len(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
