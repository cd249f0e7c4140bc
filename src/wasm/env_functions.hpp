// The functions that the platform's own convention offers, with every signature that a module may declare them with: the platform
// ran them in JavaScript, which converts at the border, and so its guests differ in their declarations.
// Source: docs/protocol.md, "WASM execution", convention A.
#pragma once

#include <array>

#include "wasm/host_signature.hpp"

namespace gstd::wasm {

inline constexpr std::string_view kEnvModule = "env";

struct EnvFunction {
  std::string_view name;
  HostSignature signature;
};

/// A name stands here once per signature.
inline constexpr std::array kEnvFunctions{
    EnvFunction{"log_string", {"ii", ""}},       EnvFunction{"log_number", {"F", ""}},
    EnvFunction{"log_number", {"i", ""}},        EnvFunction{"log_number", {"I", ""}},
    EnvFunction{"get_time_ms", {"", "i"}},       EnvFunction{"get_time_ms", {"", "F"}},
    EnvFunction{"get_input_length", {"", "i"}},  EnvFunction{"get_input_byte", {"i", "i"}},
    EnvFunction{"set_output_length", {"i", ""}}, EnvFunction{"set_output_byte", {"ii", ""}},
    EnvFunction{"get_random", {"", "F"}},        EnvFunction{"get_random", {"", "i"}},
};

/// The functions of WASI that this convention offers beside, as stubs.
inline constexpr std::array<std::string_view, 10> kEnvWasiFunctions{
    "args_get", "args_sizes_get", "clock_time_get", "environ_get", "environ_sizes_get",
    "fd_close", "fd_read",        "fd_seek",        "fd_write",    "proc_exit"};

}  // namespace gstd::wasm
