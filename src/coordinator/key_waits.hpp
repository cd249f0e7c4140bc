// Requests that wait for a key, or for the question for one (long polls), answered by the attendant as those in Waits are.
#pragma once

#include <gstd/net.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <unordered_set>

namespace gstd::coordinator {

/// May be shared between threads.
class KeyWaits {
 public:
  /// Who comes beyond is answered at once, as if its time were over.
  static constexpr std::size_t kWaitsMax = 4096;
  /// Of one wallet: twice the leases that it may hold by default.
  static constexpr std::size_t kWaitsPerWalletMax = 128;

  struct Wait {
    net::Responder responder;
    std::chrono::nanoseconds deadline;  ///< On the clock's steady reading.
    WalletId wallet;
    std::string topic;  ///< What announce() is called with when it may be worth a look.
    /// The answer, if there is one by now. Run by the attendant; must not come back here.
    std::function<std::optional<net::Response>()> look;
    net::Response nothing;  ///< The answer at the deadline.
  };

  /// Whether it was kept. It counts as announced, so that nothing is missed that happened since the handler looked.
  /// Errors: resource_exhausted, reason "waits".
  Result<bool> add(Wait wait);
  void announce(const std::string& topic);

  /// Answers who can be answered, and whose time is over. For the attendant's thread alone.
  void serve(std::chrono::nanoseconds steady_now);
  /// Nothing is kept from here on; answers all who are left.
  void close();

 private:
  std::mutex mutex_;
  // All guarded by mutex_. Keys grow, so that the map is in order of arrival.
  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, Wait> waits_;
  std::unordered_set<std::string> topics_;
  bool closed_ = false;
};

}  // namespace gstd::coordinator
