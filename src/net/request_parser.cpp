#include "net/request_parser.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/field.hpp"
#include "net/wiping.hpp"

namespace gstd::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

// Most requests fit the first; an idle connection holds no more than that. Bodies come in larger pieces.
constexpr std::size_t kHeadReadBytes = 4u << 10;
constexpr std::size_t kBodyReadBytes = 64u << 10;

constexpr Refusal kMalformed{400, "The request is not valid HTTP/1.1."};
constexpr Refusal kHeaderTooLong{431, "The request's headers are too long."};
constexpr Refusal kBodyTooLong{413, "The request's body is too long."};
constexpr Refusal kHost{400, "The request needs exactly one Host header."};
constexpr Refusal kTarget{400, "The request's target is not a path."};
constexpr Refusal kExpectation{417, "The only expectation that is met is 100-continue."};

std::string_view view(beast::string_view text) noexcept { return {text.data(), text.size()}; }

// The path with query, also where the whole URL was sent: servers must take both (RFC 9112 section 3.2.2). Empty: neither.
std::string_view origin_form(std::string_view target) noexcept {
  if (target.starts_with('/') || target == "*") return target;
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return {};
  const std::string_view scheme = target.substr(0, scheme_end);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) return {};
  const auto path = target.find_first_of("/?", scheme_end + 3);
  if (path == std::string_view::npos) return "/";
  return target[path] == '/' ? target.substr(path) : std::string_view{};
}

}  // namespace

struct RequestParser::Impl {
  std::size_t header_bytes_max;
  std::size_t body_bytes_max;
  // Heads have tokens in them: they are wiped wherever they were, as soon as they are used.
  beast::basic_flat_buffer<WipingAllocator<char>> input;
  std::optional<http::request_parser<http::string_body, WipingAllocator<char>>> parser;
  std::size_t head_bytes = 0;  // of the request in hand, as far as the parser has used them
  bool head_is_read = false;
  bool is_head = false;  // the method's name goes with take()
  Refusal refusal{};
  Request request;

  Progress refuse(Refusal why) noexcept {
    refusal = why;
    return Progress::refused;
  }

  // Copies the head now: trailers of a chunked body would join the fields later, and nobody may add to them after the fact
  // (RFC 9110 section 6.5.1).
  Progress read_head() {
    head_is_read = true;
    const auto& message = parser->get();
    request = {};
    request.method = view(message.method_string());
    is_head = request.method == "HEAD";
    const std::string_view target = origin_form(view(message.target()));
    if (target.empty()) return refuse(kTarget);
    request.target = target;
    for (const auto& field : message) request.headers.add(std::string(view(field.name_string())), std::string(view(field.value())));
    const std::size_t hosts = request.headers.count("Host");
    if (hosts > 1 || (hosts == 0 && message.version() == 11)) return refuse(kHost);
    const auto expect = request.headers.find("Expect");
    if (!expect || message.version() < 11) return Progress::done;
    if (!equal_ignoring_case(*expect, "100-continue")) return refuse(kExpectation);
    return parser->is_done() || input.size() > 0 ? Progress::done : Progress::wants_continue;
  }
};

RequestParser::RequestParser(std::size_t header_bytes_max, std::size_t body_bytes_max) : impl_(std::make_unique<Impl>()) {
  impl_->header_bytes_max = header_bytes_max;
  impl_->body_bytes_max = body_bytes_max;
  // The largest that must be in one piece is a head, and what was read with it. Longer chunk extensions or trailers are refused.
  impl_->input.max_size(header_bytes_max + kBodyReadBytes);
  begin();
}

RequestParser::~RequestParser() = default;

void RequestParser::begin() {
  if (impl_->input.size() == 0 && impl_->input.capacity() > 4 * kHeadReadBytes) impl_->input.shrink_to_fit();
  auto& parser = impl_->parser.emplace();
  parser.header_limit(static_cast<std::uint32_t>(impl_->header_bytes_max));
  parser.body_limit(impl_->body_bytes_max);
  impl_->head_bytes = 0;
  impl_->head_is_read = false;
}

bool RequestParser::has_started() const noexcept { return impl_->head_bytes > 0 || impl_->input.size() > 0; }

std::span<char> RequestParser::prepare() {
  auto& input = impl_->input;
  const std::size_t wanted = impl_->head_is_read ? kBodyReadBytes : kHeadReadBytes;
  const auto room = input.prepare(std::min(wanted, input.max_size() - input.size()));
  return {static_cast<char*>(room.data()), room.size()};
}

void RequestParser::commit(std::size_t bytes) { impl_->input.commit(bytes); }

RequestParser::Progress RequestParser::advance() {
  auto& parser = *impl_->parser;
  auto& input = impl_->input;
  for (;;) {
    if (parser.is_done()) return Progress::done;
    if (input.size() == 0) return Progress::needs_more;
    parser.eager(impl_->head_is_read);  // stop behind the head once, to look at it before the body is waited for
    beast::error_code error;
    const auto bytes = input.data();
    const std::size_t used = parser.put(bytes, error);
    if (!impl_->head_is_read) wipe(bytes.data(), used);
    input.consume(used);
    if (!impl_->head_is_read && (!error || error == http::error::need_more)) {
      // Beast's own limit is for what it has not used yet, which is less than the head where that comes in pieces. Where it needs
      // more, all that waits is head, and at least one byte of it is still to come.
      impl_->head_bytes += used;
      if (impl_->head_bytes + (error ? input.size() + 1 : 0) > impl_->header_bytes_max) error = http::error::header_limit;
    }
    if (error == http::error::header_limit) return impl_->refuse(kHeaderTooLong);
    if (error == http::error::need_more) {
      if (input.size() == input.max_size()) return impl_->refuse(kMalformed);
      return Progress::needs_more;
    }
    if (error == http::error::body_limit) return impl_->refuse(kBodyTooLong);
    if (error) return impl_->refuse(kMalformed);
    if (!impl_->head_is_read && parser.is_header_done())
      if (const Progress head = impl_->read_head(); head != Progress::done) return head;
  }
}

bool RequestParser::has_head() const noexcept { return impl_->head_is_read; }

Refusal RequestParser::refusal() const noexcept { return impl_->refusal; }

bool RequestParser::is_head() const noexcept { return impl_->is_head; }

// HTTP/1.0's own keep-alive is an extension that nobody needs any more.
bool RequestParser::keep_alive() const noexcept { return impl_->parser->get().version() == 11 && impl_->parser->keep_alive(); }

bool RequestParser::has_more() const noexcept { return impl_->input.size() > 0; }

std::size_t RequestParser::body_bytes() const noexcept { return impl_->parser->get().body().size(); }

std::size_t RequestParser::body_bytes_announced() const noexcept {
  return static_cast<std::size_t>(impl_->parser->content_length().value_or(0));  // within the body's limit, or refused
}

void RequestParser::drop_body() noexcept { impl_->parser->get().body() = std::string{}; }

Request RequestParser::take() {
  impl_->request.body = std::move(impl_->parser->get().body());
  return std::move(impl_->request);
}

}  // namespace gstd::net
