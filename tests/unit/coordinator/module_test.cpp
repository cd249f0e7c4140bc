#include "coordinator/module_inspector.hpp"

#include "support/lab.hpp"

namespace gstd::test {
namespace {

// Goal:   the names that a module may have are bounded, and fit the store.
// Method: each bound met and passed by one.
TEST(ModuleNames, AreBounded) {
  const auto with = [](std::vector<std::string> imports, std::vector<std::string> exports) {
    wasm::ModuleInfo info;
    info.imports = std::move(imports);
    info.exports = std::move(exports);
    return coordinator::check_names(info);
  };
  const std::vector<std::string> half(protocol::kModuleNamesMax / 2, "n");
  must(with(half, half));
  std::vector<std::string> more = half;
  more.emplace_back("n");
  EXPECT_TRUE(refused(with(half, more), ErrorCode::invalid_argument, "module_invalid"));
  const std::string long_name(protocol::kModuleNameBytesMax / 2, 'n');
  must(with({long_name}, {long_name}));
  EXPECT_TRUE(refused(with({long_name + "n"}, {long_name}), ErrorCode::invalid_argument, "module_invalid"));
  EXPECT_TRUE(refused(with({}, {"a\nb"}), ErrorCode::invalid_argument, "module_invalid"));
}

// Goal:   a module's metadata is what its upload found, also after a restart and without its content being looked at again.
// Method: a program is uploaded; another coordinator over the same store is asked.
TEST(ModuleMetadata, IsKeptWithTheModule) {
  const auto store = store::open_memory();
  std::optional<protocol::ModuleMetadata> uploaded;
  {
    Lab lab({store, 0, {}, 1});
    const Party party = lab.worker();
    uploaded = must(
        lab.call<protocol::ModuleMetadata>({"POST", "/wasm/upload", std::string(as_text(empty_program())), &party, {}, {}, {}}));
  }
  if (wasm::is_available()) {
    EXPECT_EQ(uploaded->exports, (std::vector<std::string>{"memory", "_start"}));
    EXPECT_EQ(uploaded->memory_pages, 1u);
  }
  Lab lab({store, 0, {}, 2});
  const auto kept =
      must(lab.call<protocol::ModuleMetadata>({"GET", "/wasm/" + uploaded->wasm_id + "/metadata", {}, nullptr, {}, {}, {}}));
  EXPECT_EQ(protocol::write(kept), protocol::write(*uploaded));
}

}  // namespace
}  // namespace gstd::test
