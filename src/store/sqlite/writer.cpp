#include "store/sqlite/writer.hpp"

#include "store/sqlite/transaction.hpp"

#include <system_error>

namespace gstd::store::sqlite {

Writer::Writer(Database db, std::size_t commits_shared_max) : db_(std::move(db)), commits_shared_max_(commits_shared_max) {}

Result<void> Writer::start() {
  try {
    thread_ = std::thread([this] { loop(); });
  } catch (const std::system_error& error) {
    return Error{ErrorCode::resource_exhausted,
                 std::string("cannot start the store's thread (") + error.what() + "); allow the process more threads", "threads"};
  }
  return {};
}

Writer::~Writer() {
  {
    const std::lock_guard lock{mutex_};
    closing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

Result<void> Writer::run(const Store::Work& work) {
  Job job{work};
  std::unique_lock lock{mutex_};
  if (closing_) return Error{ErrorCode::cancelled, "the store is closing", {}};
  queue_.push_back(&job);
  wake_.notify_one();
  job.told.wait(lock, [&] { return job.done; });
  if (job.thrown) std::rethrow_exception(job.thrown);
  return std::move(job.result);
}

void Writer::loop() {
  for (;;) {
    {
      std::unique_lock lock{mutex_};
      wake_.wait(lock, [&] { return !queue_.empty() || closing_; });
      if (closing_) {
        for (Job* job : queue_) {
          job->result = Error{ErrorCode::cancelled, "the store is closing", {}};
          job->done = true;
          job->told.notify_one();
        }
        queue_.clear();
        return;
      }
    }
    commit_together();
  }
}

Writer::Job* Writer::take() {
  const std::lock_guard lock{mutex_};
  if (queue_.empty()) return nullptr;
  Job* job = queue_.front();
  queue_.pop_front();
  return job;
}

void Writer::commit_together() {
  Batch batch;
  Result<void> done = run_jobs(batch);
  if (done)
    if (auto committed = db_.execute("COMMIT"); !committed) done = std::move(committed).error();
  if (!done) {
    if (db_.in_transaction()) static_cast<void>(db_.execute("ROLLBACK"));
    refuse(batch, done.error());
  }
  tell(batch);
}

// Takes works until the queue is empty or the batch is full: whoever queues up while the batch runs is still taken along.
Result<void> Writer::run_jobs(Batch& batch) {
  if (auto begun = db_.execute("BEGIN IMMEDIATE"); !begun) {
    // Everybody that waits now hears it, rather than each after a wait of his own.
    while (Job* job = take()) batch.push_back(job);
    return std::move(begun).error();
  }
  while (batch.size() < commits_shared_max_) {
    Job* job = take();
    if (!job) break;
    batch.push_back(job);
    if (auto ran = run_in_savepoint(*job); !ran) return ran;
  }
  return {};
}

// Answers with an Error only where the whole transaction is lost; what became of the work itself stands in the job.
Result<void> Writer::run_in_savepoint(Job& job) {
  if (auto opened = db_.execute("SAVEPOINT work"); !opened) return std::move(opened).error();
  SqliteTransaction transaction{db_};
  try {
    job.result = job.work(transaction);
  } catch (...) {
    job.thrown = std::current_exception();
  }
  if (transaction.storage_failure() && job.result) job.result = *transaction.storage_failure();
  if (!db_.in_transaction())
    return transaction.storage_failure().value_or(
        Error{ErrorCode::unavailable, "the database ended the transaction; try again", "storage"});
  if (!job.result || job.thrown)
    if (auto undone = db_.execute("ROLLBACK TO work"); !undone) return std::move(undone).error();
  if (auto released = db_.execute("RELEASE work"); !released) return std::move(released).error();
  return {};
}

void Writer::tell(const Batch& batch) {
  const std::lock_guard lock{mutex_};
  for (Job* job : batch) {
    job->done = true;
    // Under the lock, or the job could be gone before it is notified.
    job->told.notify_one();
  }
}

// Also those whose own work failed: they may have seen what another work of the batch wrote, and that is gone.
void Writer::refuse(const Batch& batch, const Error& error) {
  for (Job* job : batch) job->result = error;
}

}  // namespace gstd::store::sqlite
