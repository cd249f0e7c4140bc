// What the CPU offers. Its answers come from a file that is compiled for any CPU: a kernel's own file may use what it asks for.
#pragma once

namespace gstd::pow {

bool is_any_cpu() noexcept;  ///< true
bool has_avx2() noexcept;    ///< x86-64 only, as the next two.
bool has_avx512f() noexcept;
bool has_sha_ni() noexcept;      ///< And SSE4.1 and SSSE3, which its kernel needs, too.
bool has_armv8_sha2() noexcept;  ///< aarch64 only.

}  // namespace gstd::pow
