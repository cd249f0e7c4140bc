// A backend that does as another, for tests that change one thing about it.
#pragma once

#include "wasm/backend.hpp"

namespace gstd::wasm {

class OtherBackend : public Backend {
 public:
  explicit OtherBackend(Backend& other) : other_(other) {}
  Result<std::shared_ptr<const Code>> compile(BytesView module, GuestConvention convention, const CallOptions& options) override {
    return other_.compile(module, convention, options);
  }
  Result<Bytes> save(const Code& code) const override { return other_.save(code); }
  Result<std::shared_ptr<const Code>> load(BytesView saved) const override { return other_.load(saved); }
  Result<Outcome> run(const Code& code, BytesView input, const RunLimits& limits, const std::stop_token& stop) override {
    return other_.run(code, input, limits, stop);
  }
  Result<std::unique_ptr<Session>> open(const Code& code, const RunLimits& limits, const std::stop_token& stop) override {
    return other_.open(code, limits, stop);
  }
  const std::string& engine() const noexcept override { return other_.engine(); }
  std::string variant() const override { return other_.variant(); }

 private:
  Backend& other_;
};

}  // namespace gstd::wasm
