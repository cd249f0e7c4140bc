// Receipts of honest runs to begin with, which each test spoils in its own way.
#pragma once

#include <gstd/verify.hpp>

#include <gtest/gtest.h>
#include <algorithm>
#include <fstream>

namespace gstd {

template <class Id>
Id id(std::string_view text) {
  return *Id::parse(text);
}

inline Bytes read_guest(const std::string& name) {
  std::ifstream file{GSTD_TEST_GUESTS_DIR "/" + name + ".wasm", std::ios::binary};
  EXPECT_TRUE(file) << name;
  return Bytes{std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

inline SigningKey worker_key() {
  SeededRandom random{7};
  return SigningKey::generate(random);
}

/// A receipt that agrees with itself, of no run in particular.
inline Receipt some_receipt() {
  Receipt receipt;
  receipt.task = id<TaskId>("task");
  receipt.attempt = 1;
  receipt.worker = id<WalletId>("wallet");
  receipt.device = id<DeviceId>("device");
  receipt.module = sha256(as_bytes("a module"));
  receipt.input = sha256(as_bytes("an input"));
  receipt.output = sha256(as_bytes("an output"));
  receipt.fuel_used = 12;
  receipt.limits.memory_bytes_max = 1u << 20;
  receipt.limits.fuel = 50'000'000;
  receipt.engine = "engine";
  receipt.key = worker_key().public_key();
  receipt.memory_bytes_peak = 65536;
  return receipt;
}

inline protocol::SignedReceipt sign(const Receipt& receipt, const SigningKey& key = worker_key()) {
  return {encode_receipt(receipt), sign_receipt(receipt, key), key.public_key(), std::nullopt};
}

/// The same as version 2 had it, which named no key.
inline protocol::SignedReceipt sign_as_v2(const Receipt& receipt, const SigningKey& key = worker_key()) {
  Bytes encoded = encode_receipt(receipt);
  encoded.at(14) = '2';                                              // of the tag "gstd-receipt-v3"
  encoded.erase(encoded.end() - (4 + 32 + 32 + 24), encoded.end());  // commitment, key, nonce, memory, start, end
  return {encoded, key.sign(encoded), key.public_key(), std::nullopt};
}

/// The finding about `aspect`; fails the test where there is not exactly one.
inline Finding finding(const Verdict& verdict, Finding::Aspect aspect) {
  const auto is_it = [aspect](const Finding& finding) { return finding.aspect == aspect; };
  EXPECT_EQ(std::ranges::count_if(verdict.findings, is_it), 1) << to_string(aspect);
  const auto found = std::ranges::find_if(verdict.findings, is_it);
  return found == verdict.findings.end() ? Finding{aspect, Finding::Agreement::not_compared, {}, {}, "missing"} : *found;
}

/// The names of the aspects that differ, in order.
inline std::vector<std::string> differences(const Verdict& verdict) {
  std::vector<std::string> names;
  for (const Finding& each : verdict.findings)
    if (each.agreement == Finding::Agreement::differs) names.emplace_back(to_string(each.aspect));
  return names;
}

using Names = std::vector<std::string>;
using Conclusion = Verdict::Conclusion;
using Aspect = Finding::Aspect;
using Agreement = Finding::Agreement;

}  // namespace gstd
