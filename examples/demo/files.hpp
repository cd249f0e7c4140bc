// Reading a file as the examples do it: whole, or an Error.
#pragma once

#include <gstd/base.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace demo {

inline gstd::Result<gstd::Bytes> read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  gstd::Bytes content{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) return gstd::Error{gstd::ErrorCode::unavailable, "cannot read " + path.string(), "file"};
  return content;
}

}  // namespace demo
