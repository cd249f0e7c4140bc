// Goal:   no file in the folder of the code cache is taken for code unless this cache wrote it as it stands, whatever it holds.
// Method: the input as a file, for a key that it may well have, is parsed and its parts are compared with the bytes. Then a genuine
//         file is made with the input as code, and the input's first bytes say what is changed in it: any change must be noticed,
//         by the parser or by the tag, and the file without one must give the code back.
#include <algorithm>

#include "check.hpp"
#include "wasm/code_file.hpp"

namespace {

using namespace gstd;
using namespace gstd::wasm;

const CodeAuthenticator& authenticator() {
  static const CodeAuthenticator made = [] {
    std::array<std::uint8_t, CodeAuthenticator::kSecretBytes> secret{};
    secret.fill(7);
    return *CodeAuthenticator::create(secret);
  }();
  return made;
}

Digest fuzzed_key() {
  Digest key;
  key.bytes.fill('k');
  return key;
}

void parse_as_it_is(BytesView file) {
  const auto parsed = parse_code_file(file, fuzzed_key());
  if (!parsed) return;
  fuzz::require(parsed->authenticated.data() == file.data());
  fuzz::require(parsed->authenticated.size() == kCodeHeaderBytes + parsed->code.size());
  fuzz::require(parsed->code.data() == file.data() + kCodeHeaderBytes);
  fuzz::require(parsed->tag.data() == parsed->code.data() + parsed->code.size());
  fuzz::require(parsed->authenticated.size() + parsed->tag.size() == file.size());
  CodeSalt salt;
  std::ranges::copy(parsed->salt, salt.begin());
  fuzz::require(std::ranges::equal(make_code_header(fuzzed_key(), salt, parsed->code.size()), file.first(kCodeHeaderBytes)));
  // A tag that fits would have to be guessed.
  fuzz::require(!authenticator().is_authentic(*parsed));
}

bool is_accepted(BytesView file, BytesView code) {
  const auto parsed = parse_code_file(file, fuzzed_key());
  if (!parsed || !authenticator().is_authentic(*parsed)) return false;
  fuzz::require(std::ranges::equal(parsed->code, code));
  return true;
}

void change_a_genuine_file(BytesView input) {
  constexpr std::size_t kChoices = 4;
  if (input.size() < kChoices) return;
  const BytesView code = input.subspan(kChoices);
  CodeSalt salt;
  salt.fill(input[3]);
  const auto header = make_code_header(fuzzed_key(), salt, code.size());
  const auto tag = authenticator().tag(salt, header, code);
  fuzz::require(tag.has_value());
  Bytes file(header.begin(), header.end());
  file.insert(file.end(), code.begin(), code.end());
  file.insert(file.end(), tag->begin(), tag->end());
  fuzz::require(is_accepted(file, code));

  const std::size_t at = (input[0] | input[1] << 8) % file.size();
  Bytes changed = file;
  if (input[2] == 0)
    changed.resize(at);
  else
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ input[2]);
  fuzz::require(!is_accepted(changed, code));
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), input[2]);
  fuzz::require(!is_accepted(file, code));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse_as_it_is({data, size});
  change_a_genuine_file({data, size});
  return 0;
}
