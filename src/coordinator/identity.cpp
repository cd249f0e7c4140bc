#include "coordinator/identity.hpp"

namespace gstd::coordinator {
namespace {

Error unauthenticated(std::string message, std::string reason) {
  return {ErrorCode::unauthenticated, std::move(message), std::move(reason)};
}

// A header that comes twice could mean one thing to a proxy and another to us.
Result<std::string> single_header(const net::Headers& headers, std::string_view name) {
  if (headers.count(name) > 1)
    return unauthenticated("the header " + std::string(name) + " comes more than once; send it once", "signature_malformed");
  return std::string(headers.find(name).value_or(""));
}

}  // namespace

Result<protocol::SignedBy> verify_signature_of(const net::Request& request, const Authorities& authorities, Timestamp now) {
  auto host = single_header(request.headers, "Host");
  if (!host) return std::move(host).error();
  auto content_digest = single_header(request.headers, "Content-Digest");
  if (!content_digest) return std::move(content_digest).error();
  auto signature_input = single_header(request.headers, "Signature-Input");
  if (!signature_input) return std::move(signature_input).error();
  auto signature = single_header(request.headers, "Signature");
  if (!signature) return std::move(signature).error();

  auto idempotency_key = single_header(request.headers, "Idempotency-Key");
  if (!idempotency_key) return std::move(idempotency_key).error();

  protocol::RequestParts parts{request.method, *host, request.target, as_bytes(request.body)};
  if (request.headers.find("Idempotency-Key")) parts.idempotency_key = *idempotency_key;
  auto signed_by =
      protocol::verify_request(parts, {*std::move(content_digest), *std::move(signature_input), *std::move(signature)}, now);
  // Another coordinator knows nothing of the nonces that were used here, nor do we of those used there.
  if (signed_by && !authorities.contains(*host))
    return unauthenticated("the request is signed for \"" + *host +
                               "\", which is not this coordinator; use its own URL, or have its " +
                               "operator add that host to its authorities",
                           "authority");
  return signed_by;
}

Error key_revoked() {
  return unauthenticated("this key was revoked, for good; use the device's new key, or register a new device", "key_revoked");
}

Result<WalletId> wallet_of_key(store::Transaction& records, const PublicKey& key) {
  auto device = records.device_with_key(key);
  if (!device && device.error().code != ErrorCode::not_found) return std::move(device).error();
  const auto revoked = records.is_revoked(key);
  if (!revoked) return revoked.error();
  if (*revoked) return key_revoked();
  if (device) return device->wallet;
  // The key that a wallet is named after needs no device of its own to speak for it, once the wallet has one: it stays where it is
  // safe, and admits and revokes.
  const auto named = records.devices_of(protocol::wallet_named_after(key), 1);
  if (!named) return named.error();
  if (!named->empty()) return named->front().wallet;
  return unauthenticated("this key is not registered; call /api/v1/devices/register with it first", "key_unknown");
}

Result<void> use_nonce(store::Transaction& records, const protocol::SignedBy& signed_by, Timestamp now) {
  // While the request waited for its turn to write, the key may have been revoked,
  const auto revoked = records.is_revoked(signed_by.key);
  if (!revoked) return revoked.error();
  if (*revoked) return key_revoked();
  // and the nonce may have been forgotten that an earlier request like it had used.
  if (now - signed_by.created > protocol::kSignatureAgeMax)
    return unauthenticated("the signature became too old while the request waited; sign again", "signature_expired");
  const Timestamp expires_at = signed_by.created + protocol::kSignatureAgeMax + kNonceMargin;
  auto used = records.use_nonce(signed_by.key, signed_by.nonce, expires_at);
  if (used || used.error().code != ErrorCode::already_exists) return used;
  return unauthenticated("this signature was used before; sign each request with a new nonce", "nonce_replayed");
}

Result<void> own_wallet(const Identity& identity, WalletId& named) {
  if (ton::same_wallet(named, identity.wallet)) {
    named = identity.wallet;
    return {};
  }
  return Error{ErrorCode::permission_denied, "the request names a wallet that its key or session is not bound to", "not_yours"};
}

Result<store::Device> own_device(store::Transaction& records, const Identity& identity, const DeviceId& named) {
  auto device = records.device(named);
  if (!device && device.error().code != ErrorCode::not_found) return device;
  if (!device || device->key != identity.key())
    return Error{ErrorCode::permission_denied, "the request names a device that is not registered with the signing key",
                 "not_yours"};
  return device;
}

}  // namespace gstd::coordinator
