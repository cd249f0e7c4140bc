// A module's whole way over HTTP: uploaded as JSON, executed, done by a real worker, and its receipt verified.
#include <gstd/verify.hpp>

#include "support/network.hpp"

namespace gstd::test {
namespace {

// What any HTTP client can send that signs its requests; the library's own calls are left out on purpose.
template <class M, class B>
Result<M> post(const ClientOptions& as, const std::string& path, const B& message) {
  const std::string target = "/api/v1" + path;
  net::Request request;
  request.method = "POST";
  request.target = as.url + target;
  request.body = protocol::write(message);
  request.headers.set("Content-Type", "application/json");
  const std::string authority = as.url.substr(std::string_view("http://").size());
  Bytes nonce(16);
  system_random().fill(nonce);
  const auto headers = must(
      protocol::sign_request({"POST", authority, target, as_bytes(request.body)}, *as.key, system_clock().now(), nonce, kPatient));
  request.headers.set("Content-Digest", headers.content_digest);
  request.headers.set("Signature-Input", headers.signature_input);
  request.headers.set("Signature", headers.signature);
  const auto response = must(must(net::HttpClient::create()).send(request));
  if (response.status != 200) return protocol::read_error(response.status, response.body);
  return protocol::read<M>(response.body);
}

// Goal:   the three endpoints of modules do the whole job, and what comes of it stands a verification by somebody who has but
// files. Method: upload as JSON, metadata, execute, a worker; then the receipt as a text, with the module and the input beside it,
// and with
//         an output of somebody else.
TEST(ModuleOverHttp, UploadExecuteVerify) {
  if (!wasm::is_available()) GTEST_SKIP() << "built without an engine";
  Network network{store::open_memory()};
  const auto as = network.client_options("requester");
  const Bytes module = guest("echo");
  const auto uploaded = must(post<protocol::ModuleMetadata>(as, "/wasm/upload", protocol::UploadModule{"echo", module}));
  const auto metadata = must(network.requester->module_metadata(uploaded.sha256, kPatient));
  EXPECT_EQ(protocol::write(metadata), protocol::write(uploaded));
  EXPECT_TRUE(metadata.deterministic);
  EXPECT_EQ(metadata.convention, GuestConvention::wasi);

  protocol::ExecuteModule asked;
  asked.input = R"({"say": "hello"})";
  asked.reward_gstd = Amount{kNanoPerGstd};
  asked.memory_limit_mb = 1;
  const auto made = must(post<protocol::Execution>(as, "/wasm/" + metadata.wasm_id + "/execute", asked));
  EXPECT_EQ(made.status, "queued");
  auto worker = must(Worker::start(network.worker_options("a")));
  const auto result = must(network.requester->wait_result(made.task_id, kPatient));
  EXPECT_EQ(as_text(result.output), asked.input);
  worker.stop();
  EXPECT_EQ(network.balance_of("a"), asked.reward_gstd);

  const auto receipt = must(protocol::read<protocol::SignedReceipt>(protocol::write(result)));
  Evidence evidence;
  evidence.module = module;
  evidence.input = as_bytes(asked.input);
  evidence.key = network.worker_options("a").client.key->public_key();
  const auto verdict = must(verify(receipt, evidence));
  EXPECT_EQ(verdict.conclusion, Verdict::Conclusion::confirmed) << verdict.message;
  EXPECT_TRUE(verdict.outcome);
  const Bytes forged{'n', 'o'};
  evidence.output = forged;
  EXPECT_EQ(must(verify(receipt, evidence)).reason, "given_output_sha256");
}

}  // namespace
}  // namespace gstd::test
