// The stream of changes that a requester follows.
#pragma once

#include "protocol/describe.hpp"

namespace gstd::protocol {

template <class V>
void describe(V& v, In<V, EventView>& m) {
  v.about("One change of one task.");
  v.field("sequence", m.sequence, required, "Grows over all tasks; never reused.");
  v.field("task_id", m.task_id, required, "The task.");
  v.field("event", m.event, required, "What happened.");
  v.field("status", m.status, required, "The state after it.");
  v.field("attempt", m.attempt, required, "Number of the attempt that it belongs to.");
  v.field("at", m.at, required, "When.");
}

template <class V>
void describe(V& v, In<V, EventPage>& m) {
  v.about("Changes in the order in which they happened.");
  v.field("events", m.events, required, "Oldest first.", kEventList);
  v.field("next", m.next, required, "What to ask with as `since` next.");
}

}  // namespace gstd::protocol
