#include "wasm/code_cache.hpp"

#include <openssl/crypto.h>
#include <sys/stat.h>
#include <new>

#include "wasm/cache_directory.hpp"
#include "wasm/cache_draft.hpp"
#include "wasm/cache_eviction.hpp"
#include "wasm/code_file.hpp"

namespace gstd::wasm {

struct CodeCache::State {
  FileDescriptor directory;
  CodeAuthenticator authenticator;
  std::uint64_t bytes_max;
  Random* random;
};

CodeCache::CodeCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
CodeCache::CodeCache(CodeCache&&) noexcept = default;
CodeCache& CodeCache::operator=(CodeCache&&) noexcept = default;
CodeCache::~CodeCache() = default;

Result<CodeCache> CodeCache::open(const std::string& path, std::uint64_t bytes_max, Random& random) {
  if (bytes_max == 0)
    return Error{ErrorCode::invalid_argument, "the cache of compiled modules must be allowed a size", "cache_bytes_max"};
  auto directory = open_cache_directory(path);
  if (!directory) return std::move(directory).error();
  std::array<std::uint8_t, CodeAuthenticator::kSecretBytes> secret;
  auto authenticator = [&]() -> Result<CodeAuthenticator> {
    if (auto loaded = load_cache_secret(path, directory->get(), random, secret); !loaded) return std::move(loaded).error();
    return CodeAuthenticator::create(secret);
  }();
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!authenticator) return std::move(authenticator).error();
  clear_drafts(directory->get());
  return CodeCache{std::unique_ptr<State>(new State{*std::move(directory), *std::move(authenticator), bytes_max, &random})};
}

std::optional<CachedCode> CodeCache::get(const Digest& key) noexcept try {
  const int directory = state_->directory.get();
  const std::string name = code_file_name(key);
  const OwnFile found = open_own_file(directory, name.c_str());
  if (!found.file && !found.is_foreign) return std::nullopt;
  std::optional<CodeFile> parsed;
  CachedCode out;
  if (found.file && found.bytes <= kCodeHeaderBytes + kCachedCodeBytesMax + kCodeTagBytes) {
    const auto size = static_cast<std::size_t>(found.bytes);
    out.file_.reset(new (std::nothrow) std::uint8_t[size]);
    if (!out.file_) return std::nullopt;
    const std::span<std::uint8_t> bytes{out.file_.get(), size};
    if (read_all(found.file.get(), bytes)) parsed = parse_code_file(bytes, key);
  }
  if (!parsed || !state_->authenticator.is_authentic(*parsed)) {
    unlinkat(directory, name.c_str(), 0);
    return std::nullopt;
  }
  out.code_ = parsed->code;
  const timespec used[2] = {{0, UTIME_OMIT}, {0, UTIME_NOW}};
  futimens(found.file.get(), used);  // In vain on a disk that cannot be written to; then nothing is evicted either.
  return out;
} catch (...) {
  return std::nullopt;
}

bool CodeCache::put(const Digest& key, BytesView code) noexcept try {
  const std::uint64_t bytes = kCodeHeaderBytes + code.size() + kCodeTagBytes;
  if (code.size() > kCachedCodeBytesMax || bytes > state_->bytes_max) return false;
  CodeSalt salt;
  state_->random->fill(salt);
  const auto header = make_code_header(key, salt, code.size());
  const auto tag = state_->authenticator.tag(salt, header, code);
  if (!tag) return false;

  const int directory = state_->directory.get();
  Draft draft = Draft::create(directory, *state_->random);
  if (!draft || !draft.write(header) || !draft.write(code) || !draft.write(*tag)) return false;
  struct stat status;
  if (fstat(draft.file(), &status) != 0) return false;
  const FileDescriptor lock = lock_cache(directory);
  const std::string name = code_file_name(key);
  return lock && make_room(directory, {state_->bytes_max, kFilesMax}, bytes, name, status.st_mtim) && draft.rename_to(name.c_str());
} catch (...) {
  return false;
}

}  // namespace gstd::wasm
