// A session's second half: what becomes of it when its handler upgrades it. Frames, pings and the closing handshake are Beast's;
// times that a peer gets are the session's own, but for the idle peer's, which hangs on pings.
#include "net/asio.hpp"  // first: it tells Asio what ThreadSanitizer can follow

#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "net/field.hpp"
#include "net/session_steps.hpp"

namespace gstd::net {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

using boost::system::error_code;
using std::chrono::milliseconds;

// What Beast asks of a stream that it does not know, found by the argument's namespace. -------------------------------------------

// When a peer has been silent for too long.
static void beast_close_socket(Stream& stream) {
  error_code ignored;
  stream.socket().close(ignored);
}

// After the closing handshake. How the connection ends below that, linger() knows.
template <class Handler>
static void async_teardown(beast::role_type, Stream& stream, Handler&& handler) {
  asio::post(stream.get_executor(), beast::bind_front_handler(std::forward<Handler>(handler), error_code{}));
}

namespace {

// Peers have nothing to say here: this much of a message is looked at before its sender is told so, and none longer is begun.
constexpr std::size_t kMessageBytesMax = 1u << 10;

// What a peer gets to take a message that is under way, and to answer the closing handshake.
constexpr milliseconds kCloseTime{2'000};

// RFC 6455 section 4.1: sixteen bytes in base64.
constexpr std::size_t kKeyChars = 24;

std::string_view only(const Headers& headers, std::string_view name) {
  return headers.count(name) == 1 ? *headers.find(name) : std::string_view{};
}

bool has_token(const Headers& headers, std::string_view name, std::string_view token) {
  for (const auto& field : headers)
    if (equal_ignoring_case(field.name, name) && http::token_list{field.value}.exists(token)) return true;
  return false;
}

// RFC 6455 section 4.2.1. Host is there, and the version of HTTP good, or it would not have come so far.
bool wants_web_socket(const Request& request) {
  return request.method == "GET" && request.body.empty() && has_token(request.headers, "Upgrade", "websocket") &&
         has_token(request.headers, "Connection", "upgrade") && only(request.headers, "Sec-WebSocket-Version") == "13" &&
         only(request.headers, "Sec-WebSocket-Key").size() == kKeyChars;
}

bool is_protocols_own(error_code error) { return error.category() == error_code(websocket::error::closed).category(); }

}  // namespace

struct Session::Live {
  // Compression is not even compiled in: it costs hundreds of KiB for each connection, and tells lengths of secrets.
  using Frames = websocket::stream<Stream&, false>;

  Live(Stream& stream, const Request& asked) : frames(stream) {
    request.method(http::verb::get);
    request.target("/");  // not looked at
    for (const std::string_view name : {"Host", "Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"})
      for (const auto& field : asked.headers)
        if (equal_ignoring_case(field.name, name)) request.insert(field.name, field.value);
  }

