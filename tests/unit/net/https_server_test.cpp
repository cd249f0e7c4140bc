// The server's TLS: who is served, who is not, and how certificates change under it.
#include <csignal>
#include <fstream>
#include <thread>

#include "unit/net/https_fixture.hpp"
#include "unit/net/tls_socket.hpp"

namespace gstd::net {
namespace {

using namespace test;
using gstd::test::KeyPair;
using std::chrono::milliseconds;

class HttpsServer : public TlsFixture {};

// A key file's content under another's name, as an operator replaces certificates.
void replace(const KeyPair& old, const KeyPair& by) {
  std::filesystem::rename(by.certificate, old.certificate);
  std::filesystem::rename(by.key, old.key);
}

// Goal:   requests and answers of any size pass, one after the other on one connection and many at once.
// Method: bodies around the size of a TLS record (16 KiB) and far beyond, echoed; eight threads.
TEST_F(HttpsServer, CarriesBodiesOfAnySize) {
  const HttpServer server = serve(tls(pair_), [](Request request, const Responder& responder) {
    responder.send({200, {}, std::move(request.body)});
  });
  const HttpClient client = make_client(trusting());
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (const std::size_t size : std::vector<std::size_t>{0, 1, (16u << 10) - 1, (16u << 10) + 1, 3u << 20}) {
        const std::string body(size, static_cast<char>('a' + i));
        auto response = client.send(post(https(server), body));
        ASSERT_TRUE(response) << response.error().message;
        EXPECT_TRUE(response->body == body) << size;
      }
    });
  for (std::thread& thread : threads) thread.join();
}

// Goal:   the client believes a chain that it knows, for the host that it asked for, within its time, and nothing else.
// Method: the same server with certificates that differ in one of these.
TEST_F(HttpsServer, IsVerified) {
  const HttpServer server = serve(tls(pair_));
  expect_served(server, make_client(trusting()));
  expect_refused(make_client().send(get(https(server))), ErrorCode::unauthenticated, "tls_certificate");
  expect_refused(make_client({.ca_file = foreign_.file()}).send(get(https(server))), ErrorCode::unauthenticated, "tls_certificate");
  expect_refused(make_client(trusting()).send(get(https(server, "/", "localhost"))), ErrorCode::unauthenticated, "tls_certificate");

  std::string said;
  HttpServerOptions options;
  options.tls = tls(authority_.issue("old", {.begins = std::chrono::hours{-48}, .ends = std::chrono::hours{-24}}));
  options.log = [&said](LogLevel level, std::string_view message) {
    if (level == LogLevel::warning) said += message;
  };
  const HttpServer expired = start_server(answer_target, options);
  EXPECT_NE(said.find("expired"), std::string::npos) << said;
  expect_refused(make_client(trusting()).send(get(https(expired))), ErrorCode::unauthenticated, "tls_certificate");
}

// Goal:   a pinned key is asked for beside the verification, never instead of it.
// Method: the right pin, one of several, a wrong one, the right one without the authority, plain HTTP, and texts that are no pin.
TEST_F(HttpsServer, IsPinned) {
  const HttpServer server = serve(tls(pair_));
  const std::string other = authority_.issue("other").pin;
  HttpClientOptions options = trusting();
  options.pinned_public_keys = {pair_.pin};
  expect_served(server, make_client(options));
  options.pinned_public_keys = {other, pair_.pin};
  expect_served(server, make_client(options));
  options.pinned_public_keys = {other};
  expect_refused(make_client(options).send(get(https(server))), ErrorCode::unauthenticated, "tls_pin");
  options.pinned_public_keys = {pair_.pin};
  options.ca_file = foreign_.file();
  expect_refused(make_client(options).send(get(https(server))), ErrorCode::unauthenticated, "tls_certificate");
  expect_refused(make_client(options).send(get(url(server))), ErrorCode::invalid_argument, "scheme");
  for (const std::string& pin : {std::string("sha256//"), std::string("sha256//AAAA"), "sha1//" + pair_.pin.substr(8),
                                 pair_.pin + ";" + other, std::string("/etc/key.pem")}) {
    options.pinned_public_keys = {pin};
    const auto client = HttpClient::create(options);
    ASSERT_FALSE(client) << pin;
    EXPECT_EQ(client.error().reason, "pinned_public_keys");
  }
}

