#include "batch.hpp"

#include <unistd.h>
#include <boost/json.hpp>

#include <cstdio>
#include <set>

namespace demo {
namespace {

using namespace gstd;

constexpr std::chrono::seconds kEventWait{5};
constexpr std::chrono::minutes kBatchTime{10};
constexpr std::size_t kBarChars = 40;

void show(const std::string& name, std::size_t done, std::size_t total, std::size_t running) {
  static const bool terminal = isatty(STDERR_FILENO) == 1;
  if (terminal) {
    const std::size_t filled = kBarChars * done / total;
    std::fprintf(stderr, "\r%-8s [%s%s] %zu/%zu, %zu running\x1b[K", name.c_str(), std::string(filled, '#').c_str(),
                 std::string(kBarChars - filled, '.').c_str(), done, total, running);
  }
  if (done == total) std::fprintf(stderr, "%s%s: %zu of %zu tasks done\n", terminal ? "\r\x1b[K" : "", name.c_str(), done, total);
  std::fflush(stderr);
}

// One task of the batch, as far as the events have told.
struct Followed {
  std::size_t index = 0;
  Digest input;
  Timestamp claimed_at{};
  bool done = false;
};

class Batch {
 public:
  Batch(const Client& client, const std::string& name, const Accept& accept, Figures& figures)
      : client_(client), name_(name), accept_(accept), figures_(figures) {}

  Result<void> submit(BytesView module, const std::vector<Bytes>& inputs, Amount budget) {
    const auto uploaded = client_.upload_module(module);
    if (!uploaded) return uploaded.error();
    module_ = uploaded->sha256;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      TaskRequest request;
      request.module = module_;
      request.input = inputs[i];
      request.budget = budget;
      request.encrypted = true;
      const auto created = client_.create_task(request);
      if (!created) return created.error();
      if (created->status != TaskState::pending)
        return Error{ErrorCode::failed_precondition, "the balance does not cover task " + created->task_id.str(), "funds"};
      tasks_[created->task_id] = {.index = i, .input = sha256(inputs[i])};
    }
    figures_.tasks += tasks_.size();
    announce();
    return {};
  }

  // Follows from `sequence` on until every task is done.
  Result<void> follow(std::uint64_t sequence) {
    const auto deadline = std::chrono::steady_clock::now() + kBatchTime;
    while (done_ < tasks_.size()) {
      if (std::chrono::steady_clock::now() > deadline) return Error{ErrorCode::deadline_exceeded, name_ + " took too long", "slow"};
      // Workers that have claimed since the last look get their keys; each claim is an event, so none waits long.
      if (const auto granted = client_.grant_keys(std::chrono::milliseconds{0}); !granted) return granted.error();
      const auto page = client_.events(sequence, kEventWait);
      if (!page) return page.error();
      sequence = page->next;
      for (const auto& event : page->events)
        if (auto taken = take(event); !taken) return taken;
    }
    return {};
  }

 private:
  // For run.py, which has to know a tile of the picture when a worker claims one.
  void announce() const {
    boost::json::array tasks;
    for (const auto& [id, task] : tasks_) tasks.push_back(boost::json::value(id.str()));
    const boost::json::object line{{"event", "submitted"}, {"batch", name_}, {"tasks", tasks}};
    std::printf("%s\n", boost::json::serialize(line).c_str());
    std::fflush(stdout);
  }

  Result<void> take(const protocol::EventView& event) {
    const auto found = tasks_.find(event.task_id);
    if (found == tasks_.end() || found->second.done) return {};
    Followed& task = found->second;
    if (event.status == TaskState::assigned) {
      task.claimed_at = event.at;
      running_.insert(event.task_id);
      ++figures_.attempts;
    }
    if (event.event == TaskEvent::submit) figures_.claim_to_result.push_back(event.at - task.claimed_at);
    if (event.status == TaskState::pending || is_terminal(event.status)) running_.erase(event.task_id);
    if (event.status == TaskState::dead_letter || (is_terminal(event.status) && event.status != TaskState::completed))
      return Error{ErrorCode::failed_precondition,
                   "task " + event.task_id.str() + " ended as " + std::string(to_string(event.status)),
                   std::string(to_string(event.status))};
    if (event.status == TaskState::completed)
      if (auto collected = collect(event.task_id, task); !collected) return collected;
    show(name_, done_, tasks_.size(), running_.size());
    return {};
  }

  Result<void> collect(const TaskId& id, Followed& task) {
    auto result = client_.result(id);
    if (!result) return result.error();
    const auto receipt = verify_result(*result, module_, task.input);
    if (!receipt) return receipt.error();
    if (auto accepted = accept_(task.index, result->output); !accepted) return accepted;
    figures_.fuel_used += receipt->fuel_used;
    if (result->attempt > 1) figures_.retried.push_back(id);
    result->output.clear();
    figures_.results.push_back(*std::move(result));
    task.done = true;
    ++done_;
    return {};
  }

  const Client& client_;
  const std::string& name_;
  const Accept& accept_;
  Figures& figures_;
  Digest module_;
  std::map<TaskId, Followed> tasks_;
  std::set<TaskId> running_;
  std::size_t done_ = 0;
};

}  // namespace

Result<void> run_batch(const Client& client, const std::string& name, BytesView module, const std::vector<Bytes>& inputs,
                       Amount budget, const Accept& accept, Figures& figures) {
  // The stream is asked where it stands before the first task exists, so that none of their events is missed.
  std::uint64_t sequence = 0;
  for (;;) {
    const auto page = client.events(sequence, std::chrono::milliseconds{0});
    if (!page) return page.error();
    sequence = page->next;
    if (page->events.empty()) break;
  }
  Batch batch{client, name, accept, figures};
  if (auto submitted = batch.submit(module, inputs, budget); !submitted) return submitted;
  return batch.follow(sequence);
}

}  // namespace demo
