// The stores that a suite of the coordinator runs over, by name.
#pragma once

#include "conformance/temp_dir.hpp"
#include "support/lab.hpp"

namespace gstd::test {

/// "memory" or "sqlite", the latter in `folder`.
inline std::shared_ptr<store::Store> open_store(const std::string& kind, const TempDir& folder) {
  if (kind == "memory") return store::open_memory();
  store::SqliteOptions options;
  options.path = folder / "gstd.db";
  return must(store::open_sqlite(options));
}

}  // namespace gstd::test
