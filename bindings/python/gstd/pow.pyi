from collections.abc import Callable

__all__ = ["Kernel", "Progress", "Solution", "active_kernel", "kernels", "solve", "verify"]

class Solution:
    @property
    def nonce(self) -> str: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def hashes(self) -> int: ...

class Progress:
    @property
    def hashes(self) -> int: ...
    @property
    def hashes_per_second(self) -> float: ...
    @property
    def elapsed(self) -> float: ...
    @property
    def expected_left(self) -> float: ...

class Kernel:
    @property
    def name(self) -> str: ...
    @property
    def lanes(self) -> int: ...
    @property
    def supported(self) -> bool: ...

def solve(
    challenge: str,
    task: str,
    wallet: str,
    difficulty_bits: int,
    *,
    version: int = 1,
    threads: int | None = None,
    cpu_share: float = 1.0,
    offset: int = 0,
    kernel: str | None = None,
    timeout: float = 60.0,
    on_progress: Callable[[Progress], object] | None = None,
    progress_interval: float = 0.1,
) -> Solution: ...
def verify(challenge: str, task: str, wallet: str, difficulty_bits: int, nonce: str, *, version: int = 1) -> bool: ...
def kernels() -> list[Kernel]: ...
def active_kernel() -> str: ...
