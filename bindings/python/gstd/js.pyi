from .wasm import Outcome

__all__ = ["javascript_engine", "javascript_input", "run"]

def javascript_engine() -> bytes: ...
def javascript_input(script: str, input_json: str = "") -> bytes: ...
def run(
    script: str,
    input: object = None,
    *,
    fuel: int | None = None,
    memory_bytes_max: int = 67108864,
    wall_seconds: float | None = None,
    output_bytes_max: int | None = None,
    timeout: float = 60.0,
) -> Outcome: ...
