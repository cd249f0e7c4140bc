// HTTP/1.1: a client over libcurl and a server over Boost.Beast, which also speaks WebSocket. Knows nothing of GSTD.
#pragma once

#include <gstd/base.hpp>

#include <memory>

namespace gstd::net {

/// Header fields in order; names compare without case. Values are wiped when they go: some are credentials.
class Headers {
 public:
  Headers() = default;
  Headers(const Headers&) = default;
  Headers(Headers&&) noexcept = default;
  Headers& operator=(Headers other) noexcept;
  ~Headers();

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
  /// Server only: the other side showed a certificate that ServerTls asks for, and it was good.
  bool has_client_certificate = false;
  /// Server only: it asks for a WebSocket as RFC 6455 section 4.2.1 wants it, so that Responder::upgrade() can be the answer.
  bool wants_web_socket = false;
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
  std::string ca_file{};  ///< PEM bundle, instead of the system's; empty: the system's. TLS is always verified, 1.2 or newer.
  /// Beside the verification: the server's public key must be one of these, each "sha256//" and the base64 of the SHA-256 of its
  /// SubjectPublicKeyInfo (RFC 7469 section 2.4); plain HTTP is refused then. Empty: any. At most 64. Name the next key too before
  /// the server changes its own. `openssl x509 -in FILE -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256
  /// -binary | base64` prints the digest.
  std::vector<std::string> pinned_public_keys{};
  /// PEM files for servers that ask for a certificate (mutual TLS); both or none. The key has no passphrase and is closed to other
  /// users. Checked at create(), and read again for each connection.
  std::string client_certificate_file{};
  std::string client_key_file{};
  std::string user_agent = "libgstd";
};

/// Keeps connections alive between calls. May be shared between threads: every call under way has a connection of its own.
/// Starts no threads but libcurl's for a name lookup, which may outlive a cancelled call by that lookup. Follows no redirects, uses
/// no proxy, touches no signal handlers.
class HttpClient {
 public:
  /// Errors: invalid_argument: an option is out of range, or its file does not serve; the reason names it. permission_denied:
  /// others
  ///         can open client_key_file.
  static Result<HttpClient> create(HttpClientOptions options = {});
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  /// Any HTTP status is a Response; an Error means that there was none. Methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.
  /// A kept connection that the server closed between calls is replaced unseen. Where it breaks after the request went out, GET and
  /// HEAD are sent again; anything else is `unavailable`, as it may have been processed.
  /// Errors: unavailable: no connection, or it broke. deadline_exceeded, cancelled: by `options`. invalid_argument: bad URL, method
  ///         or header, scheme other than http and https, credentials in the URL. unauthenticated, reason "tls_certificate": the
  ///         server's certificate does not verify; "tls_pin": its key is none of the pinned ones; "tls_client_certificate": the
  ///         server wants another certificate of ours. resource_exhausted: the answer is too long. data_loss: the answer is not
  ///         HTTP.
  Result<Response> send(const Request& request, const CallOptions& options = {}) const;

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Has libcurl wipe all memory that it gives back. Its buffers hold what was sent and received last, and so the tokens of sessions;
/// what else holds any is wiped in any case. For programs that own their process, `gstd` among them: it goes for every user of
/// libcurl in it, so that the library does not do it unasked. Call it first of all; again is fine. Errors: failed_precondition,
/// reason "http_memory": libcurl was used before. resource_exhausted: it could not be set up. Threads: any; while no other uses
/// libcurl.
Result<void> wipe_http_memory();

// ---------------------------------------------------------------------------------------------------------------------

/// Why a WebSocket ends, as the peer is told. Source: RFC 6455 section 7.4.1, and IANA's registry for 1013.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,        ///< The server stops.
  unsupported_data = 1003,  ///< The peer sent a message, which nobody here takes.
  policy_violation = 1008,
  message_too_big = 1009,
  internal_error = 1011,
  try_again_later = 1013,  ///< HttpServerOptions::bytes_in_flight_max is used up.
};

/// What fits a close frame beside its number (RFC 6455 section 5.5).
inline constexpr std::size_t kCloseReasonBytesMax = 123;

/// A connection of the server's that has become a WebSocket. May be shared between threads; copies are the same connection. Once
/// that is over, calls do nothing.
class WebSocket {
 public:
  struct State;
  explicit WebSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
  /// A text message, in UTF-8: one for each WebSocketEvents::on_ready, so that a slow peer holds no more than one in memory. One
  /// that comes earlier ends the connection with `internal_error`.
  void send(std::string text) const;
  /// Ends it after the message that is being written, or without that after some seconds. `reason` is cut to kCloseReasonBytesMax.
  void close(CloseCode code, std::string_view reason) const;

 private:
  std::shared_ptr<State> state_;
};

/// What becomes of a WebSocket. Called from the server's threads, never both at once; must not block for long.
struct WebSocketEvents {
  /// It can take a message: first when it is open, then each time when the last one was written.
  std::function<void(const WebSocket& socket)> on_ready;
  /// Once, and nothing after it: it is over, or never came to be.
  std::function<void()> on_closed;
};

/// Answers one request, once, from any thread, now or later. When it goes without an answer the peer gets 500.
class Responder {
 public:
  struct State;
  explicit Responder(std::shared_ptr<State> state) : state_(std::move(state)) {}
  /// The first call counts, of this and upgrade(); later ones do nothing.
  void send(Response response) const;
  /// Makes the connection a WebSocket, without extensions or subprotocols. Only for a request with `wants_web_socket`: for another
  /// one the peer gets 500. Messages from the peer are not taken. It counts among connections_max.
  void upgrade(WebSocketEvents events) const;

