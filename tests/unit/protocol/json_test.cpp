// Single facts about the JSON: exact numbers, odd texts, and what no parser should take.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <gstd/protocol.hpp>
#include <limits>

#include "protocol/json_text.hpp"
#include "protocol/reader.hpp"
#include "samples.hpp"

namespace gstd::protocol {
namespace {

std::string with_budget(std::string_view budget) {
  return R"({"type":"wasm_binary","budget":)" + std::string(budget) + R"(,"module_sha256":")" + std::string(64, 'a') + "\"}";
}

std::string with_payload(std::string_view payload) {
  return R"({"type":"t","budget":1,"payload":)" + std::string(payload) + R"( ,"module_sha256":")" + std::string(64, 'a') + "\"}";
}

template <class M>
void expect_refused(std::string_view json, std::string_view reason, std::string_view sentence = {}) {
  const auto message = read<M>(json);
  ASSERT_FALSE(message) << "accepted " << json.substr(0, 200);
  EXPECT_EQ(message.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(message.error().reason, reason) << message.error().message << "\n" << json.substr(0, 200);
  EXPECT_NE(message.error().message.find(sentence), std::string::npos) << message.error().message;
}

// Goal:   money keeps every digit on the wire.
// Method: amounts that a double cannot hold, through text and back.
TEST(Json, KeepsAmountsExactly) {
  for (const auto* text :
       {"0.000000001", "0.1", "0.100000001", "1234567.123456789", "9999999.999999999", "10000000", "9007199.254740993"}) {
    const auto task = read<CreateTask>(with_budget(text));
    ASSERT_TRUE(task) << text << ": " << task.error().message;
    EXPECT_EQ(format_amount(task->budget), text);
    EXPECT_NE(write(*task).find("\"budget\":" + std::string(text) + ","), std::string::npos) << write(*task);
  }
  EXPECT_EQ(read<CreateTask>(with_budget("1e-9"))->budget.nano, 1);
  EXPECT_EQ(read<CreateTask>(with_budget("1.50E2"))->budget.nano, 150 * kNanoPerGstd);
  EXPECT_EQ(read<CreateTask>(with_budget(" 2 \n"))->budget.nano, 2 * kNanoPerGstd);
}

// Goal:   what is not an amount is refused, in the field's name where it is JSON.
// Method: too fine, too large, negative, zero, huge, and the words that JSON does not have.
TEST(Json, RefusesOtherAmounts) {
  for (const auto* text : {"0.0000000001", "10000000.000000001", "-1", "-0", "0", "0.0", "1e10", "1e400", "1e-400", "1e99999999999",
                           "\"1\"", "true", "[]", "123456789012345678901234567890"})
    expect_refused<CreateTask>(with_budget(text), "field", "field budget must");
  for (const auto* text :
       {"NaN", "nan", "Infinity", "inf", "-inf", "+1", ".5", "1.", "01", "1e", "0x10", "1_000", "1 2", "-", "1a", "tru", "nulL"})
    expect_refused<CreateTask>(with_budget(text), "json");
}

// Goal:   integers are exact to the ends of their types.
// Method: numbers beyond what a double counts one by one.
TEST(Json, KeepsIntegersExactly) {
  auto text = write(QueueStats{18446744073709551615ull, 9007199254740993ull, 0, 0, 0, 0, 0, 0});
  auto stats = read<QueueStats>(text);
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->pending, 18446744073709551615ull);
  EXPECT_EQ(stats->assigned, 9007199254740993ull);
  const std::string tail = R"(,"assigned":0,"completed":0,"workers":0})";
  for (const auto* number : {"18446744073709551616", "-1", "1.0", "1e2", "\"1\"", "100000000000000000000000000000000000000000"})
    expect_refused<QueueStats>(R"({"pending":)" + std::string(number) + tail, "field", "field pending must be an integer");
}

