# What libgstd links. Each library's headers stay inside the one room that is named beside it.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto SSL)         # crypto, net (TLS)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)     # crypto
find_package(simdjson REQUIRED)                                  # protocol
find_package(Boost 1.81 REQUIRED COMPONENTS json)                # protocol (JSON), net (Beast and Asio, headers only)
find_package(CURL REQUIRED)                                      # net
if(GSTD_BUILD_COORDINATOR)
  find_package(SQLite3 REQUIRED)                                 # store
endif()
if(GSTD_WITH_WASMTIME)
  include(GstdWasmtime)                                          # wasm
  if(GSTD_BUILD_RUNNER)
    pkg_check_modules(seccomp IMPORTED_TARGET libseccomp)        # the program gstd-runner alone
    if(NOT seccomp_FOUND)
      message(FATAL_ERROR "gstd-runner, which runs guests in processes of their own, needs libseccomp: install Debian's package "
                          "`libseccomp-dev`, or set GSTD_BUILD_RUNNER=OFF to do without Isolation::process")
    endif()
  endif()
endif()
include(GstdJavascript)                                          # wasm
