"""Signatures from outside the library: whatever a callable returns, now or later, becomes the answer."""

import asyncio
import concurrent.futures
import inspect
import threading

from . import _core


def _start(awaitable, loop):
    """A concurrent.futures.Future of what `awaitable` comes to, on `loop` or on a loop and a thread of its own."""

    async def outcome():
        return await awaitable

    if loop is not None:
        return asyncio.run_coroutine_threadsafe(outcome(), loop)
    future = concurrent.futures.Future()

    def run():
        try:
            future.set_result(asyncio.run(outcome()))
        except BaseException as raised:  # whatever it is, somebody waits for it
            future.set_exception(raised)

    # A daemon: a wallet that never answers must not keep the program from ending.
    threading.Thread(target=run, name="gstd-signer", daemon=True).start()
    return future


def _settle(reply, future):
    try:
        reply.answer(bytes(future.result()))
    except BaseException as raised:
        reply.refuse(f"{type(raised).__name__}: {raised}")


class Signer(_core.Signer):
    """A key that is somewhere else: in a wallet, an HSM, another process.

    `sign` gets the bytes to sign and returns the 64-byte signature, or a concurrent.futures.Future or an awaitable of it. It is
    called on threads of the library, by several at once where several calls are under way; it should hand the question on and
    return, for until then the call can be neither interrupted nor end in time. What it raises refuses. An awaitable runs on `loop`,
    which must be running on another thread than the one that calls the library, or else on a thread of its own.
    """

    def __init__(self, public_key, sign, *, loop=None):
        def ask(message, reply):
            given = sign(message)
            if isinstance(given, (bytes, bytearray)):
                reply.answer(bytes(given))
                return
            if not isinstance(given, concurrent.futures.Future):
                if not inspect.isawaitable(given):
                    raise TypeError(f"sign returned {type(given).__name__}, not bytes, a Future or an awaitable")
                given = _start(given, loop)
            given.add_done_callback(lambda future: _settle(reply, future))

        super().__init__(public_key, ask)