// Goal:   JSON has no words for infinities and NaN, so none is written.
// Method: each in the one field that is a double.
TEST(Json, WritesNoNumberThatIsNone) {
  ClientStats stats;
  for (const double value : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    stats.avg_completion_time_min = value;
    const auto back = read<ClientStats>(write(stats));
    ASSERT_TRUE(back) << write(stats);
    EXPECT_EQ(back->avg_completion_time_min, 0);
  }
  for (const double value : {0.1, 1e-300, 1.7976931348623157e308, 5e-324, 12345.678}) {
    stats.avg_completion_time_min = value;
    EXPECT_EQ(read<ClientStats>(write(stats))->avg_completion_time_min, value);
  }
}

// Goal:   a payload is the requester's text, byte for byte.
// Method: white space, escapes and numbers that any re-serialisation would change.
TEST(Json, KeepsPayloadsByteForByte) {
  for (const auto* payload : {"{}", "{ \"b\" : 1.0,\n\t\"a\":[1e0, \"\\u0041\", {\"b\":{}, \"b\":2}] }",
                              "{\"n\":123456789012345678901234567890}", "{\"\\ud834\\udd1e\":null}"}) {
    const auto task = read<CreateTask>(with_payload(payload));
    ASSERT_TRUE(task) << task.error().message;
    EXPECT_EQ(task->payload, payload);
    EXPECT_EQ(read<CreateTask>(write(*task))->payload, payload);
  }
  for (const auto* payload : {"[]", "\"{}\"", "1"})
    expect_refused<CreateTask>(with_payload(payload), "field", "field payload must be an object");
  for (const auto* payload :
       {"{\"a\":[}", "{\"a\"}", "{\"a\":01}", "{\"a\":nope}", "{\"a\":1,}", "{a:1}", "{\"a\":\"\\x\"}", "{\"a\":[1 2]}", "{]"})
    expect_refused<CreateTask>(with_payload(payload), "json");
}

// Goal:   a task has one input.
// Method: both forms at once.
TEST(Json, RefusesTwoInputs) {
  auto json = with_payload("{}");
  json.pop_back();
  expect_refused<CreateTask>(json + R"(,"input_base64":""})", "field", "input_base64 must not stand beside payload");
}

// Goal:   what a request leaves out has the default that the header names.
// Method: the shortest task, and one with one limit.
TEST(Json, FillsInDefaults) {
  const auto task = read<CreateTask>(with_budget("1"));
  ASSERT_TRUE(task);
  EXPECT_EQ(task->operation, "run");
  EXPECT_EQ(task->priority, kPriorityNormal);
  EXPECT_EQ(task->limits, RunLimits{});
  EXPECT_EQ(task->convention, GuestConvention::wasi);
  EXPECT_FALSE(task->script);
  EXPECT_TRUE(task->payload.empty() && task->input.empty());
  auto json = with_budget("1");
  json.pop_back();
  RunLimits limits;
  limits.fuel = kFuelMax;
  EXPECT_EQ(read<CreateTask>(json + R"(,"limits":{"fuel":1000000000000}})")->limits, limits);
  expect_refused<CreateTask>(json + R"(,"limits":{"fuel":1000000000001}})", "field", "field limits.fuel must");
  expect_refused<CreateTask>(json + R"(,"limits":{"wall_ms":60001}})", "field", "field limits.wall_ms must");
}

// Goal:   a convention is one of three words, exactly; what a coordinator that knows none sends is a WASI task.
// Method: each word, others, and a claim without the field.
TEST(Json, TakesConventionsByName) {
  auto json = with_budget("1");
  json.pop_back();
  for (const auto convention : {GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor}) {
    const auto task = read<CreateTask>(json + R"(,"convention":")" + std::string(to_string(convention)) + "\"}");
    ASSERT_TRUE(task);
    EXPECT_EQ(task->convention, convention);
    EXPECT_EQ(read<CreateTask>(write(*task))->convention, convention);
  }
  for (const std::string_view word : {R"("env")", R"("WASI")", R"("")", R"("unknown")", "1", "[]"})
    expect_refused<CreateTask>(json + R"(,"convention":)" + std::string(word) + "}", "field", "field convention must be");
  auto claim = write(samples::sample<Claim>(1));
  const auto at = claim.find(R"(,"convention":)");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(read<Claim>(claim.substr(0, at) + "}")->convention, GuestConvention::wasi);
}

