// The deadline and the stop are looked at here and nowhere in libcurl: one place, one error each. Between looks the thread sleeps
// in curl_multi_poll(), which a stop from another thread wakes.
//
// SIGPIPE: with CURLOPT_NOSIGNAL libcurl leaves the process's signals alone; from 7.88 on it writes with MSG_NOSIGNAL everywhere,
// TLS included, so that a closed connection is an error and not a signal.
#include "net/curl_call.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "net/client_tls.hpp"
#include "net/curl_error.hpp"
#include "net/curl_response.hpp"
#include "net/field.hpp"
#include "net/openssl.hpp"
#include "net/wiping.hpp"

namespace gstd::net {
namespace {

using std::chrono::nanoseconds;

// Longest timeout that is told apart from never; keeps deadline arithmetic far from overflow.
constexpr std::chrono::milliseconds kTimeoutMax = std::chrono::hours{24 * 365};

// Kept connections idle for longer are not used again: half of HttpServerOptions::idle_timeout, so that the server seldom closes
// one just as the next request goes out.
constexpr long kConnectionIdleSecondsMax = 60;

constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

// What the client itself says, from the body and the connection; a second opinion in a header would make the request ambiguous.
constexpr std::array<std::string_view, 4> kOwnFields{"Content-Length", "Transfer-Encoding", "Connection", "Expect"};

using Url = std::unique_ptr<CURLU, CurlDelete>;

// libcurl borrows the list as it is, so that its memory can be ours: curl_slist_append() would copy each line, and
// curl_slist_free_all() leave it, credentials included, in what it gives back.
class FieldList {
 public:
  explicit FieldList(std::size_t lines_max) { lines_.reserve(lines_max); }
  FieldList(FieldList&&) noexcept = default;
  FieldList& operator=(FieldList&&) = delete;
  ~FieldList() {
    for (std::string& line : lines_) wipe_text(line);
  }

  void add(std::string_view name, std::string_view separator, std::string_view value) {
    std::string& line = lines_.emplace_back();
    line.reserve(name.size() + separator.size() + value.size());
    line.append(name).append(separator).append(value);
  }
  /// Valid until the list goes; nothing may be added any more.
  curl_slist* chain() {
    nodes_.resize(lines_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      nodes_[i] = {lines_[i].data(), i + 1 < nodes_.size() ? &nodes_[i + 1] : nullptr};
    return nodes_.data();
  }

 private:
  std::vector<std::string> lines_;
  std::vector<curl_slist> nodes_;
};

// All that libcurl borrows while the call is under way.
struct Call {
  Url url;
  std::string origin;  // for messages: no path, query or credentials
  FieldList fields;
  bool repeatable = false;
  unsigned starts = 0;
  ResponseReader reader;
  std::array<char, CURL_ERROR_SIZE> detail{};
};

Error invalid(std::string message, std::string reason) {
  return {ErrorCode::invalid_argument, std::move(message), std::move(reason)};
}

Error out_of_memory() { return curl_error(CURLE_OUT_OF_MEMORY, "the server", {}); }

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

Result<Url> parse_url(const std::string& text) {
  Url url(curl_url());
  if (!url) return out_of_memory();
  // curl reads a C string; what comes after a zero byte would be lost in silence.
  if (text.find('\0') != std::string::npos) return invalid("the URL holds a zero byte; remove it", "url");
  // A password in a URL ends up in logs; those who need one send a header.
  switch (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME)) {
    case CURLUE_OK:
      break;
    case CURLUE_OUT_OF_MEMORY:
      return out_of_memory();
    case CURLUE_USER_NOT_ALLOWED:
      return invalid("the URL holds a user name; send credentials in a header", "url");
    default:
      return invalid("the URL is malformed; give a whole one, e.g. http://127.0.0.1:8080/path", "url");
  }
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https")
    return invalid("the URL's scheme is \"" + scheme.substr(0, 40) + "\"; only http and https are spoken here", "scheme");
  return url;
}

Result<FieldList> list_fields(const Request& request) {
  constexpr std::size_t kOwnLines = 2;
  FieldList list(static_cast<std::size_t>(std::distance(request.headers.begin(), request.headers.end())) + kOwnLines);
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name))
      return invalid("a header's name is not a token of RFC 9110; remove spaces and separators from it", "header");
    if (!is_field_value(value))
      return invalid("the value of header " + name.substr(0, 40) + " holds a control character; encode it", "header");
    for (const std::string_view own : kOwnFields)
      if (equal_ignoring_case(name, own))
        return invalid("the client writes the header " + std::string(own) + " itself; leave it out", "header");
    // libcurl's spelling of a header without a value; "Name:" would remove it.
    const std::string_view trimmed = trim(value);
    list.add(name, trimmed.empty() ? ";" : ": ", trimmed);
  }
  // Not libcurl's guess of a form; and no "Expect: 100-continue", which costs a second with servers that do not know it.
  if (request.headers.count("Content-Type") == 0) list.add("Content-Type", ":", {});
  list.add("Expect", ":", {});
  return list;
}

