#include "coordinator/inspection.hpp"

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

Result<protocol::ModuleMetadata> upload_as_json(Lab& lab, const Party& by, const std::string& body,
                                                const std::string& type = "application/json") {
  return lab.call<protocol::ModuleMetadata>({"POST", "/wasm/upload", body, &by, {{"Content-Type", type}}, {}, {}});
}

// Goal:   a module comes in as its bytes or as JSON, and is the same module.
// Method: both forms; the type with a parameter and in capitals; JSON that lacks the module, holds something else, or comes as a
//         module.
TEST(ModuleUpload, TakesBytesOrJson) {
  Lab lab;
  const Party party = lab.worker();
  const std::string json = protocol::write(protocol::UploadModule{"my module", empty_program()});
  const auto as_json = must(upload_as_json(lab, party, json));
  EXPECT_EQ(as_json.sha256, sha256(empty_program()));
  EXPECT_EQ(lab.upload(party), as_json.sha256);
  EXPECT_EQ(must(upload_as_json(lab, party, json, "Application/JSON; charset=utf-8")).sha256, as_json.sha256);
  EXPECT_TRUE(refused(upload_as_json(lab, party, R"({"name":"x"})"), ErrorCode::invalid_argument, "field"));
  EXPECT_TRUE(refused(upload_as_json(lab, party, R"({"wasm_base64":"AAAA"})"), ErrorCode::invalid_argument, "module_invalid"));
  EXPECT_TRUE(refused(upload_as_json(lab, party, json, "application/wasm"), ErrorCode::invalid_argument, "module_invalid"));
}

// A module that the profile refuses, and where: it imports what no host gives.
struct Refused {
  // Source: WebAssembly core specification, sections 5.5.4 and 5.5.5; type section, then an import of "a" "b".
  Bytes module{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60,
               0x00, 0x00, 0x02, 0x07, 0x01, 0x01, 'a',  0x01, 'b',  0x00, 0x00};
  static constexpr std::uint64_t kImportSection = 14;
};

// Goal:   metadata tells whether the module will run, and if not, what is refused first and at which byte.
// Method: a program of the wasi convention; a module with a foreign import.
TEST(ModuleMetadata, HasTheVerdict) {
  Lab lab;
  const Party party = lab.worker();
  const auto good = must(lab.call<protocol::ModuleMetadata>({"GET", "/wasm/" + lab.upload(party).hex() + "/metadata"}));
  EXPECT_TRUE(good.deterministic) << good.refusal.value_or("");
  EXPECT_EQ(good.convention, GuestConvention::wasi);
  EXPECT_FALSE(good.refusal);
  EXPECT_FALSE(good.refusal_byte_offset);
  EXPECT_EQ(good.memory_pages, 1u);

  const Refused refused_module;
  const Digest digest = lab.upload(party, refused_module.module);
  const auto bad = must(lab.call<protocol::ModuleMetadata>({"GET", "/wasm/" + digest.hex() + "/metadata"}));
  EXPECT_FALSE(bad.deterministic);
  EXPECT_EQ(bad.imports, std::vector<std::string>{"a.b"});
  ASSERT_TRUE(bad.refusal);
  EXPECT_NE(bad.refusal->find("a"), std::string::npos);
  ASSERT_TRUE(bad.refusal_byte_offset);
  EXPECT_GT(*bad.refusal_byte_offset, Refused::kImportSection);
  EXPECT_LT(*bad.refusal_byte_offset, refused_module.module.size());
}

class ModuleExecution : public ::testing::Test {
 protected:
  Lab lab_;
  Party requester_ = lab_.requester();

  static protocol::ExecuteModule request() {
    protocol::ExecuteModule request;
    request.input = R"({"x": 1})";
    request.reward_gstd = Amount{950'000'000};
    return request;
  }
  std::string path() const { return "/wasm/" + lab_.module.hex() + "/execute"; }
  Result<protocol::Execution> execute(const protocol::ExecuteModule& request) {
    return lab_.post<protocol::Execution>(requester_, path(), request);
  }
};