// Goal:   with client_ca_file only clients of that authority come in, and of these, with client_names, only those named; the
//         handler is told, and the others learn what is wrong.
// Method: no certificate, one of somebody else's, an expired one, the right one, each against both servers.
TEST_F(HttpsServer, AsksClientsForCertificates) {
  ServerTls options = tls(pair_);
  options.client_ca_file = authority_.file();
  const auto say_certificate = [](const Request& request, const Responder& responder) {
    responder.send({200, {}, request.has_client_certificate ? "with" : "without"});
  };
  const HttpServer server = serve(options, say_certificate);
  options.client_names = {"proxy.example"};
  const HttpServer strict = serve(options, say_certificate);
  const HttpServer open = serve(tls(pair_), say_certificate);

  const auto as = [&](const KeyPair& pair) {
    HttpClientOptions client = trusting();
    client.client_certificate_file = pair.certificate;
    client.client_key_file = pair.key;
    return make_client(client);
  };
  const HttpClient proxy = as(authority_.issue("proxy", {.names = "DNS:proxy.example"}));
  const HttpClient colleague = as(authority_.issue("colleague", {.names = "DNS:colleague.example"}));
  const HttpClient nameless = as(authority_.issue("proxy.example", {.names = {}}));
  for (const HttpClient* client : {&proxy, &colleague, &nameless}) {
    auto response = client->send(get(https(server)));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "with");
  }
  EXPECT_TRUE(proxy.send(get(https(strict))));
  EXPECT_TRUE(nameless.send(get(https(strict))));
  expect_refused(colleague.send(get(https(strict))), ErrorCode::unauthenticated, "tls_client_certificate");
  auto unasked = proxy.send(get(https(open)));
  ASSERT_TRUE(unasked) << unasked.error().message;
  EXPECT_EQ(unasked->body, "without");

  const HttpClient stranger = as(foreign_.issue("stranger", {.names = "DNS:proxy.example"}));
  const HttpClient late = as(authority_.issue("late", {.names = "DNS:proxy.example", .ends = std::chrono::seconds{-60}}));
  for (const HttpServer* asking : {&server, &strict}) {
    expect_refused(make_client(trusting()).send(get(https(*asking))), ErrorCode::unauthenticated, "tls_client_certificate");
    expect_refused(stranger.send(get(https(*asking))), ErrorCode::unauthenticated, "tls_client_certificate");
    expect_refused(late.send(get(https(*asking))), ErrorCode::unauthenticated, "tls_client_certificate");
  }
}

// Goal:   nothing older than TLS 1.2 is spoken; 1.2 only with forward secrecy; no renegotiation; nothing to resume.
// Method: a client that offers one version or one cipher at a time.
TEST_F(HttpsServer, SpeaksModernTlsAlone) {
  const HttpServer server = serve(tls(pair_));
  const auto with_version = [&](int version) {
    return TlsSocket(server.port(), [version](SSL_CTX* context) {
      SSL_CTX_set_security_level(context, 0);
      SSL_CTX_set_min_proto_version(context, version);
      SSL_CTX_set_max_proto_version(context, version);
    });
  };
  EXPECT_FALSE(with_version(TLS1_VERSION).is_connected());
  EXPECT_FALSE(with_version(TLS1_1_VERSION).is_connected());
  EXPECT_TRUE(with_version(TLS1_2_VERSION).is_connected());
  EXPECT_TRUE(with_version(TLS1_3_VERSION).is_connected());
  for (const char* const weak : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "NULL-SHA256"}) {
    const TlsSocket socket(server.port(), [weak](SSL_CTX* context) {
      SSL_CTX_set_security_level(context, 0);
      SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
      ASSERT_EQ(SSL_CTX_set_cipher_list(context, weak), 1);
    });
    EXPECT_FALSE(socket.is_connected()) << weak;
  }

  TlsSocket old = with_version(TLS1_2_VERSION);
  ASSERT_TRUE(old.is_connected());
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(old.ssl())), 0);
  ASSERT_EQ(SSL_renegotiate(old.ssl()), 1);
  EXPECT_NE(SSL_do_handshake(old.ssl()), 1);
  expect_served(server, make_client(trusting()));
}

