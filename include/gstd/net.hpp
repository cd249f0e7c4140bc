// HTTP/1.1: a client over libcurl and a server over Boost.Beast. Knows nothing of GSTD.
#pragma once

#include <gstd/base.hpp>

#include <memory>

namespace gstd::net {

/// Header fields in order; names compare without case.
class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;
  };

  void set(std::string name, std::string value);  ///< Replaces every field of that name.
  void add(std::string name, std::string value);
  /// The first value of that name, or nothing.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// How many fields have that name; a security-relevant header must not come twice.
  std::size_t count(std::string_view name) const noexcept;
  auto begin() const noexcept { return fields_.begin(); }
  auto end() const noexcept { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

struct Request {
  std::string method = "GET";
  std::string target;  ///< Server: path with query. Client: whole URL.
  Headers headers;
  std::string body;
  std::string peer;  ///< Server only: the other side's address and port, e.g. "127.0.0.1:41873" or "[::1]:41873".
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

// ---------------------------------------------------------------------------------------------------------------------

struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};  ///< 1 ms to 1 h; spent: `unavailable`, reason "connect_timeout".
  std::size_t response_bytes_max = 64u << 20;        ///< A longer body ends the call with resource_exhausted.
  std::string ca_file{};  ///< PEM bundle, instead of the system's; empty: the system's. TLS is always verified.
  std::string user_agent = "libgstd";
};

/// Keeps connections alive between calls. May be shared between threads: every call under way has a connection of its own.
/// Starts no threads but libcurl's for a name lookup, which may outlive a cancelled call by that lookup. Follows no redirects, uses
/// no proxy, touches no signal handlers.
class HttpClient {
 public:
  static Result<HttpClient> create(HttpClientOptions options = {});
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  /// Any HTTP status is a Response; an Error means that there was none. Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.
  /// A kept connection that the server closed between calls is replaced unseen. Where it breaks after the request went out, GET and
  /// HEAD are sent again; anything else is `unavailable`, as it may have been processed.
  /// Errors: unavailable: no connection, or it broke. deadline_exceeded, cancelled: by `options`. invalid_argument: bad URL, method
  ///         or header, scheme other than http and https, credentials in the URL. unauthenticated: the server's certificate does
  ///         not verify. resource_exhausted: the answer is too long. data_loss: the answer is not HTTP.
  Result<Response> send(const Request& request, const CallOptions& options = {}) const;

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// ---------------------------------------------------------------------------------------------------------------------

/// Answers one request, once, from any thread, now or later. When it goes without an answer the peer gets 500.
class Responder {
 public:
  struct State;
  explicit Responder(std::shared_ptr<State> state) : state_(std::move(state)) {}
  /// The first call counts; later ones do nothing.
  void send(Response response) const;

 private:
  std::shared_ptr<State> state_;
};

using Handler = std::function<void(Request request, Responder responder)>;

/// So much of each body that a server holds never counts: small calls go on while others hold all that there is. Fits a full page
/// of events, and all calls but those with large modules, inputs and outputs.
inline constexpr std::size_t kUncountedBodyBytes = 64u << 10;

struct HttpServerOptions {
  std::string address = "127.0.0.1";         ///< An IPv4 or IPv6 address, no name.
  std::uint16_t port = 0;                    ///< 0: the system picks one; see HttpServer::port().
  unsigned threads = 4;                      ///< Threads that the server starts; each runs I/O and handlers. 1 to 256.
  std::size_t header_bytes_max = 16u << 10;  ///< Beyond: 431.
  std::size_t body_bytes_max = 16u << 20;    ///< Beyond: 413, and the connection closes.
  /// Beyond: new ones are closed at once. Each may hold some 100 KiB besides its bodies (headers, input) and kUncountedBodyBytes of
  /// them, and most systems give a process 1 024 descriptors by default: more connections would only fail later. Raise it together
  /// with that limit.
  std::size_t connections_max = 1'024;
  /// Of all request bodies, from their first byte until they are answered, and all response bodies until they are written, each as
  /// far as it is longer than kUncountedBodyBytes. What would go beyond is answered with 503, and the connection closes. At least
  /// body_bytes_max, so that any body fits by itself.
  std::size_t bytes_in_flight_max = 256u << 20;
  std::chrono::milliseconds read_timeout{30'000};   ///< From the first byte of a request to its last: slow senders.
  std::chrono::milliseconds write_timeout{30'000};  ///< Without the peer taking any byte of a response.
  /// Least rate: a response ends, whole or not, write_timeout plus its body's size over this after it began. 1 or more.
  std::size_t write_bytes_per_second_min = 16u << 10;
  std::chrono::milliseconds idle_timeout{120'000};  ///< Between requests of a kept-alive connection.
  /// Called from the server's threads, for which stop() waits: a sink that never returns keeps it for ever.
  LogSink log{};
};

/// An HTTP/1.1 server with keep-alive. A handler may block its thread, or keep the Responder and return.
/// What it refuses by itself (malformed request, 408, 413, 417, 431, 500, 503) is answered with HttpServer's own `refuse` text.
/// Writes Date, Content-Length and Connection itself; a handler's "Connection: close" closes. A handler that throws answers 500.
class HttpServer {
 public:
  /// `refuse` makes the body for what the server refuses before any handler is called: (status, sentence) to body text of JSON.
  using Refuse = std::function<std::string(int status, std::string_view sentence)>;

  /// Errors: unavailable: address in use or not ours (the message names it). invalid_argument: options out of range.
  ///         resource_exhausted: no threads to be had.
  static Result<HttpServer> start(HttpServerOptions options, Handler handler, Refuse refuse = {});
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  /// As stop().
  ~HttpServer();

  std::uint16_t port() const noexcept;
  /// Accepts no more, lets handlers under way return (what they answered by then is sent, Responders kept for later answer
  /// nobody), closes all, joins the threads. From a handler it only begins that and returns; the last to let go waits, or nobody
  /// where a handler destroys its own server.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gstd::net
