// A receipt's way: from a result into a text, and from the text to a verdict.
#include <cstring>
#include <memory>

#include "handles.hpp"
#include "main_job.hpp"

namespace gstd::capi_test {
namespace {

class Verify : public MainJob {
 protected:
  static constexpr const char* kInput = "to be signed";

  void SetUp() override {
    if (!kHasEngine) GTEST_SKIP() << "built without an engine";
    MainJob::SetUp();
    gstd_error* error = nullptr;
    const auto client = options_for(url(), "worker");
    const WorkerOptionsHandle options{gstd_worker_options_new(client.get())};
    gstd_worker* worker = nullptr;
    expect_ok(gstd_worker_start(options.get(), kTimeoutMs, nullptr, &worker, &error), error);
    const WorkerHandle held{worker};
    const TextHandle task = create(kInput);
    gstd_result* result = nullptr;
    expect_ok(gstd_client_wait_result(client_.get(), gstd_text_get(task.get()), kTimeoutMs, nullptr, &result, &error), error);
    result_.reset(result);
    gstd_text* receipt = nullptr;
    expect_ok(gstd_result_receipt(result, &receipt, &error), error);
    receipt_ = gstd_text_get(TextHandle{receipt}.get());
  }

  static EvidenceHandle evidence(const std::vector<std::uint8_t>& module, const std::string& input) {
    EvidenceHandle evidence{gstd_evidence_new()};
    gstd_error* error = nullptr;
    expect_ok(gstd_evidence_set_module(evidence.get(), module.data(), module.size(), &error), error);
    const auto* data = reinterpret_cast<const std::uint8_t*>(input.data());
    expect_ok(gstd_evidence_set_input(evidence.get(), data, input.size(), &error), error);
    expect_ok(gstd_evidence_set_worker(evidence.get(), "worker", &error), error);
    return evidence;
  }

  static VerdictHandle verify(const std::string& receipt, const gstd_evidence* evidence) {
    gstd_verdict* verdict = nullptr;
    gstd_error* error = nullptr;
    expect_ok(gstd_verify(receipt.data(), receipt.size(), evidence, kTimeoutMs, nullptr, &verdict, &error), error);
    return VerdictHandle{verdict};
  }

