// TLS against `openssl s_server` with a key made on the spot.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>

#include "unit/net/http_fixture.hpp"
#include "unit/net/raw_socket.hpp"

extern char** environ;

namespace gstd::net {
namespace {

using namespace test;

// Runs `openssl` with its output on a pipe; ends it, by its id, with the object.
class OpenSsl {
 public:
  explicit OpenSsl(std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    std::vector<char*> argv{const_cast<char*>("openssl")};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    if (::posix_spawnp(&id_, "openssl", &actions, nullptr, argv.data(), environ) != 0) id_ = -1;
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
  }
  OpenSsl(const OpenSsl&) = delete;
  OpenSsl& operator=(const OpenSsl&) = delete;
  ~OpenSsl() {
    if (id_ > 0) {
      ::kill(id_, SIGKILL);
      ::waitpid(id_, nullptr, 0);
    }
    ::close(output_);
  }

  /// Its output until `end` came and a line end behind it, for at most 20 s of silence.
  std::string read_until(std::string_view end) {
    std::string text;
    pollfd entry{output_, POLLIN, 0};
    while (::poll(&entry, 1, 20'000) == 1) {
      char piece[512];
      const ssize_t got = ::read(output_, piece, sizeof piece);
      if (got <= 0) break;
      text.append(piece, static_cast<std::size_t>(got));
      const auto at = text.find(end);
      if (at != std::string::npos && text.find('\n', at) != std::string::npos) break;
    }
    return text;
  }
  int wait() {
    int status = -1;
    ::waitpid(std::exchange(id_, -1), &status, 0);
    return status;
  }

 private:
  pid_t id_ = -1;
  int output_ = -1;
};

class Https : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "gstd-https-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    OpenSsl request({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                     "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key(), "-out", certificate()});
    ASSERT_EQ(request.wait(), 0) << "the tests of TLS need the openssl program";
    peer_.emplace(std::vector<std::string>{"s_server", "-accept", "127.0.0.1:0", "-key", key(), "-cert", certificate(), "-www"});
    const std::string output = peer_->read_until("ACCEPT");
    const std::string start = "ACCEPT 127.0.0.1:";
    const auto at = output.find(start);
    ASSERT_NE(at, std::string::npos) << output;
    port_ = std::stoi(output.substr(at + start.size()));
  }
  void TearDown() override {
    peer_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string key() const { return (folder_ / "key.pem").string(); }
  std::string certificate() const { return (folder_ / "certificate.pem").string(); }
  std::string url(const std::string& host) const { return "https://" + host + ":" + std::to_string(port_) + "/"; }

  std::filesystem::path folder_;
  std::optional<OpenSsl> peer_;
  int port_ = 0;
};

// Goal:   a certificate that nobody known has signed is refused; ca_file makes its signer known; another's name is refused even so.
// Method: a self-signed certificate for 127.0.0.1.
TEST_F(Https, VerifiesTheServer) {
  auto unknown = make_client().send(get(url("127.0.0.1")));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::unauthenticated) << unknown.error().message;
  EXPECT_EQ(unknown.error().reason, "tls_certificate");

  const HttpClient client = make_client({.ca_file = certificate()});
  auto known = client.send(get(url("127.0.0.1")));
  ASSERT_TRUE(known) << known.error().message;
  EXPECT_EQ(known->status, 200);
  EXPECT_NE(known->body.find("s_server"), std::string::npos);

  auto other = client.send(get(url("localhost")));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::unauthenticated) << other.error().message;
}

// Goal:   a file without certificates is an error that names the option.
// Method: the key's file in its place.
TEST_F(Https, RefusesAnUnusableCaFile) {
  auto response = make_client({.ca_file = key()}).send(get(url("127.0.0.1")));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::invalid_argument) << response.error().message;
  EXPECT_EQ(response.error().reason, "ca_file");
}

// Goal:   TLS to a server without it is `unavailable`.
// Method: our own server, which speaks plain HTTP.
TEST_F(Https, ReportsServersWithoutTls) {
  const HttpServer server = start_server(answer_target);
  auto response = make_client().send(get("https://127.0.0.1:" + std::to_string(server.port()) + "/"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable) << response.error().message;
  EXPECT_EQ(response.error().reason, "tls_failed");
}

}  // namespace
}  // namespace gstd::net
