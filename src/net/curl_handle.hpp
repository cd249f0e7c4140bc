// libcurl's handles with an owner.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace gstd::net {

struct CurlDelete {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
// CURL and CURLM are both `void`, so the multi handle needs a deleter of its own.
struct CurlMultiDelete {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

/// One call at a time: an easy handle for the request, and a multi handle that drives it, can be woken from another thread,
/// and keeps the connection when the call is over.
struct CurlHandle {
  std::unique_ptr<CURLM, CurlMultiDelete> multi;
  std::unique_ptr<CURL, CurlDelete> easy;  // goes first: it may be attached to the multi

  /// Null when memory or file descriptors ran out.
  static std::unique_ptr<CurlHandle> create();
};

}  // namespace gstd::net