// Goal:   execute makes the task that tasks/create would have made: input, limits, budget; and a worker gets it.
// Method: every field of the request, then what the task says, what it cost, and what a claim delivers.
TEST_F(ModuleExecution, CreatesATask) {
  auto asked = request();
  asked.function = "_start";
  asked.fuel = 1'000;
  asked.memory_limit_mb = 3;
  asked.timeout_ms = 1'500;
  asked.priority = 2;
  const auto made = must(execute(asked));
  EXPECT_EQ(made.status, "queued");
  EXPECT_EQ(made.reward_gstd, asked.reward_gstd);
  EXPECT_EQ(made.amount, gstd(1)) << "the reward and a fee of 5 % of the whole";
  EXPECT_EQ(made.convention, GuestConvention::wasi);
  EXPECT_EQ(made.module_sha256, lab_.module);
  EXPECT_EQ(made.input_sha256, sha256(as_bytes(asked.input)));
  EXPECT_EQ(lab_.balance(requester_), gstd(9));

  const auto task = must(lab_.task(requester_, made.task_id));
  EXPECT_EQ(task.status, TaskState::pending);
  EXPECT_EQ(task.task_type, "wasm_binary");
  EXPECT_EQ(task.limits.fuel, 1'000u);
  EXPECT_EQ(task.limits.memory_bytes_max, 3u << 20);
  EXPECT_EQ(task.limits.wall_time, std::chrono::milliseconds{1'500});
  EXPECT_EQ(task.limits.output_bytes_max, RunLimits{}.output_bytes_max);
  EXPECT_EQ(task.priority, 2);
  const Party worker = lab_.worker();
  EXPECT_EQ(as_text(must(lab_.take(worker, made.task_id)).input), asked.input);
}

// Goal:   what cannot be done as asked costs nothing.
// Method: a function that nobody calls, one of another convention than is named, a convention that the module is not made for, two
//         workers, no reward, too much time; an unknown module and one that no worker would run.
TEST_F(ModuleExecution, RefusesWhatCannotBe) {
  using Change = void (*)(protocol::ExecuteModule&);
  const std::tuple<Change, std::string> rows[] = {
      {[](auto& r) { r.function = "compute"; }, "function"},
      {[](auto& r) { r.function = "main", r.convention = GuestConvention::wasi; }, "function"},
      {[](auto& r) { r.function = "main"; }, "convention_mismatch"},
      {[](auto& r) { r.convention = GuestConvention::reactor; }, "convention_mismatch"},
      {[](auto& r) { r.redundancy = 2; }, "field"},
      {[](auto& r) { r.reward_gstd = Amount{0}; }, "field"},
      {[](auto& r) { r.timeout_ms = kWallTimeMax.count() + 1; }, "field"},
      {[](auto& r) { r.memory_limit_mb = 4'097; }, "field"},
  };
  for (const auto& [change, reason] : rows) {
    auto asked = request();
    change(asked);
    EXPECT_TRUE(refused(execute(asked), ErrorCode::invalid_argument, reason)) << protocol::write(asked);
  }
  lab_.module = sha256(as_bytes("nothing"));
  EXPECT_TRUE(refused(execute(request()), ErrorCode::not_found, "module_unknown"));
  lab_.module = lab_.upload(requester_, Refused{}.module);
  EXPECT_TRUE(refused(execute(request()), ErrorCode::failed_precondition, "module_refused"));
  EXPECT_EQ(lab_.balance(requester_), gstd(10));
}

// Goal:   a repeated request makes one task; the same key for another module is another request.
// Method: the same Idempotency-Key three times.
TEST_F(ModuleExecution, IsIdempotentByKey) {
  const auto send = [&] {
    return lab_.call<protocol::Execution>(
        {"POST", path(), protocol::write(request()), &requester_, {{"Idempotency-Key", "once"}}, {}, {}});
  };
  const auto first = must(send());
  EXPECT_EQ(must(send()).task_id, first.task_id);
  EXPECT_EQ(lab_.balance(requester_), gstd(9));
  Bytes other = empty_program();
  other.insert(other.end(), {0x00, 0x02, 0x01, 'x'});  // a custom section named "x": another digest
  lab_.module = lab_.upload(requester_, other);
  EXPECT_TRUE(refused(send(), ErrorCode::failed_precondition, "idempotency_mismatch"));
}

// Goal:   what the balance does not cover waits, and says so.
TEST_F(ModuleExecution, WaitsForMoney) {
  auto asked = request();
  asked.reward_gstd = gstd(19);
  const auto made = must(execute(asked));
  EXPECT_EQ(made.status, "awaiting_escrow");
  EXPECT_EQ(made.amount, gstd(20));
}

}  // namespace
}  // namespace gstd::test
