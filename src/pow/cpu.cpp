#include "pow/cpu.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace gstd::pow {

bool is_any_cpu() noexcept { return true; }

#if defined(__x86_64__)

// These ask the operating system, too, which must save the wide registers.
bool has_avx2() noexcept { return __builtin_cpu_supports("avx2") != 0; }
bool has_avx512f() noexcept { return __builtin_cpu_supports("avx512f") != 0; }

// CPUID leaves 1 and 7 (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, "CPUID"). SSE registers need no
// consent of the system on x86-64.
bool has_sha_ni() noexcept {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return false;
  constexpr unsigned kSse41 = 1u << 19, kSsse3 = 1u << 9, kSha = 1u << 29;
  if ((ecx & kSse41) == 0 || (ecx & kSsse3) == 0) return false;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & kSha) != 0;
}

#elif defined(__aarch64__)

// Linux asks the CPU on every core and tells what all have ("ARM64 ELF hwcaps" in its documentation).
bool has_armv8_sha2() noexcept { return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0; }

#endif

}  // namespace gstd::pow