  std::string receipt_;
  ResultHandle result_;
};

// Goal:   an honest receipt is confirmed, by its signature alone and by the run again; every finding can be read.
// Method: a task that was really done; the findings by index, and one beyond them.
TEST_F(Verify, ConfirmsAnHonestReceipt) {
  const auto alone = verify(receipt_, nullptr);
  EXPECT_EQ(gstd_verdict_conclusion(alone.get()), GSTD_CONCLUSION_CONFIRMED);
  EXPECT_EQ(gstd_verdict_re_executed(alone.get()), 0);

  const auto again = verify(receipt_, evidence(read_guest("echo"), kInput).get());
  EXPECT_EQ(gstd_verdict_conclusion(again.get()), GSTD_CONCLUSION_CONFIRMED) << gstd_verdict_message(again.get());
  EXPECT_STREQ(gstd_verdict_reason(again.get()), "");
  EXPECT_EQ(gstd_verdict_re_executed(again.get()), 1);
  const std::size_t count = gstd_verdict_finding_count(again.get());
  std::vector<std::int32_t> aspects;
  for (std::size_t i = 0; i < count; ++i) {
    aspects.push_back(gstd_verdict_finding_aspect(again.get(), i));
    EXPECT_NE(gstd_verdict_finding_agreement(again.get(), i), GSTD_AGREEMENT_DIFFERS)
        << gstd_verdict_finding_message(again.get(), i);
    EXPECT_STRNE(gstd_verdict_finding_message(again.get(), i), "");
  }
  EXPECT_EQ(aspects.front(), GSTD_ASPECT_SIGNATURE);
  EXPECT_EQ(aspects.back(), GSTD_ASPECT_MEMORY_BYTES_PEAK);
  EXPECT_EQ(gstd_verdict_finding_aspect(again.get(), count), -1);
}

// Goal:   what does not fit is refuted under its own name.
// Method: another input, another module, another output, another key, another wallet; a changed signature.
TEST_F(Verify, NamesWhatDiffers) {
  const auto echo = read_guest("echo");
  EXPECT_STREQ(gstd_verdict_reason(verify(receipt_, evidence(echo, "another").get()).get()), "input_sha256");
  EXPECT_STREQ(gstd_verdict_reason(verify(receipt_, evidence(read_guest("noop"), kInput).get()).get()), "module_sha256");
  const EvidenceHandle output{gstd_evidence_new()};
  expect_ok(gstd_evidence_set_output(output.get(), nullptr, 0, nullptr), nullptr);
  EXPECT_STREQ(gstd_verdict_reason(verify(receipt_, output.get()).get()), "given_output_sha256");
  const EvidenceHandle key{gstd_evidence_new()};
  const std::uint8_t nobody[32] = {};
  expect_ok(gstd_evidence_set_public_key(key.get(), nobody, nullptr), nullptr);
  EXPECT_STREQ(gstd_verdict_reason(verify(receipt_, key.get()).get()), "signer");
  const EvidenceHandle wallet{gstd_evidence_new()};
  expect_ok(gstd_evidence_set_worker(wallet.get(), "requester", nullptr), nullptr);
  EXPECT_STREQ(gstd_verdict_reason(verify(receipt_, wallet.get()).get()), "worker");

  std::string changed = receipt_;
  const auto digit = changed.find("\"signature\":\"") + std::strlen("\"signature\":\"");
  changed[digit] = changed[digit] == '0' ? '1' : '0';
  const auto verdict = verify(changed, nullptr);
  EXPECT_EQ(gstd_verdict_conclusion(verdict.get()), GSTD_CONCLUSION_REFUTED);
  EXPECT_STREQ(gstd_verdict_reason(verdict.get()), "signature");
}

// Goal:   the coordinator's log is proven to have the receipt; the proof is kept with it and checked offline, against the
//         coordinator's key.
// Method: the proven receipt with the right key and with another; a result that is asked for without a coordinator to ask.
TEST_F(Verify, ProvesTheReceiptsPlaceInTheLog) {
  gstd_error* error = nullptr;
  gstd_text* text = nullptr;
  expect_ok(gstd_client_prove_receipt(client_.get(), result_.get(), kTimeoutMs, nullptr, &text, &error), error);
  const std::string proven = gstd_text_get(TextHandle{text}.get());
  EXPECT_NE(proven.find("\"inclusion\""), std::string::npos);
  std::uint8_t key[32];
  gstd_coordinator_public_key(coordinator_.get(), key);
  const EvidenceHandle evidence{gstd_evidence_new()};
  expect_ok(gstd_evidence_set_coordinator_key(evidence.get(), key, &error), error);
  const auto verdict = verify(proven, evidence.get());
  EXPECT_EQ(gstd_verdict_conclusion(verdict.get()), GSTD_CONCLUSION_CONFIRMED) << gstd_verdict_message(verdict.get());
  EXPECT_EQ(gstd_verdict_finding_aspect(verdict.get(), gstd_verdict_finding_count(verdict.get()) - 1), GSTD_ASPECT_INCLUSION);
  key[0] ^= 1;
  expect_ok(gstd_evidence_set_coordinator_key(evidence.get(), key, &error), error);
  EXPECT_STREQ(gstd_verdict_reason(verify(proven, evidence.get()).get()), "acceptance");
  EXPECT_EQ(gstd_client_prove_receipt(client_.get(), nullptr, kTimeoutMs, nullptr, &text, nullptr), GSTD_INVALID_ARGUMENT);
}

// Goal:   who keeps a head of the log notices another log.
// Method: the head, again with the kept one, with one of another coordinator, and with what is none.
TEST_F(Verify, FollowsTheLog) {
  const auto head_of = [](gstd_client* client, const std::string* last, gstd_status expected, const char* reason) -> std::string {
    gstd_error* error = nullptr;
    gstd_text* text = nullptr;
    const gstd_status status = gstd_client_log_head(client, last == nullptr ? nullptr : last->data(),
                                                    last == nullptr ? 0 : last->size(), kTimeoutMs, nullptr, &text, &error);
    EXPECT_EQ(status, expected);
    const ErrorHandle held_error{error};
    const TextHandle held{text};
    EXPECT_STREQ(error == nullptr ? "" : gstd_error_reason(error), reason);
    return text == nullptr ? "" : gstd_text_get(text);
  };
  const std::string head = head_of(client_.get(), nullptr, GSTD_OK, "");
  EXPECT_NE(head.find("\"size\":1"), std::string::npos) << head;
  EXPECT_NE(head_of(client_.get(), &head, GSTD_OK, ""), "");
  const std::string none = "{}";
  head_of(client_.get(), &none, GSTD_INVALID_ARGUMENT, "field");

  gstd_error* error = nullptr;
  const std::unique_ptr<gstd_coordinator_options, decltype(&gstd_coordinator_options_free)> options{gstd_coordinator_options_new(),
                                                                                                    gstd_coordinator_options_free};
  gstd_key* key = nullptr;
  expect_ok(gstd_key_new(&key, nullptr), nullptr);
  gstd_coordinator_options_set_key(options.get(), key);
  gstd_key_free(key);
  gstd_coordinator* other = nullptr;
  expect_ok(gstd_coordinator_start(options.get(), &other, &error), error);
  const CoordinatorHandle held{other};
  gstd_client* client = nullptr;
  expect_ok(gstd_client_new(options_for(gstd_coordinator_url(other), "requester").get(), &client, &error), error);
  const ClientHandle held_client{client};
  head_of(client, &head, GSTD_DATA_LOSS, "log_key_changed");
}

// Goal:   what is no receipt, and half of what a run takes, are errors; names of numbers are the documented ones.
TEST_F(Verify, RefusesWhatIsNoReceipt) {
  gstd_verdict* verdict = nullptr;
  gstd_error* error = nullptr;
  EXPECT_EQ(gstd_verify("{}", 2, nullptr, kTimeoutMs, nullptr, &verdict, &error), GSTD_INVALID_ARGUMENT);
  EXPECT_STREQ(gstd_error_reason(ErrorHandle{error}.get()), "field");
  const EvidenceHandle half{gstd_evidence_new()};
  expect_ok(gstd_evidence_set_input(half.get(), nullptr, 0, nullptr), nullptr);
  EXPECT_EQ(gstd_verify(receipt_.data(), receipt_.size(), half.get(), kTimeoutMs, nullptr, &verdict, &error),
            GSTD_INVALID_ARGUMENT);
  EXPECT_STREQ(gstd_error_reason(ErrorHandle{error}.get()), "evidence");
  EXPECT_EQ(verdict, nullptr);
  EXPECT_STREQ(gstd_conclusion_name(GSTD_CONCLUSION_REFUTED), "refuted");
  EXPECT_STREQ(gstd_aspect_name(GSTD_ASPECT_FUEL_USED), "fuel_used");
  EXPECT_STREQ(gstd_aspect_name(GSTD_ASPECT_MEMORY_BYTES_PEAK), "memory_bytes_peak");
  EXPECT_STREQ(gstd_aspect_name(99), "unknown");
  EXPECT_STREQ(gstd_agreement_name(GSTD_AGREEMENT_NOT_COMPARED), "not_compared");
}

}  // namespace
}  // namespace gstd::capi_test
