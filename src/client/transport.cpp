#include "client/transport.hpp"

#include "client/patience.hpp"

#include <algorithm>
#include <charconv>

namespace gstd::client {
namespace {

constexpr unsigned kTriesMax = 10;
constexpr std::size_t kNonceBytes = 16;

// A module is the longest body that the API answers with, and the sandbox takes none above 50 MiB. JSON is bounded further by
// protocol::read().
constexpr std::size_t kResponseBytesMax = 50u << 20;
static_assert(kResponseBytesMax >= protocol::kBodyBytesMax);

// What of a refusal's sentence is kept: messages end up in logs.
constexpr std::size_t kMessageCharsMax = 1'000;

// RFC 9110 section 10.2.3 allows seconds or a date; a date, which nobody sends with these, is as if nothing was said.
constexpr std::size_t kRetryAfterDigitsMax = 6;

std::optional<std::chrono::milliseconds> retry_after_of(const net::Response& response) {
  constexpr int kTooManyRequests = 429;
  constexpr int kUnavailable = 503;
  if (response.status != kTooManyRequests && response.status != kUnavailable) return std::nullopt;
  // Our own coordinator says it to the millisecond.
  if (const auto exact = protocol::read_retry_after(response.body)) return std::max(*exact, kToldDelayMin);
  const auto text = response.headers.find("Retry-After");
  if (!text || text->empty() || text->size() > kRetryAfterDigitsMax) return std::nullopt;
  unsigned seconds = 0;
  const auto [stopped, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc{} || stopped != text->data() + text->size()) return std::nullopt;
  return std::max(std::chrono::milliseconds{std::chrono::seconds{seconds}}, kToldDelayMin);
}

}  // namespace

Result<Transport> Transport::create(ClientOptions options) {
  if (options.tries == 0 || options.tries > kTriesMax)
    return Error{ErrorCode::invalid_argument, "tries must be 1 to " + std::to_string(kTriesMax), "options"};
  if (options.pow_versions.empty() || options.pow_versions.size() > protocol::kPowVersionsMax)
    return Error{ErrorCode::invalid_argument,
                 "pow_versions must name 1 to " + std::to_string(protocol::kPowVersionsMax) + " versions", "options"};
  auto base_url = parse_base_url(options.url, options.allow_plain_http);
  if (!base_url) return std::move(base_url).error();
  if (!options.pinned_public_keys.empty() && !base_url->origin.starts_with("https://"))
    return Error{ErrorCode::invalid_argument, "plain http shows no key that could be one of pinned_public_keys; use https", "url"};
  net::HttpClientOptions http_options;
  http_options.response_bytes_max = kResponseBytesMax;
  http_options.ca_file = options.ca_file;
  http_options.pinned_public_keys = options.pinned_public_keys;
  http_options.client_certificate_file = options.client_certificate_file;
  http_options.client_key_file = options.client_key_file;
  auto http = net::HttpClient::create(std::move(http_options));
  if (!http) return std::move(http).error();
  if (!options.clock) options.clock = &system_clock();
  if (!options.random) options.random = &system_random();
  return Transport{std::move(options), std::move(*base_url), std::move(*http)};
}

Transport::Transport(ClientOptions options, BaseUrl base_url, net::HttpClient http)
    : options_(std::move(options)),
      base_url_(std::move(base_url)),
      http_(std::move(http)),
      session_(std::make_unique<SessionSlot>(options_.session)) {}

Result<void> Transport::check_access(const Call& call) const {
  if (call.access == protocol::Access::anybody) return {};
  if (options_.key && protocol::takes_key(call.access)) return {};
  if (session_->get() && protocol::takes_session(call.access)) return {};
  return protocol::takes_key(call.access) ? key_missing() : session_missing();
}

// Which calls may be repeated when the first answer was lost: all of the API. Reads change nothing; create carries an
// Idempotency-Key; upload, register and challenge put the same thing in the same place; claim, heartbeat, complete and fail are
// fenced by nonce and attempt number, so that a repeat is either the same again or refused; so is a login by its payload.
Result<net::Response> Transport::send(const Call& call, const CallOptions& options) const {
  if (auto allowed = check_access(call); !allowed) return std::move(allowed).error();
  const Deadline deadline{clock(), options.timeout};
  for (unsigned tried = 1;; ++tried) {
    if (deadline.spent()) return Error{ErrorCode::deadline_exceeded, "the call's time was over before it was sent", {}};
    std::optional<std::chrono::milliseconds> told;
    auto response = send_once(call, {deadline.remaining(), options.stop}, told);
    if (response || tried == options_.tries) return response;
    if (response.error().code != ErrorCode::unavailable && !told) return response;
    const auto delay = told.value_or(retry_delay(tried));
    // A wait that would outlast the deadline tells the caller nothing; the reason at hand does.
    if (delay >= deadline.remaining()) return response;
    if (!wait_for(delay, options.stop))
      return Error{
          ErrorCode::cancelled, "the call was cancelled between two tries; the last said: " + response.error().message, {}};
  }
}

Result<net::Response> Transport::send_once(const Call& call, const CallOptions& options,
                                           std::optional<std::chrono::milliseconds>& retry_after) const {
  net::Request request;
  request.method = call.method;
  request.target = base_url_.origin + call.target;
  request.body = call.body;
  if (!call.content_type.empty()) request.headers.set("Content-Type", call.content_type);
  if (!call.idempotency_key.empty()) request.headers.set("Idempotency-Key", call.idempotency_key);
  using protocol::Access;
  const bool is_signed = options_.key && call.access != Access::session;
  // Only where it counts: a secret that is not sent is not stolen.
  const bool has_session = call.access == Access::registration || (protocol::takes_session(call.access) && !is_signed);
  if (const auto token = has_session ? session_->get() : std::nullopt)
    request.headers.set("X-Session-Token", std::string(token->reveal()));
  if (is_signed) {
    // New for every try: the coordinator may have seen the nonce of one whose answer was lost, and refuses it from then on.
    std::array<std::uint8_t, kNonceBytes> nonce{};
    random().fill(nonce);
    protocol::RequestParts parts{call.method, base_url_.authority, call.target, as_bytes(call.body)};
    if (!call.idempotency_key.empty()) parts.idempotency_key = call.idempotency_key;
    auto signed_headers = protocol::sign_request(parts, *options_.key, clock().now(), nonce);
    request.headers.set("Content-Digest", std::move(signed_headers.content_digest));
    request.headers.set("Signature-Input", std::move(signed_headers.signature_input));
    request.headers.set("Signature", std::move(signed_headers.signature));
  }
  auto response = http_.send(request, options);
  if (!response || (response->status >= 200 && response->status <= 299)) return response;
  retry_after = retry_after_of(*response);
  Error refusal = protocol::read_error(response->status, response->body);
  refusal.message.resize(clip_utf8(refusal.message, kMessageCharsMax).size());
  return refusal;
}

Error key_missing() {
  return {ErrorCode::unauthenticated, "this call is signed; give the client a key (ClientOptions::key)", "key_missing"};
}

Error session_missing() {
  return {ErrorCode::unauthenticated,
          "this call wants a session; begin one with login(), or give the client one (ClientOptions::session)", "session_missing"};
}

Error wallet_missing() {
  return {ErrorCode::failed_precondition, "this call is about a wallet; give the client one (ClientOptions::wallet)",
          "wallet_missing"};
}

Error Transport::not_of_the_protocol(std::string_view detail) {
  return {ErrorCode::data_loss,
          "the answer is not of the protocol: " + std::string(detail) + "; check that the URL is a coordinator's", "answer"};
}

}  // namespace gstd::client
