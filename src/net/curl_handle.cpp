#include "net/curl_handle.hpp"

namespace gstd::net {
namespace {

// Connections that one handle keeps. A client mostly talks to one server; some more let it alternate between a few.
constexpr long kConnectionsPerHandleMax = 4;

// Never undone: others in the process may use libcurl too, and there is no moment at which a library knows to be the last.
bool curl_is_ready() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  return code == CURLE_OK;
}

}  // namespace

std::unique_ptr<CurlHandle> CurlHandle::create() {
  if (!curl_is_ready()) return nullptr;
  auto handle = std::make_unique<CurlHandle>();
  handle->multi.reset(curl_multi_init());
  handle->easy.reset(curl_easy_init());
  if (!handle->multi || !handle->easy) return nullptr;
  curl_multi_setopt(handle->multi.get(), CURLMOPT_MAXCONNECTS, kConnectionsPerHandleMax);
  return handle;
}

}  // namespace gstd::net
