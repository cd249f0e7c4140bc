#include <gstd/protocol.hpp>

namespace gstd::protocol {

SignedReceipt signed_receipt_of(const TaskResult& result) {
  return {result.receipt, result.signature, result.worker_public_key, std::nullopt, result.acceptance};
}

}  // namespace gstd::protocol