// Called before each time that the request goes out. libcurl repeats a request whose kept connection broke before the first byte
// of an answer. For GET and HEAD that is right. Anything else might have been processed: whether it may be repeated, and under
// which nonce, is the caller's to decide.
int on_request_start(void* user, char*, char*, int, int) noexcept {
  auto& call = *static_cast<Call*>(user);
  return ++call.starts == 1 || call.repeatable ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// Runs a step of the reader; nothing may be thrown through libcurl.
template <class Step>
std::size_t feed(void* user, std::size_t size, Step step) noexcept {
  auto& reader = static_cast<Call*>(user)->reader;
  try {
    if (step(reader)) return size;
  } catch (...) {
    reader.failure = Error{ErrorCode::resource_exhausted, "no memory for the answer; lower response_bytes_max", "memory"};
  }
  return size + 1;  // any other number than `size` ends the call; 0 would not where size is 0
}

std::size_t on_head_line(char* data, std::size_t, std::size_t size, void* user) noexcept {
  return feed(user, size, [&](ResponseReader& reader) { return reader.read_head_line({data, size}); });
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) noexcept {
  return feed(user, size, [&](ResponseReader& reader) { return reader.read_body({data, size}); });
}

// OpenSSL keeps what it has deciphered until more comes, unless it is told not to.
CURLcode on_tls(CURL*, void* context, void*) noexcept {
  SSL_CTX_set_options(static_cast<SSL_CTX*>(context), SSL_OP_CLEANSE_PLAINTEXT);
  return CURLE_OK;
}

// Other libraries below libcurl have contexts of their own, and the option with them.
bool speaks_openssl() noexcept {
  const char* const name = curl_version_info(CURLVERSION_NOW)->ssl_version;
  return name && std::string_view(name).starts_with("OpenSSL/");
}

// The first failure of a row of options; libcurl copies strings, so memory may run out.
class Options {
 public:
  explicit Options(CURL* easy) : easy_(easy) {}
  template <class T>
  Options& set(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(easy_, option, value);
    return *this;
  }
  CURLcode code() const noexcept { return code_; }

 private:
  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

CURLcode set_up(CURL* easy, Call& call, const HttpClientOptions& client, const Request& request) {
  curl_easy_reset(easy);  // keeps the connections, which are the multi handle's
  Options options(easy);
  options.set(CURLOPT_CURLU, call.url.get())
      .set(CURLOPT_HTTPHEADER, call.fields.chain())
      .set(CURLOPT_USERAGENT, client.user_agent.c_str())
      .set(CURLOPT_ERRORBUFFER, call.detail.data())
      .set(CURLOPT_NOSIGNAL, 1L)
      .set(CURLOPT_PROTOCOLS_STR, "http,https")
      .set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1})
      .set(CURLOPT_FOLLOWLOCATION, 0L)
      // No proxy of the environment: the host program's options decide where we connect, and getenv() races with its setenv().
      .set(CURLOPT_PROXY, "")
      .set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(client.connect_timeout.count()))
      .set(CURLOPT_MAXAGE_CONN, kConnectionIdleSecondsMax)
      // Without it, leaving a call would wait for a name lookup that is under way.
      .set(CURLOPT_QUICK_EXIT, 1L)
      .set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2})
      .set(CURLOPT_SSL_VERIFYPEER, 1L)
      .set(CURLOPT_SSL_VERIFYHOST, 2L)
      .set(CURLOPT_PREREQFUNCTION, &on_request_start)
      .set(CURLOPT_PREREQDATA, &call)
      .set(CURLOPT_HEADERFUNCTION, &on_head_line)
      .set(CURLOPT_HEADERDATA, &call)
      .set(CURLOPT_WRITEFUNCTION, &on_body)
      .set(CURLOPT_WRITEDATA, &call);
  if (!client.ca_file.empty()) {
    // The directory of the system's authorities goes as well: the file is meant instead of them, not beside them.
    options.set(CURLOPT_CAINFO, client.ca_file.c_str()).set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (speaks_openssl()) options.set(CURLOPT_SSL_CTX_FUNCTION, &on_tls);
  if (!client.pinned_public_keys.empty()) options.set(CURLOPT_PINNEDPUBLICKEY, joined_pins(client).c_str());
  if (!client.client_certificate_file.empty()) {
    // A passphrase, though the key has none: should the file change, libcurl must not have anybody asked at the terminal.
    options.set(CURLOPT_SSLCERT, client.client_certificate_file.c_str())
        .set(CURLOPT_SSLKEY, client.client_key_file.c_str())
        .set(CURLOPT_KEYPASSWD, "");
  }
  if (request.method == "HEAD") {
    options.set(CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    options.set(CURLOPT_POSTFIELDS, request.body.data())
        .set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()))
        .set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else {
    options.set(CURLOPT_HTTPGET, 1L).set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  return options.code();
}

// Takes the easy handle out of the multi handle on every way out; a call that is not over loses its connection with that.
class Attached {
 public:
  Attached(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy), code_(curl_multi_add_handle(multi, easy)) {}
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  ~Attached() {
    if (code_ == CURLM_OK) curl_multi_remove_handle(multi_, easy_);
  }
  CURLMcode code() const noexcept { return code_; }

 private:
  CURLM* multi_;
  CURL* easy_;
  CURLMcode code_;
};

// Returns libcurl's verdict on the transfer, or our own Error.
Result<CURLcode> drive(CURLM* multi, const CallOptions& options, nanoseconds deadline, const std::string& origin) {
  const std::stop_callback wake(options.stop, [multi] { curl_multi_wakeup(multi); });
  for (;;) {
    if (options.stop.stop_requested()) return Error{ErrorCode::cancelled, "the call to " + origin + " was cancelled", {}};
    const nanoseconds left = deadline - system_clock().steady();
    if (left <= nanoseconds::zero())
      return Error{ErrorCode::deadline_exceeded,
                   "the call to " + origin + " was not answered within " + std::to_string(options.timeout.count()) + " ms",
                   {}};
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    if (running == 0) {
      int queued = 0;
      const CURLMsg* message = curl_multi_info_read(multi, &queued);
      return message ? message->data.result : CURLE_RECV_ERROR;
    }
    const auto wait =
        std::min<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(left).count(), std::numeric_limits<int>::max());
    if (curl_multi_poll(multi, nullptr, 0, static_cast<int>(wait), nullptr) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  }
}

}  // namespace

