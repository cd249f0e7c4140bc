#include <gstd/compat.hpp>

#include <fstream>

#include "protocol/routes.hpp"
#include "support/lab.hpp"

namespace gstd::test {
namespace {

std::string protocol_page() {
  std::ifstream file(GSTD_SOURCE_DIR "/docs/protocol.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Long texts stand there in several lines.
std::string without_line_feeds(std::string text) {
  std::erase(text, '\n');
  return text;
}

SigningKey example_key() {
  Bytes seed(kSeedBytes);
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
  return must(SigningKey::from_seed(seed));
}

// Goal:   whoever implements docs/protocol.md by its worked examples implements what we serve.
// Method: the page's inputs through our code give what the page prints.
TEST(ProtocolPage, SignatureExampleIsTrue) {
  const std::string page = protocol_page();
  const std::string body = R"({"task_id":"3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b","worker_wallet":"EQexample"})";
  const Bytes nonce = must(decode_hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"));
  const protocol::RequestParts parts{"POST", "127.0.0.1:8080", "/api/v1/pow/challenge", as_bytes(body)};
  const Timestamp created{std::chrono::seconds{1'768'757'000}};
  const auto headers = protocol::sign_request(parts, example_key(), created, nonce);
  for (const std::string& line : {body, "Content-Digest: " + headers.content_digest, "Signature-Input: " + headers.signature_input,
                                  "Signature: " + headers.signature})
    EXPECT_NE(page.find(line + "\n"), std::string::npos) << line;
  EXPECT_TRUE(protocol::verify_request(parts, headers, created));
}

Receipt example_receipt() {
  Receipt receipt;
  receipt.task = must(TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"));
  receipt.attempt = 2;
  receipt.worker = must(WalletId::parse("EQexample"));
  receipt.device = must(DeviceId::parse("laptop"));
  receipt.module = sha256(as_bytes("module"));
  receipt.input = sha256(as_bytes("input"));
  receipt.output = sha256(as_bytes("output"));
  receipt.fuel_used = 1234;
  receipt.engine = "wasmtime-48.0.0/0123456789abcdef";
  receipt.key = example_key().public_key();
  receipt.nonce = must(ReceiptNonce::from_bytes(sha256(as_bytes("nonce")).view()));
  receipt.memory_bytes_peak = 131'072;
  receipt.started_at = Timestamp{std::chrono::milliseconds{1'768'757'000'000}};
  receipt.ended_at = receipt.started_at + std::chrono::milliseconds{250};
  return receipt;
}

TEST(ProtocolPage, ReceiptExampleIsTrue) {
  const std::string page = without_line_feeds(protocol_page());
  EXPECT_NE(page.find("```" + encode_hex(encode_receipt(example_receipt())) + "```"), std::string::npos);
  EXPECT_NE(page.find(sign_receipt(example_receipt(), example_key()).hex()), std::string::npos);
}

TEST(ProtocolPage, ResultSignatureExampleIsTrue) {
  const std::string page = protocol_page();
  const TaskId task = must(TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"));
  const std::string result = R"({"answer":42})";
  const auto signature = must(compat::sign_result(task, as_bytes(result), example_key()));
  for (const std::string& text : {task.str(), result, compat::write_result_signature(signature, compat::SignatureText::base64)})
    EXPECT_NE(page.find("`" + text + "`"), std::string::npos) << text;
}

TEST(ProtocolPage, LogExampleIsTrue) {
  const std::string page = without_line_feeds(protocol_page());
  const Digest receipt = receipt_digest(encode_receipt(example_receipt()), sign_receipt(example_receipt(), example_key()));
  const Timestamp accepted_at{std::chrono::milliseconds{1'768'757'001'000}};
  const auto accepted = protocol::sign_acceptance({receipt, accepted_at, TaskState::completed, {}}, example_key());
  const Bytes entry = encode_acceptance(accepted.acceptance);
  const auto head =
      protocol::sign_tree_head({1, merkle::hash_leaf(entry), accepted_at + std::chrono::seconds{1}, {}}, example_key());
  for (const std::string& text : {"```" + encode_hex(entry) + "```", "```" + encode_hex(encode_tree_head(head.head)) + "```",
                                  "`" + accepted.signature.hex() + "`", "`" + head.signature.hex() + "`"})
    EXPECT_NE(page.find(text), std::string::npos) << text;
}

TEST(ProtocolPage, ProofExampleIsTrue) {
  const pow::Challenge challenge{"aa126f06440e49a6922759f093bff165ce588932c1639652b9e9482b867946c0",
                                 must(TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b")),
                                 must(WalletId::parse("EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD")),
                                 12,
                                 {}};
  const std::string page = protocol_page();
  const auto verdict = must(pow::verify(challenge, "3482"));
  EXPECT_TRUE(verdict.valid);
  for (const std::string& text : {challenge.challenge, challenge.task.str(), challenge.wallet.str(), verdict.digest.hex()})
    EXPECT_NE(page.find(text), std::string::npos) << text;
}

TEST(ProtocolPage, ProofExampleOfVersion2IsTrue) {
  const pow::Challenge challenge{"aa126f06440e49a6922759f093bff165ce588932c1639652b9e9482b867946c0",
                                 must(TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b")),
                                 must(WalletId::parse("EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD")),
                                 12,
                                 {},
                                 pow::Version::v2};
  const std::string nonce = "0000000000002c8a";
  const auto verdict = must(pow::verify(challenge, nonce));
  EXPECT_TRUE(verdict.valid);
  const std::string page = protocol_page();
  for (const std::string& text : {nonce, verdict.digest.hex()}) EXPECT_NE(page.find("`" + text + "`"), std::string::npos) << text;
}

// Goal:   the page names every endpoint.
// Method: the server's own description is walked.
TEST(ProtocolPage, NamesEveryEndpoint) {
  const std::string page = protocol_page();
  for (const protocol::Route& route : protocol::routes()) {
    const std::string name = std::string(route.method) + " " + std::string(route.path);
    EXPECT_NE(page.find("**`" + name + "`"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace gstd::test
