// Every message through writer and reader, and every way in which one can be wrong.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "samples.hpp"

namespace gstd::protocol {
namespace {

using samples::sample;
namespace bj = boost::json;

constexpr std::uint64_t kSeeds = 200;

// What a description demands of each field, by its path: gathered from the descriptions, judged by hand-made JSON.
struct FieldFacts {
  std::string path;  // a JSON pointer
  bool is_required = false;
  bool is_integer = false;
  std::optional<Range> range;
  std::optional<Text> text;
  bool is_amount = false;
  bool is_raw_object = false;  // samples leave it out, for the input that excludes it
};

class FactGatherer {
 public:
  static constexpr bool kReads = false;
  FactGatherer(std::vector<FieldFacts>& facts, std::string prefix) : facts_(facts), prefix_(std::move(prefix)) {}
  void about(std::string_view) {}
  void neutral(std::string_view, std::string_view, std::string_view) {}
  void at_most_one(std::string_view, std::string_view) {}
  template <class T>
  void field(std::string_view name, const T& member, Presence presence, std::string_view text) {
    field(name, member, presence, text, default_kind<unwrapped_t<T>>());
  }
  template <class T, class Kind>
  void field(std::string_view name, const T&, Presence presence, std::string_view, const Kind& kind) {
    FieldFacts facts{prefix_ + "/" + std::string(name),    presence == required,         {}, {}, {},
                     std::same_as<unwrapped_t<T>, Amount>, std::same_as<Kind, RawObject>};
    if constexpr (std::same_as<Kind, Range>) facts.range = kind;
    if constexpr (std::same_as<Kind, Text>) facts.text = kind;
    facts_.push_back(facts);
    if constexpr (std::same_as<T, RunLimits>) {
      FactGatherer inner(facts_, facts.path);
      describe(inner, RunLimits{});
    }
  }
  template <class Fields>
  void group(std::string_view name, std::string_view, Fields&& fields) {
    facts_.push_back({prefix_ + "/" + std::string(name), true, {}, {}, {}, {}, {}});
    FactGatherer inner(facts_, facts_.back().path);
    fields(inner);
  }

