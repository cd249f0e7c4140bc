#include <gstd/sealing.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/flipped_bit.hpp"

namespace gstd {
namespace {

using test::any_below;
using test::with_flipped_bit;

bool is_refused(const Result<Bytes>& result) {
  return !result && result.error().code == ErrorCode::data_loss && result.error().reason == "sealed";
}

// Goal:   suite 1 opens to what was sealed; a flipped bit in ciphertext, tag or nonce is refused, and so is one in their texts.
// Method: random data and requesters, a random bit of each part.
RC_GTEST_PROP(CompatSealingProperty, OpensUnlessAnyBitIsFlipped, (const Bytes& plaintext, std::uint64_t seed)) {
  SeededRandom random{seed};
  const auto task = *TaskId::parse("task" + std::to_string(seed));
  const auto requester = *rc::gen::nonEmpty<std::string>();
  const auto sealed = *compat_seal(task, requester, plaintext, random);
  RC_ASSERT(*compat_open(task, requester, sealed) == plaintext);

  const auto bytes_changed = [](const std::string& text) { return encode_base64(with_flipped_bit(*decode_base64(text))); };
  RC_ASSERT(is_refused(compat_open(task, requester, {bytes_changed(sealed.data), sealed.aead_nonce})));
  RC_ASSERT(is_refused(compat_open(task, requester, {sealed.data, bytes_changed(sealed.aead_nonce)})));
  RC_ASSERT(is_refused(compat_open(task, requester, {with_flipped_bit(sealed.data), sealed.aead_nonce})));
  RC_ASSERT(is_refused(compat_open(task, requester, {sealed.data, with_flipped_bit(sealed.aead_nonce)})));
  RC_ASSERT(is_refused(compat_open(task, with_flipped_bit(requester), sealed)));
  const auto shorter = sealed.data.substr(0, any_below(sealed.data.size()));
  RC_ASSERT(is_refused(compat_open(task, requester, {shorter, sealed.aead_nonce})));
}

// Goal:   the known weakness of this suite is what it is said to be, and no more: task and requester that join to the same text
// share
//         a key, and others do not.
// Method: the text cut elsewhere, and joined with a letter between.
RC_GTEST_PROP(CompatSealingProperty, SharesKeysWhereTheNamesJoinAlike, (const Bytes& plaintext)) {
  const auto sealed = *compat_seal(*TaskId::parse("task1"), "2wallet", plaintext);
  RC_ASSERT(*compat_open(*TaskId::parse("task"), "12wallet", sealed) == plaintext);
  RC_ASSERT(is_refused(compat_open(*TaskId::parse("task"), "1-2wallet", sealed)));
}

}  // namespace
}  // namespace gstd
