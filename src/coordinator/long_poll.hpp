// What handlers and the attendant share about requests that wait.
#pragma once

#include "coordinator/services.hpp"
#include "coordinator/target.hpp"

namespace gstd::coordinator {

/// Events in one answer; who wants more asks again.
inline constexpr std::size_t kEventsPageMax = 256;

/// The query parameter wait_ms, cut to protocol::kWaitMsMax; zero where it is absent. Errors: those of number_parameter().
Result<std::chrono::milliseconds> wait_parameter(const Target& target);

/// Tasks that may be shown now to a worker of that kind, best first: enough for `workers` of them to find an unmarked one.
/// Errors: the store's.
Result<std::deque<Task>> ready_tasks(Services& services, const Waits::WorkKind& kind, std::size_t workers);

/// Errors: the store's.
Result<std::vector<store::Event>> events_after(Services& services, std::uint64_t since, const WalletId& wallet);

}  // namespace gstd::coordinator