// Goal:   ALPN: http/1.1 is chosen where it is offered, a client that offers others alone is refused, one that offers none is
// served. Method: raw offers (RFC 7301 section 3.1: each name behind its length).
TEST_F(HttpsServer, ChoosesHttp11) {
  const HttpServer server = serve(tls(pair_));
  const auto offering = [&](std::string_view protocols) {
    return TlsSocket(server.port(), [protocols](SSL_CTX* context) {
      SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                              static_cast<unsigned>(protocols.size()));
    });
  };
  TlsSocket both = offering("\x02h2\x08http/1.1");
  ASSERT_TRUE(both.is_connected());
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(both.ssl(), &chosen, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "http/1.1");
  EXPECT_FALSE(offering("\x02h2").is_connected());
  EXPECT_TRUE(TlsSocket(server.port()).is_connected());
}

// Goal:   what is not TLS costs a connection and nothing else; plain HTTP is told what to do.
// Method: garbage, a hello that is cut off, an answer instead of a hello, and a plain request.
TEST_F(HttpsServer, SurvivesWhatIsNoHandshake) {
  const HttpServer server = serve(tls(pair_));
  for (const std::string& junk : {std::string("\x16\x03\x01\xff\xff garbage"), std::string(1u << 16, 'x'), std::string(64, '\0'),
                                  std::string("\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00", 10), std::string("\x16")}) {
    RawSocket socket = RawSocket::connect(server.port());
    socket.send(junk);
    socket.end_sending();
    socket.read_all();  // ends
  }
  RawSocket plain = RawSocket::connect(server.port());
  ASSERT_TRUE(plain.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n"));
  const std::string answer = plain.read_all();
  EXPECT_EQ(status_line(answer), "HTTP/1.1 400 Bad Request");
  EXPECT_NE(answer.find("https"), std::string::npos);
  expect_served(server, make_client(trusting()));
}

// Goal:   a client that stalls in its handshake is cut, counts among the connections until then, and keeps nobody else out for
// ever. Method: two connections allowed, both stalled: one before its first byte, one in the middle of a record.
TEST_F(HttpsServer, CutsStalledHandshakes) {
  HttpServerOptions options;
  options.tls = tls(pair_);
  options.tls->handshake_timeout = milliseconds(300);
  options.connections_max = 2;
  const HttpServer server = start_server(answer_target, options);
  RawSocket silent = RawSocket::connect(server.port());
  RawSocket half = RawSocket::connect(server.port());
  ASSERT_TRUE(half.send("\x16\x03\x01"));
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
  expect_served(server, make_client(trusting()));
}

// Goal:   a stop does not wait for handshakes under way, nor for idle TLS connections.
// Method: one of each, with time limits far beyond the test's.
TEST_F(HttpsServer, StopsInTheMiddleOfHandshakes) {
  ServerTls options = tls(pair_);
  options.handshake_timeout = std::chrono::hours{1};
  HttpServer server = serve(options);
  RawSocket half = RawSocket::connect(server.port());
  ASSERT_TRUE(half.send("\x16\x03\x01"));
  const HttpClient client = make_client(trusting());
  expect_served(server, client);
  server.stop();
  EXPECT_EQ(half.read_all(), "");
}

// Goal:   a reload changes the certificate of connections to come; those that stand go on; requests under way are not lost.
// Method: a kept connection from before; clients that pin the old key or the new; others that never stop asking.
TEST_F(HttpsServer, ReloadsUnderLoad) {
  HttpServer server = serve(tls(pair_));
  HttpClientOptions pinning = trusting();
  pinning.pinned_public_keys = {pair_.pin};
  TlsSocket kept(server.port());
  ASSERT_TRUE(kept.is_connected());
  const auto ask = [&kept](const std::string& path) {
    EXPECT_TRUE(kept.send("GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n"));
    return status_line(kept.read_until(path));
  };
  EXPECT_EQ(ask("/before"), "HTTP/1.1 200 OK");

  std::atomic<bool> over{false};
  std::vector<std::thread> askers;
  for (int i = 0; i < 4; ++i)
    askers.emplace_back([&] {
      while (!over) expect_served(server, make_client(trusting()));  // a new connection each time
    });
  const KeyPair renewed = authority_.issue("renewed");
  replace(pair_, renewed);
  const auto reloaded = server.reload_certificates();
  EXPECT_TRUE(reloaded) << reloaded.error().message;
  expect_refused(make_client(pinning).send(get(https(server))), ErrorCode::unauthenticated, "tls_pin");
  pinning.pinned_public_keys = {renewed.pin};
  expect_served(server, make_client(pinning));
  over = true;
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(ask("/after"), "HTTP/1.1 200 OK");
}

// Goal:   a reload that finds files that do not serve is refused, and the old ones stay in use.
// Method: each kind of bad file in turn; then good ones again.
TEST_F(HttpsServer, KeepsItsCertificateWhereTheNewIsBad) {
  HttpServer server = serve(tls(pair_));
  HttpClientOptions pinning = trusting();
  pinning.pinned_public_keys = {pair_.pin};
  const auto refused = [&](std::string_view reason) {
    const auto reloaded = server.reload_certificates();
    ASSERT_FALSE(reloaded) << reason;
    EXPECT_EQ(reloaded.error().reason, reason) << reloaded.error().message;
    expect_served(server, make_client(pinning));
  };
  const KeyPair renewed = authority_.issue("renewed");
  std::filesystem::rename(pair_.certificate, pair_.certificate + ".old");
  refused("certificate_file");  // not there
  std::ofstream(pair_.certificate) << "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
  refused("certificate_file");
  std::ofstream(pair_.certificate) << "";
  refused("certificate_file");
  std::filesystem::copy_file(renewed.certificate, pair_.certificate, std::filesystem::copy_options::overwrite_existing);
  refused("key_file");  // of another certificate
  std::filesystem::rename(renewed.key, pair_.key);
  std::filesystem::permissions(pair_.key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  refused("key_file");
  std::filesystem::permissions(pair_.key, std::filesystem::perms::others_read, std::filesystem::perm_options::remove);
  ASSERT_TRUE(server.reload_certificates());
  pinning.pinned_public_keys = {renewed.pin};
  expect_served(server, make_client(pinning));
}

// Goal:   options that do not serve are errors that name them, on both ends.
// Method: one of each.
TEST_F(HttpsServer, ChecksItsFiles) {
  const auto error_with = [&](const auto& change) {
    HttpServerOptions options;
    options.tls = tls(pair_);
    change(*options.tls);
    const auto server = HttpServer::start(options, answer_target);
    return server ? Error{} : server.error();
  };
  EXPECT_EQ(error_with([&](auto& o) { o.certificate_file = pair_.key; }).reason, "certificate_file");
  EXPECT_EQ(error_with([&](auto& o) { o.certificate_file = folder_.path().string(); }).reason, "certificate_file");
  EXPECT_EQ(error_with([&](auto& o) { o.key_file = pair_.certificate; }).reason, "key_file");
  EXPECT_EQ(error_with([&](auto& o) { o.key_file = authority_.issue("other").key; }).reason, "key_file");
  EXPECT_EQ(error_with([](auto& o) { o.client_ca_file = "/nowhere.pem"; }).reason, "client_ca_file");
  EXPECT_EQ(error_with([](auto& o) { o.client_names = {"somebody"}; }).reason, "client_names");
  EXPECT_EQ(error_with([](auto& o) { o.handshake_timeout = milliseconds(0); }).reason, "handshake_timeout");
  std::filesystem::permissions(pair_.key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  const Error open = error_with([](auto&) {});
  EXPECT_EQ(open.code, ErrorCode::permission_denied);
  EXPECT_EQ(open.reason, "key_file");
  EXPECT_NE(open.message.find("chmod"), std::string::npos) << open.message;

  const auto client_reason = [&](const std::string& certificate, const std::string& key) {
    const auto client = HttpClient::create({.client_certificate_file = certificate, .client_key_file = key});
    return client ? std::string() : client.error().reason;
  };
  const KeyPair own = authority_.issue("client");
  EXPECT_EQ(client_reason(own.certificate, own.key), "");
  EXPECT_EQ(client_reason(own.certificate, ""), "client_key_file");
  EXPECT_EQ(client_reason("", own.key), "client_certificate_file");
  EXPECT_EQ(client_reason(own.key, own.key), "client_certificate_file");
  EXPECT_EQ(client_reason(own.certificate, authority_.issue("another").key), "client_key_file");
  EXPECT_EQ(client_reason(own.certificate, pair_.key), "client_key_file");  // open to others

  HttpServer plain = start_server(answer_target);
  EXPECT_EQ(plain.reload_certificates().error().code, ErrorCode::failed_precondition);
}

}  // namespace
}  // namespace gstd::net
