#include "net/curl_error.hpp"

#include "net/client_tls.hpp"

namespace gstd::net {
namespace {

struct Meaning {
  CURLcode curl;
  ErrorCode code;
  const char* reason;
  const char* remedy;
};

constexpr const char* kLost = "repeat the call if doing it twice is harmless";
constexpr const char* kUntrusted = "check the host name, or name the authority that signed it in ca_file";
constexpr const char* kNotHttp = "check that the port is that of an HTTP server";

constexpr Meaning kMeanings[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ErrorCode::unavailable, "name_unresolved", "check the host name and the network"},
    {CURLE_COULDNT_CONNECT, ErrorCode::unavailable, "connect_failed", "check that the server runs and can be reached"},
    // The call's own deadline is not libcurl's; what times out in there is the connect alone.
    {CURLE_OPERATION_TIMEDOUT, ErrorCode::unavailable, "connect_timeout", "check that the server runs and can be reached"},
    {CURLE_SSL_CONNECT_ERROR, ErrorCode::unavailable, "tls_failed", "check that the server speaks TLS 1.2 or newer"},
    {CURLE_SEND_ERROR, ErrorCode::unavailable, "connection_lost", kLost},
    {CURLE_RECV_ERROR, ErrorCode::unavailable, "connection_lost", kLost},
    {CURLE_GOT_NOTHING, ErrorCode::unavailable, "connection_lost", kLost},
    {CURLE_PARTIAL_FILE, ErrorCode::unavailable, "connection_lost", kLost},
    // A repeat that on_request_start() in curl_call.cpp did not allow.
    {CURLE_ABORTED_BY_CALLBACK, ErrorCode::unavailable, "connection_lost", kLost},
    {CURLE_PEER_FAILED_VERIFICATION, ErrorCode::unauthenticated, "tls_certificate", kUntrusted},
    {CURLE_SSL_ISSUER_ERROR, ErrorCode::unauthenticated, "tls_certificate", kUntrusted},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, ErrorCode::unauthenticated, "tls_pin",
     "check whom the URL names; where the server has a new key, pin that"},
    {CURLE_SSL_CERTPROBLEM, ErrorCode::invalid_argument, "client_certificate_file", "name readable PEM files that fit each other"},
    {CURLE_SSL_CACERT_BADFILE, ErrorCode::invalid_argument, "ca_file", "name a readable PEM file in ca_file"},
    {CURLE_URL_MALFORMAT, ErrorCode::invalid_argument, "url", "give a whole URL, e.g. http://127.0.0.1:8080/path"},
    // The scheme was checked before: here the first line of the answer was not HTTP's.
    {CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::data_loss, "not_http", kNotHttp},
    {CURLE_WEIRD_SERVER_REPLY, ErrorCode::data_loss, "not_http", kNotHttp},
    {CURLE_OUT_OF_MEMORY, ErrorCode::resource_exhausted, "memory", "free memory and repeat the call"},
};

}  // namespace

Error curl_error(CURLcode code, std::string_view origin, std::string_view detail) {
  if (detail.empty()) detail = curl_easy_strerror(code);
  const std::string what = "the call to " + std::string(origin) + " failed (" + std::string(detail) + ")";
  if (is_about_client_certificate(detail))
    return {ErrorCode::unauthenticated, what + "; name a certificate that the server takes in client_certificate_file",
            "tls_client_certificate"};
  for (const Meaning& meaning : kMeanings)
    if (meaning.curl == code) return {meaning.code, what + "; " + meaning.remedy, meaning.reason};
  return {ErrorCode::unknown, what, "curl"};
}

}  // namespace gstd::net