// Goal:   what is to be a JSON value is one, exactly one, of any kind, and no bracket of its own makes two pass for one.
// Method: values of each kind, deep ones up to the bound; texts that are none, several, cut off, or that close what stands around
//         them.
TEST(Json, ChecksSingleValues) {
  for (const std::string_view text :
       {"null", " true ", "1.5e3", R"("a\u00e9")", "[]", "[1,[2],{}]", R"({"a":{"b":[null]}})", "\n0\n"})
    EXPECT_TRUE(check_json(text)) << text;
  for (const std::string_view text : {"",    " ",     "nul",          "nullnull",       "1 2",      "1,2", "1,",       "[",   "]",
                                      "1]",  "1],[2", R"(1],"b":[2)", R"(1]},{"b":[2)", "1]}",      "{]}", R"("open)", "'a'", "01",
                                      "NaN", "\xff",  "\"\xff\"",     "//x\n1",         R"({"a"})", "[1,]"}) {
    const auto checked = check_json(text);
    ASSERT_FALSE(checked) << text;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument) << text;
    EXPECT_EQ(checked.error().reason, "json") << text;
  }
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(check_json(nested(kJsonDepthMax)));
  EXPECT_FALSE(check_json(nested(kJsonDepthMax + 1)));
}

// Goal:   a script has a length, and a module may be left out.
// Method: scripts of no, one, the most, and one more byte; a task without a module.
TEST(Json, BoundsScripts) {
  CreateTask task;
  task.type = kScriptTaskType;
  task.budget = Amount{1};
  for (const std::size_t length : {std::size_t{1}, kScriptBytesMax}) {
    task.script = std::string(length, '"');
    const auto back = read<CreateTask>(write(task));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->script, task.script);
    EXPECT_FALSE(back->module_sha256);
  }
  for (const std::size_t length : {std::size_t{0}, kScriptBytesMax + 1}) {
    task.script = std::string(length, 'x');
    expect_refused<CreateTask>(write(task), "field", "field script must be");
  }
}

// Goal:   a fault deep in a list is found by its path.
// Method: the second of two events has a bad state.
TEST(Json, NamesPathsThroughLists) {
  EventPage page;
  page.events.resize(2);
  page.events[0].task_id = page.events[1].task_id = *TaskId::parse("t");
  auto json = write(page);
  const auto at = json.rfind("\"pending\"");
  json.replace(at, 9, "\"undead\"");
  expect_refused<EventPage>(json, "field", "field events[1].status must be one of awaiting_escrow, pending,");
}

// Goal:   lists are bounded.
// Method: one item more than the bound.
TEST(Json, BoundsLists) {
  EscrowPage page;
  page.escrows.resize(1'001);
  for (auto& escrow : page.escrows) {
    escrow.task_id = *TaskId::parse("t");
    escrow.creator_wallet = *WalletId::parse("w");
    escrow.status = "locked";
  }
  expect_refused<EscrowPage>(write(page), "field", "field escrows must be a list of at most 1000 items");
  page.escrows.pop_back();
  EXPECT_TRUE(read<EscrowPage>(write(page)));
}

// Goal:   a key counts once.
// Method: known, unknown and escaped spellings of the same key.
TEST(Json, RefusesDuplicateKeys) {
  expect_refused<Message>(R"({"message":"a","message":"b"})", "json", "message twice");
  expect_refused<Message>(R"({"x":1,"message":"a","x":2})", "json", "x twice");
  expect_refused<Message>(R"({"message":"a","mess\u0061ge":"b"})", "json", "message twice");
  EXPECT_EQ(read<Message>(R"({"mess\u0061ge":"b"})")->message, "b");
}

// Goal:   names are exact and what is unknown is ignored, whatever JSON it is.
// Method: near misses beside the right name.
TEST(Json, IgnoresUnknownFields) {
  const auto message = read<Message>(
      R"({"Message":1,"message ":[{"a":[null,true,false,-1.5e+3,"\n"]}],"":{},"big":1e999,"message":"m","messages":123456789012345678901})");
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->message, "m");
  expect_refused<Message>(R"({"Message":"m"})", "field", "field message is missing");
}

