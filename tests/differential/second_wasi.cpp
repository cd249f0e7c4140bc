#include "second_wasi.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace second_engine {
namespace {

// Numbers of the witx type `errno`.
constexpr std::uint32_t kOk = 0;
constexpr std::uint32_t kBadDescriptor = 8;
constexpr std::uint32_t kFault = 21;
constexpr std::uint32_t kInvalid = 28;
constexpr std::uint32_t kNotSupported = 58;
constexpr std::uint32_t kNoSeek = 70;
constexpr std::uint32_t kNotCapable = 76;

// Documented bounds of the guest's world.
constexpr std::uint64_t kVectorsMax = 1024;
constexpr std::uint64_t kSubscriptionsMax = 1024;
constexpr std::uint64_t kClockStepNs = 1000 * 1000;
constexpr std::uint64_t kClocks = 4;

constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();

std::uint64_t later(std::uint64_t now, std::uint64_t by) { return by > kForever - now ? kForever : now + by; }

std::string sha256(const std::string& text) {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return {digest.begin(), digest.end()};
}

bool is_open(const World& world, std::uint64_t fd) { return fd <= 2 && !world.closed[fd]; }

// The gather list of a call: checked first and as a whole, moved afterwards.
std::uint32_t check_vectors(GuestMemory memory, std::uint64_t at, std::uint64_t count) {
  if (count > kVectorsMax) return kInvalid;
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!memory.holds(at + 8 * i, 8)) return kFault;
    const std::uint64_t length = memory.load(at + 8 * i + 4, 4);
    if (!memory.holds(memory.load(at + 8 * i, 4), length)) return kFault;
    sum += length;
  }
  return sum > std::numeric_limits<std::uint32_t>::max() ? kInvalid : kOk;
}

std::uint32_t read(World& world, GuestMemory memory, const Arguments& a) {
  if (a[0] != 0 || !is_open(world, 0)) return kBadDescriptor;
  if (const auto error = check_vectors(memory, a[1], a[2])) return error;
  if (!memory.holds(a[3], 4)) return kFault;
  // The list is read before anything is written: a buffer may lie over the list itself.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
  for (std::uint64_t i = 0; i < a[2]; ++i) parts.emplace_back(memory.load(a[1] + 8 * i, 4), memory.load(a[1] + 8 * i + 4, 4));
  std::uint64_t moved = 0;
  for (const auto& [start, length] : parts) {
    const std::uint64_t now = std::min<std::uint64_t>(length, world.task.input.size() - world.input_read);
    std::copy_n(world.task.input.begin() + static_cast<std::ptrdiff_t>(world.input_read), now, memory.data + start);
    world.input_read += now;
    moved += now;
  }
  memory.store(a[3], 4, moved);
  return kOk;
}

std::uint32_t write(World& world, GuestMemory memory, const Arguments& a) {
  if ((a[0] != 1 && a[0] != 2) || !is_open(world, a[0])) return kBadDescriptor;
  if (const auto error = check_vectors(memory, a[1], a[2])) return error;
  if (!memory.holds(a[3], 4)) return kFault;
  std::uint64_t moved = 0;
  for (std::uint64_t i = 0; i < a[2]; ++i) {
    const std::uint64_t length = memory.load(a[1] + 8 * i + 4, 4);
    const std::string part(reinterpret_cast<const char*>(memory.data) + memory.load(a[1] + 8 * i, 4), length);
    if (a[0] == 1) {
      world.output += part;
    } else {
      world.log += part.substr(0, world.task.log_bytes_max - world.log.size());
    }
    moved += length;
    if (world.output.size() > world.task.output_bytes_max) {
      world.end = End::output_limit;
      return kOk;
    }
  }
  memory.store(a[3], 4, moved);
  return kOk;
}

// A regular stream that cannot be sought in: type and flags zero, the right to read or the right to write.
std::uint32_t describe_stream(World& world, GuestMemory memory, const Arguments& a) {
  if (!is_open(world, a[0])) return kBadDescriptor;
  if (!memory.holds(a[1], 24)) return kFault;
  std::memset(memory.data + a[1], 0, 24);
  memory.store(a[1] + 8, 8, a[0] == 0 ? 1u << 1 : 1u << 6);
  return kOk;
}

std::uint32_t random(World& world, GuestMemory memory, const Arguments& a) {
  if (!memory.holds(a[0], a[1])) return kFault;
  const std::string seed = sha256("gstd wasm random v1" + sha256(world.task.module) + sha256(world.task.input));
  for (std::uint64_t done = 0; done < a[1]; done += 32) {
    std::string number;
    for (unsigned i = 0; i < 8; ++i) number += static_cast<char>(world.random_blocks >> (8 * i));
    ++world.random_blocks;
    const std::string block = sha256(seed + number);
    std::copy_n(block.begin(), std::min<std::uint64_t>(32, a[1] - done), memory.data + a[0] + done);
  }
  return kOk;
}

