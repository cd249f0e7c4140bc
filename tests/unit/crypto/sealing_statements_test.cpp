// What requester and worker of an encrypted task sign, wrap and seal for: statements, contexts, and the one way in which each
// becomes bytes.
#include <gstd/sealing.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "unit/flipped_bit.hpp"

namespace gstd {
namespace {

using test::any_below;
using test::with_flipped_bit;

// Few values of each kind, so that statements often look alike; two texts in a row often join to the same.
template <class IdType>
IdType any_id() {
  return *IdType::parse(*rc::gen::element<std::string>("a", "aa", "aaa", "b"));
}

template <class Fixed>
Fixed any_fixed() {
  Fixed value;
  value.bytes.back() = *rc::gen::element<std::uint8_t>(0, 1);
  value.bytes.front() = *rc::gen::element<std::uint8_t>(0, 'a');
  return value;
}

std::uint32_t any_attempt() { return *rc::gen::element<std::uint32_t>(0, 1, 256, 0xffffffff); }
SealingDirection any_direction() { return *rc::gen::element(SealingDirection::input, SealingDirection::result); }
GuestConvention any_convention() {
  return *rc::gen::element(GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor);
}

// Each statement as the list of its fields: drawn anew one by one, and changed by a bit one by one.
SealedTask any(const SealedTask*) {
  return {any_id<TaskId>(), any_fixed<Digest>(), any_convention(), any_fixed<Digest>(), any_fixed<PublicKey>()};
}
KeyRequest any(const KeyRequest*) { return {any_id<TaskId>(), any_id<DeviceId>(), any_fixed<EncryptionPublicKey>()}; }
KeyGrant any(const KeyGrant*) {
  return {any_id<TaskId>(),       any_attempt(), any_id<DeviceId>(), any_fixed<PublicKey>(), any_fixed<EncryptionPublicKey>(),
          any_fixed<WrappedKey>()};
}
WrapContext any(const WrapContext*) {
  return {any_id<TaskId>(), any_attempt(), any_direction(), any_fixed<PublicKey>(), any_fixed<EncryptionPublicKey>()};
}
SealingContext any(const SealingContext*) {
  return {any_id<TaskId>(), any_attempt(), any_direction(), any_fixed<PublicKey>(),
          *rc::gen::element(SealingSuite::compat, SealingSuite::x25519_aes256gcm)};
}

auto fields(SealedTask& s) { return std::tie(s.task, s.module, s.convention, s.input, s.sender); }
auto fields(KeyRequest& s) { return std::tie(s.task, s.device, s.recipient); }
auto fields(KeyGrant& s) { return std::tie(s.task, s.attempt, s.device, s.device_key, s.recipient, s.wrapped); }
auto fields(WrapContext& s) { return std::tie(s.task, s.attempt, s.direction, s.sender, s.recipient); }
auto fields(SealingContext& s) { return std::tie(s.task, s.attempt, s.direction, s.sender, s.suite); }

Bytes encode(const SealedTask& s) { return encode_sealed_task(s); }
Bytes encode(const KeyRequest& s) { return encode_key_request(s); }
Bytes encode(const KeyGrant& s) { return encode_key_grant(s); }
Bytes encode(const WrapContext& s) { return encode_wrap_context(s); }
Bytes encode(const SealingContext& s) { return encode_sealing_context(s); }

template <class Tag>
void change(Id<Tag>& id) {
  id = *Id<Tag>::parse(id.str() + *rc::gen::element<std::string>("a", "b", "-"));
}
template <std::size_t N, class Tag>
void change(FixedBytes<N, Tag>& value) {
  value = with_flipped_bit(value);
}
void change(std::uint32_t& number) { number ^= 1u << any_below(32); }
void change(SealingDirection& direction) {
  direction = direction == SealingDirection::input ? SealingDirection::result : SealingDirection::input;
}
void change(GuestConvention& convention) {
  convention = convention == GuestConvention::wasi ? GuestConvention::env : GuestConvention::wasi;
}
void change(SealingSuite& suite) { suite = suite == SealingSuite::compat ? SealingSuite::x25519_aes256gcm : SealingSuite::compat; }

template <class Statement, std::size_t... At>
void redraw_some(Statement& statement, Statement fresh, std::index_sequence<At...>) {
  const auto mine = fields(statement);
  const auto other = fields(fresh);
  ((*rc::gen::arbitrary<bool>() ? void(std::get<At>(mine) = std::get<At>(other)) : void()), ...);
}

template <class Statement, std::size_t... At>
void change_one(Statement& statement, std::index_sequence<At...>) {
  const std::size_t chosen = any_below(sizeof...(At));
  const auto all = fields(statement);
  ((At == chosen ? change(std::get<At>(all)) : void()), ...);
}

template <class Statement>
void hold() {
  using Indices = std::make_index_sequence<std::tuple_size_v<decltype(fields(std::declval<Statement&>()))>>;
  const Statement one = any(static_cast<const Statement*>(nullptr));
  // Those that would blur are rare among pairs; many of them cost little.
  for (int pair = 0; pair < 10; ++pair) {
    Statement two = one;
    redraw_some(two, any(static_cast<const Statement*>(nullptr)), Indices{});
    RC_ASSERT((encode(one) == encode(two)) == (one == two));
  }

  static const SigningKey key = *SigningKey::from_seed(Bytes(kSeedBytes, 5));
  const Signature signature = key.sign(encode(one));
  RC_ASSERT(verify_signature(key.public_key(), encode(one), signature));
  Statement changed = one;
  change_one(changed, Indices{});
  RC_ASSERT(!verify_signature(key.public_key(), encode(changed), signature));
  RC_ASSERT(!verify_signature(key.public_key(), with_flipped_bit(encode(one)), signature));
}

// Goal:   no two statements of a kind share their bytes, and a signature over one serves for no other: each field is signed, to its
//         last bit.
// Method: pairs that differ in some fields of few values; then one that differs in a bit of one field, or in a letter of one text.
RC_GTEST_PROP(SealingStatementProperty, SealedTaskIsSignedWhole, ()) { hold<SealedTask>(); }
RC_GTEST_PROP(SealingStatementProperty, KeyRequestIsSignedWhole, ()) { hold<KeyRequest>(); }
RC_GTEST_PROP(SealingStatementProperty, KeyGrantIsSignedWhole, ()) { hold<KeyGrant>(); }
RC_GTEST_PROP(SealingStatementProperty, WrapContextIsBoundWhole, ()) { hold<WrapContext>(); }
RC_GTEST_PROP(SealingStatementProperty, SealingContextIsBoundWhole, ()) { hold<SealingContext>(); }

// Goal:   what is signed for one purpose cannot be shown for another.
// Method: statements of every kind about the same names; no two are alike, nor does one begin as another ends.
RC_GTEST_PROP(SealingStatementProperty, KindsShareNothing, ()) {
  const std::array<Bytes, 5> all{
      encode(any(static_cast<const SealedTask*>(nullptr))), encode(any(static_cast<const KeyRequest*>(nullptr))),
      encode(any(static_cast<const KeyGrant*>(nullptr))), encode(any(static_cast<const WrapContext*>(nullptr))),
      encode(any(static_cast<const SealingContext*>(nullptr)))};
  for (const Bytes& one : all)
    for (const Bytes& two : all)
      if (&one != &two) RC_ASSERT(!as_text(one).starts_with(as_text(two)));
}

}  // namespace
}  // namespace gstd
