// What a process and its runner say to each other. Every reader here takes bytes that may come from an enemy: the runner's from a
// module's owner, by way of what a module made of it; and answers nothing where they are not exactly one message within bounds.
#pragma once

#include <gstd/wasm.hpp>

#include "wasm/process/channel.hpp"
#include "wasm/process/codec.hpp"

namespace gstd::wasm::process {

/// Code compiled from one module. Cranelift makes some five bytes of code and tables from one of a module; this is twice that for a
/// module of kModuleBytesMax.
inline constexpr std::uint64_t kCodeBytesMax = 512ull << 20;

/// Bytes of any message or reason that a runner words.
inline constexpr std::uint64_t kTextBytesMax = 4096;

/// Payload of the answers that do not carry code or output: hello and refused.
inline constexpr std::uint64_t kShortFrameBytesMax = 16u << 10;

/// Of this file and channel.hpp; part of what must be equal on both ends.
inline constexpr std::uint32_t kProtocolRevision = 1;

/// What a runner is told when it is started, as its one argument: all that must be known before it is confined.
struct RunnerSettings {
  bool optimize = true;
  std::uint64_t slot_memory_bytes_max = 0;
  std::uint64_t data_bytes_max = 0;  ///< As confine().
};
std::string to_argument(const RunnerSettings& settings);
std::optional<RunnerSettings> parse_argument(std::string_view argument);

/// First thing that a runner says, when it is confined.
struct Hello {
  std::uint32_t revision = kProtocolRevision;
  std::string version;  ///< GSTD_VERSION_STRING
  std::string engine;   ///< As Sandbox::engine().
  std::string variant;  ///< As Backend::variant().
};

/// What the host knows of a module whose code it cannot look into.
struct ModuleFacts {
  Digest sha256;
  GuestConvention convention = GuestConvention::wasi;
  std::uint64_t memory_pages_min = 0;
  bool operator==(const ModuleFacts&) const = default;
};

struct CompileRequest {
  GuestConvention convention = GuestConvention::wasi;
  BytesView module;
};

struct Compiled {
  ModuleFacts facts;
  BytesView code;  ///< What Backend::save() of the runner gave: for runners alone.
};

/// Payload of `run` and `open`; the latter without input.
struct RunRequest {
  RunLimits limits;
  BytesView code;
  BytesView input;
};

// Views in what is read are borrowed from the payload; those of what is sent, from the caller.

Wait send_hello(const Channel& channel, const Hello& hello);
std::optional<Hello> read_hello(BytesView payload);

Wait send_compile(const Channel& channel, const CompileRequest& request, Channel::Nanoseconds deadline);
std::optional<CompileRequest> read_compile(BytesView payload);

Wait send_compiled(const Channel& channel, const Compiled& compiled);
std::optional<Compiled> read_compiled(BytesView payload);

Wait send_run(const Channel& channel, FrameKind kind, const RunRequest& request, Channel::Nanoseconds deadline);
std::optional<RunRequest> read_run(BytesView payload);

/// The runner's words are cut to kTextBytesMax.
Wait send_refused(const Channel& channel, const Error& error);
std::optional<Error> read_refused(BytesView payload);

Wait send_outcome(const Channel& channel, const Outcome& outcome);

/// Longest payload of an outcome under these limits.
std::uint64_t outcome_bytes_max(const RunLimits& limits) noexcept;

/// Nothing, too, for what no honest runner says under these limits: more output, log, fuel or memory than allowed; an exit code,
/// trap name or output beside a kind that has none. The engine's name is not in the message.
std::optional<Outcome> read_outcome(BytesView payload, const RunLimits& limits);

}  // namespace gstd::wasm::process