Result<Response> perform_call(CurlHandle& handle, const HttpClientOptions& client, const Request& request,
                              const CallOptions& options) {
  const nanoseconds deadline = system_clock().steady() + std::min(options.timeout, kTimeoutMax);
  if (std::find(kMethods.begin(), kMethods.end(), request.method) == kMethods.end())
    return invalid("the method \"" + request.method.substr(0, 40) + "\" is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
                   "method");
  if (request.method == "HEAD" && !request.body.empty()) return invalid("a HEAD request has no body; use POST", "method");
  auto url = parse_url(request.target);
  if (!url) return std::move(url).error();
  if (!client.pinned_public_keys.empty() && url_part(url->get(), CURLUPART_SCHEME) != "https")
    return invalid("plain http shows no key that could be one of pinned_public_keys; use https", "scheme");
  auto fields = list_fields(request);
  if (!fields) return std::move(fields).error();

  CURLU* parsed = url->get();
  Call call{.url = std::move(*url),
            .origin = url_part(parsed, CURLUPART_SCHEME) + "://" + url_part(parsed, CURLUPART_HOST) + ":" +
                      url_part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT),
            .fields = std::move(*fields),
            .repeatable = request.method == "GET" || request.method == "HEAD",
            .starts = 0,
            .reader = ResponseReader(client.response_bytes_max)};
  if (const CURLcode code = set_up(handle.easy.get(), call, client, request); code != CURLE_OK)
    return curl_error(code, call.origin, call.detail.data());

  const Attached attached(handle.multi.get(), handle.easy.get());
  if (attached.code() != CURLM_OK) return out_of_memory();
  auto outcome = drive(handle.multi.get(), options, deadline, call.origin);
  if (!outcome) return std::move(outcome).error();
  if (call.reader.failure) return std::move(*call.reader.failure);
  if (*outcome != CURLE_OK) return curl_error(*outcome, call.origin, call.detail.data());
  long status = 0;
  curl_easy_getinfo(handle.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  call.reader.response.status = static_cast<int>(status);
  return std::move(call.reader.response);
}

}  // namespace gstd::net
