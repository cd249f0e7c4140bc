"""Proof of work: solve a challenge, check an answer, see which kernels there are."""

from ._core import Kernel, Progress, Solution
from ._core import pow_active_kernel as active_kernel
from ._core import pow_kernels as kernels
from ._core import pow_solve as solve
from ._core import pow_verify as verify

__all__ = ["Kernel", "Progress", "Solution", "active_kernel", "kernels", "solve", "verify"]
