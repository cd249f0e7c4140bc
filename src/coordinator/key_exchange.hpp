// The coordinator's part in encrypted tasks: what it checks when one is made, claimed and handed in.
#pragma once

#include <gstd/protocol.hpp>
#include <gstd/store.hpp>

#include "coordinator/identity.hpp"

namespace gstd::coordinator {

/// What KeyWaits are announced by: a requester's attempts want keys; a task's key was granted.
std::string wanted_topic(const WalletId& requester);
std::string key_topic(const TaskId& task);

/// The sealing of a task that is asked for; its `sealed_input` is left to the caller. `identity` is who asks.
/// Errors: invalid_argument, reason "encryption": not suite 2, not the asker's own key or signature, no sealed input, or something
/// that an encrypted task cannot have.
Result<TaskSealing> check_sealing(const Identity& identity, const protocol::CreateTask& order, BytesView input);

/// What a claim of an encrypted task asks for. `attempt` is set by who assigns. Errors: failed_precondition, reason
/// "encryption_key": it brings no key, or none that its device signed.
Result<protocol::KeyWanted> check_key_request(const Identity& identity, const protocol::ClaimRequest& request);

/// What a message says of a task's encryption.
std::optional<protocol::TaskEncryption> encryption_of(const TaskSpec& spec);

}  // namespace gstd::coordinator
