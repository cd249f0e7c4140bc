#include "task_fixture.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace gstd::test {
namespace {

// Goal:   every triple of state, event and actor has the answer that is written here, and no other.
// Method: the table once more, by hand and in another form, against all 10 * 16 * 4 calls.
TEST(Lifecycle, AnswersEveryTripleAsDecided) {
  using S = TaskState;
  using E = TaskEvent;
  const std::map<std::pair<S, E>, std::pair<S, Actor>> decided{
      {{S::awaiting_escrow, E::fund}, {S::pending, Actor::coordinator}},
      {{S::awaiting_escrow, E::cancel}, {S::cancelled, Actor::requester}},
      {{S::pending, E::assign}, {S::assigned, Actor::worker}},
      {{S::pending, E::cancel}, {S::cancelled, Actor::requester}},
      {{S::assigned, E::submit}, {S::validating, Actor::worker}},
      {{S::assigned, E::give_back}, {S::pending, Actor::worker}},
      {{S::assigned, E::fail_attempt}, {S::pending, Actor::worker}},
      {{S::assigned, E::expire}, {S::pending, Actor::coordinator}},
      {{S::assigned, E::exhaust}, {S::dead_letter, Actor::coordinator}},
      {{S::validating, E::accept}, {S::validated, Actor::coordinator}},
      {{S::validating, E::fail}, {S::failed, Actor::coordinator}},
      {{S::validating, E::reject}, {S::pending, Actor::coordinator}},
      {{S::validating, E::exhaust}, {S::dead_letter, Actor::coordinator}},
      {{S::validated, E::settle}, {S::completed, Actor::coordinator}},
      {{S::validated, E::dispute}, {S::disputed, Actor::requester}},
      {{S::disputed, E::uphold}, {S::validated, Actor::operator_}},
      {{S::disputed, E::overturn}, {S::pending, Actor::operator_}},
      {{S::dead_letter, E::redrive}, {S::pending, Actor::operator_}},
      {{S::dead_letter, E::cancel}, {S::cancelled, Actor::requester}},
  };
  EXPECT_EQ(transitions().size(), decided.size());
  for (int s = 0; s < kTaskStateCount; ++s)
    for (int e = 0; e < kTaskEventCount; ++e)
      for (int a = 0; a < 4; ++a) {
        const auto from = static_cast<S>(s);
        const auto event = static_cast<E>(e);
        const auto by = static_cast<Actor>(a);
        SCOPED_TRACE(std::string(to_string(from)) + " " + std::string(to_string(event)) + " " + std::string(to_string(by)));
        const auto next = next_state(from, event, by);
        const auto found = decided.find({from, event});
        if (found == decided.end()) {
          ASSERT_FALSE(next);
          EXPECT_EQ(next.error().code, ErrorCode::failed_precondition);
          EXPECT_EQ(next.error().reason, "state");
        } else if (found->second.second != by) {
          ASSERT_FALSE(next);
          EXPECT_EQ(next.error().code, ErrorCode::permission_denied);
          EXPECT_EQ(next.error().reason, "actor");
        } else {
          ASSERT_TRUE(next);
          EXPECT_EQ(*next, found->second.first);
        }
      }
}

// Goal:   names are distinct, read back, and a number that is none has a name too.
// Method: all enumerators, and one beyond.
TEST(Lifecycle, NamesAreDistinctAndReadBack) {
  std::set<std::string_view> names;
  for (int i = 0; i < kTaskStateCount; ++i) {
    const auto state = static_cast<TaskState>(i);
    names.insert(to_string(state));
    EXPECT_EQ(parse_task_state(to_string(state)), state);
  }
  for (int i = 0; i < kTaskEventCount; ++i) names.insert(to_string(static_cast<TaskEvent>(i)));
  for (int i = 0; i < 4; ++i) names.insert(to_string(static_cast<Actor>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kTaskStateCount + kTaskEventCount + 4));
  EXPECT_EQ(to_string(TaskState::awaiting_escrow), "awaiting_escrow");
  EXPECT_EQ(to_string(TaskState::disputed), "disputed");
  EXPECT_EQ(to_string(TaskEvent::redrive), "redrive");
  EXPECT_EQ(to_string(Actor::operator_), "operator");
  EXPECT_EQ(to_string(static_cast<TaskState>(kTaskStateCount)), "unknown");
  EXPECT_EQ(to_string(static_cast<TaskEvent>(-1)), "unknown");
  EXPECT_FALSE(parse_task_state("unknown"));
  EXPECT_FALSE(parse_task_state(""));
}

// Goal:   a task has a lease exactly in the states where somebody works on it, waits to be paid, or was paid.
// Method: one task in each state, made by the changes themselves.
TEST(Lifecycle, LeaseGoesWithTheState) {
  for (int i = 0; i < kTaskStateCount; ++i) {
    const Task task = task_in(static_cast<TaskState>(i));
    ASSERT_EQ(task.state, static_cast<TaskState>(i));
    EXPECT_EQ(task.lease.has_value(), holds_lease(task.state)) << to_string(task.state);
    EXPECT_EQ(task.completed_at.has_value(), is_terminal(task.state) || task.state == TaskState::dead_letter)
        << to_string(task.state);
  }
}

// Goal:   docs/lifecycle.md says what the table says.
// Method: byte by byte; with GSTD_UPDATE_DOCS=1 the file is written anew first.
TEST(Lifecycle, CommittedPageIsTheGeneratedOne) {
  const std::string path = std::string(GSTD_SOURCE_DIR) + "/docs/lifecycle.md";
  const char* update = std::getenv("GSTD_UPDATE_DOCS");
  if (update && std::string_view(update) == "1") std::ofstream(path, std::ios::binary) << lifecycle_markdown();
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing; run this test with GSTD_UPDATE_DOCS=1";
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), lifecycle_markdown())
      << "docs/lifecycle.md is not what the table says; run this test with GSTD_UPDATE_DOCS=1";
}

}  // namespace
}  // namespace gstd::test
