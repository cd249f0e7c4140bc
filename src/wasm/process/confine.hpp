// What a runner gives up before it reads the first byte that a stranger wrote. Linked into gstd-runner and its test alone: the
// library itself must never do this to its host.
#pragma once

#include <gstd/base.hpp>

namespace gstd::wasm::process {

/// Processor time that a runner may use before its owner says otherwise: enough for any start, and for one run or compilation of
/// the default length. See ChildProcess::allow_cpu().
inline constexpr std::uint64_t kCpuSecondsAtStart = 120;

/// Descriptors that a runner may have: its socket, and what the engine opens and closes while it starts.
inline constexpr std::uint64_t kDescriptorsMax = 16;

/// Limits and a filter of system calls on the whole process, all of its threads; for good.
///
/// Limits: no core files, no files written, kDescriptorsMax, no new processes or threads, kCpuSecondsAtStart, and `data_bytes_max`
/// of private writable memory (0: unlimited). Privileges: none gained by execve (PR_SET_NO_NEW_PRIVS), memory not readable by other
/// processes of the user (PR_SET_DUMPABLE). System calls: those that computing, memory, and talking over descriptors that are open
/// already take; any other ends the process by SIGSYS. Memory is never writable and executable at once, files are never mapped.
/// Errors: failed_precondition, reason "confinement": the kernel refuses one of these; the message says which.
Result<void> confine(std::uint64_t data_bytes_max);

}  // namespace gstd::wasm::process
