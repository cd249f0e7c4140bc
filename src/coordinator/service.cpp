#include <gstd/version.hpp>

#include "coordinator/handlers.hpp"

namespace gstd::coordinator {

Result<Reply> get_health(Call& call) {
  const auto reachable = call.services().read([](store::Transaction& records) -> Result<void> {
    auto sequence = records.last_sequence();
    if (!sequence) return std::move(sequence).error();
    return {};
  });
  protocol::Health health;
  const bool works = reachable && !call.services().write_failed();
  health.status = works ? "healthy" : "unhealthy";
  health.database_status = works ? "connected" : "disconnected";
  health.timestamp = call.services().clock().now();
  return json_reply(health);
}

Result<Reply> get_version(Call&) { return json_reply(protocol::Version{"v1", "libgstd/" GSTD_VERSION_STRING}); }

Result<Reply> get_openapi(Call&) {
  static const std::string description = protocol::openapi();
  return Reply{200, kJsonType, description, false, {}};
}

}  // namespace gstd::coordinator