 private:
  std::shared_ptr<State> state_;
};

using Handler = std::function<void(Request request, Responder responder)>;

/// So much of each body that a server holds never counts: small calls go on while others hold all that there is. Fits a full page
/// of events, and all calls but those with large modules, inputs and outputs.
inline constexpr std::size_t kUncountedBodyBytes = 64u << 10;

/// How a server speaks TLS: version 1.2 or newer, ciphers with forward secrecy alone, HTTP/1.1 where the client names protocols
/// (ALPN), no renegotiation, no resumed sessions. All files are PEM, at most 1 MiB, and read at the start and at each reload.
struct ServerTls {
  std::string certificate_file;  ///< The server's certificate, and behind it those between it and its authority.
  std::string key_file;          ///< Its private key, without a passphrase. One that other users can open is refused.
  /// Authorities of clients. With it a client without a certificate of theirs is refused (mutual TLS): say so for a coordinator
  /// that only a proxy may reach. Empty: clients are asked for none.
  std::string client_ca_file{};
  /// Clients that may come in: a DNS name of the certificate's, or where it has none its common name, without regard to case.
  /// Empty: every client of client_ca_file.
  std::vector<std::string> client_names{};
  std::chrono::milliseconds handshake_timeout{10'000};  ///< For all of it; 1 ms to 24 h.
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";         ///< An IPv4 or IPv6 address, no name.
  std::uint16_t port = 0;                    ///< 0: the system picks one; see HttpServer::port().
  std::optional<ServerTls> tls{};            ///< Nothing: plain HTTP.
  unsigned threads = 4;                      ///< Threads that the server starts; each runs I/O and handlers. 1 to 256.
  std::size_t header_bytes_max = 16u << 10;  ///< Beyond: 431.
  std::size_t body_bytes_max = 16u << 20;    ///< Beyond: 413, and the connection closes.
  /// Beyond: new ones are closed at once. Each may hold some 100 KiB besides its bodies (headers, input; with TLS some 80 KiB more)
  /// and kUncountedBodyBytes of them. Those whose handshake is under way count. Most systems give a process 1 024 descriptors by
  /// default: more connections would only fail later. Raise it together with that limit.
  std::size_t connections_max = 1'024;
  /// Of all request bodies, from their first byte until they are answered, and all response bodies until they are written, each as
  /// far as it is longer than kUncountedBodyBytes. What would go beyond is answered with 503, and the connection closes. At least
  /// body_bytes_max, so that any body fits by itself.
  std::size_t bytes_in_flight_max = 256u << 20;
  // Slow senders get 408, and the connection closes, at the first of three: the head, the whole, or the body's rate.
  std::chrono::milliseconds header_timeout{10'000};  ///< From the first byte of a request to the end of its head.
  std::chrono::milliseconds read_timeout{30'000};    ///< From the first byte of a request to its last.
  /// Least rate: a body's first n bytes must be here body_grace plus n over this after the end of the head. 0: no bound.
  std::size_t read_bytes_per_second_min = 4u << 10;
  std::chrono::milliseconds body_grace{5'000};      ///< Connections need time to find their speed. 1 ms to 24 h.
  std::chrono::milliseconds write_timeout{30'000};  ///< Without the peer taking any byte of a response.
  /// Least rate: a response ends, whole or not, write_timeout plus its body's size over this after it began. 1 or more.
  std::size_t write_bytes_per_second_min = 16u << 10;
  std::chrono::milliseconds idle_timeout{120'000};  ///< Between requests of a kept-alive connection.
  /// Of a WebSocket whose peer gives no sign of life: it is asked for one (ping) after half of this, and closed after all of it.
  /// Long enough to cost little, and shorter than what proxies take for idle. 2 ms to 24 h.
  std::chrono::milliseconds web_socket_idle_timeout{40'000};
  /// Called from the server's threads, for which stop() waits: a sink that never returns keeps it for ever.
  LogSink log{};
};

/// An HTTP/1.1 server with keep-alive. A handler may block its thread, or keep the Responder and return.
/// What it refuses by itself (malformed request, 408, 413, 417, 431, 500, 503) is answered with HttpServer's own `refuse` text; a
/// 503 says when to come back (Retry-After). Writes Date, Content-Length and Connection itself; a handler's "Connection: close"
/// closes. A handler that throws answers 500. For WebSockets write_timeout and write_bytes_per_second_min bound each message.
class HttpServer {
 public:
  /// `refuse` makes the body for what the server refuses before any handler is called: (status, sentence) to body text of JSON.
  using Refuse = std::function<std::string(int status, std::string_view sentence)>;

  /// Errors: unavailable: address in use or not ours (the message names it). invalid_argument: options out of range, a file of
  ///         `tls` that does not serve. permission_denied, reason "key_file": others can open it. resource_exhausted: no threads to
  ///         be had.
  static Result<HttpServer> start(HttpServerOptions options, Handler handler, Refuse refuse = {});
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  /// As stop().
  ~HttpServer();

  std::uint16_t port() const noexcept;
  /// Reads the files of HttpServerOptions::tls again. Connections from now on use them; those that stand go on as they are.
  /// Errors: failed_precondition: the server has no TLS. Those of start() about files; the server then goes on with what it has.
  Result<void> reload_certificates();
  /// Accepts no more, lets handlers under way return (what they answered by then is sent, Responders kept for later answer
  /// nobody), tells WebSockets that it is `going_away`, closes all, joins the threads. From a handler it only begins that and
  /// returns; the last to let go waits, or nobody where a handler destroys its own server.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gstd::net
