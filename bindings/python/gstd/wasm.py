"""The sandbox: run a stranger's WebAssembly with bytes in and bytes out."""

from ._core import Instance, Module, ModuleInfo, Outcome, inspect

__all__ = ["Instance", "Module", "ModuleInfo", "Outcome", "inspect"]
