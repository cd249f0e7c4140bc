#include "wasm/module_cache.hpp"
#include <set>

#include "conformance/temp_dir.hpp"
#include "other_backend.hpp"
#include "sandbox_fixture.hpp"
#include "wasm/code_cache.hpp"

namespace gstd::wasm {

class ModuleCacheTest : public SandboxFixture {
 protected:
  SandboxOptions options() const {
    return {.slots = 1, .slot_memory_bytes_max = 16u << 20, .cache_directory = (temp_ / "cache").string()};
  }

  static std::shared_ptr<Backend> backend(const SandboxOptions& options) {
    auto made = make_local_backend(options);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }

  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(temp_ / "cache"))
      if (entry.path().extension() == ".code") out.push_back(entry.path());
    return out;
  }

  test::TempDir temp_;
};

// A backend that may not compile.
class OnlyLoads final : public OtherBackend {
 public:
  using OtherBackend::OtherBackend;
  Result<std::shared_ptr<const Code>> compile(BytesView, GuestConvention, const CallOptions&) override {
    return Error{ErrorCode::internal, "compiled", "compiled"};
  }
};

// Goal:   what one sandbox compiled, a later one takes from the disk instead of compiling, and runs with the same outcome.
// Method: a sandbox that fills the cache; a backend that refuses to compile reads it; outcome, output and fuel are compared.
TEST_F(ModuleCacheTest, ModuleIsCompiledOnce) {
  const Bytes module = read_guest("echo");
  auto first = create(options());
  auto compiled = first->compile(module);
  ASSERT_TRUE(compiled) << compiled.error().message;
  const auto fresh = first->run(*compiled, as_bytes("abc"), small_limits());
  ASSERT_TRUE(fresh);
  ASSERT_EQ(files().size(), 1u);

  const auto real = backend(options());
  OnlyLoads loads{*real};
  auto cache = CodeCache::open(options().cache_directory, options().cache_bytes_max, system_random());
  ASSERT_TRUE(cache);
  const auto load = [&](GuestConvention convention) {
    return compile_cached(*cache, loads, options().slot_memory_bytes_max, module, convention, {});
  };
  const auto code = load(GuestConvention::wasi);
  ASSERT_TRUE(code) << code.error().message;
  const auto again = loads.run(**code, as_bytes("abc"), small_limits(), {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->kind, OutcomeKind::completed);
  EXPECT_EQ(again->output, fresh->output);
  EXPECT_EQ(again->fuel_used, fresh->fuel_used);

  // The same bytes by another convention are another program.
  const auto other = load(GuestConvention::env);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "compiled");
}

// Goal:   spoiled code is compiled anew, and the cache mended; so is code that this cache vouches for but that the engine does not
//         take, or that is of another module.
// Method: the file is overwritten with noise; then noise and another module's code are put under its key.
TEST_F(ModuleCacheTest, WhatDoesNotServeIsCompiledAnew) {
  const Bytes module = read_guest("echo");
  auto sandbox = create(options());
  const auto expect_works = [&](const char* what) {
    auto compiled = sandbox->compile(module);
    ASSERT_TRUE(compiled) << what << ": " << compiled.error().message;
    const auto outcome = sandbox->run(*compiled, as_bytes("abc"), small_limits());
    ASSERT_TRUE(outcome) << what;
    EXPECT_EQ(as_text(outcome->output), "abc") << what;
  };
  expect_works("nothing kept");
  ASSERT_EQ(files().size(), 1u);
  std::ofstream(files().front(), std::ios::trunc) << "noise";
  expect_works("noise in the file");
  EXPECT_EQ(files().size(), 1u) << "the cache was mended";

  const auto real = backend(options());
  auto cache = CodeCache::open(options().cache_directory, options().cache_bytes_max, system_random());
  ASSERT_TRUE(cache);
  auto digest = sandbox->compile(module);
  ASSERT_TRUE(digest);
  const auto key = code_key(*real, digest->sha256(), GuestConvention::wasi);
  ASSERT_TRUE(key);
  ASSERT_TRUE(cache->get(*key)) << "both name the code alike";
  for (const std::size_t size : {0u, 10u, 4000u}) {
    ASSERT_TRUE(cache->put(*key, Bytes(size, 0x41)));
    expect_works("noise with a good tag");
  }
  const Bytes other = read_guest("noop");
  const auto foreign = real->compile(other, GuestConvention::wasi, {});
  ASSERT_TRUE(foreign);
  const auto saved = real->save(**foreign);
  ASSERT_TRUE(saved);
  ASSERT_TRUE(cache->put(*key, *saved));
  expect_works("another module's code");
}