 private:
  std::vector<FieldFacts>& facts_;
  std::string prefix_;
};

template <class M>
std::vector<FieldFacts> facts_of() {
  std::vector<FieldFacts> facts;
  FactGatherer gatherer(facts, "");
  describe(gatherer, M{});
  return facts;
}

// "/limits/fuel" as errors name it: "limits.fuel".
std::string dotted(std::string_view pointer) {
  std::string text(pointer.substr(1));
  for (char& c : text)
    if (c == '/') c = '.';
  return text;
}

template <class M>
bj::value sample_json() {
  for (std::uint64_t seed = 1;; ++seed) {
    // A sample in which every optional field is there.
    auto json = bj::parse(write(sample<M>(seed)));
    bool complete = true;
    boost::system::error_code missing;
    for (const auto& fact : facts_of<M>()) {
      const bj::value* const found = json.find_pointer(fact.path, missing);
      complete = complete && ((found && !found->is_null()) || fact.is_raw_object);
    }
    if (complete) return json;
  }
}

void set(bj::value& json, const std::string& pointer, bj::value value) {
  boost::system::error_code missing;
  const auto slash = pointer.rfind('/');
  bj::value* parent = slash == 0 ? &json : json.find_pointer(pointer.substr(0, slash), missing);
  ASSERT_NE(parent, nullptr) << pointer;
  parent->as_object()[pointer.substr(slash + 1)] = std::move(value);
}

void erase(bj::value& json, const std::string& pointer) {
  boost::system::error_code missing;
  const auto slash = pointer.rfind('/');
  bj::value* parent = slash == 0 ? &json : json.find_pointer(pointer.substr(0, slash), missing);
  ASSERT_NE(parent, nullptr) << pointer;
  ASSERT_EQ(parent->as_object().erase(pointer.substr(slash + 1)), 1u) << pointer;
}

template <class M>
void expect_field_error(const std::string& json, const std::string& pointer) {
  const auto message = read<M>(json);
  ASSERT_FALSE(message) << "accepted " << json;
  EXPECT_EQ(message.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(message.error().reason, "field") << message.error().message << "\n" << json;
  EXPECT_NE(message.error().message.find("field " + dotted(pointer)), std::string::npos) << message.error().message;
}

template <class M>
class MessageTest : public ::testing::Test {};

template <class... M>
struct Drop;
template <class... M>
struct Drop<void, M...> {
  using types = ::testing::Types<M...>;
};
#define GSTD_LIST_LEADING(M) , M
using AllMessages = Drop<void GSTD_PROTOCOL_MESSAGES(GSTD_LIST_LEADING)>::types;
TYPED_TEST_SUITE(MessageTest, AllMessages);

// Goal:   nothing that a message holds is lost or changed between two machines.
// Method: random messages, each written, read, and written again: both texts are the same.
TYPED_TEST(MessageTest, SurvivesARoundTrip) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const auto text = write(sample<TypeParam>(seed));
    const auto back = read<TypeParam>(text);
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message << "\n" << text;
    ASSERT_EQ(write(*back), text) << "seed " << seed;
  }
}

// Goal:   a message in its default state can be written as JSON, and every name stands in it once.
// Method: another parser reads it; its object has as many fields as the text has keys at the top.
TYPED_TEST(MessageTest, IsJsonWhateverItHolds) {
  const auto parsed = bj::parse(write(TypeParam{}));
  ASSERT_TRUE(parsed.is_object());
  std::set<std::string_view> names;
  for (const auto& field : parsed.as_object()) EXPECT_TRUE(names.insert(field.key()).second) << field.key();
}

// Goal:   a required field that is missing or null is refused by its name; an optional one may be both.
// Method: each field of a complete sample in turn.
TYPED_TEST(MessageTest, NamesWhatIsMissing) {
  const auto complete = sample_json<TypeParam>();
  for (const auto& fact : facts_of<TypeParam>()) {
    if (fact.is_raw_object) continue;
    auto without = complete;
    erase(without, fact.path);
    auto with_null = complete;
    set(with_null, fact.path, nullptr);
    if (fact.is_required) {
      expect_field_error<TypeParam>(bj::serialize(without), fact.path);
      expect_field_error<TypeParam>(bj::serialize(with_null), fact.path);
    } else {
      EXPECT_TRUE(read<TypeParam>(bj::serialize(without))) << fact.path;
      EXPECT_TRUE(read<TypeParam>(bj::serialize(with_null))) << fact.path;
    }
  }
}

// Goal:   types are strict: nothing is converted.
// Method: each field in turn becomes a value of every other type.
TYPED_TEST(MessageTest, NamesWhatHasTheWrongType) {
  const auto complete = sample_json<TypeParam>();
  boost::system::error_code missing;
  for (const auto& fact : facts_of<TypeParam>()) {
    if (fact.is_raw_object) continue;
    const bj::value& right = *complete.find_pointer(fact.path, missing);
    for (const bj::value& wrong :
         {bj::value(true), bj::value("one"), bj::value(1), bj::value(bj::array{1}), bj::value(bj::object{})}) {
      if (wrong.kind() == right.kind() || (wrong.is_number() && right.is_number())) continue;
      if (wrong.is_object() && right.is_object()) continue;
      auto bent = complete;
      set(bent, fact.path, wrong);
      expect_field_error<TypeParam>(bj::serialize(bent), fact.path);
    }
    if (fact.range) {
      auto bent = complete;
      set(bent, fact.path, 1.5);
      expect_field_error<TypeParam>(bj::serialize(bent), fact.path);
    }
  }
}

// Goal:   every bound of a description holds, on both sides.
// Method: one beyond the bound where a JSON integer can say so; for texts one byte more and less.
TYPED_TEST(MessageTest, NamesWhatIsOutOfBounds) {
  const auto complete = sample_json<TypeParam>();
  for (const auto& fact : facts_of<TypeParam>()) {
    auto bent = complete;
    if (fact.range) {
      if (fact.range->min > std::numeric_limits<std::int64_t>::min()) {
        set(bent, fact.path, fact.range->min - 1);
        expect_field_error<TypeParam>(bj::serialize(bent), fact.path);
      }
      if (fact.range->max < std::numeric_limits<std::uint64_t>::max()) {
        set(bent, fact.path, fact.range->max + 1);
        expect_field_error<TypeParam>(bj::serialize(bent), fact.path);
      }
    }
    if (fact.text) {
      set(bent, fact.path, bj::string(fact.text->bytes_max + 1, 'x'));
      // Bounds as long as a body are the body's.
      if (fact.text->bytes_max < kBodyBytesMax) expect_field_error<TypeParam>(bj::serialize(bent), fact.path);
      if (fact.text->bytes_min > 0) {
        set(bent, fact.path, bj::string(fact.text->bytes_min - 1, 'x'));
        expect_field_error<TypeParam>(bj::serialize(bent), fact.path);
      }
    }
    if (fact.is_amount) {
      for (const bj::value& wrong : {bj::value(-1), bj::value(1'000'000'001), bj::value(1e300)}) {
        set(bent, fact.path, wrong);
        expect_field_error<TypeParam>(bj::serialize(bent), fact.path);
      }
    }
  }
}

// Goal:   a text that breaks off gets one clear error, wherever it does.
// Method: every prefix of a sample.
TYPED_TEST(MessageTest, RefusesEveryTruncation) {
  const auto text = write(sample<TypeParam>(7));
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto message = read<TypeParam>(std::string_view(text).substr(0, length));
    ASSERT_FALSE(message) << length;
    ASSERT_EQ(message.error().reason, "json") << text.substr(0, length) << "\n" << message.error().message;
  }
}

// Goal:   no byte can be changed into something that reads as anything but a message or one clear error.
// Method: the bytes of a sample, about a thousand where it is long, become each of those that mean something in JSON, and some
//         that never may.
TYPED_TEST(MessageTest, SurvivesChangedBytes) {
  const auto text = write(sample<TypeParam>(8));
  for (std::size_t at = 0; at < text.size(); at += 1 + text.size() / 1000) {
    for (const char c : {'{', '}', '[', ']', ':', ',', '"', '\\', '0', '-', 'e', ' ', '\0', '\xff'}) {
      auto bent = text;
      bent[at] = c;
      if (const auto message = read<TypeParam>(bent); !message) {
        ASSERT_EQ(message.error().code, ErrorCode::invalid_argument);
        ASSERT_TRUE(message.error().reason == "json" || message.error().reason == "field") << message.error().reason;
        ASSERT_FALSE(message.error().message.empty());
      } else {
        boost::system::error_code error;
        bj::parse(bent, error);
        ASSERT_FALSE(error) << "accepted what is not JSON: " << bent;
      }
    }
  }
}

}  // namespace
}  // namespace gstd::protocol
