// An embedder's program: the smallest that needs both libraries and all that they bring.
#include <gstd/base.hpp>
#include <gstd/version.hpp>

#include <cstdio>

int main() {
  const auto amount = gstd::parse_amount("0.5");
  if (!amount || gstd::format_amount(*amount) != "0.5") return 1;
  std::printf("gstd %s\n", GSTD_VERSION_STRING);
}