// Goal:   a module with more memory than any slot has an outcome, whichever sandbox met it first.
// Method: one sandbox with small slots and one with large, in both orders, on one cache.
TEST_F(ModuleCacheTest, SlotsOfAnySizeShareACache) {
  const Bytes module = read_guest("memory_declared");
  SandboxOptions small = options();
  small.slot_memory_bytes_max = 1u << 16;
  for (int round = 0; round < 2; ++round) {
    auto little = create(small);
    auto compiled = little->compile(module);
    ASSERT_TRUE(compiled) << compiled.error().message;
    RunLimits limits = small_limits();
    limits.memory_bytes_max = small.slot_memory_bytes_max;
    const auto refused = little->run(*compiled, {}, limits);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->kind, OutcomeKind::memory_limit);

    auto large = create(options());
    compiled = large->compile(module);
    ASSERT_TRUE(compiled) << compiled.error().message;
    limits.memory_bytes_max = options().slot_memory_bytes_max;
    const auto outcome = large->run(*compiled, {}, limits);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->kind, OutcomeKind::completed) << outcome->message;
  }
}

// Goal:   code is named after all that it depends on, so that none is taken for another.
// Method: keys of backends that differ in one thing, of other modules and conventions; the same once more.
TEST_F(ModuleCacheTest, KindsOfIsolationHaveKeysOfTheirOwn) {
  class Named final : public OtherBackend {
   public:
    Named(Backend& other, std::string engine, std::string variant)
        : OtherBackend(other), engine_(std::move(engine)), variant_(std::move(variant)) {}
    const std::string& engine() const noexcept override { return engine_; }
    std::string variant() const override { return variant_; }

   private:
    std::string engine_, variant_;
  };
  const auto real = backend(options());
  EXPECT_EQ(real->variant().rfind("local ", 0), 0u) << "tells it from what children compile";
  const Digest module{}, other = *Digest::from_bytes(Bytes(32, 1));
  const auto key = [&](const char* engine, const char* variant, const Digest& digest, GuestConvention convention) {
    return code_key(Named{*real, engine, variant}, digest, convention)->hex();
  };
  const std::set<std::string> keys{
      key("e", "local a", module, GuestConvention::wasi), key("e", "process a", module, GuestConvention::wasi),
      key("f", "local a", module, GuestConvention::wasi), key("e", "local a", other, GuestConvention::wasi),
      key("e", "local a", module, GuestConvention::env),  key("e", "local a", module, GuestConvention::reactor)};
  EXPECT_EQ(keys.size(), 6u);
  EXPECT_TRUE(keys.contains(key("e", "local a", module, GuestConvention::wasi)));
}

// Goal:   a folder that others may write to is refused when the sandbox is made.
// Method: its mode.
TEST_F(ModuleCacheTest, UnsafeFolderIsRefused) {
  create(options());
  std::filesystem::permissions(temp_ / "cache", std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  const auto sandbox = Sandbox::create(options());
  ASSERT_FALSE(sandbox);
  EXPECT_EQ(sandbox.error().reason, "cache_directory_unsafe");
}

}  // namespace gstd::wasm