// Goal:   what is not JSON is refused wherever it stands.
// Method: faults inside unknown fields and around the document.
TEST(Json, RefusesWhatIsNotJson) {
  for (const auto* json : {"",
                           " ",
                           "{",
                           "}",
                           "[]",
                           "null",
                           "1",
                           "\"x\"",
                           "{\"message\":\"m\"}{}",
                           R"({"message":"m"} x)",
                           R"({"message":"m"},{"a":"b"})",
                           R"({"message":"m",})",
                           R"({"message":"m" "a":1})",
                           R"({"message" "m"})",
                           R"({"message":"m","a":tru})",
                           R"({"message":"m","a":01})",
                           R"({"message":"m","a":[1,]})",
                           R"({"message":"m","a":[1 2]})",
                           R"({"message":"m","a":{"b"}})",
                           R"({"message":"m","a":{1:2}})",
                           R"({"message":"m","a":"\q"})",
                           R"({"message":"m","a":"\ud800"})",
                           R"({"message":"m","a":[})",
                           R"({"message":"m","a":{]})",
                           "{\"message\":\"a\nb\"}",
                           "{'message':'m'}",
                           "{\"message\":\"m\"}]",
                           "\xef\xbb\xbf{",
                           "{\"a\":\"\x01\"}",
                           "{\"message\":\"m\" /*c*/}"})
    expect_refused<Message>(json, "json");
  for (const auto* bytes : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    expect_refused<Message>("{\"message\":\"" + std::string(bytes) + "\"}", "json", "UTF-8");
    expect_refused<Message>("{\"message\":\"m\",\"a\":\"" + std::string(bytes) + "\"}", "json", "UTF-8");
  }
}

// Goal:   depth is bounded, so no text can exhaust the stack.
// Method: nesting at the bound, one beyond, and far beyond, in unknown fields and in a payload.
TEST(Json, BoundsDepth) {
  const auto nested = [](std::size_t depth, std::string_view open, std::string_view close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "1";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  const auto message = [](const std::string& value) { return R"({"message":"m","a":)" + value + "}"; };
  EXPECT_TRUE(read<Message>(message(nested(kJsonDepthMax - 1, "[", "]"))));
  expect_refused<Message>(message(nested(kJsonDepthMax, "[", "]")), "json", "nested too deeply");
  EXPECT_TRUE(read<Message>(message(nested(kJsonDepthMax - 1, "{\"a\":", "}"))));
  expect_refused<Message>(message(nested(kJsonDepthMax, "{\"a\":", "}")), "json", "nested too deeply");
  expect_refused<Message>(message(nested(1'000'000, "[", "]")), "json", "nested too deeply");
  expect_refused<Message>(std::string(1'000'000, '['), "json");
  EXPECT_TRUE(read<CreateTask>(with_payload(nested(kJsonDepthMax - 1, "{\"a\":", "}"))));
  expect_refused<CreateTask>(with_payload(nested(kJsonDepthMax, "{\"a\":", "}")), "json", "nested too deeply");
}

// Goal:   length and number of fields are bounded.
// Method: one beyond each.
TEST(Json, BoundsSize) {
  std::string json = R"({"message":"m")";
  for (std::size_t i = 1; i < kJsonFieldsMax; ++i) json += ",\"" + std::to_string(i) + "\":0";
  EXPECT_TRUE(read<Message>(json + "}"));
  expect_refused<Message>(json + ",\"more\":0}", "json", "more than 128 fields");
  expect_refused<Message>(R"({"message":"m"})" + std::string(kBodyBytesMax, ' '), "json", "longer than");
}

// Goal:   the largest input that is promised fits.
// Method: one of kSealedInputBytesMax bytes, as the longest input of an encrypted task has, there and back, and one byte more.
TEST(Json, TakesTheLargestInput) {
  CreateTask task;
  task.type = "t";
  task.budget = Amount{1};
  task.input.assign(kSealedInputBytesMax, 0xa5);
  const auto back = read<CreateTask>(write(task));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->input, task.input);
  task.input.push_back(0);
  expect_refused<CreateTask>(write(task), "field", "field input_base64 must be base64");
}

