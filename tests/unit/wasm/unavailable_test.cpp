#include <gstd/wasm.hpp>

#include <gtest/gtest.h>

namespace gstd::wasm {

// Goal:   a build without an engine answers `unimplemented` and says how to get one.
// Method: every entry that can be reached without a sandbox; reading a module needs none.
TEST(Unavailable, AnswersUnimplemented) {
  if (is_available()) GTEST_SKIP() << "built with an engine";
  const auto sandbox = Sandbox::create();
  ASSERT_FALSE(sandbox);
  EXPECT_EQ(sandbox.error().code, ErrorCode::unimplemented);
  EXPECT_NE(sandbox.error().message.find("GSTD_WITH_WASMTIME"), std::string::npos);
  EXPECT_TRUE(inspect(Bytes{0, 'a', 's', 'm', 1, 0, 0, 0})) << "reading a module needs no engine";
  EXPECT_EQ(Module{}.sha256(), Digest{});
}

}  // namespace gstd::wasm
