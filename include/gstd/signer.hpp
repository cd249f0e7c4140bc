// Whoever signs: a key in this process, or one that never leaves a wallet, an HSM or the host application.
#pragma once

#include <gstd/crypto.hpp>

#include <functional>
#include <memory>

namespace gstd {

/// What an external signer answers with: once, now or later. Copies answer the same question; when the last of them goes without
/// an answer, the question counts as refused.
/// Threads: any, also after the call that asked has given up or its client is gone; then the answer is dropped.
class SignReply {
 public:
  /// What is to be signed, byte for byte. Lives as long as any copy of the reply, so that a late answer needs no copy of it.
  BytesView message() const noexcept;

  /// True: this was the first answer, and it was still waited for. It is checked against the public key before it is used.
  bool answer(const Signature& signature) const;
  /// `why` is for people and becomes part of the call's error: no secret in it. True as of answer().
  bool refuse(std::string_view why) const;

 private:
  friend class Signer;
  struct State;
  explicit SignReply(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// Asks for a signature over `message`, which is reply.message(). Called from whatever thread makes the call that needs the
/// signature, by several at once where they do; it should hand the question on and return, for until it does the call can be
/// neither cancelled nor end in time. What it throws counts as a refusal.
using SignFunction = std::function<void(BytesView message, SignReply reply)>;

/// What the library takes wherever it only asks for Ed25519 signatures. A value; copies ask the same signer.
/// Threads: const members from any.
class Signer {
 public:
  /// Signs in this process, at once. Implicit: a key is a signer.
  Signer(SigningKey key);

  /// Asks `function` for each signature; the key itself stays where it is. `function` lives until the last copy of the signer and
  /// the last call that asked it are gone.
  static Signer external(const PublicKey& public_key, SignFunction function);

  const PublicKey& public_key() const noexcept;
  bool is_external() const noexcept;
  /// The key where it is in this process, e.g. to derive others from its seed; null: it is external.
  const SigningKey* key() const noexcept { return key_ ? &*key_ : nullptr; }

  /// Waits for the signature, which is good for `message` and public_key() when it comes.
  /// Errors: of an external signer only: unauthenticated, reason "signer": refused, threw, went without an answer, or what it gave
  /// is not this key's signature over this message. deadline_exceeded, cancelled, reason "signer": by `options`, before it
  /// answered.
  Result<Signature> sign(BytesView message, const CallOptions& options = {}) const;

 private:
  struct External;
  Signer(const PublicKey& public_key, std::shared_ptr<const External> external);

  PublicKey public_key_;
  std::optional<SigningKey> key_;
  std::shared_ptr<const External> external_;  // null where there is a key
};

/// Signs encode_receipt(receipt). Errors: those of Signer::sign().
Result<Signature> sign_receipt(const Receipt& receipt, const Signer& signer, const CallOptions& options);

}  // namespace gstd
