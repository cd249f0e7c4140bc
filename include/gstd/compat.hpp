// The platform's own signature under a result, for who has to make it for the platform, or to check what was made for it.
// Nothing in this library calls it: results here are vouched for by receipts (gstd/crypto.hpp), and no endpoint of the
// coordinator's takes this form, whatever CoordinatorOptions::compat says. Beside it stand compat_seal() in gstd/sealing.hpp and
// ton::verify_platform_login_compat() in gstd/ton.hpp. What is unsafe about each: docs/security.md, "What compat gives up".
#pragma once

#include <gstd/signer.hpp>

namespace gstd::compat {

/// How the platform takes a signature: as text, in either of these.
enum class SignatureText : std::int32_t {
  hex = 0,     ///< 128 digits, of either case.
  base64 = 1,  ///< Standard alphabet, padded. It passes over line breaks, and over what is left over in the last digit.
};

/// What is signed: the task's id and, right behind it, the result as it stands in the request's body, from the first to the last
/// character of the JSON value: white space inside it is part of it, around it is not. A value that was read and written again is
/// another one. Not unambiguous: task "a" with result "1" and task "a1" with none are the same.
Bytes result_message(const TaskId& task, BytesView result);

/// Ed25519 over result_message(). Errors: those of Signer::sign(); a key in this process has none.
Result<Signature> sign_result(const TaskId& task, BytesView result, const Signer& signer, const CallOptions& options = {});

/// As the platform's clients send it, in lower case or without line breaks.
std::string write_result_signature(const Signature& signature, SignatureText text = SignatureText::hex);

/// Reads what the platform reads: whatever is hexadecimal as such, else base64. Errors: invalid_argument, reason
/// "result_signature": neither, or not of 64 bytes.
/// Source: docs/protocol.md, "The platform's result signature".
Result<Signature> read_result_signature(std::string_view text);

/// Whether the worker whose device registered `key` signed this result for this task. It does not say for which attempt, when, or
/// for which coordinator; the caller has to know that this result was not submitted before.
/// Errors: unauthenticated, reason "result_signature": it did not, or the text is no signature, which are not told apart. Keys and
///         signatures that are not canonical or of small order are refused, too, as by verify_signature().
/// Threads: any.
Result<void> verify_result(const PublicKey& key, const TaskId& task, BytesView result, std::string_view signature);

}  // namespace gstd::compat
