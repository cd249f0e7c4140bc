#include "handles.hpp"

using namespace gstd::capi;

namespace {

gstd_status set_bytes(std::optional<gstd::Bytes> gstd_evidence::*member, gstd_evidence* evidence, const uint8_t* data, size_t size,
                      gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (evidence == nullptr) return missing("evidence");
    const gstd::BytesView view = bytes(data, size);
    (evidence->*member).emplace(view.begin(), view.end());
    return {};
  });
}

gstd_status set_key(std::optional<gstd::PublicKey> gstd_evidence::*member, gstd_evidence* evidence, const uint8_t* public_key,
                    gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (evidence == nullptr || public_key == nullptr) return missing("evidence and public_key");
    auto key = gstd::PublicKey::from_bytes({public_key, gstd::PublicKey::kSize});
    if (!key) return std::move(key).error();
    evidence->*member = *key;
    return {};
  });
}

gstd::Evidence view_of(const gstd_evidence* held) {
  gstd::Evidence evidence;
  if (held == nullptr) return evidence;
  if (held->module) evidence.module = *held->module;
  if (held->input) evidence.input = *held->input;
  if (held->output) evidence.output = *held->output;
  evidence.key = held->key;
  evidence.worker = held->worker;
  evidence.coordinator_key = held->coordinator_key;
  return evidence;
}

const gstd::Finding* finding_at(const gstd_verdict* verdict, size_t index) {
  return verdict == nullptr || index >= verdict->verdict.findings.size() ? nullptr : &verdict->verdict.findings[index];
}

}  // namespace

extern "C" {

const char* gstd_conclusion_name(int32_t conclusion) {
  return gstd::to_string(static_cast<gstd::Verdict::Conclusion>(conclusion)).data();
}
const char* gstd_aspect_name(int32_t aspect) { return gstd::to_string(static_cast<gstd::Finding::Aspect>(aspect)).data(); }
const char* gstd_agreement_name(int32_t agreement) {
  return gstd::to_string(static_cast<gstd::Finding::Agreement>(agreement)).data();
}

gstd_status gstd_result_receipt(const gstd_result* result, gstd_text** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (result == nullptr || out == nullptr) return missing("result and out");
    *out = new gstd_text{gstd::protocol::write(gstd::protocol::signed_receipt_of(result->result))};
    return {};
  });
}

gstd_status gstd_client_prove_receipt(gstd_client* client, const gstd_result* result, uint32_t timeout_ms, const gstd_stop* stop,
                                      gstd_text** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || result == nullptr || out == nullptr) return missing("client, result and out");
    auto proof = client->client.prove_receipt(result->result, call_options(timeout_ms, stop));
    if (!proof) return std::move(proof).error();
    auto receipt = gstd::protocol::signed_receipt_of(result->result);
    receipt.tree_head = std::move(proof->head);
    receipt.inclusion = std::move(proof->inclusion);
    *out = new gstd_text{gstd::protocol::write(receipt)};
    return {};
  });
}

gstd_status gstd_client_log_head(gstd_client* client, const char* last, size_t size, uint32_t timeout_ms, const gstd_stop* stop,
                                 gstd_text** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (client == nullptr || out == nullptr) return missing("client and out");
    std::optional<gstd::protocol::SignedTreeHead> kept;
    if (last != nullptr) {
      auto read = gstd::protocol::read<gstd::protocol::SignedTreeHead>({last, size});
      if (!read) return std::move(read).error();
      if (auto verified = gstd::protocol::verify_tree_head(*read); !verified) return verified;
      kept = *std::move(read);
    }
    gstd::LogWatcher watcher{client->client, std::move(kept)};
    auto head = watcher.update(call_options(timeout_ms, stop));
    if (!head) return std::move(head).error();
    *out = new gstd_text{gstd::protocol::write(*head)};
    return {};
  });
}

