// Signed requests: what is made is accepted; whatever is changed is refused, and for the right reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <functional>
#include <gstd/protocol.hpp>

#include "protocol/signature_base.hpp"
#include "protocol/structured_field.hpp"

namespace gstd::protocol {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kBody = R"({"task_id":"7"})";
const Timestamp kNow{1'768'757'000s};

SigningKey test_key() { return *SigningKey::from_seed(Bytes(kSeedBytes, 0x42)); }

RequestParts test_parts() {
  return {"POST", "gstd.example:8080", "/api/v1/orchestrator/claim?wait_ms=5&wallet=w", as_bytes(kBody)};
}

SignatureHeaders test_headers() { return sign_request(test_parts(), test_key(), kNow, Bytes(16, 0xab)); }

void expect_refused(const RequestParts& parts, const SignatureHeaders& headers, std::string_view reason, Timestamp now = kNow) {
  const auto checked = verify_request(parts, headers, now);
  ASSERT_FALSE(checked) << "accepted " << headers.signature_input;
  EXPECT_EQ(checked.error().code, ErrorCode::unauthenticated);
  EXPECT_EQ(checked.error().reason, reason) << checked.error().message;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// Signs whatever Signature-Input says, so that only the check under test can refuse it.
SignatureHeaders headers_with_input(std::string_view inner_list_and_parameters) {
  auto headers = test_headers();
  headers.signature_input = "gstd=" + std::string(inner_list_and_parameters);
  std::vector<Component> components;
  const auto list = parse_inner_list(headers.signature_input, "gstd");
  const auto parts = test_parts();
  const auto question = parts.target.find('?');
  if (list)
    for (const auto name : list->items)
      components.push_back({name, name == "@method"      ? parts.method
                                  : name == "@authority" ? parts.authority
                                  : name == "@path"      ? parts.target.substr(0, question)
                                  : name == "@query"     ? parts.target.substr(question)
                                                         : std::string_view(headers.content_digest)});
  const auto base = signature_base(components, inner_list_and_parameters);
  headers.signature = "gstd=:" + encode_base64(test_key().sign(as_bytes(base)).view()) + ":";
  return headers;
}

const std::string kCoverage = R"(("@method" "@authority" "@path" "@query" "content-digest"))";
std::string good_parameters() {
  return ";created=1768757000;keyid=\"" + test_key().public_key().hex() +
         "\";nonce=\"abababababababababababababababab\";alg=\"ed25519\"";
}

// Goal:   the signature base is the standard's.
// Method: the vector of RFC 9421 appendix B.2.6: its signature verifies, and its key makes the same signature over our base.
TEST(SignatureBase, IsThatOfRfc9421) {
  const std::string params =
      R"(("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519")";
  const std::array components{
      Component{"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
      Component{"@method", "POST"},
      Component{"@path", "/foo"},
      Component{"@authority", "example.com"},
      Component{"content-type", "application/json"},
      Component{"content-length", "18"},
  };
  const auto base = signature_base(components, params);
  const auto key = *PublicKey::from_bytes(*decode_base64("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="));
  const auto signature = *Signature::from_bytes(
      *decode_base64("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="));
  EXPECT_TRUE(verify_signature(key, as_bytes(base), signature));

  // The last 32 bytes of the PKCS #8 key in B.1.4.
  const auto pkcs8 = *decode_base64("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF");
  const auto signer = *SigningKey::from_seed(BytesView(pkcs8).last(kSeedBytes));
  EXPECT_EQ(signer.public_key(), key);
  EXPECT_EQ(signer.sign(as_bytes(base)), signature);
}

// Goal:   the same, of components that are fewer and fields only.
// Method: the vector of RFC 9421 appendix B.2.5: the base that it prints, and its HMAC with the shared secret of B.1.5.
TEST(SignatureBase, IsThatOfRfc9421WhateverTheAlgorithm) {
  const std::array components{
      Component{"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
      Component{"@authority", "example.com"},
      Component{"content-type", "application/json"},
  };
  const auto base =
      signature_base(components, R"(("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret")");
  const auto secret = *decode_base64("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==");
  Digest hmac;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), as_bytes(base).data(), base.size(), hmac.bytes.data(),
       nullptr);
  EXPECT_EQ(encode_base64(hmac.view()), "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=");
}

// Goal:   the digest of a body is written as the standard has it.
// Method: the example of RFC 9530, appendix B.1, and that of RFC 9421, section 2.1: JSON with a line feed at its end, and without.
TEST(SignedRequest, DigestsBodiesAsRfc9530Does) {
  const auto digest_of = [](std::string_view body) {
    return sign_request({"POST", "example.com", "/foo", as_bytes(body)}, test_key(), kNow, Bytes(16, 1)).content_digest;
  };
  EXPECT_EQ(digest_of("{\"hello\": \"world\"}\n"), "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
  EXPECT_EQ(digest_of("{\"hello\": \"world\"}"), "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
}

// Goal:   what is written is what docs/protocol.md says, and it is accepted.
// Method: the exact text of the headers, then a check of the same request.
TEST(SignedRequest, IsWrittenAsDocumentedAndAccepted) {
  const auto headers = test_headers();
  EXPECT_EQ(headers.signature_input, "gstd=" + kCoverage + good_parameters());
  EXPECT_EQ(headers.content_digest, "sha-256=:" + encode_base64(sha256(as_bytes(kBody)).view()) + ":");
  const auto by = verify_request(test_parts(), headers, kNow);
  ASSERT_TRUE(by) << by.error().message;
  EXPECT_EQ(by->key, test_key().public_key());
  EXPECT_EQ(by->nonce, "abababababababababababababababab");
  EXPECT_EQ(by->created, kNow);
}

// Goal:   requests without a query, without a body, with a host in capitals are signed alike on both sides.
// Method: sign one spelling, check the other.
TEST(SignedRequest, NormalisesWhatHttpDoes) {
  const RequestParts bare{"GET", "Gstd.Example", "/api/v1/events", {}};
  const auto headers = sign_request(bare, test_key(), kNow, Bytes(16, 1));
  EXPECT_TRUE(verify_request({"GET", "gstd.example", "/api/v1/events", {}}, headers, kNow));
  // RFC 9421 section 2.2.7: no query and an empty one are the same component value.
  EXPECT_TRUE(verify_request({"GET", "gstd.example", "/api/v1/events?", {}}, headers, kNow));
  const auto root = sign_request({"GET", "gstd.example", "", {}}, test_key(), kNow, Bytes(16, 1));
  EXPECT_TRUE(verify_request({"GET", "gstd.example", "/", {}}, root, kNow));
}

// Goal:   nothing of a signed request can be changed.
// Method: each part in turn.
TEST(SignedRequest, RefusesAnyOtherRequest) {
  const auto headers = test_headers();
  const auto with = [](const std::function<void(RequestParts&)>& change) {
    auto parts = test_parts();
    change(parts);
    return parts;
  };
  expect_refused(with([](auto& p) { p.method = "GET"; }), headers, "signature_invalid");
  expect_refused(with([](auto& p) { p.method = "post"; }), headers, "signature_invalid");
  expect_refused(with([](auto& p) { p.authority = "gstd.example"; }), headers, "signature_invalid");
  expect_refused(with([](auto& p) { p.target = "/api/v1/orchestrator/claim"; }), headers, "signature_invalid");
  expect_refused(with([](auto& p) { p.target = "/api/v1/orchestrator/claim?wallet=w&wait_ms=5"; }), headers, "signature_invalid");
  expect_refused(with([](auto& p) { p.target = "/api/v1/orchestrator/Claim?wait_ms=5&wallet=w"; }), headers, "signature_invalid");
  expect_refused(with([](auto& p) { p.body = as_bytes("{}"); }), headers, "digest_mismatch");
  expect_refused(with([](auto& p) { p.body = {}; }), headers, "digest_mismatch");
}

// Goal:   a value with a line break cannot pass for several components.
// Method: the target carries what would be the next line.
TEST(SignedRequest, RefusesLineBreaksInComponents) {
  auto parts = test_parts();
  parts.target = "/a\n\"@query\": ?b";
  expect_refused(parts, sign_request(parts, test_key(), kNow, Bytes(16, 1)), "signature_malformed");
}

// Goal:   no byte of the three headers can be changed.
// Method: every byte, one bit flipped, must be refused.
TEST(SignedRequest, RefusesEveryChangedHeaderByte) {
  for (auto member : {&SignatureHeaders::content_digest, &SignatureHeaders::signature_input, &SignatureHeaders::signature}) {
    const auto length = (test_headers().*member).size();
    for (std::size_t at = 0; at < length; ++at) {
      for (const int bit : {0, 1, 5}) {
        auto headers = test_headers();
        (headers.*member)[at] = static_cast<char>((headers.*member)[at] ^ (1 << bit));
        ASSERT_FALSE(verify_request(test_parts(), headers, kNow)) << headers.*member;
      }
    }
  }
}

// Goal:   a request without a signature is told so.
// Method: each header in turn left out.
TEST(SignedRequest, NamesAMissingHeader) {
  expect_refused(test_parts(), {}, "signature_missing");
  for (auto member : {&SignatureHeaders::content_digest, &SignatureHeaders::signature_input, &SignatureHeaders::signature}) {
    auto headers = test_headers();
    (headers.*member).clear();
    expect_refused(test_parts(), headers, "signature_missing");
  }
}

// Goal:   a signature counts only if it covers all five components, each once, and nothing that is not understood.
// Method: properly signed requests with other coverages; another order is fine, since the base follows it.
TEST(SignedRequest, InsistsOnItsCoverage) {
  for (const auto* coverage :
       {"()", R"(("@method"))", R"(("@method" "@authority" "@path" "@query"))",
        R"(("@method" "@authority" "@path" "@query" "content-digest" "content-digest"))",
        R"(("@method" "@method" "@path" "@query" "content-digest"))", R"(("@method" "@authority" "@path" "@query" "date"))"})
    expect_refused(test_parts(), headers_with_input(coverage + good_parameters()), "signature_coverage");
  EXPECT_TRUE(verify_request(
      test_parts(), headers_with_input(R"(("content-digest" "@query" "@path" "@method" "@authority"))" + good_parameters()), kNow));
}

// Goal:   an Idempotency-Key is signed exactly where the request has one.
// Method: signed with and without; then the key changed, dropped, added, empty for absent, and with a line break.
TEST(SignedRequest, CoversTheIdempotencyKey) {
  auto parts = test_parts();
  parts.idempotency_key = "one";
  const auto headers = sign_request(parts, test_key(), kNow, Bytes(16, 1));
  EXPECT_NE(headers.signature_input.find(R"("content-digest" "idempotency-key"))"), std::string::npos) << headers.signature_input;
  EXPECT_TRUE(verify_request(parts, headers, kNow));

  auto changed = parts;
  changed.idempotency_key = "two";
  expect_refused(changed, headers, "signature_invalid");
  changed.idempotency_key = "";
  expect_refused(changed, headers, "signature_invalid");
  expect_refused(test_parts(), headers, "signature_coverage");
  expect_refused(parts, test_headers(), "signature_coverage");
  expect_refused(changed, test_headers(), "signature_coverage");

  changed.idempotency_key = "one\n\"@signature-params\": ()";
  expect_refused(changed, sign_request(changed, test_key(), kNow, Bytes(16, 1)), "signature_malformed");
}

// Goal:   parameters are exactly created, keyid, nonce and alg; their order is the signer's.
// Method: properly signed requests with other parameters.
TEST(SignedRequest, InsistsOnItsParameters) {
  const std::string key = test_key().public_key().hex();
  const std::string created = ";created=1768757000";
  const std::string keyid = ";keyid=\"" + key + "\"";
  const std::string nonce = ";nonce=\"abababababababab\"";
  const std::string alg = ";alg=\"ed25519\"";
  EXPECT_TRUE(verify_request(test_parts(), headers_with_input(kCoverage + alg + nonce + created + keyid), kNow));

  std::string capitals = key;
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  ASSERT_NE(capitals, key);
  for (const std::string& wrong : {
           std::string(),
           keyid + nonce + alg,
           created + nonce + alg,
           created + keyid + alg,
           created + keyid + nonce,
           created + created + keyid + nonce + alg,
           created + keyid + nonce + alg + alg,
           created + keyid + nonce + alg + ";expires=1768757001",
           created + keyid + nonce + alg + ";tag=\"x\"",
           created + keyid + nonce + ";alg=\"rsa-pss-sha512\"",
           ";created=\"1768757000\"" + keyid + nonce + alg,
           ";created=-1" + keyid + nonce + alg,
           ";created=1768757000.0" + keyid + nonce + alg,
           ";created=9999999999999999" + keyid + nonce + alg,
           ";created=999999999999999" + keyid + nonce + alg,
           created + ";keyid=\"" + key.substr(2) + "\"" + nonce + alg,
           created + ";keyid=\"" + capitals + "\"" + nonce + alg,
           created + ";keyid=12" + nonce + alg,
           created + keyid + ";nonce=\"short\"" + alg,
           created + keyid + ";nonce=\"" + std::string(65, 'n') + "\"" + alg,
           created + keyid + ";nonce=\"sixteen \\\" chars.\"" + alg,
       })
    expect_refused(test_parts(), headers_with_input(kCoverage + wrong), "signature_malformed");
}

// Goal:   there is one spelling of the headers.
// Method: variations that a lenient parser would take.
TEST(SignedRequest, RefusesOtherSpellings) {
  const auto input = test_headers().signature_input;
  for (const std::string& wrong :
       {" " + input, input + " ", input + ", other=()", "other=(), " + input, "gstd" + input, replaced(input, "gstd=", "sig1="),
        replaced(input, ";created", "; created"), replaced(input, "\" \"", "\"  \""), replaced(input, "(\"", "( \""),
        replaced(input, "\"@query\"", "\"@query\";req"), replaced(input, ")", ""), std::string(2000, 'x'), std::string("gstd=("),
        std::string("gstd=(\""), std::string("gstd=();"), std::string("gstd=();created="),
        "gstd=(" + std::string(900, ' ') + ")"}) {
    auto headers = test_headers();
    headers.signature_input = wrong;
    expect_refused(test_parts(), headers, "signature_malformed");
  }
  const auto signature = test_headers().signature;
  for (const std::string& wrong :
       {signature + ", " + signature, replaced(signature, "gstd=", "other="), replaced(signature, "=:", "="),
        signature.substr(0, signature.size() - 1), std::string("gstd=::"), std::string("gstd=:"), std::string("gstd=:AAAA:")}) {
    auto headers = test_headers();
    headers.signature = wrong;
    expect_refused(test_parts(), headers, "signature_malformed");
  }
  const auto digest = test_headers().content_digest;
  for (const std::string& wrong :
       {digest + ", " + digest, replaced(digest, "sha-256", "sha-512"), std::string("sha-256=::"), std::string("sha-256=:AAAA:")}) {
    auto headers = test_headers();
    headers.content_digest = wrong;
    expect_refused(test_parts(), headers, "signature_malformed");
  }
}

// Goal:   a signature lives kSignatureAgeMax, and clocks may differ by kSignatureSkewMax; the refusal says what time it is here.
// Method: both bounds, and a millisecond beyond each.
TEST(SignedRequest, ExpiresAtItsBounds) {
  const auto headers = test_headers();
  EXPECT_TRUE(verify_request(test_parts(), headers, kNow + kSignatureAgeMax));
  expect_refused(test_parts(), headers, "signature_expired", kNow + kSignatureAgeMax + 1ms);
  EXPECT_TRUE(verify_request(test_parts(), headers, kNow - kSignatureSkewMax));
  expect_refused(test_parts(), headers, "signature_expired", kNow - kSignatureSkewMax - 1ms);
  const auto far = headers_with_input(replaced(kCoverage + good_parameters(), "1768757000", "253402300799"));
  expect_refused(test_parts(), far, "signature_expired");
  for (const Timestamp now : {kNow + kSignatureAgeMax + 1ms, kNow - kSignatureSkewMax - 1ms})
    EXPECT_THAT(verify_request(test_parts(), headers, now).error().message, testing::HasSubstr(format_rfc3339(now)));
}

// Goal:   a signature is its key's.
// Method: another key's id over this key's signature.
TEST(SignedRequest, RefusesAnotherKey) {
  auto headers = test_headers();
  const auto other = SigningKey::from_seed(Bytes(kSeedBytes, 0x43))->public_key().hex();
  headers.signature_input = replaced(headers.signature_input, test_key().public_key().hex(), other);
  expect_refused(test_parts(), headers, "signature_invalid");
}

// Goal:   nonces of every length that sign_request() takes are accepted.
// Method: the ends of the range.
TEST(SignedRequest, TakesNoncesOfEightToThirtyTwoBytes) {
  for (const std::size_t length : {8u, 32u})
    EXPECT_TRUE(verify_request(test_parts(), sign_request(test_parts(), test_key(), kNow, Bytes(length, 9)), kNow)) << length;
}

}  // namespace
}  // namespace gstd::protocol
