// Every handler of the API, by concern. What each takes and answers stands in docs/protocol.md.
#pragma once

#include "coordinator/call.hpp"

namespace gstd::coordinator {

// service.cpp
Result<Reply> get_health(Call& call);
Result<Reply> get_version(Call& call);
Result<Reply> get_openapi(Call& call);

// login.cpp
Result<Reply> issue_login_payload(Call& call);
Result<Reply> log_in(Call& call);
Result<Reply> refresh_session(Call& call);
Result<Reply> end_session(Call& call);

// devices.cpp
Result<Reply> register_device(Call& call);
Result<Reply> get_my_devices(Call& call);

// device_keys.cpp
Result<Reply> rotate_device_key(Call& call);
Result<Reply> revoke_device(Call& call);

// modules.cpp
Result<Reply> upload_module(Call& call);
Result<Reply> get_module_metadata(Call& call);
Result<Reply> download_module(Call& call);

// execute.cpp
Result<Reply> execute_module(Call& call);

// tasks.cpp
Result<Reply> create_task(Call& call);
Result<Reply> get_task(Call& call);
Result<Reply> get_task_result(Call& call);
Result<Reply> cancel_task(Call& call);

// proofs.cpp
Result<Reply> request_challenge(Call& call);
Result<Reply> verify_proof(Call& call);
Result<Reply> get_proof_status(Call& call);

// queue.cpp
Result<Reply> get_queue_stats(Call& call);
Result<Reply> next_task(Call& call);

// claims.cpp
Result<Reply> claim_task(Call& call);
Result<Reply> extend_lease(Call& call);
Result<Reply> fail_task(Call& call);

// completion.cpp
Result<Reply> complete_task(Call& call);

// log.cpp
Result<Reply> get_log_head(Call& call);
Result<Reply> get_log_inclusion(Call& call);
Result<Reply> get_log_consistency(Call& call);
Result<Reply> get_log_entries(Call& call);

// keys.cpp
Result<Reply> get_keys_wanted(Call& call);
Result<Reply> grant_key(Call& call);
Result<Reply> get_task_key(Call& call);

// wallets.cpp
Result<Reply> get_wallet_balance(Call& call);
Result<Reply> get_client_stats(Call& call);
Result<Reply> get_client_escrows(Call& call);

// events.cpp
Result<Reply> get_events(Call& call);
Result<Reply> follow_events(Call& call);

}  // namespace gstd::coordinator
