// Whether a result is what its receipt says: the signature, the digests and sizes of what is at hand, and the run done again.
#pragma once

#include <gstd/base.hpp>
#include <gstd/crypto.hpp>
#include <gstd/protocol.hpp>
#include <gstd/wasm.hpp>

#include <optional>
#include <string>
#include <vector>

namespace gstd {

/// One thing that a receipt says, held against what is at hand.
struct Finding {
  /// Numbers and names are part of the ABI: append only.
  enum class Aspect : std::int32_t {
    signature = 0,    ///< The key signed exactly these bytes.
    signer = 1,       ///< The key is the one that was expected, or that the worker's wallet is named after.
    worker = 2,       ///< The receipt names the expected wallet.
    size_limits = 3,  ///< Limits, fuel, memory, times and exit code are such as a run can have; module and input are not too long.
    module_sha256 = 4,        ///< It is for this module.
    input_sha256 = 5,         ///< It is for this input.
    given_output_size = 6,    ///< The output at hand is no longer than the run's limit.
    given_output_sha256 = 7,  ///< The output at hand is the one that was signed.
    engine = 8,               ///< The same engine, version and settings ran it here. Another one is no fault.
    outcome = 9,              ///< The run here ended in the same way.
    exit_code = 10,
    output_sha256 = 11,      ///< The run here gave the same output.
    fuel_used = 12,          ///< The run here took as much fuel.
    memory_bytes_peak = 13,  ///< The run here came to as much linear memory. Receipts before version 3 do not tell.
    acceptance = 14,         ///< The coordinator accepted it: its signature is good, and its key the one that was expected.
    inclusion = 15,          ///< The log whose head came along has the acceptance.
  };
  enum class Agreement : std::int32_t { agrees = 0, differs = 1, not_compared = 2 };

  Aspect aspect{};
  Agreement agreement{};
  std::string receipt;  ///< What the receipt says, e.g. a digest in hex; empty where that is no short text.
  std::string here;     ///< What is so here.
  std::string message;  ///< For people.
};

/// Stable names: the enumerators' own, e.g. "output_sha256", "not_compared".
std::string_view to_string(Finding::Aspect aspect) noexcept;
std::string_view to_string(Finding::Agreement agreement) noexcept;

/// What a verification comes to. A difference refutes a receipt only where every honest worker would agree.
struct Verdict {
  /// Numbers and names are part of the ABI: append only.
  enum class Conclusion : std::int32_t {
    confirmed = 0,     ///< All that was compared agrees; `findings` says what that was, `outcome` whether the run was done again.
    refuted = 1,       ///< The receipt does not vouch for this, or vouches for something untrue. `reason` is the first aspect that
                       ///< differs.
    inconclusive = 2,  ///< Nothing is known either way; `reason` says why.
  };

  Conclusion conclusion = Conclusion::confirmed;
  /// Stable word; empty where confirmed. For inconclusive: "outcome_not_comparable" (the receipt's outcome is one that machine or
  /// moment decides), "rerun_not_comparable" (the run here ended in such a one), "another_engine" (the run here differs, or its
  /// outcome is one that engines need not agree on, and it was not the worker's engine), "keyed_commitment" (the receipt commits to
  /// its input with a key that is not at hand).
  std::string reason;
  std::string message;  ///< One sentence, for people.
  std::vector<Finding> findings;
  std::optional<Receipt> receipt{};        ///< As signed; nothing where the signature is bad.
  std::optional<wasm::Outcome> outcome{};  ///< Of the run here; nothing where there was none.
};

std::string_view to_string(Verdict::Conclusion conclusion) noexcept;

/// Whether `key` signed the receipt; then what it says. The first step of every other check.
/// Errors: data_loss, reason "receipt_signature": it did not. invalid_argument, reason "receipt": it signed something else.
Result<Receipt> open_receipt(BytesView encoded, const PublicKey& key, const Signature& signature);

/// Size and digest of an output against the receipt: no longer than the run's output_bytes_max, and the bytes that were signed.
/// Nothing is remembered between calls. Source: docs/protocol.md, "Verification".
Verdict verify_output(const Receipt& receipt, BytesView output);

/// Compares module and input with the receipt, runs the module again under the receipt's limits, and compares what came of it.
///
/// Fuel is compared between equal engines, for `completed` and `exited`. With another engine than the worker's, an equal outcome,
/// exit code and output of a run that completed or exited confirm; anything else there is inconclusive. Wall time is not a limit
/// that a verifier shares with the worker: the run gets what is left of `options.timeout`, at most kWallTimeMax.
/// Errors:    those of Sandbox::run() and, but for "module_invalid", which is an outcome, of Sandbox::compile(). invalid_argument:
///            the receipt's memory limit is above the sandbox's. cancelled: by `options.stop`. deadline_exceeded: compiling alone
///            took too long.
/// Ownership: borrows module and input until it returns.
/// Threads:   any; blocks.
Result<Verdict> re_execute(wasm::Sandbox& sandbox, const Receipt& receipt, BytesView module, BytesView input,
                           const CallOptions& options = {kWallTimeMax, {}});

/// What somebody has at hand to check a receipt with; what is left out is not compared.
struct Evidence {
  std::optional<BytesView> module{};  ///< With `input`: the run is done again.
  std::optional<BytesView> input{};   ///< Only with `module`.
  std::optional<BytesView> output{};  ///< Beside it: as verify_output().
  std::optional<PublicKey> key{};     ///< The worker's, from somebody who knows; must be there where the receipt lacks it.
  std::optional<WalletId> worker{};   ///< Who should have done it.
  /// The coordinator's, from somebody who knows: then an acceptance and a proof of inclusion that came along have to be signed by
  /// it.
  std::optional<PublicKey> coordinator_key{};
};

/// All of the above: signature and signer, acceptance and inclusion where they came along, then output, then the run again in a
/// sandbox of its own, made for the receipt's memory limit. A finding per aspect; the first that refutes ends it. An output that
/// came along with the receipt is compared unless `evidence` has one. Errors: invalid_argument: no key is known; a module without
/// an input or an input without a module; reason "receipt": signed, but
///         no receipt. Those of Sandbox::create() and re_execute().
/// Ownership and threads: as re_execute().
Result<Verdict> verify(const protocol::SignedReceipt& signed_receipt, const Evidence& evidence,
                       const CallOptions& options = {kWallTimeMax, {}});

}  // namespace gstd
