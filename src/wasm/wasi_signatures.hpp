// The functions of WASI preview 1 and their signatures. Knows nothing of what they do, so that a module can be checked without an
// engine.
// Source: WebAssembly/WASI, phases/snapshot, wasi_snapshot_preview1.witx.
#pragma once

#include <array>

#include "wasm/host_signature.hpp"

namespace gstd::wasm {

struct WasiSignature {
  std::string_view name;
  HostSignature signature;
};

inline constexpr std::array kWasiSignatures{
    WasiSignature{"args_get", {"ii", "i"}},
    WasiSignature{"args_sizes_get", {"ii", "i"}},
    WasiSignature{"clock_res_get", {"ii", "i"}},
    WasiSignature{"clock_time_get", {"iIi", "i"}},
    WasiSignature{"environ_get", {"ii", "i"}},
    WasiSignature{"environ_sizes_get", {"ii", "i"}},
    WasiSignature{"fd_advise", {"iIIi", "i"}},
    WasiSignature{"fd_allocate", {"iII", "i"}},
    WasiSignature{"fd_close", {"i", "i"}},
    WasiSignature{"fd_datasync", {"i", "i"}},
    WasiSignature{"fd_fdstat_get", {"ii", "i"}},
    WasiSignature{"fd_fdstat_set_flags", {"ii", "i"}},
    WasiSignature{"fd_fdstat_set_rights", {"iII", "i"}},
    WasiSignature{"fd_filestat_get", {"ii", "i"}},
    WasiSignature{"fd_filestat_set_size", {"iI", "i"}},
    WasiSignature{"fd_filestat_set_times", {"iIIi", "i"}},
    WasiSignature{"fd_pread", {"iiiIi", "i"}},
    WasiSignature{"fd_prestat_dir_name", {"iii", "i"}},
    WasiSignature{"fd_prestat_get", {"ii", "i"}},
    WasiSignature{"fd_pwrite", {"iiiIi", "i"}},
    WasiSignature{"fd_read", {"iiii", "i"}},
    WasiSignature{"fd_readdir", {"iiiIi", "i"}},
    WasiSignature{"fd_renumber", {"ii", "i"}},
    WasiSignature{"fd_seek", {"iIii", "i"}},
    WasiSignature{"fd_sync", {"i", "i"}},
    WasiSignature{"fd_tell", {"ii", "i"}},
    WasiSignature{"fd_write", {"iiii", "i"}},
    WasiSignature{"path_create_directory", {"iii", "i"}},
    WasiSignature{"path_filestat_get", {"iiiii", "i"}},
    WasiSignature{"path_filestat_set_times", {"iiiiIIi", "i"}},
    WasiSignature{"path_link", {"iiiiiii", "i"}},
    WasiSignature{"path_open", {"iiiiiIIii", "i"}},
    WasiSignature{"path_readlink", {"iiiiii", "i"}},
    WasiSignature{"path_remove_directory", {"iii", "i"}},
    WasiSignature{"path_rename", {"iiiiii", "i"}},
    WasiSignature{"path_symlink", {"iiiii", "i"}},
    WasiSignature{"path_unlink_file", {"iii", "i"}},
    WasiSignature{"poll_oneoff", {"iiii", "i"}},
    WasiSignature{"proc_exit", {"i", ""}},
    WasiSignature{"proc_raise", {"i", "i"}},
    WasiSignature{"random_get", {"ii", "i"}},
    WasiSignature{"sched_yield", {"", "i"}},
    WasiSignature{"sock_accept", {"iii", "i"}},
    WasiSignature{"sock_recv", {"iiiiii", "i"}},
    WasiSignature{"sock_send", {"iiiii", "i"}},
    WasiSignature{"sock_shutdown", {"ii", "i"}},
};

/// The signature of the function with that name, or null.
constexpr const HostSignature* find_wasi_signature(std::string_view name) noexcept {
  for (const auto& function : kWasiSignatures)
    if (function.name == name) return &function.signature;
  return nullptr;
}

}  // namespace gstd::wasm