gstd_evidence* gstd_evidence_new(void) {
  return make_or_null<gstd_evidence>([] { return gstd_evidence{}; });
}
gstd_status gstd_evidence_set_module(gstd_evidence* evidence, const uint8_t* data, size_t size, gstd_error** error) {
  return set_bytes(&gstd_evidence::module, evidence, data, size, error);
}
gstd_status gstd_evidence_set_input(gstd_evidence* evidence, const uint8_t* data, size_t size, gstd_error** error) {
  return set_bytes(&gstd_evidence::input, evidence, data, size, error);
}
gstd_status gstd_evidence_set_output(gstd_evidence* evidence, const uint8_t* data, size_t size, gstd_error** error) {
  return set_bytes(&gstd_evidence::output, evidence, data, size, error);
}
gstd_status gstd_evidence_set_public_key(gstd_evidence* evidence, const uint8_t* public_key, gstd_error** error) {
  return set_key(&gstd_evidence::key, evidence, public_key, error);
}
gstd_status gstd_evidence_set_coordinator_key(gstd_evidence* evidence, const uint8_t* public_key, gstd_error** error) {
  return set_key(&gstd_evidence::coordinator_key, evidence, public_key, error);
}
gstd_status gstd_evidence_set_worker(gstd_evidence* evidence, const char* wallet, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (evidence == nullptr || wallet == nullptr) return missing("evidence and wallet");
    auto id = gstd::WalletId::parse(wallet);
    if (!id) return std::move(id).error();
    evidence->worker = *std::move(id);
    return {};
  });
}
void gstd_evidence_free(gstd_evidence* evidence) { delete evidence; }

gstd_status gstd_verify(const char* receipt_json, size_t size, const gstd_evidence* evidence, uint32_t timeout_ms,
                        const gstd_stop* stop, gstd_verdict** out, gstd_error** error) {
  return guarded(error, [&]() -> gstd::Result<void> {
    if (receipt_json == nullptr || out == nullptr) return missing("receipt_json and out");
    const auto receipt = gstd::protocol::read<gstd::protocol::SignedReceipt>({receipt_json, size});
    if (!receipt) return receipt.error();
    auto verdict = gstd::verify(*receipt, view_of(evidence), call_options(timeout_ms, stop));
    if (!verdict) return std::move(verdict).error();
    *out = new gstd_verdict{*std::move(verdict)};
    return {};
  });
}

int32_t gstd_verdict_conclusion(const gstd_verdict* verdict) {
  return verdict == nullptr ? GSTD_CONCLUSION_INCONCLUSIVE : static_cast<int32_t>(verdict->verdict.conclusion);
}
const char* gstd_verdict_reason(const gstd_verdict* verdict) { return verdict == nullptr ? "" : verdict->verdict.reason.c_str(); }
const char* gstd_verdict_message(const gstd_verdict* verdict) { return verdict == nullptr ? "" : verdict->verdict.message.c_str(); }
int32_t gstd_verdict_re_executed(const gstd_verdict* verdict) { return verdict != nullptr && verdict->verdict.outcome ? 1 : 0; }
size_t gstd_verdict_finding_count(const gstd_verdict* verdict) { return verdict == nullptr ? 0 : verdict->verdict.findings.size(); }
int32_t gstd_verdict_finding_aspect(const gstd_verdict* verdict, size_t index) {
  const auto* finding = finding_at(verdict, index);
  return finding == nullptr ? -1 : static_cast<int32_t>(finding->aspect);
}
int32_t gstd_verdict_finding_agreement(const gstd_verdict* verdict, size_t index) {
  const auto* finding = finding_at(verdict, index);
  return finding == nullptr ? GSTD_AGREEMENT_NOT_COMPARED : static_cast<int32_t>(finding->agreement);
}
const char* gstd_verdict_finding_message(const gstd_verdict* verdict, size_t index) {
  const auto* finding = finding_at(verdict, index);
  return finding == nullptr ? "" : finding->message.c_str();
}
void gstd_verdict_free(gstd_verdict* verdict) { delete verdict; }

}  // extern "C"