// Goal:   what is written is UTF-8 and JSON, also where a text came from a stranger.
// Method: broken sequences, controls and quotes, read by another parser.
TEST(Json, WritesOnlyUtf8) {
  const auto as_json = [](std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  };
  EXPECT_EQ(boost::json::parse(as_json("a\"\\\n\x01\x7f/é☃𝄞")).as_string(), "a\"\\\n\x01\x7f/é☃𝄞");
  const std::string_view mark = "\xef\xbf\xbd";
  for (const std::string_view broken : {"\xff", "\x80", "\xc1", "\xe2", "\xf0", "\xf5"})
    EXPECT_EQ(boost::json::parse(as_json("a" + std::string(broken) + "b")).as_string(), "a" + std::string(mark) + "b");
  EXPECT_EQ(boost::json::parse(as_json("\xed\xa0\x80")).as_string(), std::string(mark) + std::string(mark) + std::string(mark));
  EXPECT_EQ(boost::json::parse(as_json(std::string_view("\0", 1))).as_string(), std::string_view("\0", 1));
}

// Goal:   a task reads for the platform's clients as its own do.
// Method: the fields that they expect always, with null where they expect null.
TEST(Json, WritesThePlatformsTaskObject) {
  TaskView view;
  view.task_id = *TaskId::parse("t");
  view.requester_address = *WalletId::parse("w");
  view.created_at = Timestamp{std::chrono::milliseconds{1'768'757'000'123}};
  const auto task = boost::json::parse(write(view));
  // docs/protocol.md, "Task object".
  for (const auto* name : {"task_id",
                           "requester_address",
                           "task_type",
                           "operation",
                           "model",
                           "input_source",
                           "input_hash",
                           "time_limit_sec",
                           "max_energy_mwh",
                           "labor_compensation_gstd",
                           "validation_method",
                           "priority_score",
                           "status",
                           "escrow_status",
                           "created_at",
                           "assigned_at",
                           "completed_at",
                           "timeout_at",
                           "result_submitted_at",
                           "escrow_address",
                           "escrow_amount_gstd",
                           "assigned_device",
                           "result_data",
                           "result_nonce",
                           "result_proof",
                           "execution_time_ms",
                           "platform_fee_gstd",
                           "executor_reward_gstd",
                           "min_trust_score",
                           "geo_restriction",
                           "is_private",
                           "is_spot_check",
                           "redundancy_factor",
                           "confidence_depth"})
    EXPECT_TRUE(task.as_object().contains(name)) << name;
  for (const auto* name : {"assigned_at", "completed_at", "timeout_at", "assigned_device", "execution_time_ms", "result_data"})
    EXPECT_TRUE(task.at(name).is_null()) << name;
  EXPECT_FALSE(task.as_object().contains("outcome"));
  EXPECT_EQ(task.at("created_at").as_string(), "2026-01-18T17:23:20.123Z");
}

