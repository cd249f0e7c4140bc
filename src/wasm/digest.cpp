#include "wasm/digest.hpp"

#include <openssl/evp.h>
#include <memory>

namespace gstd::wasm {

Result<Digest> sha256(std::initializer_list<BytesView> parts) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  for (BytesView part : parts) good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  Digest digest;
  good = good && EVP_DigestFinal_ex(context.get(), digest.bytes.data(), nullptr) == 1;
  if (!good) return Error{ErrorCode::internal, "SHA-256 is not available from the crypto library", {}};
  return digest;
}

}  // namespace gstd::wasm
