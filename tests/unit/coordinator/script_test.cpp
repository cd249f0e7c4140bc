#include "coordinator/script.hpp"

#include <gstd/wasm.hpp>

#include <algorithm>

#include "support/lab.hpp"
#include "support/stores.hpp"

namespace gstd::test {
namespace {

constexpr std::string_view kScript = "input + 1;";

protocol::CreateTask script_order(std::string_view input = "1") {
  protocol::CreateTask order;
  order.type = protocol::kScriptTaskType;
  order.budget = gstd(1);
  order.script = kScript;
  order.input = Bytes(input.begin(), input.end());
  return order;
}

Digest engine_digest() { return sha256(wasm::javascript_engine()); }
Bytes framed(std::string_view json) { return must(wasm::javascript_input(kScript, json)); }

bool has_engine() { return !wasm::javascript_engine().empty(); }
constexpr std::string_view kWithoutEngine = "built without a JavaScript engine";

// Goal:   a script becomes an ordinary task of the engine, and a request without one stays as it is.
// Method: input as bytes, as payload, and none; an engine named and not; a request that has a module.
TEST(Script, BecomesAnOrdinaryTask) {
  if (!has_engine()) GTEST_SKIP() << kWithoutEngine;
  const Digest own = engine_digest();
  const auto expand = [&](protocol::CreateTask order) {
    must(coordinator::expand_script(order));
    EXPECT_FALSE(order.script);
    EXPECT_TRUE(order.payload.empty());
    return order;
  };
  EXPECT_EQ(expand(script_order("[1, 2]")).input, framed("[1, 2]"));
  EXPECT_EQ(expand(script_order("")).input, framed(""));
  auto order = script_order("");
  order.payload = R"({"a" : 1})";
  EXPECT_EQ(expand(order).input, framed(R"({"a" : 1})"));
  EXPECT_EQ(expand(order).module_sha256, own);
  const Digest other = sha256(as_bytes("another engine"));
  order.module_sha256 = other;
  EXPECT_EQ(expand(order).module_sha256, other);

  auto plain = script_order("not JSON");
  plain.script.reset();
  const std::string before = protocol::write(plain);
  must(coordinator::expand_script(plain));
  EXPECT_EQ(protocol::write(plain), before);
}

// Goal:   what cannot be a script's task is refused, by a word of its own, and costs nothing.
// Method: another type, another convention, inputs that are no JSON; over HTTP, with the balance looked at.
TEST(Script, RefusesWhatIsNone) {
  if (!has_engine()) GTEST_SKIP() << kWithoutEngine;
  Lab lab;
  const Party requester = lab.requester();
  const auto refused_with = [&](auto change) {
    auto order = script_order();
    change(order);
    return refused(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order), ErrorCode::invalid_argument, "script");
  };
  EXPECT_TRUE(refused_with([](auto& order) { order.type = "wasm_binary"; }));
  EXPECT_TRUE(refused_with([](auto& order) { order.convention = GuestConvention::reactor; }));
  for (const std::string_view input : {"{", "1 2", "x", "\xff"})
    EXPECT_TRUE(refused_with([&](auto& order) { order.input = Bytes(input.begin(), input.end()); })) << input;
  auto order = script_order();
  order.script.reset();
  EXPECT_TRUE(refused(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order), ErrorCode::invalid_argument, "field"));
  order = script_order();
  order.module_sha256 = sha256(as_bytes("another engine"));
  EXPECT_TRUE(refused(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order), ErrorCode::not_found, "module_unknown"));
  EXPECT_EQ(lab.balance(requester), gstd(10));
}

class ScriptTask : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!has_engine()) GTEST_SKIP() << kWithoutEngine;
  }
  TempDir folder = TempDir::without_disk();
  Lab lab{LabOptions{open_store(GetParam(), folder), 0, {}, 1}};
};

INSTANTIATE_TEST_SUITE_P(Stores, ScriptTask, testing::Values("memory", "sqlite"), [](const auto& param) { return param.param; });

// Goal:   a requester that has nothing but HTTP gets a script done: the reply says what will be run, and a worker finds all of it.
// Method: the first script that the coordinator ever sees, then a second one that names the engine; claim, module and result are
//         those of any other task.
TEST_P(ScriptTask, IsDoneLikeAnyOther) {
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  for (const bool names_engine : {false, true}) {
    SCOPED_TRACE(names_engine);
    auto order = script_order("41");
    if (names_engine) order.module_sha256 = engine_digest();
    const auto created = must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order));
    EXPECT_EQ(created.status, TaskState::pending);
    EXPECT_EQ(created.module_sha256, engine_digest());
    EXPECT_EQ(created.input_sha256, sha256(framed("41")));
    const auto claim = must(lab.take(worker, created.task_id));
    EXPECT_EQ(claim.task_type, protocol::kScriptTaskType);
    EXPECT_EQ(claim.convention, GuestConvention::wasi);
    EXPECT_EQ(claim.module_sha256, engine_digest());
    EXPECT_EQ(claim.input, framed("41"));
    const net::Response engine = lab.send({"GET", "/wasm/" + claim.module_sha256.hex(), {}, nullptr, {}, {}, {}});
    EXPECT_EQ(engine.status, 200);
    EXPECT_EQ(sha256(as_bytes(engine.body)), engine_digest());
    must(lab.complete(worker, Lab::completion_of(worker, claim, "42")));
    EXPECT_EQ(as_text(must(lab.result(requester, created.task_id)).output), "42");
  }
  const auto metadata =
      must(lab.call<protocol::ModuleMetadata>({"GET", "/wasm/" + engine_digest().hex() + "/metadata", {}, nullptr, {}, {}, {}}));
  EXPECT_EQ(metadata.size_bytes, wasm::javascript_engine().size());
  EXPECT_NE(std::ranges::find(metadata.exports, "_start"), metadata.exports.end());
  must(lab.coordinator->check_ledger());
}

// Goal:   a repeated create is the same task for scripts, too.
// Method: the same body under the same key, and another script under it.
TEST_P(ScriptTask, IsCreatedOncePerIdempotencyKey) {
  const Party requester = lab.requester();
  const auto create = [&](std::string_view input) {
    return lab.send(
        {"POST", "/tasks/create", protocol::write(script_order(input)), &requester, {{"Idempotency-Key", "key"}}, {}, {}});
  };
  const auto first = create("1");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(create("1").body, first.body);
  EXPECT_EQ(Lab::error_of(create("2")).reason, "idempotency_mismatch");
  EXPECT_EQ(lab.balance(requester), gstd(9));
}

}  // namespace
}  // namespace gstd::test
