// Signed requests of any shape: what is covered is covered to its last bit.
#include <gstd/protocol.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/flipped_bit.hpp"

namespace gstd::protocol {
namespace {

using test::any_below;
using test::with_flipped_bit;

const Timestamp kNow{std::chrono::seconds{1'768'757'000}};

SigningKey key() { return *SigningKey::from_seed(Bytes(kSeedBytes, 0x42)); }

struct Request {
  std::string method, authority, target;
  Bytes body;
  std::optional<std::string> idempotency_key;

  RequestParts parts() const {
    RequestParts out{method, authority, target, body};
    if (idempotency_key) out.idempotency_key = *idempotency_key;
    return out;
  }

  // What HTTP takes for the same: hosts in either case, no path and "/", no query and an empty one.
  Request normal() const {
    Request out = *this;
    for (char& c : out.authority)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (out.target.empty() || out.target.front() == '?') out.target.insert(0, "/");
    if (out.target.find('?') == std::string::npos) out.target += '?';
    return out;
  }
  bool operator==(const Request&) const = default;
};

// Letters that have a meaning in what is signed, so that one field's end may look like another's beginning.
std::string any_text() { return *rc::gen::container<std::string>(rc::gen::elementOf(std::string("aA?/&=\": ;()@-"))); }

Request any_request() {
  Request out;
  out.method = *rc::gen::element<std::string>("GET", "POST", "DELETE");
  out.authority = "h" + any_text();
  out.target = "/" + any_text();
  out.body = *rc::gen::arbitrary<Bytes>();
  if (*rc::gen::arbitrary<bool>()) out.idempotency_key = any_text();
  return out;
}

SignatureHeaders sign(const Request& request) { return sign_request(request.parts(), key(), kNow, Bytes(16, 0xab)); }
bool passes(const Request& request, const SignatureHeaders& headers) {
  return verify_request(request.parts(), headers, kNow).has_value();
}

// Goal:   two requests share what is signed only where HTTP takes them for the same.
// Method: pairs that differ in some parts, or in which part a text belongs to; the signature of the first over the second.
RC_GTEST_PROP(SignedRequestProperty, NoTwoRequestsShareTheirSignature, ()) {
  const Request one = any_request();
  const Request fresh = any_request();
  Request two = one;
  switch (any_below(8)) {
    case 0:
      two.method = fresh.method;
      break;
    case 1:
      two.authority = fresh.authority;
      break;
    case 2:
      two.target = fresh.target;
      break;
    case 3:
      two.body = fresh.body;
      break;
    case 4:
      two.idempotency_key = fresh.idempotency_key;
      break;
    case 5:
      // The same letters, the border elsewhere.
      two.authority = one.authority + one.target.substr(0, 1);
      two.target = one.target.substr(1);
      break;
    case 6:
      std::swap(two.authority, two.target);
      break;
    case 7:
      two.target = one.target.substr(0, one.target.find('?')) + "?" + any_text();
      break;
  }
  const bool same = one.normal() == two.normal();
  RC_ASSERT(passes(one, sign(one)));
  RC_ASSERT(passes(two, sign(one)) == same);
  const auto base_of = [](const Request& request) {
    return request_to_sign(request.parts(), key().public_key(), kNow, Bytes(16, 0xab)).base;
  };
  RC_ASSERT((base_of(one) == base_of(two)) == same);
}

// Goal:   a flipped bit in any part of a request, or in any of the headers that carry its signature, is refused.
// Method: random requests, one random bit of one random part; only another spelling of the same may pass.
RC_GTEST_PROP(SignedRequestProperty, RefusesEveryFlippedBit, ()) {
  const Request good = any_request();
  const SignatureHeaders headers = sign(good);
  RC_ASSERT(passes(good, headers));
  Request request = good;
  switch (any_below(5)) {
    case 0:
      request.method = with_flipped_bit(good.method);
      break;
    case 1:
      request.authority = with_flipped_bit(good.authority);
      break;
    case 2:
      request.target = with_flipped_bit(good.target);
      break;
    case 3:
      if (good.body.empty())
        request.body.push_back(0);
      else
        request.body = with_flipped_bit(good.body);
      break;
    case 4:
      if (!good.idempotency_key)
        request.idempotency_key.emplace();
      else if (good.idempotency_key->empty())
        request.idempotency_key.reset();
      else
        request.idempotency_key = with_flipped_bit(*good.idempotency_key);
      break;
  }
  RC_ASSERT(passes(request, headers) == (request.normal() == good.normal()));

  for (auto member : {&SignatureHeaders::content_digest, &SignatureHeaders::signature_input, &SignatureHeaders::signature}) {
    SignatureHeaders changed = headers;
    changed.*member = with_flipped_bit(headers.*member);
    RC_ASSERT(!passes(good, changed));
    changed.*member = (headers.*member).substr(0, any_below((headers.*member).size()));
    RC_ASSERT(!passes(good, changed));
  }
}

}  // namespace
}  // namespace gstd::protocol
