// The functions that the platform's own convention offers, in every form that a module may declare them: the platform ran them in
// JavaScript, which converts at the border, and so its guests differ in their declarations.
// Source: docs/protocol.md, "WASM execution", convention A.
#pragma once

#include <array>
#include <string_view>

namespace gstd::wasm {

inline constexpr std::string_view kEnvModule = "env";

/// Letters as in HostFunction.
struct EnvFunction {
  std::string_view name;
  std::string_view parameters;
  char result;
};

/// A name stands here once per form.
inline constexpr std::array kEnvFunctions{
    EnvFunction{"log_string", "ii", 0},       EnvFunction{"log_number", "d", 0},       EnvFunction{"log_number", "i", 0},
    EnvFunction{"log_number", "I", 0},        EnvFunction{"get_time_ms", "", 'i'},     EnvFunction{"get_time_ms", "", 'd'},
    EnvFunction{"get_input_length", "", 'i'}, EnvFunction{"get_input_byte", "i", 'i'}, EnvFunction{"set_output_length", "i", 0},
    EnvFunction{"set_output_byte", "ii", 0},  EnvFunction{"get_random", "", 'd'},      EnvFunction{"get_random", "", 'i'},
};

/// The functions of WASI that this convention offers beside, as stubs.
inline constexpr std::array<std::string_view, 10> kEnvWasiFunctions{
    "args_get", "args_sizes_get", "clock_time_get", "environ_get", "environ_sizes_get",
    "fd_close", "fd_read",        "fd_seek",        "fd_write",    "proc_exit"};

}  // namespace gstd::wasm
