#include "wasm/host_cpu.hpp"

#include <sys/auxv.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace gstd::wasm {

#if defined(__x86_64__)

std::string host_cpu() {
  // The registers that list features. What differs between the cores of one machine (the APIC's number in ebx of leaf 1) is left
  // out.
  std::string text = "x86_64";
  unsigned a = 0, b = 0, c = 0, d = 0;
  const auto add = [&](unsigned word) { text.append(" ").append(std::to_string(word)); };
  if (__get_cpuid(1, &a, &b, &c, &d)) add(c), add(d);
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) add(b), add(c), add(d);
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) add(c), add(d);
  return text;
}

#else

std::string host_cpu() {
  std::string text;
#if defined(__aarch64__)
  text = "aarch64";
#elif defined(__riscv)
  text = "riscv";
#elif defined(__s390x__)
  text = "s390x";
#else
  text = "other";
#endif
  // The kernel's list of features.
  return text + " " + std::to_string(getauxval(AT_HWCAP)) + " " + std::to_string(getauxval(AT_HWCAP2));
}

#endif

}  // namespace gstd::wasm