// Goal:   the platform's own answers read too.
// Method: its example of health, and a created task in its words.
TEST(Json, ReadsThePlatformsOwnAnswers) {
  const auto health = read<Health>(
      R"({"status":"healthy","database":{"status":"connected"},"contract":{"address":"EQ...","status":"reachable","balance_ton":0.6688},"boinc":{"status":"active","bridge_enabled":true},"timestamp":1768757000})");
  ASSERT_TRUE(health) << health.error().message;
  EXPECT_EQ(health->database_status, "connected");
  EXPECT_EQ(health->timestamp, Timestamp{std::chrono::seconds{1'768'757'000}});
  expect_refused<Health>(R"({"status":"healthy","database":{},"timestamp":1})", "field", "field database.status is missing");

  const auto created =
      read<TaskCreated>(R"({"task_id":"t","status":"queued","payment_memo":"TASK-t","amount":10.5,"platform_wallet":"EQ"})");
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_EQ(created->status, TaskState::pending);
  EXPECT_EQ(created->amount.nano, 10'500'000'000);
}

// Goal:   a receipt can be looked at.
// Method: another parser reads every field of one.
TEST(Json, WritesReceipts) {
  Receipt receipt;
  receipt.task = *TaskId::parse("t");
  receipt.fuel_used = 999'999'999'999;
  receipt.outcome = OutcomeKind::exited;
  receipt.exit_code = -3;
  receipt.engine = "wasmtime \"x\"";
  receipt.memory_bytes_peak = 1u << 20;
  receipt.ended_at = kReceiptTimeMax;
  const auto view = boost::json::parse(write_receipt(receipt));
  EXPECT_EQ(view.at("task_id").as_string(), "t");
  EXPECT_EQ(view.at("fuel_used").to_number<std::uint64_t>(), receipt.fuel_used);
  EXPECT_EQ(view.at("outcome").as_string(), "exited");
  EXPECT_EQ(view.at("exit_code").to_number<int>(), -3);
  EXPECT_EQ(view.at("module_sha256").as_string(), std::string(64, '0'));
  EXPECT_EQ(view.at("limits").at("fuel").to_number<std::uint64_t>(), receipt.limits.fuel);
  EXPECT_EQ(view.at("engine").as_string(), "wasmtime \"x\"");
  EXPECT_EQ(view.at("outcome_class").as_string(), "result");
  EXPECT_EQ(view.at("version").to_number<int>(), 3);
  EXPECT_EQ(view.at("worker_public_key").as_string(), std::string(64, '0'));
  EXPECT_EQ(view.at("receipt_nonce").as_string(), std::string(64, '0'));
  EXPECT_EQ(view.at("memory_bytes_peak").to_number<std::uint64_t>(), 1u << 20);
  EXPECT_EQ(view.at("started_at").as_string(), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(view.at("ended_at").as_string(), "9999-12-31T23:59:59.999Z");
}

// Goal:   a view says no more than its receipt, and does not call a digest what is none.
// Method: a receipt with keyed commitments, and one of version 2.
TEST(Json, WritesReceiptsOfOtherKinds) {
  Receipt receipt;
  receipt.outcome = OutcomeKind::trapped;
  receipt.commitment = CommitmentKind::keyed;
  const auto keyed = boost::json::parse(write_receipt(receipt)).as_object();
  EXPECT_EQ(keyed.at("commitment").as_string(), "keyed");
  EXPECT_EQ(keyed.at("outcome_class").as_string(), "guest_failure");
  EXPECT_TRUE(keyed.contains("input_commitment") && keyed.contains("output_commitment"));
  EXPECT_FALSE(keyed.contains("input_sha256") || keyed.contains("output_sha256"));
  Receipt earlier;
  earlier.outcome = OutcomeKind::timed_out;
  earlier.version = 2;
  const auto old = boost::json::parse(write_receipt(earlier)).as_object();
  EXPECT_EQ(old.at("outcome_class").as_string(), "not_comparable");
  EXPECT_TRUE(old.contains("input_sha256"));
  for (const char* later : {"commitment", "worker_public_key", "receipt_nonce", "memory_bytes_peak", "started_at", "ended_at"})
    EXPECT_FALSE(old.contains(later)) << later;
}

}  // namespace
}  // namespace gstd::protocol
