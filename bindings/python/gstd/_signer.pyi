from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

class Signer:
    def __init__(
        self,
        public_key: bytes,
        sign: Callable[[bytes], bytes | Future[bytes] | Awaitable[bytes]],
        *,
        loop: AbstractEventLoop | None = None,
    ) -> None: ...
    @property
    def public_key(self) -> bytes: ...
