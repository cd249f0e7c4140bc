// What a backend compiled, kept in the code cache.
#pragma once

#include "wasm/backend.hpp"
#include "wasm/code_cache.hpp"

namespace gstd::wasm {

/// The name of what a backend makes of a module here: digest over module, convention, engine, its variant, and the processor. The
/// variant tells the kinds of isolation apart: what a child compiled, which a module may have taken over, is never run in this
/// process. Errors: internal: the crypto library failed.
Result<Digest> code_key(const Backend& backend, const Digest& module, GuestConvention convention);

/// Takes the code from the cache, or compiles and keeps it. Code that the backend does not take, or that is of another module, is
/// compiled anew. Errors: those of Backend::compile().
Result<std::shared_ptr<const Code>> compile_cached(CodeCache& cache, Backend& backend, std::uint64_t slot_memory_bytes_max,
                                                   BytesView module, GuestConvention convention, const CallOptions& options);

}  // namespace gstd::wasm
