// Goal:   the platform's texts for signatures and ciphertexts are read exactly as it reads them, and nothing unsigned or unsealed
// passes. Method: the input as the text of a signature, against a plain reading of Go's rules; and its two halves, cut at the first
// zero byte,
//         as ciphertext and nonce, which open only where sealing the plaintext again gives the same texts.
#include <gstd/compat.hpp>
#include <gstd/sealing.hpp>

#include <algorithm>

#include "check.hpp"

namespace {

using namespace gstd;

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// hex.DecodeString, else base64.StdEncoding.DecodeString, of 64 bytes: written bit by bit, to share nothing with what is tested.
std::optional<Bytes> as_go_reads(std::string_view text) {
  Bytes out;
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  if (text.size() % 2 == 0 && std::ranges::all_of(text, is_hex)) {
    for (std::size_t i = 0; i < text.size(); i += 2)
      out.push_back(static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  } else {
    std::string digits;
    for (const char c : text)
      if (c != '\r' && c != '\n') digits += c;
    if (digits.size() % 4 != 0 || !digits.ends_with("==")) return std::nullopt;
    digits.resize(digits.size() - 2);
    std::vector<bool> bits;
    for (const char c : digits) {
      const auto value = kDigits.find(c);
      if (value == std::string_view::npos) return std::nullopt;
      for (int bit = 5; bit >= 0; --bit) bits.push_back((value >> bit & 1u) != 0);
    }
    for (std::size_t i = 0; i + 8 <= bits.size(); i += 8) {
      unsigned byte = 0;
      for (std::size_t k = 0; k < 8; ++k) byte = byte << 1 | (bits[i + k] ? 1u : 0u);
      out.push_back(static_cast<std::uint8_t>(byte));
    }
  }
  if (out.size() != Signature::kSize) return std::nullopt;
  return out;
}

class GivenRandom final : public Random {
 public:
  explicit GivenRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> out) override {
    fuzz::require(out.size() == bytes_.size());
    std::ranges::copy(bytes_, out.begin());
  }

 private:
  Bytes bytes_;
};

void try_signature(std::string_view text) {
  static const auto key = *SigningKey::from_seed(Bytes(kSeedBytes, 0x17));
  static const auto task = *TaskId::parse("task");
  const auto read = compat::read_result_signature(text);
  const auto expected = as_go_reads(text);
  fuzz::require(read.has_value() == expected.has_value());
  if (read)
    fuzz::require(std::ranges::equal(read->view(), *expected) && *compat::read_result_signature(read->hex()) == *read);
  else
    fuzz::require_clear_refusal(read.error());
  const auto verified = compat::verify_result(key.public_key(), task, as_bytes(text), text);
  fuzz::require(!verified && verified.error().reason == "result_signature");
}

void try_sealed(std::string_view text) {
  static const auto task = *TaskId::parse("3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b");
  constexpr std::string_view kRequester = "EQAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHx2j";
  const auto cut = std::min(text.find('\0'), text.size());
  const CompatSealed sealed{std::string(text.substr(0, cut)), std::string(text.substr(std::min(cut + 1, text.size())))};
  const auto opened = compat_open(task, kRequester, sealed);
  if (!opened) {
    fuzz::require(opened.error().code == ErrorCode::data_loss && opened.error().reason == "sealed");
    return;
  }
  GivenRandom nonce{*decode_base64(sealed.aead_nonce)};
  fuzz::require(*compat_seal(task, kRequester, *opened, nonce) == sealed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  try_signature(text);
  try_sealed(text);
  return 0;
}
