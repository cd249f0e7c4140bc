// One connection of the server.
#pragma once

#include <gstd/net.hpp>

#include "net/asio.hpp"
#include "net/byte_budget.hpp"
#include "net/request_parser.hpp"
#include "net/responder.hpp"
#include "net/stream.hpp"

namespace gstd::net {

class ServerCore;

/// Reads a request, has it answered, writes the answer, and only then looks at the next one: answers keep the order of
/// pipelined requests. A request may make it a WebSocket, for the rest of its life. All state is the strand's. Kept alive by the
/// core until close(), and by operations under way.
class Session : public std::enable_shared_from_this<Session> {
 public:
  /// `tls`: null for plain HTTP.
  Session(ServerCore& core, Socket socket, std::string peer, std::shared_ptr<const TlsContext> tls);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  // From any thread, while the core lives.
  void start();
  /// Nothing: the handler gave no answer.
  void answer(std::optional<Response> response) noexcept;
  /// The handler's answer is a WebSocket.
  void upgrade(std::shared_ptr<WebSocketListener> listener) noexcept;
  void send_message(std::string text) noexcept;
  void close_web_socket(CloseCode code, std::string reason) noexcept;
  /// Ends when the answer under way is written, at once where there is none. Never in the middle of the handler.
  void stop();

 private:
  enum class Phase { shaking_hands, reading, handling, writing, upgrading, live, closing, lingering, closed };
  struct Live;

  void shake_hands();
  void on_hands_shaken(boost::system::error_code error);

  void begin_request();
  void read();
  void on_read(boost::system::error_code error, std::size_t bytes);
  void advance();
  void send_continue(std::size_t sent);
  void handle();
  void send(Response response, bool is_head, bool close_after);
  void write(Response response, bool has_no_body, bool close_after);
  void write_some();
  void on_written(boost::system::error_code error, std::size_t bytes);
  void refuse(Refusal why);
  void linger();
  void begin_draining();
  void drain();
  void close();

  // session_web_socket.cpp
  static std::shared_ptr<Live> make_live(Stream& stream, const Request& request);
  void on_upgrade(std::shared_ptr<WebSocketListener> listener);
  void on_upgraded(boost::system::error_code error);
  void become_ready();
  void write_message(std::string text);
  void on_message_written(boost::system::error_code error);
  void read_message();
  void on_message(boost::system::error_code error);
  void begin_close(CloseCode code, std::string_view reason);
  void on_close(boost::system::error_code error);
  void stop_web_socket();
  void forget_listener() noexcept;

  void on_answer(std::optional<Response> response);
  void on_stop();

  void begin_reading();
  SteadyTime reading_deadline();
  void set_deadline(SteadyTime when);
  void arm(SteadyTime when);
  void on_timer();

  /// The step as a completion handler: it holds the session, and an exception of it closes the session.
  template <class Step>
  auto guarded(Step step);

  ServerCore& core_;
  Stream stream_;
  Timer timer_;
  const std::string peer_;
  RequestParser parser_;
  ByteCharge charge_;  // of what counts of the request's body until the answer, then of the answer's
  Phase phase_ = Phase::reading;
  std::weak_ptr<Responder::State> responder_;  // of the request in hand

  // A deadline moves with every phase, the timer seldom: it is set for some earlier moment and looks then.
  SteadyTime deadline_ = SteadyTime::max();
  SteadyTime armed_for_ = SteadyTime::max();

  SteadyTime read_begin_{};                    // of the request in hand
  SteadyTime body_begin_ = SteadyTime::max();  // max(): its head is not here yet
  SteadyTime write_end_ = SteadyTime::max();   // no piece of the answer may be written later

  std::string head_;
  std::string body_;
  std::size_t sent_ = 0;  // of head_ and body_ together
  bool close_after_ = false;
  std::shared_ptr<Live>
      live_;                // from a request for a WebSocket until it is answered, or for good; shared: it is complete elsewhere
  std::vector<char> sink_;  // only while lingering
  std::size_t lingered_ = 0;
};

}  // namespace gstd::net
