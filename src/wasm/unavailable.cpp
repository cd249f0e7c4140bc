// The sandbox of a build without an engine: the same interface, every answer `unimplemented`.
#include <gstd/wasm.hpp>

namespace gstd::wasm {
namespace {

Error no_engine() {
  return {ErrorCode::unimplemented, "this build has no WebAssembly engine; build libgstd with GSTD_WITH_WASMTIME=ON", {}};
}

}  // namespace

struct Module::State {};
struct Instance::State {};
struct Sandbox::State {
  std::string engine;
};

const Digest& Module::sha256() const noexcept {
  static const Digest none{};
  return none;
}

GuestConvention Module::convention() const noexcept { return GuestConvention::wasi; }

Instance::Instance(std::unique_ptr<State> state) : state_(std::move(state)) {}
Instance::Instance(Instance&&) noexcept = default;
Instance& Instance::operator=(Instance&&) noexcept = default;
Instance::~Instance() = default;
Result<Outcome> Instance::call(BytesView, const CallOptions&) { return no_engine(); }

Sandbox::Sandbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sandbox::Sandbox(Sandbox&&) noexcept = default;
Sandbox& Sandbox::operator=(Sandbox&&) noexcept = default;
Sandbox::~Sandbox() = default;

Result<Sandbox> Sandbox::create(const SandboxOptions&) { return no_engine(); }
Result<Module> Sandbox::compile(BytesView, GuestConvention, const CallOptions&) { return no_engine(); }
Result<Outcome> Sandbox::run(const Module&, BytesView, const RunLimits&, const CallOptions&) { return no_engine(); }
Result<Instance> Sandbox::open(const Module&, const RunLimits&, const CallOptions&) { return no_engine(); }
Result<void> Sandbox::self_test(const CallOptions&) { return no_engine(); }
const std::string& Sandbox::engine() const noexcept { return state_->engine; }

bool is_available() noexcept { return false; }

}  // namespace gstd::wasm
