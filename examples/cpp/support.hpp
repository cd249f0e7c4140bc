// What the three example programs have in common.
#pragma once

#include <gstd/base.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace example {

/// The value, or the end of the program with the reason.
template <class T>
T must(gstd::Result<T> result, std::string_view doing) {
  if (!result) {
    std::cerr << doing << ": " << result.error().message << "\n";
    std::exit(1);
  }
  return *std::move(result);
}

inline void must(const gstd::Result<void>& result, std::string_view doing) {
  if (result) return;
  std::cerr << doing << ": " << result.error().message << "\n";
  std::exit(1);
}

inline gstd::Bytes read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << path << ": cannot be read\n";
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace example
