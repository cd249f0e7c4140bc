// The three descriptors: 0 reads the input, 1 collects the output, 2 collects the log.
#include "wasm/wasi.hpp"

namespace gstd::wasm {
namespace {

constexpr std::uint64_t kStdin = 0;
constexpr std::uint64_t kStdout = 1;
constexpr std::uint64_t kStderr = 2;

// Records of the witx file, as they lie in memory.
constexpr std::uint64_t kIoVectorBytes = 8;
constexpr std::uint64_t kFdstatBytes = 24;
constexpr std::uint64_t kFilestatBytes = 64;
constexpr std::uint64_t kRightFdRead = 1u << 1;
constexpr std::uint64_t kRightFdWrite = 1u << 6;

bool is_open(const World& world, std::uint64_t fd) { return fd < world.open.size() && world.open[fd]; }

// The buffers that a call names, each checked against the guest's memory.
struct Buffers {
  Errno error = Errno::success;
  std::vector<std::span<std::uint8_t>> parts;
};

Buffers read_buffers(World& world, std::uint64_t at, std::uint64_t count) {
  if (count > kIoVectorsMax) return {Errno::inval, {}};
  Buffers buffers;
  buffers.parts.reserve(count);
  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto start = world.memory.get<std::uint32_t>(at + i * kIoVectorBytes);
    const auto length = world.memory.get<std::uint32_t>(at + i * kIoVectorBytes + 4);
    if (!start || !length) return {Errno::fault, {}};
    const auto part = world.memory.slice(*start, *length);
    if (!part) return {Errno::fault, {}};
    total += part->size();
    buffers.parts.push_back(*part);
  }
  // The answer is a 32-bit count of bytes; parts may overlap, so that their sum can exceed what memory holds.
  if (total > UINT32_MAX) return {Errno::inval, {}};
  return buffers;
}

}  // namespace

Answer fd_read(World& world, const std::uint64_t* a) {
  if (a[0] != kStdin || !is_open(world, kStdin)) return answer(Errno::badf);
  const auto buffers = read_buffers(world, a[1], a[2]);
  if (buffers.error != Errno::success) return answer(buffers.error);
  if (!world.memory.slice(a[3], sizeof(std::uint32_t))) return answer(Errno::fault);
  std::uint32_t count = 0;
  for (auto part : buffers.parts) {
    const std::size_t length = std::min(part.size(), world.input.size() - world.input_read);
    if (length > 0) std::memcpy(part.data(), world.input.data() + world.input_read, length);
    world.input_read += length;
    count += static_cast<std::uint32_t>(length);
  }
  world.memory.put(a[3], count);
  return answer(Errno::success);
}

Answer fd_write(World& world, const std::uint64_t* a) {
  if ((a[0] != kStdout && a[0] != kStderr) || !is_open(world, a[0])) return answer(Errno::badf);
  const auto buffers = read_buffers(world, a[1], a[2]);
  if (buffers.error != Errno::success) return answer(buffers.error);
  if (!world.memory.slice(a[3], sizeof(std::uint32_t))) return answer(Errno::fault);
  std::uint32_t count = 0;
  for (auto part : buffers.parts) {
    if (a[0] == kStdout) {
      if (part.size() > world.limits.output_bytes_max - world.output.size()) {
        world.output_overflowed = true;
        return Answer::end_of_run();
      }
      world.output.insert(world.output.end(), part.begin(), part.end());
    } else {
      const std::size_t room = world.limits.log_bytes_max - world.log.size();
      world.log.append(as_text(part.first(std::min(part.size(), room))));
    }
    count += static_cast<std::uint32_t>(part.size());
  }
  world.memory.put(a[3], count);
  return answer(Errno::success);
}

Answer fd_close(World& world, const std::uint64_t* a) {
  if (!is_open(world, a[0])) return answer(Errno::badf);
  world.open[a[0]] = false;
  return answer(Errno::success);
}

// Also fd_tell: a stream has no position.
Answer fd_seek(World& world, const std::uint64_t* a) { return answer(is_open(world, a[0]) ? Errno::spipe : Errno::badf); }

Answer fd_fdstat_get(World& world, const std::uint64_t* a) {
  if (!is_open(world, a[0])) return answer(Errno::badf);
  auto record = world.memory.slice(a[1], kFdstatBytes);
  if (!record) return answer(Errno::fault);
  // File type 0, "unknown": as a character device stdout would count as a terminal, and the C library would flush every line.
  std::memset(record->data(), 0, record->size());
  world.memory.put(a[1] + 8, a[0] == kStdin ? kRightFdRead : kRightFdWrite);
  return answer(Errno::success);
}

Answer fd_filestat_get(World& world, const std::uint64_t* a) {
  if (!is_open(world, a[0])) return answer(Errno::badf);
  auto record = world.memory.slice(a[1], kFilestatBytes);
  if (!record) return answer(Errno::fault);
  std::memset(record->data(), 0, record->size());
  return answer(Errno::success);
}

}  // namespace gstd::wasm
