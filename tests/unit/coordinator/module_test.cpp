#include "coordinator/module_inspector.hpp"

#include "support/lab.hpp"

#include <future>

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

// A module that takes a while to compile, and is another one for each `number`.
// Source: WebAssembly core specification, sections 5.2.2 (LEB128) and 5.5 (modules).
Bytes slow_program(std::uint32_t number) {
  constexpr std::uint32_t kFunctions = 5'000;
  const auto leb = [](std::uint32_t value) {
    Bytes out;
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
    out.push_back(static_cast<std::uint8_t>(value));
    return out;
  };
  Bytes module{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};
  const auto append = [](Bytes& to, const Bytes& what) { to.insert(to.end(), what.begin(), what.end()); };
  const auto section = [&](std::uint8_t id, const Bytes& content) {
    module.push_back(id);
    append(module, leb(static_cast<std::uint32_t>(content.size())));
    append(module, content);
  };
  Bytes functions = leb(kFunctions);
  functions.resize(functions.size() + kFunctions, 0x00);  // all of the one type
  Bytes code = leb(kFunctions);
  for (std::uint32_t i = 0; i < kFunctions; ++i) append(code, {0x02, 0x00, 0x0b});  // no locals, end
  section(0x01, {0x01, 0x60, 0x00, 0x00});                                          // no parameters, no results
  section(0x03, functions);
  section(0x05, {0x01, 0x00, 0x01});
  section(0x07, {0x02, 0x06, 'm', 'e', 'm', 'o', 'r', 'y', 0x02, 0x00, 0x06, '_', 's', 't', 'a', 'r', 't', 0x00, 0x00});
  section(0x0a, code);
  Bytes name{0x01, 'n'};
  append(name, leb(number));
  section(0x00, name);
  return module;
}

// Goal:   while a module is looked into, another one is refused as a matter of the moment: nothing of it is kept, and the same
//         upload succeeds later.
// Method: two parties upload slow modules, one after another each, until one of them is refused; which one does not matter.
TEST(ModuleUpload, LooksIntoOneModuleAtATime) {
  if (!wasm::is_available()) GTEST_SKIP() << "built without an engine, a look takes no time";
  constexpr std::uint32_t kTries = 500;
  Lab lab;
  const Party first = lab.worker("first");
  const Party second = lab.worker("second");
  const auto upload = [&](const Party& by, const Bytes& module) {
    return lab.send({"POST", "/wasm/upload", std::string(as_text(module)), &by, {}, {}, {}});
  };
  using Refused = std::pair<Bytes, net::Response>;
  std::atomic<bool> was_refused{false};
  const auto upload_until_refused = [&](const Party& by, std::uint32_t number) -> std::optional<Refused> {
    for (std::uint32_t i = 0; i < kTries && !was_refused; ++i, number += 2) {
      Bytes module = slow_program(number);
      net::Response response = upload(by, module);
      if (response.status == 200) continue;
      was_refused = true;
      return Refused{std::move(module), std::move(response)};
    }
    return std::nullopt;
  };
  auto of_first = std::async(std::launch::async, [&] { return upload_until_refused(first, 0); });
  const auto of_second = upload_until_refused(second, 1);
  EXPECT_TRUE(was_refused);
  for (const auto& each : {of_first.get(), of_second}) {
    if (!each) continue;
    const auto& [module, response] = *each;
    EXPECT_EQ(response.status, 429);
    const Error error = Lab::error_of(response);
    EXPECT_EQ(error.code, ErrorCode::resource_exhausted);
    EXPECT_EQ(error.reason, "inspection_busy");
    EXPECT_NE(error.message.find("upload again"), std::string::npos) << error.message;
    const std::string metadata = "/wasm/" + sha256(module).hex() + "/metadata";
    EXPECT_EQ(lab.send({"GET", metadata, {}, nullptr, {}, {}, {}}).status, 404);
    EXPECT_EQ(upload(first, module).status, 200);
    EXPECT_EQ(lab.send({"GET", metadata, {}, nullptr, {}, {}, {}}).status, 200);
  }
}

}  // namespace
}  // namespace gstd::test
