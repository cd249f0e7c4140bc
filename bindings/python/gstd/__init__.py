"""GSTD from Python: client, worker, sandbox, proof of work and an embedded coordinator.

Every blocking call releases the GIL, takes a `timeout` in seconds and ends with KeyboardInterrupt on Ctrl-C.
What the library refuses raises a subclass of `gstd.Error` with `.code` and `.reason`.
"""

from . import pow, wasm
from ._core import (
    Aborted,
    AlreadyExists,
    Cancelled,
    Client,
    Coordinator,
    DataLoss,
    DeadlineExceeded,
    Error,
    FailedPrecondition,
    InternalError,
    InvalidArgument,
    Key,
    NotFound,
    OutOfRange,
    PermissionDenied,
    ResourceExhausted,
    Task,
    TaskResult,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    UnknownError,
    Worker,
    __version__,
    sha256,
)

__all__ = [
    "Aborted",
    "AlreadyExists",
    "Cancelled",
    "Client",
    "Coordinator",
    "DataLoss",
    "DeadlineExceeded",
    "Error",
    "FailedPrecondition",
    "InternalError",
    "InvalidArgument",
    "Key",
    "NotFound",
    "OutOfRange",
    "PermissionDenied",
    "ResourceExhausted",
    "Task",
    "TaskResult",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "UnknownError",
    "Worker",
    "__version__",
    "pow",
    "sha256",
    "wasm",
]
