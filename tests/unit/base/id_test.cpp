#include <gtest/gtest.h>
#include <gstd/base.hpp>

#include <unordered_set>

namespace gstd {
namespace {

// Goal:   the forms that the platform and we give to ids are ids.
// Method: one of each: UUID, friendly and raw TON address, name, base64.
TEST(Id, TakesTheFormsInUse) {
  for (const auto* text :
       {"6f1c2f0a-8c1b-4b9e-9d58-0f4b1c7c2b11", "EQDtFpEwcFAEcRe5mLVh2N6C0x-_hJEM7W61_JLnSF74p4q2",
        "0:83dfd552e63729b472fcbcc8c45ebcc6691702558b68ec7527e1ba403a0f31a8", "worker_1", "a", "a+b/c=", "me@host.example"}) {
    const auto id = TaskId::parse(text);
    ASSERT_TRUE(id.has_value()) << text;
    EXPECT_EQ(id->str(), text);
    EXPECT_FALSE(id->empty());
  }
  EXPECT_TRUE(TaskId::parse(std::string(kIdCharsMax, 'x')).has_value());
}

// Goal:   nothing that could break out of a path, a header, a log line or a query is an id.
// Method: the empty text, one character too many, and every byte outside the allowed set.
TEST(Id, RefusesOtherCharactersAndLengths) {
  EXPECT_FALSE(TaskId::parse("").has_value());
  EXPECT_FALSE(TaskId::parse(std::string(kIdCharsMax + 1, 'x')).has_value());
  const std::string_view punctuation = "._:@+=/-";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool allowed = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                         punctuation.find(c) != std::string_view::npos;
    const auto id = TaskId::parse(std::string{'a', c});
    EXPECT_EQ(id.has_value(), allowed) << byte;
    if (!id) {
      EXPECT_EQ(id.error().code, ErrorCode::invalid_argument);
      EXPECT_EQ(id.error().reason, "id");
    }
  }
}

// Goal:   ids of different kinds do not mix; those of one kind compare and hash by their text.
// Method: compile-time conversions, and a set.
TEST(Id, ComparesWithinOneKind) {
  static_assert(!std::is_convertible_v<TaskId, WalletId>);
  static_assert(!std::is_constructible_v<DeviceId, TaskId>);
  const auto a = *TaskId::parse("a"), b = *TaskId::parse("b");
  EXPECT_LT(a, b);
  EXPECT_EQ(a, *TaskId::parse("a"));
  EXPECT_TRUE(TaskId{}.empty());
  const std::unordered_set<TaskId> set{a, b, *TaskId::parse("a")};
  EXPECT_EQ(set.size(), 2u);
}

}  // namespace
}  // namespace gstd