struct Subscription {
  std::uint64_t userdata;
  unsigned type;
  std::uint64_t due_ns;
};

std::uint32_t poll(World& world, GuestMemory memory, const Arguments& a) {
  if (a[2] == 0 || a[2] > kSubscriptionsMax) return kInvalid;
  if (!memory.holds(a[0], 48 * a[2]) || !memory.holds(a[1], 32 * a[2]) || !memory.holds(a[3], 4)) return kFault;
  std::vector<Subscription> wanted;
  bool clocks_only = true;
  std::uint64_t first_ns = kForever;
  for (std::uint64_t i = 0; i < a[2]; ++i) {
    const std::uint64_t at = a[0] + 48 * i;
    Subscription entry{memory.load(at, 8), static_cast<unsigned>(memory.load(at + 8, 1)), 0};
    const std::uint64_t timeout = memory.load(at + 24, 8);
    const bool absolute = (memory.load(at + 40, 2) & 1) != 0;
    entry.due_ns = absolute ? std::max(timeout, world.now_ns) : later(world.now_ns, timeout);
    if (entry.type == 0) first_ns = std::min(first_ns, entry.due_ns);
    clocks_only = clocks_only && entry.type == 0;
    wanted.push_back(entry);
  }
  if (clocks_only) world.now_ns = first_ns;
  std::uint64_t events = 0;
  for (const auto& entry : wanted) {
    // Descriptors answer at once, that they cannot be waited for; sleepers wake only where nothing else happened.
    if (entry.type == 0 ? !clocks_only || entry.due_ns > first_ns : false) continue;
    const std::uint64_t at = a[1] + 32 * events++;
    std::memset(memory.data + at, 0, 32);
    memory.store(at, 8, entry.userdata);
    memory.store(at + 8, 2, entry.type == 0 ? kOk : kNotSupported);
    memory.store(at + 10, 1, entry.type);
  }
  memory.store(a[3], 4, events);
  return kOk;
}

}  // namespace

std::uint64_t GuestMemory::load(std::uint64_t at, unsigned bytes) const {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value |= static_cast<std::uint64_t>(data[at + i]) << (8 * i);
  return value;
}

void GuestMemory::store(std::uint64_t at, unsigned bytes, std::uint64_t value) const {
  for (unsigned i = 0; i < bytes; ++i) data[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

std::uint32_t call_wasi(World& world, const std::string& name, GuestMemory memory, const Arguments& a) {
  if (name == "fd_read") return read(world, memory, a);
  if (name == "fd_write") return write(world, memory, a);
  if (name == "random_get") return random(world, memory, a);
  if (name == "poll_oneoff") return poll(world, memory, a);
  if (name == "fd_fdstat_get") return describe_stream(world, memory, a);
  if (name == "sched_yield" || name == "args_get" || name == "environ_get") return kOk;
  if (name == "fd_prestat_get" || name == "fd_prestat_dir_name") return kBadDescriptor;
  if (name == "fd_seek" || name == "fd_tell") return is_open(world, a[0]) ? kNoSeek : kBadDescriptor;
  if (name == "proc_exit") {
    world.end = End::exited;
    world.exit_code = static_cast<std::int32_t>(static_cast<std::uint32_t>(a[0]));
    return kOk;
  }
  if (name == "fd_close") {
    if (!is_open(world, a[0])) return kBadDescriptor;
    world.closed[a[0]] = true;
    return kOk;
  }
  if (name == "fd_filestat_get") {
    if (!is_open(world, a[0])) return kBadDescriptor;
    if (!memory.holds(a[1], 64)) return kFault;
    std::memset(memory.data + a[1], 0, 64);
    return kOk;
  }
  if (name == "args_sizes_get" || name == "environ_sizes_get") {
    if (!memory.holds(a[0], 4) || !memory.holds(a[1], 4)) return kFault;
    memory.store(a[0], 4, 0);
    memory.store(a[1], 4, 0);
    return kOk;
  }
  if (name == "clock_res_get" || name == "clock_time_get") {
    const bool reads_time = name == "clock_time_get";
    const std::uint64_t at = reads_time ? a[2] : a[1];
    if (a[0] >= kClocks) return kInvalid;
    if (!memory.holds(at, 8)) return kFault;
    memory.store(at, 8, reads_time ? world.now_ns : kClockStepNs);
    if (reads_time) world.now_ns = later(world.now_ns, kClockStepNs);
    return kOk;
  }
  // Files, sockets and signals: a guest has no right to any.
  return kNotCapable;
}

}  // namespace second_engine
