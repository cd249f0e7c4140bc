#include "protocol/writer.hpp"

namespace gstd::protocol {
namespace {

// Read from its signed bytes only, so it is described here and not among the messages.
template <class V>
void describe(V& v, const Receipt& m) {
  v.field("task_id", m.task, required, "");
  v.field("attempt", m.attempt, required, "");
  v.field("worker_wallet", m.worker, required, "");
  v.field("device_id", m.device, required, "");
  v.field("module_sha256", m.module, required, "");
  const bool is_keyed = m.commitment != CommitmentKind::sha256;
  v.field(is_keyed ? "input_commitment" : "input_sha256", m.input, required, "");
  v.field(is_keyed ? "output_commitment" : "output_sha256", m.output, required, "");
  v.field("outcome", m.outcome, required, "");
  v.field("outcome_class", outcome_class(m.outcome), required, "", Text{});
  v.field("exit_code", m.exit_code, required, "");
  v.field("fuel_used", m.fuel_used, required, "");
  v.field("limits", m.limits, required, "");
  v.field("engine", m.engine, required, "", Text{});
  v.field("convention", m.convention, required, "");
  v.field("version", m.version, required, "");
  if (m.version < 3) return;
  v.field("commitment", m.commitment, required, "");
  v.field("worker_public_key", m.key, required, "");
  v.field("receipt_nonce", m.nonce, required, "");
  v.field("memory_bytes_peak", m.memory_bytes_peak, required, "");
  v.field("started_at", m.started_at, required, "");
  v.field("ended_at", m.ended_at, required, "");
}

// Most messages, and every one with a secret: a text that grows leaves what it held where it was.
constexpr std::size_t kUsualBytes = 1'024;

}  // namespace

template <class M>
std::string write(const M& message) {
  std::string out;
  out.reserve(kUsualBytes);
  writing::append_message(out, message);
  return out;
}

#define GSTD_INSTANTIATE(M) template std::string write<M>(const M&);
GSTD_PROTOCOL_MESSAGES(GSTD_INSTANTIATE)
#undef GSTD_INSTANTIATE

std::string write_receipt(const Receipt& receipt) {
  std::string out;
  writing::ObjectWriter writer(out);
  describe(writer, receipt);
  writer.finish();
  return out;
}

}  // namespace gstd::protocol
