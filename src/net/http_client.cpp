#include <gstd/net.hpp>

#include <fstream>

#include "net/client_tls.hpp"
#include "net/curl_call.hpp"

namespace gstd::net {
namespace {

// Handles, and so kept connections, that wait for a next call. Beyond, a handle ends with its call.
constexpr std::size_t kIdleHandlesMax = 64;

// An hour is more than any connect takes, and keeps the number inside what libcurl's `long` holds everywhere.
constexpr std::chrono::milliseconds kConnectTimeoutMax = std::chrono::hours{1};

Result<void> check(const HttpClientOptions& options) {
  const auto invalid = [](std::string message, std::string reason) {
    return Error{ErrorCode::invalid_argument, std::move(message), std::move(reason)};
  };
  if (options.connect_timeout <= std::chrono::milliseconds::zero() || options.connect_timeout > kConnectTimeoutMax)
    return invalid("connect_timeout is out of range; use 1 ms to 1 h", "connect_timeout");
  if (options.user_agent.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    return invalid("user_agent holds a line end; remove it", "user_agent");
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file))
    return invalid("ca_file \"" + options.ca_file + "\" cannot be read; name a readable PEM file", "ca_file");
  return check_client_tls(options);
}

}  // namespace

struct HttpClient::State {
  HttpClientOptions options;
  std::mutex mutex;
  std::vector<std::unique_ptr<CurlHandle>> idle;  // guarded by mutex; the last one was used last and is the most likely to live

  std::unique_ptr<CurlHandle> check_out() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        auto handle = std::move(idle.back());
        idle.pop_back();
        return handle;
      }
    }
    return CurlHandle::create();
  }

  void give_back(std::unique_ptr<CurlHandle> handle) {
    const std::lock_guard lock(mutex);
    if (idle.size() < kIdleHandlesMax) idle.push_back(std::move(handle));
  }
};

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::create(HttpClientOptions options) {
  if (auto checked = check(options); !checked) return std::move(checked).error();
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->idle.reserve(kIdleHandlesMax);
  return HttpClient(std::move(state));
}

Result<Response> HttpClient::send(const Request& request, const CallOptions& options) const {
  auto handle = state_->check_out();
  if (!handle)
    return Error{ErrorCode::resource_exhausted, "no memory or file descriptor for another connection; close some", "connections"};
  auto response = perform_call(*handle, state_->options, request, options);
  // A call that failed has closed its connection, or left it in doubt: its handle has nothing worth keeping.
  if (response) state_->give_back(std::move(handle));
  return response;
}

}  // namespace gstd::net
