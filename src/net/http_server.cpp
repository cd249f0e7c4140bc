#include <gstd/net.hpp>

#include <system_error>
#include <thread>

#include "net/server_core.hpp"
#include "net/tls_context.hpp"

namespace gstd::net {
namespace {

constexpr unsigned kThreadsMax = 256;

// Bounds of the options, far beyond any use and far from overflow.
constexpr std::size_t kHeaderBytesMin = 256;
constexpr std::size_t kHeaderBytesMax = 1u << 20;
constexpr std::size_t kBodyBytesMax = std::size_t{4} << 30;
constexpr std::chrono::milliseconds kTimeoutMax = std::chrono::hours{24};

Result<void> check(const HttpServerOptions& options, const Handler& handler) {
  const auto invalid = [](std::string message, std::string reason) {
    return Error{ErrorCode::invalid_argument, std::move(message), std::move(reason)};
  };
  const auto is_timeout = [](std::chrono::milliseconds time) { return time.count() > 0 && time <= kTimeoutMax; };
  if (!handler) return invalid("a server needs a handler; give it one", "handler");
  if (options.threads < 1 || options.threads > kThreadsMax) return invalid("threads is out of range; use 1 to 256", "threads");
  if (options.header_bytes_max < kHeaderBytesMin || options.header_bytes_max > kHeaderBytesMax)
    return invalid("header_bytes_max is out of range; use 256 bytes to 1 MiB", "header_bytes_max");
  if (options.body_bytes_max > kBodyBytesMax) return invalid("body_bytes_max is out of range; use at most 4 GiB", "body_bytes_max");
  if (options.connections_max < 1) return invalid("connections_max is zero; allow at least one", "connections_max");
  if (options.bytes_in_flight_max < options.body_bytes_max)
    return invalid("bytes_in_flight_max is less than body_bytes_max; raise it, or lower body_bytes_max", "bytes_in_flight_max");
  if (!is_timeout(options.header_timeout)) return invalid("header_timeout is out of range; use 1 ms to 24 h", "header_timeout");
  if (!is_timeout(options.body_grace)) return invalid("body_grace is out of range; use 1 ms to 24 h", "body_grace");
  if (!is_timeout(options.read_timeout)) return invalid("read_timeout is out of range; use 1 ms to 24 h", "read_timeout");
  if (!is_timeout(options.write_timeout)) return invalid("write_timeout is out of range; use 1 ms to 24 h", "write_timeout");
  if (options.write_bytes_per_second_min < 1)
    return invalid("write_bytes_per_second_min is zero; use at least one", "write_bytes_per_second_min");
  if (!is_timeout(options.idle_timeout)) return invalid("idle_timeout is out of range; use 1 ms to 24 h", "idle_timeout");
  // Half of it is a time of its own, in whole milliseconds.
  if (options.web_socket_idle_timeout.count() < 2 || options.web_socket_idle_timeout > kTimeoutMax)
    return invalid("web_socket_idle_timeout is out of range; use 2 ms to 24 h", "web_socket_idle_timeout");
  if (options.tls && !is_timeout(options.tls->handshake_timeout))
    return invalid("handshake_timeout is out of range; use 1 ms to 24 h", "handshake_timeout");
  return {};
}

// Such a certificate is used all the same: it may be this machine's clock that is wrong.
constexpr std::string_view kOutOfDate = "the server's certificate is not yet valid, or has expired; clients will refuse it";

}  // namespace

struct HttpServer::State {
  std::shared_ptr<ServerCore> core;
  std::uint16_t port = 0;
  std::mutex mutex;
  std::vector<std::thread> threads;  // guarded by mutex

  ~State() {
    if (!core) return;
    stop();
    // Left only where a handler destroys its own server: the threads finish without us, and hold the core until then.
    for (std::thread& thread : threads) thread.detach();
  }

  void stop() {
    core->begin_stop();
    if (core->runs_this_thread()) return;  // a thread cannot wait for itself
    const std::lock_guard lock(mutex);
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

Result<HttpServer> HttpServer::start(HttpServerOptions options, Handler handler, Refuse refuse) {
  if (auto checked = check(options, handler); !checked) return std::move(checked).error();
  try {
    auto state = std::make_unique<State>();
    const unsigned threads = options.threads;
    std::shared_ptr<const TlsContext> tls;
    if (options.tls) {
      auto loaded = TlsContext::load(*options.tls);
      if (!loaded) return std::move(loaded).error();
      if (!(*loaded)->is_in_date() && options.log) options.log(LogLevel::warning, kOutOfDate);
      tls = *std::move(loaded);
    }
    state->core = std::make_shared<ServerCore>(std::move(options), std::move(tls), std::move(handler), std::move(refuse));
    auto port = state->core->listen();
    if (!port) return std::move(port).error();
    state->port = *port;
    state->threads.reserve(threads);
    for (unsigned i = 0; i < threads; ++i) state->threads.emplace_back([core = state->core] { core->run(); });
    return HttpServer(std::move(state));
  } catch (const std::exception& e) {
    return Error{ErrorCode::resource_exhausted, std::string("cannot start the server (") + e.what() + "); use fewer threads",
                 "threads"};
  }
}

std::uint16_t HttpServer::port() const noexcept { return state_->port; }

Result<void> HttpServer::reload_certificates() {
  if (!state_->core->options().tls)
    return Error{ErrorCode::failed_precondition, "this server speaks plain HTTP; start it with certificates to reload them", "tls"};
  auto loaded = TlsContext::load(*state_->core->options().tls);
  if (!loaded) return std::move(loaded).error();
  if (!(*loaded)->is_in_date()) state_->core->log(LogLevel::warning, kOutOfDate);
  state_->core->set_tls(*std::move(loaded));
  return {};
}

void HttpServer::stop() {
  if (state_) state_->stop();
}

}  // namespace gstd::net
