// Every message of the API, once: what is read and written, described in OpenAPI, and walked by the tests.
#pragma once

#include "protocol/describe_event.hpp"
#include "protocol/describe_log.hpp"
#include "protocol/describe_login.hpp"
#include "protocol/describe_money.hpp"
#include "protocol/describe_service.hpp"
#include "protocol/describe_task.hpp"
#include "protocol/describe_work.hpp"

// clang-format off
#define GSTD_PROTOCOL_MESSAGES(X)                                                                                  \
  X(Health) X(Version) X(QueueStats) X(RegisterDevice) X(Message)                                                  \
  X(LoginPayload) X(Login) X(PlatformLoginParts) X(PlatformLogin) X(PlatformLoginPayload) X(LoggedIn) X(SessionView) \
  X(CreateTask) X(TaskCreated) X(TaskCancelled) X(TaskView) X(TaskResult) X(SignedReceipt) X(ModuleMetadata)       \
  X(UploadModule) X(ExecuteModule) X(Execution)                                                                    \
  X(PowRequest) X(PowChallenge) X(PowAnswer) X(PowVerdict) X(PowStatus)                                            \
  X(TaskEncryption) X(KeyWanted) X(KeysWanted) X(TaskKey)                                                          \
  X(QueueItem) X(ClaimRequest) X(Claim) X(Heartbeat) X(LeaseView) X(Completion) X(Completed) X(AttemptFailed)      \
  X(WalletBalance) X(ClientStats) X(EscrowView) X(EscrowPage) X(EventView) X(EventPage)          \
  X(SignedAcceptance) X(SignedTreeHead) X(InclusionProof) X(ConsistencyProof) X(LogEntry) X(LogPage)
// clang-format on
