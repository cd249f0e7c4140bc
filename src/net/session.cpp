#include "net/session.hpp"

#include "net/field.hpp"
#include "net/response_head.hpp"
#include "net/server_core.hpp"
#include "net/session_steps.hpp"
#include "net/wiping.hpp"

namespace gstd::net {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

// A connection that still has unread input when it closes is reset, and the reset may overtake the answer. So after a last answer
// the peer's bytes are read and dropped until it closes too, for so long and so many.
constexpr milliseconds kLingerTime{2'000};
constexpr std::size_t kLingerBytesMax = 16u << 20;
constexpr std::size_t kLingerReadBytes = 16u << 10;

// So short a body is sent with its head, in one piece: of two, Asio makes one on its stack for TLS, and leaves it there. An answer
// that holds a session's token is far shorter.
constexpr std::size_t kJoinedBodyBytesMax = 4u << 10;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

constexpr Refusal kPlainHttp{400, "This port speaks TLS; use https."};
constexpr Refusal kTruncated{400, "The request ended before it was complete."};
constexpr Refusal kTooSlow{408, "The request took too long to arrive."};
constexpr Refusal kUnanswered{500, "The server failed to answer."};
constexpr Refusal kTooMuchInFlight{503, "The server carries too many bytes at the moment; try again later."};

}  // namespace

Session::Session(ServerCore& core, Socket socket, std::string peer, std::shared_ptr<const TlsContext> tls)
    : core_(core),
      stream_(std::move(socket), std::move(tls)),
      timer_(stream_.get_executor()),
      peer_(std::move(peer)),
      parser_(core.options().header_bytes_max, core.options().body_bytes_max),
      charge_(core.bytes_in_flight()) {}

Session::~Session() {
  discard_body(head_);
  discard_body(body_);
}

void Session::start() {
  asio::dispatch(stream_.get_executor(), guarded([this] { stream_.is_tls() ? shake_hands() : begin_request(); }));
}

// ---------------------------------------------------------------------------------------------------------------------
// TLS

void Session::shake_hands() {
  if (core_.is_stopping()) return close();
  phase_ = Phase::shaking_hands;
  set_deadline(after(core_.options().tls->handshake_timeout));
  stream_.async_handshake(guarded([this](error_code error) { on_hands_shaken(error); }));
}

void Session::on_hands_shaken(error_code error) {
  if (phase_ != Phase::shaking_hands) return;  // timed out, or the server stops
  if (!error) return begin_request();
  if (core_.logs()) core_.log(LogLevel::debug, "no TLS with " + peer_ + ": " + error.message());
  const bool is_plain_http = error.category() == asio::error::get_ssl_category() &&
                             ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
  stream_.leave_tls();
  if (is_plain_http) return refuse(kPlainHttp);
  // The alert that tells the peer why is on its way; a reset must not overtake it.
  linger();
}

// ---------------------------------------------------------------------------------------------------------------------
// Reading

void Session::begin_request() {
  if (core_.is_stopping()) return close();
  phase_ = Phase::reading;
  parser_.begin();
  if (!parser_.has_started()) {
    set_deadline(after(core_.options().idle_timeout));
    return read();
  }
  begin_reading();
  advance();
}

void Session::begin_reading() {
  read_begin_ = after(milliseconds::zero());
  body_begin_ = SteadyTime::max();
}

// When the request in hand has come too slowly, as far as can be said by what is here of it.
SteadyTime Session::reading_deadline() {
  const HttpServerOptions& options = core_.options();
  const SteadyTime whole = read_begin_ + options.read_timeout;
  if (!parser_.has_head()) return std::min(whole, read_begin_ + options.header_timeout);
  if (body_begin_ == SteadyTime::max()) body_begin_ = after(milliseconds::zero());
  if (options.read_bytes_per_second_min == 0) return whole;
  return std::min(whole, body_begin_ + options.body_grace + time_for(parser_.body_bytes(), options.read_bytes_per_second_min));
}

void Session::read() {
  const std::span<char> room = parser_.prepare();
  stream_.async_read_some(asio::buffer(room.data(), room.size()),
                          guarded([this](error_code error, std::size_t bytes) { on_read(error, bytes); }));
}

void Session::on_read(error_code error, std::size_t bytes) {
  if (phase_ != Phase::reading) return;  // timed out meanwhile
  if (error) {
    if (error == asio::error::eof && parser_.has_started()) return refuse(kTruncated);
    return close();
  }
  const bool is_first = !parser_.has_started();
  parser_.commit(bytes);
  if (is_first) begin_reading();
  advance();
}

void Session::advance() {
  const RequestParser::Progress progress = parser_.advance();
  // By what came, not by what was announced: announcing costs a peer nothing, and would keep others out.
  if (progress != RequestParser::Progress::refused && !charge_.try_resize(counted(parser_.body_bytes())))
    return refuse(kTooMuchInFlight);
  switch (progress) {
    case RequestParser::Progress::needs_more:
      set_deadline(reading_deadline());
      return read();
    case RequestParser::Progress::wants_continue:
      // The peer asks whether to send it at all.
      if (!core_.bytes_in_flight().has_room_for(counted(parser_.body_bytes_announced()))) return refuse(kTooMuchInFlight);
      set_deadline(reading_deadline());
      return send_continue(0);
    case RequestParser::Progress::done:
      return handle();
    case RequestParser::Progress::refused:
      return refuse(parser_.refusal());
  }
}

void Session::send_continue(std::size_t sent) {
  stream_.async_write_some(asio::buffer(kContinue.data() + sent, kContinue.size() - sent),
                           guarded([this, sent](error_code error, std::size_t bytes) {
                             if (phase_ != Phase::reading) return;
                             if (error) return close();
                             if (sent + bytes < kContinue.size()) return send_continue(sent + bytes);
                             read();
                           }));
}

// ---------------------------------------------------------------------------------------------------------------------
// Handling

void Session::handle() {
  phase_ = Phase::handling;
  deadline_ = SteadyTime::max();  // the handler's time is its own
  Request request = parser_.take();
  request.peer = peer_;
  request.has_client_certificate = stream_.has_client_certificate();
  // What came behind the request would have been sent before the peer knew that it speaks to a WebSocket.
  live_ = parser_.keep_alive() && !parser_.has_more() ? make_live(stream_, request) : nullptr;
  request.wants_web_socket = live_ != nullptr;
  const auto state = std::make_shared<Responder::State>(core_.gate(), weak_from_this());
  responder_ = state;
  try {
    core_.handle(std::move(request), Responder(state));
  } catch (const std::exception& e) {
    core_.log(LogLevel::error, std::string("a handler failed: ") + e.what());
    state->answer(std::nullopt);
  } catch (...) {
    core_.log(LogLevel::error, "a handler failed with something that is no std::exception");
    state->answer(std::nullopt);
  }
}

void Session::answer(std::optional<Response> response) noexcept {
  try {
    // Inline when the handler itself answers: it runs on the strand.
    asio::dispatch(stream_.get_executor(),
                   guarded([this, response = std::move(response)]() mutable { on_answer(std::move(response)); }));
  } catch (...) {
    // No memory to pass it on. The session waits as if there were no answer yet; stop() ends it.
  }
}

void Session::on_answer(std::optional<Response> response) {
  if (phase_ != Phase::handling) {
    if (response) discard_body(response->body);
    return;
  }
  live_.reset();
  if (response && !is_sendable(*response)) {
    core_.log(LogLevel::error, "a handler's answer has a status or a header that HTTP does not allow");
    response.reset();
  }
  if (!response) response = core_.refusal(kUnanswered);
  const auto connection = response->headers.find("Connection");
  const bool wants_close = connection && equal_ignoring_case(*connection, "close");
  send(std::move(*response), parser_.is_head(), wants_close || !parser_.keep_alive());
}

void Session::refuse(Refusal why) {
  parser_.drop_body();
  charge_.release();  // a refusal must find its way also where all is taken; its few bytes are bounded by the connections
  write(core_.refusal(why), false, true);
}

// ---------------------------------------------------------------------------------------------------------------------
// Writing

void Session::send(Response response, bool is_head, bool close_after) {
  const bool has_no_body = is_head || !has_body(response.status);
  if (!charge_.try_resize(has_no_body ? 0 : counted(response.body.size()))) return refuse(kTooMuchInFlight);
  write(std::move(response), has_no_body, close_after);
}

void Session::write(Response response, bool has_no_body, bool close_after) {
  phase_ = Phase::writing;
  close_after_ = close_after || core_.is_stopping();
  head_ = format_head(response, close_after_, system_clock().now());
  if (has_no_body) discard_body(response.body);
  body_ = std::move(response.body);
  sent_ = 0;
  const std::size_t body_bytes = body_.size();
  if (body_bytes <= kJoinedBodyBytesMax) {
    head_.reserve(head_.size() + body_bytes);
    head_.append(body_);
    discard_body(body_);
  }
  write_end_ = after(core_.options().write_timeout + time_for(body_bytes, core_.options().write_bytes_per_second_min));
  write_some();
}

void Session::write_some() {
  // A peer that takes nothing is cut soon; one that takes a little now and again when the whole should have been written.
  set_deadline(std::min(write_end_, after(core_.is_stopping() ? kStopWriteTime : core_.options().write_timeout)));
  const auto written = [this](error_code error, std::size_t bytes) { on_written(error, bytes); };
  if (body_.empty()) return stream_.async_write_some(asio::buffer(head_.data() + sent_, head_.size() - sent_), guarded(written));
  const std::size_t of_head = std::min(sent_, head_.size());
  const std::size_t of_body = sent_ - of_head;
  const std::array<asio::const_buffer, 2> rest{asio::buffer(head_.data() + of_head, head_.size() - of_head),
                                               asio::buffer(body_.data() + of_body, body_.size() - of_body)};
  stream_.async_write_some(rest, guarded(written));
}

void Session::on_written(error_code error, std::size_t bytes) {
  if (phase_ != Phase::writing) return;
  if (error) return close();
  sent_ += bytes;
  if (sent_ < head_.size() + body_.size()) return write_some();
  discard_body(head_);
  discard_body(body_);  // the memory too: an idle connection holds none of it
  charge_.release();
  if (close_after_) return linger();
  begin_request();
}

// ---------------------------------------------------------------------------------------------------------------------
// Ending

void Session::linger() {
  if (core_.is_stopping()) return close();
  phase_ = Phase::lingering;
  set_deadline(after(kLingerTime));
  if (!stream_.is_tls()) return begin_draining();
  stream_.async_end_tls(guarded([this](error_code) {
    if (phase_ == Phase::lingering) begin_draining();
  }));
}

void Session::begin_draining() {
  error_code ignored;
  stream_.socket().shutdown(Socket::shutdown_send, ignored);
  sink_.resize(kLingerReadBytes);
  drain();
}

void Session::drain() {
  // What still comes is dropped as it is: there is nobody left whom it would have to be deciphered for.
  stream_.socket().async_read_some(asio::buffer(sink_), guarded([this](error_code error, std::size_t bytes) {
                                     if (phase_ != Phase::lingering) return;
                                     lingered_ += bytes;
                                     if (error || lingered_ > kLingerBytesMax) return close();
                                     drain();
                                   }));
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  timer_.cancel();
  error_code ignored;
  stream_.socket().close(ignored);
  forget_listener();
  core_.forget(*this);
}

void Session::stop() {
  asio::post(stream_.get_executor(), guarded([this] { on_stop(); }));
}

void Session::on_stop() {
  if (phase_ == Phase::live || phase_ == Phase::closing) return stop_web_socket();
  if (phase_ == Phase::writing) {
    close_after_ = true;
    return set_deadline(std::min(write_end_, after(kStopWriteTime)));
  }
  if (phase_ == Phase::handling) {
    const auto responder = responder_.lock();
    // Answered, but the answer has not reached this strand yet. The timer also keeps the server's threads at work until then.
    if (!responder || responder->is_answered) return set_deadline(after(kStopWriteTime));
  }
  close();
}

// ---------------------------------------------------------------------------------------------------------------------
// Time

void Session::set_deadline(SteadyTime when) {
  deadline_ = when;
  if (when < armed_for_) arm(when);
}

void Session::arm(SteadyTime when) {
  armed_for_ = when;
  timer_.expires_at(when);
  timer_.async_wait(guarded([this](error_code error) {
    if (!error) on_timer();
  }));
}

void Session::on_timer() {
  armed_for_ = SteadyTime::max();
  if (phase_ == Phase::closed || deadline_ == SteadyTime::max()) return;
  if (deadline_ > after(milliseconds::zero())) return arm(deadline_);
  if (phase_ != Phase::reading || !parser_.has_started()) return close();
  error_code ignored;
  stream_.socket().cancel(ignored);
  refuse(kTooSlow);
}

}  // namespace gstd::net
