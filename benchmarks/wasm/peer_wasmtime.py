"""The benchmark's guests in Wasmtime's package for Python, with fuel and epochs as its user would want them for a stranger's code.

usage: peer_wasmtime.py VENV FOLDER...

Makes the virtual environment VENV and installs the package there, if that has not been done. Prints milliseconds per run: the median
of a no-op, from the store on, and the best of a few of each kernel, in CPU time.
"""

import pathlib
import statistics
import subprocess
import sys
import time

PACKAGE = "wasmtime==50.0.1"
KERNELS = ("sha256", "matrix", "json", "regex", "sort")


def main(venv, folders):
    python = pathlib.Path(venv) / "bin" / "python"
    done = pathlib.Path(venv) / (PACKAGE + ".installed")
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True, stdout=sys.stderr)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], check=True, stdout=sys.stderr)
        done.touch()
    if pathlib.Path(sys.prefix).resolve() != pathlib.Path(venv).resolve():
        return subprocess.run([python, __file__, venv, *folders], check=False).returncode
    return measure([pathlib.Path(folder) for folder in folders])


def measure(folders):
    import wasmtime

    config = wasmtime.Config()
    config.consume_fuel = True
    config.epoch_interruption = True
    engine = wasmtime.Engine(config)

    def load(name):
        path = next(folder / f"{name}.wasm" for folder in folders if (folder / f"{name}.wasm").exists())
        return wasmtime.Module.from_file(engine, str(path))

    linker = wasmtime.Linker(engine)
    linker.define_wasi()

    def run(module, clock):
        started = clock()
        store = wasmtime.Store(engine)
        store.set_fuel(1 << 60)
        store.set_epoch_deadline(1 << 40)
        wasi = wasmtime.WasiConfig()
        store.set_wasi(wasi)
        start = linker.instantiate(store, module).exports(store)["_start"]
        try:
            start(store)
        except wasmtime.ExitTrap as end:
            if end.code != 0:
                raise
        del start, store
        return 1e3 * (clock() - started)

    noop = load("noop")
    print("noop", statistics.median([run(noop, time.perf_counter) for _ in range(3000)][500:]))
    for name in KERNELS:
        module = load(name)
        print(name, min(run(module, time.process_time) for _ in range(9)))
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
