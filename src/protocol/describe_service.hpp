// Messages about the service itself, and identities.
#pragma once

#include "protocol/describe.hpp"

namespace gstd::protocol {

template <class V>
void describe(V& v, In<V, Health>& m) {
  v.about("Whether the coordinator can work.");
  v.field("status", m.status, required, "healthy or unhealthy.", kWord);
  v.group("database", "The storage behind it.",
          [&m](auto& inner) { inner.field("status", m.database_status, required, "connected or disconnected.", kWord); });
  v.neutral("contract", "object", R"({"address":"","status":"not_configured","balance_ton":0})");
  v.field("timestamp", m.timestamp, required, "When it was looked at, in Unix seconds.", UnixSeconds{});
}

template <class V>
void describe(V& v, In<V, Version>& m) {
  v.about("The version of the API and of what serves it.");
  v.field("version", m.version, required, "Version of the API.", kWord);
  v.field("software", m.software, optional, "Name and version of the program.", kSoftware);
  v.neutral("endpoints", "object", R"({"health":"/api/v1/health","openapi":"/api/v1/openapi.json"})");
}

template <class V>
void describe(V& v, In<V, QueueStats>& m) {
  v.about("How many tasks are in which state, over all requesters.");
  v.field("pending", m.pending, required, "Open to claims.");
  v.field("assigned", m.assigned, required, "Leased to a worker.");
  v.field("completed", m.completed, required, "Paid.");
  v.field("workers", m.workers, required, "Registered devices.");
  v.field("dead_letter", m.dead_letter, optional, "Out of retries, waiting for a decision.");
  v.field("failed", m.failed, optional, "Ended with the guest's own failure.");
  v.field("cancelled", m.cancelled, optional, "Given up by their requesters.");
  v.field("awaiting_escrow", m.awaiting_escrow, optional, "Not paid for yet.");
}

template <class V>
void describe(V& v, In<V, Message>& m) {
  v.about("That it was done, in words.");
  v.field("message", m.message, required, "For people.", kSentence);
}

}  // namespace gstd::protocol
