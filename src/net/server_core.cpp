#include "net/server_core.hpp"

namespace gstd::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// How long to wait after accept() failed for want of descriptors or memory: trying at once would only burn a core.
constexpr std::chrono::milliseconds kAcceptPause{100};

constexpr int kUnavailable = 503;

// When to come back who was refused because too many bytes are under way: those of fast peers will have gone by then.
constexpr const char* kRetryAfterSeconds = "1";

std::string format_endpoint(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace

ServerCore::ServerCore(HttpServerOptions options, std::shared_ptr<const TlsContext> tls, Handler handler, HttpServer::Refuse refuse)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      refuse_(std::move(refuse)),
      bytes_in_flight_(options_.bytes_in_flight_max),
      io_(static_cast<int>(options_.threads)),
      work_(io_.get_executor()),
      acceptor_(asio::make_strand(io_)),
      accept_timer_(acceptor_.get_executor()),
      tls_(std::move(tls)) {}

ServerCore::~ServerCore() {
  {
    const std::unique_lock lock(gate_->mutex);
    gate_->open = false;
  }
  sessions_.clear();  // before io_, whose parts they hold
}

Result<std::uint16_t> ServerCore::listen() {
  error_code error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error)
    return Error{ErrorCode::invalid_argument,
                 "the address \"" + options_.address + "\" is no IPv4 or IPv6 address; use e.g. 127.0.0.1 or ::1", "address"};
  const tcp::endpoint endpoint(address, options_.port);
  acceptor_.open(endpoint.protocol(), error);
  // A restarted server takes over its port although old connections of it linger in the kernel.
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(Acceptor::max_listen_connections, error);
  if (error)
    return Error{ErrorCode::unavailable,
                 "cannot listen on " + format_endpoint(endpoint) + " (" + error.message() + "); choose a free port of this machine",
                 "listen"};
  accept();
  return acceptor_.local_endpoint().port();
}

void ServerCore::accept() {
  acceptor_.async_accept(asio::make_strand(io_), [this](error_code error, Socket socket) { on_accept(error, std::move(socket)); });
}

void ServerCore::on_accept(error_code error, Socket socket) {
  if (is_stopping_) return;
  try {
    if (!error) admit(std::move(socket));
  } catch (const std::exception& e) {
    log(LogLevel::warning, std::string("cannot serve a new connection: ") + e.what());
  }
  const bool ran_short = error == asio::error::no_descriptors || error == asio::error::no_memory ||
                         error == asio::error::no_buffer_space || error == boost::system::errc::too_many_files_open_in_system;
  if (!ran_short) return accept();  // other errors are the one connection's
  log(LogLevel::warning, "cannot accept a connection: " + error.message());
  accept_timer_.expires_after(kAcceptPause);
  accept_timer_.async_wait([this](error_code cancelled) {
    if (!cancelled && !is_stopping_) accept();
  });
}

void ServerCore::admit(Socket socket) {
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // gone already
  socket.set_option(tcp::no_delay(true), error);
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_ || sessions_.size() >= options_.connections_max) return;
    session = std::make_shared<Session>(*this, std::move(socket), format_endpoint(peer), tls_);
    sessions_.emplace(session.get(), session);
  }
  session->start();
}

void ServerCore::set_tls(std::shared_ptr<const TlsContext> tls) {
  const std::lock_guard lock(mutex_);
  tls_.swap(tls);
}

void ServerCore::forget(Session& session) noexcept {
  std::shared_ptr<Session> last;  // goes after the lock
  const std::lock_guard lock(mutex_);
  if (const auto found = sessions_.find(&session); found != sessions_.end()) {
    last = std::move(found->second);
    sessions_.erase(found);
  }
}

void ServerCore::begin_stop() {
  const std::lock_guard lock(mutex_);
  if (is_stopping_.exchange(true)) return;
  asio::post(acceptor_.get_executor(), [this] {
    error_code ignored;
    acceptor_.close(ignored);
    accept_timer_.cancel();
  });
  for (const auto& [key, session] : sessions_) session->stop();
  work_.reset();
}

void ServerCore::run() noexcept {
  for (;;) {
    try {
      io_.run();
      return;
    } catch (const std::exception& e) {
      log(LogLevel::error, std::string("an I/O thread goes on after: ") + e.what());
    } catch (...) {
      log(LogLevel::error, "an I/O thread goes on after something that is no std::exception");
    }
  }
}

Response ServerCore::refusal(Refusal why) const {
  Response response;
  response.status = why.status;
  response.headers.set("Content-Type", "application/json");
  if (why.status == kUnavailable) response.headers.set("Retry-After", kRetryAfterSeconds);
  // The sentences are literals of this room, without anything that JSON would escape.
  response.body = refuse_ ? refuse_(why.status, why.sentence) : "{\"error\":\"" + std::string(why.sentence) + "\"}";
  return response;
}

void ServerCore::log(LogLevel level, std::string_view message) noexcept {
  if (!options_.log) return;
  try {
    const std::lock_guard lock(log_mutex_);
    options_.log(level, message);
  } catch (...) {
    // A sink that throws has nowhere to complain to.
  }
}

}  // namespace gstd::net
