"""The sandbox: run a WASI module with bytes in and bytes out."""

from ._core import Module, Outcome

__all__ = ["Module", "Outcome"]
