// Signed requests: what is covered, how it is written, what is refused and why.
#include <algorithm>
#include <charconv>

#include <gstd/protocol.hpp>
#include "protocol/signature_base.hpp"
#include "protocol/structured_field.hpp"

namespace gstd::protocol {
namespace {

constexpr std::string_view kLabel = "gstd";
constexpr std::string_view kAlgorithm = "ed25519";
constexpr std::array<std::string_view, 5> kCovered{"@method", "@authority", "@path", "@query", "content-digest"};
// Covered exactly where the request has it: a key that anybody could add, change or drop would let a repeat create a second task.
constexpr std::string_view kIdempotencyKey = "idempotency-key";

Error refused(std::string_view reason, std::string_view sentence) {
  return {ErrorCode::unauthenticated, std::string(sentence), std::string(reason)};
}

Error malformed(std::string_view what) {
  return refused("signature_malformed", "the request's signature is malformed: " + std::string(what));
}

bool is_printable(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// The values behind the names that covered_names() gives. Source: RFC 9421 section 2.2.
struct CoveredValues {
  std::string authority;
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view content_digest;
  std::string_view idempotency_key;

  CoveredValues(const RequestParts& parts, std::string_view digest)
      : authority(parts.authority),
        method(parts.method),
        content_digest(digest),
        idempotency_key(parts.idempotency_key.value_or("")) {
    for (char& c : authority)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const auto question = parts.target.find('?');
    path = parts.target.substr(0, question);
    if (path.empty()) path = "/";
    query = question == std::string_view::npos ? "?" : parts.target.substr(question);
  }

  bool is_printable() const noexcept {
    for (const std::string_view value : {std::string_view(authority), method, path, query, content_digest, idempotency_key})
      if (!protocol::is_printable(value)) return false;
    return true;
  }

  std::string_view operator[](std::string_view name) const noexcept {
    if (name == "@method") return method;
    if (name == "@authority") return authority;
    if (name == "@path") return path;
    if (name == "@query") return query;
    if (name == kIdempotencyKey) return idempotency_key;
    return content_digest;
  }
};

std::string base_of(const CoveredValues& values, std::span<const std::string_view> names, std::string_view signature_params) {
  std::vector<Component> components;
  for (const auto name : names) components.push_back({name, values[name]});
  return signature_base(components, signature_params);
}

std::string content_digest(BytesView body) { return "sha-256=:" + encode_base64(sha256(body).view()) + ":"; }

std::vector<std::string_view> covered_names(const RequestParts& parts) {
  std::vector<std::string_view> names(kCovered.begin(), kCovered.end());
  if (parts.idempotency_key) names.push_back(kIdempotencyKey);
  return names;
}

bool covers_exactly(const std::vector<std::string_view>& names, const RequestParts& parts) {
  const auto expected = covered_names(parts);
  return std::is_permutation(names.begin(), names.end(), expected.begin(), expected.end());
}

// The parameters, each of which must be there once, and no other: an unknown one could change what the signature means.
struct Parameters {
  PublicKey key;
  std::string nonce;
  Timestamp created{};
  std::string_view algorithm;
};

Result<Parameters> read_parameters(const InnerList& list) {
  const FieldParameter* created = nullptr;
  const FieldParameter* keyid = nullptr;
  const FieldParameter* nonce = nullptr;
  const FieldParameter* algorithm = nullptr;
  for (const auto& parameter : list.parameters) {
    const FieldParameter** slot = parameter.name == "created" ? &created
                                  : parameter.name == "keyid" ? &keyid
                                  : parameter.name == "nonce" ? &nonce
                                  : parameter.name == "alg"   ? &algorithm
                                                              : nullptr;
    if (!slot) return malformed("its parameters are created, keyid, nonce and alg, no others");
    if (*slot) return malformed("a parameter stands twice");
    *slot = &parameter;
    if (parameter.is_string == (parameter.name == "created")) return malformed("a parameter has the wrong type");
  }
  if (!created || !keyid || !nonce || !algorithm) return malformed("created, keyid, nonce and alg are all required");

  Parameters out;
  auto key = PublicKey::parse_hex(keyid->value);
  // One spelling per key: whoever compares key ids as text must not see two.
  if (!key || key->hex() != keyid->value) return malformed("keyid is the public key in 64 lower-case hex digits");
  out.key = *key;
  if (nonce->value.size() < kSignatureNonceCharsMin || nonce->value.size() > kSignatureNonceCharsMax)
    return malformed("nonce has 16 to 64 characters");
  out.nonce = nonce->value;
  out.algorithm = algorithm->value;
  std::int64_t seconds = 0;
  std::from_chars(created->value.data(), created->value.data() + created->value.size(), seconds);
  // Beyond this the milliseconds of a Timestamp would overflow; RFC 3339 ends at the same year.
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  if (seconds > kYear9999) return malformed("created is a time in Unix seconds");
  out.created = Timestamp{std::chrono::seconds{seconds}};
  return out;
}

}  // namespace

RequestToSign request_to_sign(const RequestParts& parts, const PublicKey& key, Timestamp created, BytesView nonce) {
  RequestToSign request;
  request.content_digest = content_digest(parts.body);
  std::string params = "(";
  const auto names = covered_names(parts);
  for (const auto name : names) params += (params.size() > 1 ? " \"" : "\"") + std::string(name) + "\"";
  params += ");created=" + std::to_string(std::chrono::floor<std::chrono::seconds>(created).time_since_epoch().count()) +
            ";keyid=\"" + key.hex() + "\";nonce=\"" + encode_hex(nonce) + "\";alg=\"" + std::string(kAlgorithm) + "\"";
  request.base = base_of(CoveredValues(parts, request.content_digest), names, params);
  request.signature_input = std::string(kLabel) + "=" + params;
  return request;
}

SignatureHeaders signed_headers(RequestToSign request, const Signature& signature) {
  return {std::move(request.content_digest), std::move(request.signature_input),
          std::string(kLabel) + "=:" + encode_base64(signature.view()) + ":"};
}

SignatureHeaders sign_request(const RequestParts& parts, const SigningKey& key, Timestamp created, BytesView nonce) {
  auto request = request_to_sign(parts, key.public_key(), created, nonce);
  const Signature signature = key.sign(as_bytes(request.base));
  return signed_headers(std::move(request), signature);
}

Result<SignatureHeaders> sign_request(const RequestParts& parts, const Signer& signer, Timestamp created, BytesView nonce,
                                      const CallOptions& options) {
  auto request = request_to_sign(parts, signer.public_key(), created, nonce);
  const auto signature = signer.sign(as_bytes(request.base), options);
  if (!signature) return signature.error();
  return signed_headers(std::move(request), *signature);
}

Result<SignedBy> verify_request(const RequestParts& parts, const SignatureHeaders& headers, Timestamp now) {
  if (headers.signature_input.empty() || headers.signature.empty() || headers.content_digest.empty())
    return refused("signature_missing", "this call must be signed: send Content-Digest, Signature-Input and Signature");

  const auto list = parse_inner_list(headers.signature_input, kLabel);
  if (!list) return malformed("Signature-Input must be one member named gstd, without spare white space");
  if (!covers_exactly(list->items, parts))
    return refused("signature_coverage",
                   "the signature must cover @method, @authority, @path, @query, content-digest and, where the request has it, "
                   "idempotency-key, each once, and nothing else");
  const auto parameters = read_parameters(*list);
  if (!parameters) return parameters.error();
  if (parameters->algorithm != kAlgorithm) return malformed("alg must be ed25519");
  const auto signature_bytes = parse_byte_sequence(headers.signature, kLabel);
  const auto signature = signature_bytes ? Signature::from_bytes(*signature_bytes) : Error{};
  if (!signature) return malformed("Signature must be one member named gstd with 64 bytes in base64");

  const auto digest_bytes = parse_byte_sequence(headers.content_digest, "sha-256");
  const auto digest = digest_bytes ? Digest::from_bytes(*digest_bytes) : Error{};
  if (!digest) return malformed("Content-Digest must be one sha-256 digest");
  if (*digest != sha256(parts.body)) return refused("digest_mismatch", "the body is not the one that Content-Digest names");

  // From a year before 1970 on differences stay far from overflow: `created` is not negative, `now` is a real clock's.
  if (parameters->created > now + kSignatureSkewMax)
    return refused("signature_expired",
                   "the signature was made in the future: set the clock right; here it is " + format_rfc3339(now));
  if (now - parameters->created > kSignatureAgeMax)
    return refused("signature_expired",
                   "the signature is too old: sign again, and set the clock right; here it is " + format_rfc3339(now));

  const CoveredValues values(parts, headers.content_digest);
  if (!values.is_printable()) return malformed("method, host, target and Idempotency-Key must be printable ASCII");
  if (!verify_signature(parameters->key, as_bytes(base_of(values, list->items, list->text)), *signature))
    return refused("signature_invalid", "the signature does not fit the request and the key");
  return SignedBy{parameters->key, parameters->nonce, parameters->created};
}

}  // namespace gstd::protocol
