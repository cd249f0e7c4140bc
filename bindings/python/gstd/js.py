"""JavaScript in the sandbox: a script with a JSON input in and a JSON result out. docs/guests.md says what scripts see."""

import functools
import json

from ._core import Module, Outcome, javascript_engine, javascript_input

__all__ = ["javascript_engine", "javascript_input", "run"]

# Compiling the engine takes seconds, so one serves all calls with the same bound on memory; as many threads run scripts at once.
_SLOTS = 4


@functools.lru_cache(maxsize=4)
def _engine(memory_bytes_max: int) -> Module:
    return Module(javascript_engine(), slots=_SLOTS, memory_bytes_max=memory_bytes_max)


def run(
    script: str,
    input: object = None,
    *,
    fuel: int | None = None,
    memory_bytes_max: int = 64 << 20,
    wall_seconds: float | None = None,
    output_bytes_max: int | None = None,
    timeout: float = 60.0,
) -> Outcome:
    """Runs `script` with the global `input`. The outcome's output is the JSON of the script's result; a script that throws has the
    kind "exited" and its message in the log.

    Raises TypeError or ValueError for an input that is not JSON, gstd.InvalidArgument for what is too large, and gstd.Unimplemented
    where gstd was built without JavaScript.
    """
    framed = javascript_input(script, json.dumps(input, allow_nan=False))
    return _engine(memory_bytes_max).run(
        framed, fuel=fuel, wall_seconds=wall_seconds, output_bytes_max=output_bytes_max, timeout=timeout
    )
