#include "conformance/store_fixture.hpp"

namespace gstd::test {
namespace {

store::LogEntry make_entry(std::uint64_t index, const std::string& task, std::uint32_t attempt = 1) {
  return {index, id<TaskId>(task), attempt, {1, 0, static_cast<std::uint8_t>(index)}, filled<Signature>(7)};
}

std::string describe(const store::LogEntry& e) {
  return std::to_string(e.index) + " " + e.task.str() + " " + std::to_string(e.attempt) + " " + encode_hex(e.content) + " " +
         e.signature.hex();
}

std::vector<std::string> described(const Result<std::vector<store::LogEntry>>& entries) {
  std::vector<std::string> out;
  if (entries)
    for (const auto& entry : *entries) out.push_back(describe(entry));
  return out;
}

// Goal:   an empty log is a log, and asks about what it has not are answered as such.
// Method: each question before anything was appended.
TEST_P(StoreTest, LogStartsEmpty) {
  EXPECT_EQ(*read([](Transaction& t) { return t.log_size(); }), 0u);
  EXPECT_EQ(described(read([](Transaction& t) { return t.log_entries(0, 10); })), std::vector<std::string>{});
  EXPECT_EQ(test::describe(read([](Transaction& t) { return t.log_node(0, 0); }).error()), "not_found/");
  EXPECT_EQ(test::describe(read([](Transaction& t) { return t.log_entry(id<TaskId>("t"), 1); }).error()), "not_found/");
}

// Goal:   entries and nodes come back as they were given, in order and in pages.
// Method: three entries with nodes of all levels up to the highest; pages from the start, the middle and behind the end.
TEST_P(StoreTest, LogKeepsEntriesAndNodes) {
  const std::vector<store::LogEntry> entries{make_entry(0, "a"), make_entry(1, "b", 3), make_entry(2, "a", 2)};
  const std::vector<std::vector<store::LogNode>> nodes{
      {{0, 0, filled<Digest>(1)}}, {{0, 1, filled<Digest>(2)}, {1, 0, filled<Digest>(3)}}, {{63, 2, filled<Digest>(4)}}};
  for (std::size_t i = 0; i < entries.size(); ++i)
    ASSERT_TRUE(write([&](Transaction& t) { return t.append_log_entry(entries[i], nodes[i]); })) << i;
  EXPECT_EQ(*read([](Transaction& t) { return t.log_size(); }), 3u);
  for (const auto& entry : entries)
    EXPECT_EQ(describe(*read([&](Transaction& t) { return t.log_entry(entry.task, entry.attempt); })), describe(entry));
  for (const auto& complete : nodes)
    for (const auto& node : complete)
      EXPECT_EQ(*read([&](Transaction& t) { return t.log_node(node.level, node.index); }), node.hash);
  using Page = std::vector<std::string>;
  EXPECT_EQ(described(read([](Transaction& t) { return t.log_entries(0, 2); })),
            (Page{describe(entries[0]), describe(entries[1])}));
  EXPECT_EQ(described(read([](Transaction& t) { return t.log_entries(2, 9); })), Page{describe(entries[2])});
  EXPECT_EQ(described(read([](Transaction& t) { return t.log_entries(3, 9); })), Page{});
  EXPECT_EQ(described(read([](Transaction& t) { return t.log_entries(UINT64_MAX, SIZE_MAX); })), Page{});
}

// Goal:   the log only grows, by one at its end, and an attempt has one entry.
// Method: a number that is taken, one beyond the end, an attempt twice; each leaves the log as it was, nodes included.
TEST_P(StoreTest, LogOnlyGrows) {
  ASSERT_TRUE(write([](Transaction& t) { return t.append_log_entry(make_entry(0, "a"), {{0, 0, filled<Digest>(1)}}); }));
  for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{2}})
    EXPECT_EQ(test::describe(write([&](Transaction& t) {
                return t.append_log_entry(make_entry(index, "b"), {{0, 9, filled<Digest>(2)}});
              })),
              "aborted/changed");
  EXPECT_EQ(test::describe(write([](Transaction& t) {
              return t.append_log_entry(make_entry(1, "a"), {{0, 9, filled<Digest>(2)}});
            })),
            "already_exists/");
  EXPECT_EQ(*read([](Transaction& t) { return t.log_size(); }), 1u);
  EXPECT_EQ(test::describe(read([](Transaction& t) { return t.log_node(0, 9); }).error()), "not_found/");
}

// Goal:   an entry belongs to the transaction that appended it: undone with it, and appended again in its place.
// Method: an append in work that fails, then the same number with another task; a reader cannot append.
TEST_P(StoreTest, LogGoesWithItsTransaction) {
  const auto undone = store_->write([](Transaction& t) -> Result<void> {
    if (auto appended = t.append_log_entry(make_entry(0, "a"), {{0, 0, filled<Digest>(1)}}); !appended) return appended;
    return Error{ErrorCode::internal, "changed my mind", "test"};
  });
  EXPECT_EQ(test::describe(undone), "internal/test");
  EXPECT_EQ(*read([](Transaction& t) { return t.log_size(); }), 0u);
  ASSERT_TRUE(write([](Transaction& t) { return t.append_log_entry(make_entry(0, "b"), {{0, 0, filled<Digest>(2)}}); }));
  EXPECT_EQ(*read([](Transaction& t) { return t.log_node(0, 0); }), filled<Digest>(2));
  EXPECT_EQ(test::describe(read([](Transaction& t) { return t.append_log_entry(make_entry(1, "c"), {}); })),
            "failed_precondition/read_only");
}

}  // namespace
}  // namespace gstd::test
