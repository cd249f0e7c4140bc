// One question to an external signer, and how it ends. Whoever asked waits on the question; whoever may answer holds the reply,
// which knows the question. Neither needs the other to live, so that a signer that answers after the client is gone, or never,
// harms nobody.
#include <gstd/signer.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace gstd {
namespace {

// What of a refusal's words is kept: messages end up in logs.
constexpr std::size_t kWhyCharsMax = 200;

// Longer than any call: a timeout that means "for ever" would overflow the clock that it is added to.
constexpr std::chrono::milliseconds kWaitMax = std::chrono::hours{24 * 365};

Error refused(std::string_view what) { return {ErrorCode::unauthenticated, "the external signer " + std::string(what), "signer"}; }

// Settled once; everything after the first settlement is dropped.
class Question {
 public:
  explicit Question(BytesView message) : message_(message.begin(), message.end()) {}

  BytesView message() const noexcept { return message_; }

  bool settle(Result<Signature> answer) {
    {
      const std::lock_guard lock{mutex_};
      if (answer_) return false;
      answer_.emplace(std::move(answer));
    }
    settled_.notify_all();
    return true;
  }

  Result<Signature> wait(const CallOptions& options) {
    std::unique_lock lock{mutex_};
    settled_.wait_for(lock, options.stop, std::min(options.timeout, kWaitMax), [this] { return answer_.has_value(); });
    // Settled also where nobody answered: who answers from now on is told that it is too late.
    if (!answer_)
      answer_ = options.stop.stop_requested()
                    ? Error{ErrorCode::cancelled, "the call was cancelled before the external signer answered", "signer"}
                    : Error{ErrorCode::deadline_exceeded,
                            "the external signer did not answer in time; give the call more time, or confirm sooner", "signer"};
    return *answer_;
  }

 private:
  const Bytes message_;
  std::mutex mutex_;
  std::condition_variable_any settled_;
  std::optional<Result<Signature>> answer_;  // guarded by mutex_
};

}  // namespace

struct SignReply::State {
  explicit State(std::shared_ptr<Question> asked) : question(std::move(asked)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    try {
      question->settle(refused("let the request go without an answer; it has to answer or to refuse"));
    } catch (...) {  // No memory for the words. The question stays open until its call's time is over.
      static_cast<void>(question);
    }
  }

  const std::shared_ptr<Question> question;
};

BytesView SignReply::message() const noexcept { return state_ ? state_->question->message() : BytesView{}; }
bool SignReply::answer(const Signature& signature) const { return state_ && state_->question->settle(signature); }

bool SignReply::refuse(std::string_view why) const {
  return state_ && state_->question->settle(refused("refused: " + std::string(clip_utf8(why, kWhyCharsMax))));
}

struct Signer::External {
  SignFunction function;
};

Signer::Signer(SigningKey key) : public_key_(key.public_key()), key_(std::move(key)) {}

Signer::Signer(const PublicKey& public_key, std::shared_ptr<const External> external)
    : public_key_(public_key), external_(std::move(external)) {}

Signer Signer::external(const PublicKey& public_key, SignFunction function) {
  return {public_key, std::make_shared<const External>(External{std::move(function)})};
}

const PublicKey& Signer::public_key() const noexcept { return public_key_; }
bool Signer::is_external() const noexcept { return external_ != nullptr; }

Result<Signature> Signer::sign(BytesView message, const CallOptions& options) const {
  if (key_) return key_->sign(message);
  if (!external_->function) return refused("is an empty function; give Signer::external() one that answers");
  // A share of its own: the function may let go of everything else that holds it, this signer included.
  const auto external = external_;
  const PublicKey public_key = public_key_;
  const auto question = std::make_shared<Question>(message);
  // A copy stays here, so that a throw does not look like a reply that was let go of.
  std::optional reply{SignReply{std::make_shared<SignReply::State>(question)}};
  try {
    external->function(question->message(), *reply);
  } catch (const std::exception& thrown) {
    question->settle(refused("threw: " + std::string(clip_utf8(thrown.what(), kWhyCharsMax))));
  } catch (...) {
    question->settle(refused("threw something that is no std::exception"));
  }
  reply.reset();
  auto answer = question->wait(options);
  if (answer && !verify_signature(public_key, question->message(), *answer))
    return refused("gave a signature that is not the key's over these bytes; have it sign them as they are, with the key " +
                   public_key.hex());
  return answer;
}

Result<Signature> sign_receipt(const Receipt& receipt, const Signer& signer, const CallOptions& options) {
  return signer.sign(encode_receipt(receipt), options);
}

}  // namespace gstd
