#include "wasm/wasi.hpp"

namespace gstd::wasm {
namespace {

Answer succeed(World&, const std::uint64_t*) { return answer(Errno::success); }

// What the profile does not offer. A guest that was built for more finds out by an error, as on a system where it has no rights.
Answer refuse(World&, const std::uint64_t*) { return answer(Errno::notcapable); }

// args_sizes_get and environ_sizes_get: no entries, no bytes.
Answer no_entries(World& world, const std::uint64_t* a) {
  return answer(world.memory.put<std::uint32_t>(a[0], 0) && world.memory.put<std::uint32_t>(a[1], 0) ? Errno::success
                                                                                                     : Errno::fault);
}

// fd_prestat_get ends the C library's search for preopened folders by this answer to its first question.
Answer no_such_descriptor(World&, const std::uint64_t*) { return answer(Errno::badf); }

Answer proc_exit(World& world, const std::uint64_t* a) {
  world.exit_code = static_cast<std::int32_t>(static_cast<std::uint32_t>(a[0]));
  return Answer::end_of_run();
}

constexpr HostFunction wasi(std::string_view name, std::string_view parameters, Answer (*call)(World&, const std::uint64_t*)) {
  return {kWasiModule, name, parameters, 'i', call};
}

constexpr std::array kFunctions{
    wasi("args_get", "ii", succeed),
    wasi("args_sizes_get", "ii", no_entries),
    wasi("clock_res_get", "ii", clock_res_get),
    wasi("clock_time_get", "iIi", clock_time_get),
    wasi("environ_get", "ii", succeed),
    wasi("environ_sizes_get", "ii", no_entries),
    wasi("fd_advise", "iIIi", refuse),
    wasi("fd_allocate", "iII", refuse),
    wasi("fd_close", "i", fd_close),
    wasi("fd_datasync", "i", refuse),
    wasi("fd_fdstat_get", "ii", fd_fdstat_get),
    wasi("fd_fdstat_set_flags", "ii", refuse),
    wasi("fd_fdstat_set_rights", "iII", refuse),
    wasi("fd_filestat_get", "ii", fd_filestat_get),
    wasi("fd_filestat_set_size", "iI", refuse),
    wasi("fd_filestat_set_times", "iIIi", refuse),
    wasi("fd_pread", "iiiIi", refuse),
    wasi("fd_prestat_dir_name", "iii", no_such_descriptor),
    wasi("fd_prestat_get", "ii", no_such_descriptor),
    wasi("fd_pwrite", "iiiIi", refuse),
    wasi("fd_read", "iiii", fd_read),
    wasi("fd_readdir", "iiiIi", refuse),
    wasi("fd_renumber", "ii", refuse),
    wasi("fd_seek", "iIii", fd_seek),
    wasi("fd_sync", "i", refuse),
    wasi("fd_tell", "ii", fd_seek),
    wasi("fd_write", "iiii", fd_write),
    wasi("path_create_directory", "iii", refuse),
    wasi("path_filestat_get", "iiiii", refuse),
    wasi("path_filestat_set_times", "iiiiIIi", refuse),
    wasi("path_link", "iiiiiii", refuse),
    wasi("path_open", "iiiiiIIii", refuse),
    wasi("path_readlink", "iiiiii", refuse),
    wasi("path_remove_directory", "iii", refuse),
    wasi("path_rename", "iiiiii", refuse),
    wasi("path_symlink", "iiiii", refuse),
    wasi("path_unlink_file", "iii", refuse),
    wasi("poll_oneoff", "iiii", poll_oneoff),
    HostFunction{kWasiModule, "proc_exit", "i", 0, proc_exit},
    wasi("proc_raise", "i", refuse),
    wasi("random_get", "ii", random_get),
    wasi("sched_yield", "", succeed),
    wasi("sock_accept", "iii", refuse),
    wasi("sock_recv", "iiiiii", refuse),
    wasi("sock_send", "iiiii", refuse),
    wasi("sock_shutdown", "ii", refuse),
};

}  // namespace

std::span<const HostFunction> wasi_functions() noexcept { return kFunctions; }

}  // namespace gstd::wasm
