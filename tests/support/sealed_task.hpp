// One encrypted task and the keys around it, step by step, as foreign clients would make them.
#pragma once

#include <gstd/sealing.hpp>

#include "support/lab.hpp"

namespace gstd::test::sealed {

inline const TaskId kTask = *TaskId::parse("0b1c6f0e-6f0a-4a4e-9a53-3f6b6f0a9b11");

inline ContentKey content_key() { return must(ContentKey::from_bytes(Bytes(kContentKeyBytes, 5))); }

// An encrypted task as an honest client makes it; `change` is what another one does before it signs.
inline protocol::CreateTask order(const Lab& lab, const Party& by, const std::function<void(protocol::CreateTask&)>& change = {}) {
  protocol::CreateTask task = lab.order("a secret");
  task.task_id = kTask;
  const auto sender = by.key.public_key();
  task.encryption = {2, sender, keyed_commitment(content_key(), SealingDirection::input, sha256(task.input)), {}};
  task.input = must(seal(content_key(), {kTask, 0, SealingDirection::input, sender}, task.input));
  if (change) change(task);
  const SealedTask declared{task.task_id.value_or(kTask), task.module_sha256.value_or(Digest{}), task.convention,
                            task.encryption->input_commitment, task.encryption->sender};
  task.encryption->signature = by.key.sign(encode_sealed_task(declared));
  return task;
}

// The claim of kTask with an encryption key that its device signed.
inline protocol::ClaimRequest claim_request(Lab& lab, const Party& by, const EncryptionKey& key) {
  const auto given = must(lab.challenge(by, kTask));
  return {kTask,
          by.wallet,
          by.device,
          Lab::solve(given),
          key.public_key(),
          by.key.sign(encode_key_request({kTask, by.device, key.public_key()}))};
}
inline protocol::TaskKey grant(const Party& by, const Party& worker, const EncryptionKey& key, std::uint32_t attempt = 1) {
  const auto wrapped =
      must(wrap_key(content_key(), {kTask, attempt, SealingDirection::input, by.key.public_key(), key.public_key()}));
  const KeyGrant granted{kTask, attempt, worker.device, worker.key.public_key(), key.public_key(), wrapped};
  return {kTask, attempt, wrapped, by.key.sign(encode_key_grant(granted))};
}
inline std::string key_path() { return "/tasks/" + kTask.str() + "/key"; }

}  // namespace gstd::test::sealed
