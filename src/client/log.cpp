// The log of receipts as its readers see it: nothing that the coordinator says about it is believed unproven.
#include <gstd/client.hpp>

#include "client/answers.hpp"
#include "client/calls.hpp"
#include "client/state.hpp"

namespace gstd {
namespace {

Error rewritten(std::string_view what) {
  return {ErrorCode::data_loss,
          "the coordinator's log is not the one that it showed before: " + std::string(what) +
              "; keep both heads, for together they prove it",
          "log_rewritten"};
}

// Whether a refusal says that the question could not be answered now, rather than that there is no proof.
bool is_passing(ErrorCode code) noexcept {
  return code == ErrorCode::unavailable || code == ErrorCode::deadline_exceeded || code == ErrorCode::cancelled ||
         code == ErrorCode::resource_exhausted;
}

}  // namespace

Result<protocol::SignedTreeHead> Client::log_head(const CallOptions& options) const {
  auto head = state_->get<protocol::SignedTreeHead>(client::Endpoint::log_head, {}, options);
  if (!head) return head;
  if (auto verified = protocol::verify_tree_head(*head); !verified) return std::move(verified).error();
  return head;
}

Result<protocol::ConsistencyProof> Client::log_consistency(const TreeHead& first, const TreeHead& second,
                                                           const CallOptions& options) const {
  const auto call = client::Call(client::Endpoint::log_consistency).with("first", first.size).with("second", second.size);
  auto proof = state_->transport.ask<protocol::ConsistencyProof>(call, options);
  if (!proof) return proof;
  if (auto verified = protocol::verify_consistency(first, second, *proof); !verified) return std::move(verified).error();
  return proof;
}

Result<protocol::LogPage> Client::log_entries(std::uint64_t start, std::size_t count, const CallOptions& options) const {
  const auto call = client::Call(client::Endpoint::log_entries).with("start", start).with("count", count);
  auto page = state_->transport.ask<protocol::LogPage>(call, options);
  if (!page) return page;
  std::uint64_t expected = start;
  for (const protocol::LogEntry& entry : page->entries)
    if (entry.index != expected++) return client::Transport::not_of_the_protocol("its entries are not those that were asked for");
  return page;
}

Result<protocol::ReceiptProof> Client::prove_receipt(const protocol::TaskResult& result, const protocol::SignedTreeHead& head,
                                                     const CallOptions& options) const {
  if (!result.acceptance)
    return Error{ErrorCode::failed_precondition, "the result came without the coordinator's acceptance, so no log has it",
                 "no_acceptance"};
  if (auto verified = protocol::verify_tree_head(head); !verified) return std::move(verified).error();
  if (auto verified = protocol::verify_acceptance(*result.acceptance, result.receipt, result.signature); !verified)
    return std::move(verified).error();
  const auto call = client::Call(client::Endpoint::log_inclusion)
                        .with("task_id", result.task_id.str())
                        .with("attempt", result.attempt)
                        .with("size", head.head.size);
  auto inclusion = state_->transport.ask<protocol::InclusionProof>(call, options);
  if (!inclusion) return std::move(inclusion).error();
  if (auto verified = protocol::verify_inclusion(result.acceptance->acceptance, *inclusion, head.head); !verified)
    return std::move(verified).error();
  return protocol::ReceiptProof{head, *std::move(inclusion)};
}

Result<protocol::ReceiptProof> Client::prove_receipt(const protocol::TaskResult& result, const CallOptions& options) const {
  auto head = log_head(options);
  if (!head) return std::move(head).error();
  return prove_receipt(result, *head, options);
}

Result<protocol::SignedTreeHead> LogWatcher::update(const CallOptions& options) {
  auto head = client_->log_head(options);
  if (!head) return head;
  if (last_) {
    const TreeHead& before = last_->head;
    const TreeHead& now = head->head;
    if (now.key != before.key)
      return Error{ErrorCode::data_loss,
                   "the log is signed by " + now.key.hex() + ", and was by " + before.key.hex() +
                       "; ask the operator whether the key was changed, and only then forget the old head",
                   "log_key_changed"};
    if (now.size < before.size) return rewritten("it has become shorter");
    auto proof = client_->log_consistency(before, now, options);
    if (!proof) return is_passing(proof.error().code) ? std::move(proof).error() : rewritten(proof.error().message);
  }
  last_ = *head;
  return head;
}

}  // namespace gstd
