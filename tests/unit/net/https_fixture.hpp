// A server with a certificate of an authority made for the test, and clients that know the authority.
#pragma once

#include "support/certificates.hpp"
#include "unit/net/http_fixture.hpp"

namespace gstd::net::test {

class TlsFixture : public ::testing::Test {
 protected:
  ServerTls tls(const gstd::test::KeyPair& pair) const {
    ServerTls options;
    options.certificate_file = pair.certificate;
    options.key_file = pair.key;
    return options;
  }
  HttpServer serve(ServerTls options, Handler handler = answer_target) const {
    HttpServerOptions server;
    server.tls = std::move(options);
    return start_server(std::move(handler), std::move(server));
  }
  HttpClientOptions trusting() const {
    HttpClientOptions options;
    options.ca_file = authority_.file();
    return options;
  }
  static std::string https(const HttpServer& server, std::string_view path = "/", std::string_view host = "127.0.0.1") {
    return "https://" + std::string(host) + ":" + std::to_string(server.port()) + std::string(path);
  }
  void expect_served(const HttpServer& server, const HttpClient& client) const {
    auto response = client.send(get(https(server, "/here")));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "/here");
  }
  static void expect_refused(const Result<Response>& response, ErrorCode code, std::string_view reason) {
    ASSERT_FALSE(response) << "it was answered with " << response->status;
    EXPECT_EQ(response.error().code, code) << response.error().message;
    EXPECT_EQ(response.error().reason, reason) << response.error().message;
  }

  const gstd::test::TempDir folder_;
  const gstd::test::Authority authority_{folder_, "authority"};
  const gstd::test::Authority foreign_{folder_, "foreign"};
  const gstd::test::KeyPair pair_ = authority_.issue("server");
};

}  // namespace gstd::net::test
