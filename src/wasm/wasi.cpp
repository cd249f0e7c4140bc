#include "wasm/wasi.hpp"

#include <bit>

namespace gstd::wasm {
namespace {

static_assert(std::endian::native == std::endian::little, "guest memory is little-endian and is read as it stands");

Answer succeed(Wasi&, const std::uint64_t*) { return Errno::success; }

// What the profile does not offer. A guest that was built for more finds out by an error, as on a system where it has no rights.
Answer refuse(Wasi&, const std::uint64_t*) { return Errno::notcapable; }

// args_sizes_get and environ_sizes_get: no entries, no bytes.
Answer no_entries(Wasi& wasi, const std::uint64_t* a) {
  return wasi.put<std::uint32_t>(a[0], 0) && wasi.put<std::uint32_t>(a[1], 0) ? Errno::success : Errno::fault;
}

// fd_prestat_get ends the C library's search for preopened folders by this answer to its first question.
Answer no_such_descriptor(Wasi&, const std::uint64_t*) { return Errno::badf; }

Answer proc_exit(Wasi& wasi, const std::uint64_t* a) {
  wasi.exit_code = static_cast<std::int32_t>(static_cast<std::uint32_t>(a[0]));
  return Answer::end_of_run();
}

constexpr std::array kFunctions{
    WasiFunction{"args_get", "ii", true, succeed},
    WasiFunction{"args_sizes_get", "ii", true, no_entries},
    WasiFunction{"clock_res_get", "ii", true, clock_res_get},
    WasiFunction{"clock_time_get", "iIi", true, clock_time_get},
    WasiFunction{"environ_get", "ii", true, succeed},
    WasiFunction{"environ_sizes_get", "ii", true, no_entries},
    WasiFunction{"fd_advise", "iIIi", true, refuse},
    WasiFunction{"fd_allocate", "iII", true, refuse},
    WasiFunction{"fd_close", "i", true, fd_close},
    WasiFunction{"fd_datasync", "i", true, refuse},
    WasiFunction{"fd_fdstat_get", "ii", true, fd_fdstat_get},
    WasiFunction{"fd_fdstat_set_flags", "ii", true, refuse},
    WasiFunction{"fd_fdstat_set_rights", "iII", true, refuse},
    WasiFunction{"fd_filestat_get", "ii", true, fd_filestat_get},
    WasiFunction{"fd_filestat_set_size", "iI", true, refuse},
    WasiFunction{"fd_filestat_set_times", "iIIi", true, refuse},
    WasiFunction{"fd_pread", "iiiIi", true, refuse},
    WasiFunction{"fd_prestat_dir_name", "iii", true, no_such_descriptor},
    WasiFunction{"fd_prestat_get", "ii", true, no_such_descriptor},
    WasiFunction{"fd_pwrite", "iiiIi", true, refuse},
    WasiFunction{"fd_read", "iiii", true, fd_read},
    WasiFunction{"fd_readdir", "iiiIi", true, refuse},
    WasiFunction{"fd_renumber", "ii", true, refuse},
    WasiFunction{"fd_seek", "iIii", true, fd_seek},
    WasiFunction{"fd_sync", "i", true, refuse},
    WasiFunction{"fd_tell", "ii", true, fd_seek},
    WasiFunction{"fd_write", "iiii", true, fd_write},
    WasiFunction{"path_create_directory", "iii", true, refuse},
    WasiFunction{"path_filestat_get", "iiiii", true, refuse},
    WasiFunction{"path_filestat_set_times", "iiiiIIi", true, refuse},
    WasiFunction{"path_link", "iiiiiii", true, refuse},
    WasiFunction{"path_open", "iiiiiIIii", true, refuse},
    WasiFunction{"path_readlink", "iiiiii", true, refuse},
    WasiFunction{"path_remove_directory", "iii", true, refuse},
    WasiFunction{"path_rename", "iiiiii", true, refuse},
    WasiFunction{"path_symlink", "iiiii", true, refuse},
    WasiFunction{"path_unlink_file", "iii", true, refuse},
    WasiFunction{"poll_oneoff", "iiii", true, poll_oneoff},
    WasiFunction{"proc_exit", "i", false, proc_exit},
    WasiFunction{"proc_raise", "i", true, refuse},
    WasiFunction{"random_get", "ii", true, random_get},
    WasiFunction{"sched_yield", "", true, succeed},
    WasiFunction{"sock_accept", "iii", true, refuse},
    WasiFunction{"sock_recv", "iiiiii", true, refuse},
    WasiFunction{"sock_send", "iiiii", true, refuse},
    WasiFunction{"sock_shutdown", "ii", true, refuse},
};

}  // namespace

std::span<const WasiFunction> wasi_functions() noexcept { return kFunctions; }

const WasiFunction* find_wasi_function(std::string_view name) noexcept {
  for (const auto& function : kFunctions)
    if (function.name == name) return &function;
  return nullptr;
}

}  // namespace gstd::wasm
