// The words in which messages are described. `describe(visitor, message)` names every field of a message once, in the order
// of the wire; reader, writer, OpenAPI schema and the tests' generator are visitors. A visitor has these members:
//   about(text)                                        what the message is
//   field(name, member, presence, about[, kind])       one field; `kind` says how it looks where the type alone does not
//   group(name, about, fields)                         an object that the struct keeps flat; always present
//   neutral(name, type, json)                          a field that the platform always writes and that means nothing here
//   at_most_one(a, b)                                  two fields that exclude each other
// and a constant kReads: whether it changes the message.
#pragma once

#include <concepts>
#include <limits>
#include <type_traits>

#include <gstd/protocol.hpp>

namespace gstd::protocol {

/// A message as visitor V sees it.
template <class V, class M>
using In = std::conditional_t<V::kReads, M, const M>;

enum class Presence {
  required,
  optional,  ///< May be left out; an empty std::optional is left out.
  nullable,  ///< May be left out or null; an empty std::optional is written as null.
};
using enum Presence;

struct Plain {};  ///< The type says it all.

/// Bounds on the UTF-8 encoding of a text.
struct Text {
  std::size_t bytes_min = 0;
  std::size_t bytes_max = 0;
};

struct Range {
  std::int64_t min = 0;
  std::uint64_t max = 0;
};

struct Base64 {
  std::size_t bytes_max = 0;
};

struct RawObject {};       ///< The text of a JSON object, kept as it came.
struct UnixSeconds {};     ///< A time as an integer; all others are RFC 3339.
struct PositiveAmount {};  ///< Amounts otherwise start at zero.

/// An integer that some senders put in quotes.
struct LooseInteger {
  std::int64_t min = 0;
  std::uint64_t max = 0;
};

/// A text that some senders wrap into an object with a field of the same name.
struct LooseText {
  std::size_t bytes_min = 0;
  std::size_t bytes_max = 0;
};

template <class Kind>
struct List {
  std::size_t items_max = 0;
  Kind item{};
};

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

/// The kind of a member for which the description names none.
template <class T>
constexpr auto default_kind() {
  if constexpr (Integer<T>)
    return Range{static_cast<std::int64_t>(std::numeric_limits<T>::min()),
                 static_cast<std::uint64_t>(std::numeric_limits<T>::max())};
  else
    return Plain{};
}

template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using type = T;
};
template <class T>
using unwrapped_t = typename Unwrapped<std::remove_const_t<T>>::type;
template <class T>
inline constexpr bool is_optional_v = !std::same_as<std::remove_const_t<T>, unwrapped_t<T>>;

/// Every value of an enum whose names stand on the wire.
template <class E>
std::vector<E> enum_values() {
  // Numbers are append-only and dense from zero; the first one without a name ends them.
  constexpr std::int32_t kValuesMax = 64;
  const std::string_view nameless = to_string(static_cast<E>(kValuesMax));
  std::vector<E> values;
  for (std::int32_t i = 0; i < kValuesMax && to_string(static_cast<E>(i)) != nameless; ++i) values.push_back(static_cast<E>(i));
  return values;
}

template <class E>
std::optional<E> parse_enum(std::string_view name) {
  for (const E value : enum_values<E>())
    if (to_string(value) == name) return value;
  if constexpr (std::same_as<E, TaskState>) {
    // Words of the platform's own coordinators for states that have another name here.
    if (name == "queued" || name == "timeout") return TaskState::pending;
    if (name == "pending_payment") return TaskState::awaiting_escrow;
  }
  return std::nullopt;
}

// ---------------------------------------------------------------------------------------------------------------------
// The bounds of the messages' fields, as far as other rooms do not name them. They hold for what is read; what is written here
// stays below them.

/// As the platform bounds an operation.
inline constexpr Text kWord{1, 50};
/// A word that the platform's own answers leave empty where they know none.
inline constexpr Text kWordOrNone{0, kWord.bytes_max};
/// For people: some lines of text.
inline constexpr Text kSentence{0, 2000};
/// The platform's column.
inline constexpr Text kDeviceType{1, 20};
/// "TASK-" and an id, with room for the words of other coordinators.
inline constexpr Text kPaymentMemo{0, 200};
/// An id, or nothing where there is none.
inline constexpr Text kIdOrNone{0, kIdCharsMax};
/// A name and a version.
inline constexpr Text kSoftware{0, 100};
inline constexpr Text kLastError{0, kLastErrorCharsMax};

inline constexpr Range kPriority{kPriorityHighest, kPriorityLowest};
inline constexpr Range kAttempt{1, std::numeric_limits<std::uint32_t>::max()};
/// A day: far above kWallTimeMax, since a worker's own clock may also have counted a suspended machine.
inline constexpr Range kExecutionMs{0, 86'400'000};
/// The largest integer that every JSON reader holds exactly, also one that has only doubles (RFC 8259 section 6). For times that
/// only a clock bounds.
inline constexpr std::uint64_t kExactIntegerMax = (1ull << 53) - 1;
inline constexpr Range kElapsedMs{0, kExactIntegerMax};
inline constexpr Range kLeaseMs{1, kExactIntegerMax};

// Lists are bounded by what a reader is ready to hold, generously above the pages that are known to be sent.

/// Our coordinator sends at most 256 at once.
inline constexpr List<Plain> kEventList{10'000};
/// The platform sends at most 50, and so does our coordinator.
inline constexpr List<Plain> kEscrowList{1'000};
/// Proposals have short names, and there are a few dozen of them.
inline constexpr List<Text> kFeatureList{100, kWord};
/// As many names, and as long ones, as a coordinator takes.
inline constexpr List<Text> kModuleNameList{kModuleNamesMax, {0, kModuleNameBytesMax}};

}  // namespace gstd::protocol
