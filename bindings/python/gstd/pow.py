"""Proof of work: solve a challenge, check an answer."""

from ._core import Solution
from ._core import pow_solve as solve
from ._core import pow_verify as verify

__all__ = ["Solution", "solve", "verify"]
