// Virtual time: starts at zero, moves by kClockStepNs whenever it is read and by what a guest sleeps. The same on every machine,
// and blind to how long anything takes, which also denies a guest the timer that side channels need.
#include "wasm/wasi.hpp"

#include <algorithm>

namespace gstd::wasm {
namespace {

// Clock ids: real time, monotonic, CPU time of process and of thread. All show the same time.
constexpr std::uint64_t kClockIds = 4;

// Records of the witx file, as they lie in memory.
constexpr std::uint64_t kSubscriptionBytes = 48;
constexpr std::uint64_t kEventBytes = 32;
constexpr std::uint8_t kEventClock = 0;
constexpr std::uint16_t kFlagAbsoluteTime = 1;

struct Subscription {
  std::uint64_t userdata;
  std::uint8_t type;
  std::uint64_t due_ns;  // of a clock
};

Subscription read_subscription(const std::uint8_t* record, std::uint64_t now_ns) {
  Subscription subscription{};
  std::uint64_t timeout = 0;
  std::uint16_t flags = 0;
  std::memcpy(&subscription.userdata, record, 8);
  subscription.type = record[8];
  std::memcpy(&timeout, record + 24, 8);
  std::memcpy(&flags, record + 40, 2);
  const bool absolute = (flags & kFlagAbsoluteTime) != 0;
  subscription.due_ns = absolute ? std::max(timeout, now_ns) : now_ns + std::min(timeout, UINT64_MAX - now_ns);
  return subscription;
}

}  // namespace

Answer clock_res_get(World& world, const std::uint64_t* a) {
  if (a[0] >= kClockIds) return answer(Errno::inval);
  return answer(world.memory.put(a[1], kClockStepNs) ? Errno::success : Errno::fault);
}

Answer clock_time_get(World& world, const std::uint64_t* a) {
  if (a[0] >= kClockIds) return answer(Errno::inval);
  if (!world.memory.put(a[2], world.clock_ns)) return answer(Errno::fault);
  world.clock_ns += std::min(kClockStepNs, UINT64_MAX - world.clock_ns);
  return answer(Errno::success);
}

// Waits for clocks alone, by moving the virtual time to the one that is due first. Descriptors are never waited for: input and
// output are always ready, and the C library has no need to ask.
Answer poll_oneoff(World& world, const std::uint64_t* a) {
  if (a[2] == 0 || a[2] > kSubscriptionsMax) return answer(Errno::inval);
  const auto in = world.memory.slice(a[0], a[2] * kSubscriptionBytes);
  const auto out = world.memory.slice(a[1], a[2] * kEventBytes);
  if (!in || !out || !world.memory.slice(a[3], sizeof(std::uint32_t))) return answer(Errno::fault);

  std::vector<Subscription> subscriptions;
  std::uint64_t due_ns = UINT64_MAX;
  bool only_clocks = true;
  for (std::uint64_t i = 0; i < a[2]; ++i) {
    subscriptions.push_back(read_subscription(in->data() + i * kSubscriptionBytes, world.clock_ns));
    const auto& subscription = subscriptions.back();
    if (subscription.type == kEventClock) {
      due_ns = std::min(due_ns, subscription.due_ns);
    } else {
      only_clocks = false;
    }
  }
  // A descriptor is answered at once, by an error; then nobody has slept.
  if (only_clocks) world.clock_ns = due_ns;

  std::uint32_t events = 0;
  for (const auto& subscription : subscriptions) {
    const bool is_clock = subscription.type == kEventClock;
    if (is_clock && (!only_clocks || subscription.due_ns > due_ns)) continue;
    std::uint8_t* event = out->data() + events * kEventBytes;
    const auto error = static_cast<std::uint16_t>(is_clock ? Errno::success : Errno::notsup);
    std::memset(event, 0, kEventBytes);
    std::memcpy(event, &subscription.userdata, 8);
    std::memcpy(event + 8, &error, 2);
    event[10] = subscription.type;
    ++events;
  }
  world.memory.put(a[3], events);
  return answer(Errno::success);
}

}  // namespace gstd::wasm