  Frames frames;
  http::request<http::empty_body> request;
  std::shared_ptr<WebSocketListener> listener;
  std::optional<WebSocket> socket;
  std::array<char, kMessageBytesMax> input{};  // what a peer says is not looked at
  std::string message;                         // under way
  bool is_writing = false;
};

std::shared_ptr<Session::Live> Session::make_live(Stream& stream, const Request& request) {
  return wants_web_socket(request) ? std::make_shared<Live>(stream, request) : nullptr;
}

// ---------------------------------------------------------------------------------------------------------------------
// Beginning

void Session::upgrade(std::shared_ptr<WebSocketListener> listener) noexcept {
  try {
    asio::dispatch(stream_.get_executor(),
                   guarded([this, listener = std::move(listener)]() mutable { on_upgrade(std::move(listener)); }));
  } catch (...) {
    // As in answer(): stop() ends it.
  }
}

void Session::on_upgrade(std::shared_ptr<WebSocketListener> listener) {
  if (phase_ != Phase::handling) return;
  if (core_.is_stopping()) return close();
  if (!live_) {
    core_.log(LogLevel::error, "a handler upgrades a request that does not ask for a WebSocket");
    return on_answer(std::nullopt);
  }
  phase_ = Phase::upgrading;
  parser_.begin();  // a head with a session's token is not kept for as long as the connection stands
  charge_.release();
  set_deadline(after(core_.options().write_timeout));
  live_->listener = std::move(listener);
  live_->socket.emplace(std::make_shared<WebSocket::State>(WebSocket::State{core_.gate(), weak_from_this()}));
  auto& frames = live_->frames;
  frames.set_option(websocket::stream_base::decorator(
      [](websocket::response_type& response) { response.set(http::field::server, "libgstd"); }));  // or Beast tells its version
  frames.set_option({websocket::stream_base::none(), core_.options().web_socket_idle_timeout, true});
  frames.read_message_max(kMessageBytesMax);
  frames.text(true);
  frames.auto_fragment(false);  // or the end could come in the middle of a message; and each is in memory anyway
  frames.async_accept(live_->request, guarded([this](error_code error) { on_upgraded(error); }));
}

void Session::on_upgraded(error_code error) {
  if (phase_ != Phase::upgrading) return;
  if (error) return close();
  phase_ = Phase::live;
  live_->request = {};
  if (core_.is_stopping()) return stop_web_socket();
  read_message();
  become_ready();
}

// ---------------------------------------------------------------------------------------------------------------------
// Messages

void Session::become_ready() {
  deadline_ = SteadyTime::max();
  live_->listener->on_ready(*live_->socket);
}

void Session::send_message(std::string text) noexcept {
  try {
    asio::dispatch(stream_.get_executor(), guarded([this, text = std::move(text)]() mutable { write_message(std::move(text)); }));
  } catch (...) {
    // No memory to pass it on. The socket does not become ready again; stop() ends it, or the peer.
  }
}

void Session::write_message(std::string text) {
  if (phase_ != Phase::live) return;
  if (live_->is_writing) {
    core_.log(LogLevel::error, "a handler sends a message before its WebSocket is ready");
    return begin_close(CloseCode::internal_error, {});
  }
  if (!charge_.try_resize(counted(text.size()))) return begin_close(CloseCode::try_again_later, {});
  live_->is_writing = true;
  live_->message = std::move(text);
  const HttpServerOptions& options = core_.options();
  set_deadline(after(options.write_timeout + time_for(live_->message.size(), options.write_bytes_per_second_min)));
  live_->frames.async_write(asio::buffer(live_->message),
                            guarded([this](error_code error, std::size_t) { on_message_written(error); }));
}

void Session::on_message_written(error_code error) {
  live_->is_writing = false;
  live_->message = std::string{};  // the memory too
  charge_.release();
  if (phase_ != Phase::live) return;
  if (error) return close();
  become_ready();
}

// There is always a read under way: it is what answers pings and sees the end.
void Session::read_message() {
  live_->frames.async_read_some(asio::buffer(live_->input), guarded([this](error_code error, std::size_t) { on_message(error); }));
}

void Session::on_message(error_code error) {
  if (error) return on_close(error);
  if (phase_ == Phase::live) begin_close(CloseCode::unsupported_data, "messages are not taken");
}

// ---------------------------------------------------------------------------------------------------------------------
// Ending

void Session::close_web_socket(CloseCode code, std::string reason) noexcept {
  try {
    asio::dispatch(stream_.get_executor(), guarded([this, code, reason = std::move(reason)] { begin_close(code, reason); }));
  } catch (...) {
    // As in send_message().
  }
}

void Session::begin_close(CloseCode code, std::string_view reason) {
  if (phase_ != Phase::live) return;
  phase_ = Phase::closing;
  set_deadline(after(kCloseTime));
  live_->frames.async_close({static_cast<websocket::close_code>(code), beast::string_view(reason.data(), reason.size())},
                            guarded([this](error_code error) { on_close(error); }));
}

// The end, as the first operation to see it has it.
void Session::on_close(error_code error) {
  if (phase_ != Phase::live && phase_ != Phase::closing) return;
  if (error && !is_protocols_own(error)) return close();
  // Both sides have said that it ends, or the peer broke the rules and was told so.
  forget_listener();
  linger();
}

void Session::stop_web_socket() {
  begin_close(CloseCode::going_away, "the server stops");
  set_deadline(std::min(deadline_, after(kStopWriteTime)));
}

void Session::forget_listener() noexcept {
  if (live_) live_->listener.reset();
}

}  // namespace gstd::net
