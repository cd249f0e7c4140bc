"""The main job in Python: a coordinator and a worker in this process, tasks that are paid for, results that are verified.

python3 main_job.py MODULE.wasm INPUT_FILE...
"""

import pathlib
import sys

import gstd


def main(module_file: str, *input_files: str) -> None:
    inputs = [pathlib.Path(name).read_bytes() for name in input_files]
    with gstd.Coordinator() as coordinator:
        coordinator.deposit("grant-1", "wallet-requester", 1)
        with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="wallet-worker", slots=2) as worker:
            client = gstd.Client(coordinator.url, key=gstd.Key.generate(), wallet="wallet-requester")
            client.register()
            module = client.upload_module(pathlib.Path(module_file).read_bytes())
            tasks = [client.create_task(module, text, budget="0.05") for text in inputs]
            for name, text, task in zip(input_files, inputs, tasks):
                result = client.wait_result(task)
                result.verify(module, text)
                print(f"{name}: {result.outcome}, {len(result.output)} bytes, fuel {result.fuel_used}")
            worker.drain()  # until it, too, has heard that its last result was accepted
            print(f"spent {1 - client.balance()} GSTD, the worker earned {worker.stats['earned']} GSTD")
        coordinator.check_ledger()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
