// The description of the API: complete, valid JSON, and the one that is committed.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "protocol/routes.hpp"

namespace gstd::protocol {
namespace {

namespace bj = boost::json;

void collect_references(const bj::value& value, std::set<std::string>& out) {
  if (const auto* object = value.if_object()) {
    for (const auto& field : *object) {
      if (field.key() == "$ref") out.emplace(field.value().as_string());
      collect_references(field.value(), out);
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) collect_references(item, out);
  }
}

// Goal:   the description names every endpoint with its bodies and its signature.
// Method: each route is looked up in the parsed document.
TEST(OpenApi, NamesEveryRoute) {
  const auto document = bj::parse(openapi());
  EXPECT_EQ(document.at("openapi").as_string(), "3.1.0");
  for (const Route& route : routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto& operation = document.at("paths").at(std::string(kApiPrefix) + std::string(route.path)).at(method);
    EXPECT_EQ(operation.at("operationId").as_string(), route.name);
    EXPECT_EQ(operation.at("security").as_array().empty(), route.access == Access::anybody) << route.name;
    EXPECT_EQ(operation.as_object().contains("requestBody"), route.request != BodyKind::none) << route.name;
    const auto& responses = operation.at("responses").as_object();
    const std::string_view granted = route.is_web_socket ? "101" : "200";
    ASSERT_TRUE(responses.contains(granted)) << route.name;
    EXPECT_TRUE(responses.at(granted).as_object().contains(route.is_web_socket ? "x-messages" : "content")) << route.name;
    EXPECT_EQ(responses.contains("101"), route.is_web_socket) << route.name;
    if (route.path.find('{') != std::string_view::npos) {
      EXPECT_EQ(operation.at("parameters").at(0).at("in").as_string(), "path") << route.name;
    }
  }
}

// Goal:   nothing in the description points nowhere, and every message is described.
// Method: all references against the schemas.
TEST(OpenApi, ResolvesEveryReference) {
  const auto document = bj::parse(openapi());
  const auto& schemas = document.at("components").at("schemas").as_object();
  std::set<std::string> references;
  collect_references(document, references);
  EXPECT_FALSE(references.empty());
  for (const auto& reference : references) {
    const std::string prefix = "#/components/schemas/";
    ASSERT_TRUE(reference.starts_with(prefix)) << reference;
    EXPECT_TRUE(schemas.contains(reference.substr(prefix.size()))) << reference;
  }
#define GSTD_EXPECT(M) EXPECT_TRUE(schemas.contains(#M));
  GSTD_PROTOCOL_MESSAGES(GSTD_EXPECT)
#undef GSTD_EXPECT
}

// Goal:   the schema of a message says what its reader demands.
// Method: one message with every kind of demand, by hand.
TEST(OpenApi, TellsTheReadersBounds) {
  const auto document = bj::parse(openapi());
  const auto& create = document.at("components").at("schemas").at("CreateTask");
  EXPECT_EQ(create.at("required"), bj::parse(R"(["type","budget"])"));
  EXPECT_EQ(create.at("not"), bj::parse(R"({"required":["payload","input_base64"]})"));
  const auto& fields = create.at("properties");
  EXPECT_EQ(fields.at("type").at("maxLength"), bj::value(50));
  EXPECT_EQ(fields.at("budget").at("exclusiveMinimum"), bj::value(0));
  EXPECT_EQ(fields.at("convention").at("enum"), bj::parse(R"(["wasi","gstd:env","reactor"])"));
  EXPECT_EQ(fields.at("priority").at("maximum").to_number<int>(), 5);
  EXPECT_EQ(fields.at("limits").at("properties").at("fuel").at("maximum").to_number<std::uint64_t>(), kFuelMax);
  const auto& view = document.at("components").at("schemas").at("TaskView").at("properties");
  EXPECT_EQ(view.at("assigned_at").at("type"), bj::parse(R"(["string","null"])"));
  EXPECT_EQ(view.at("status").at("enum").as_array().size(), static_cast<std::size_t>(kTaskStateCount));
}

// Goal:   the committed description is the code's.
// Method: compared as text; GSTD_UPDATE_DOCS=1 in the environment writes it anew.
TEST(OpenApi, IsTheCommittedFile) {
  const std::string path = std::string(GSTD_SOURCE_DIR) + "/docs/openapi.json";
  if (const char* update = std::getenv("GSTD_UPDATE_DOCS"); update && std::string_view(update) == "1")
    std::ofstream(path, std::ios::binary) << openapi();
  std::ostringstream committed;
  committed << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(committed.str(), openapi()) << "run this test with GSTD_UPDATE_DOCS=1 to write " << path;
}

// Goal:   every endpoint is found by the path that is made for it, and its argument comes back.
// Method: all routes there and back.
TEST(Routes, MatchThePathsTheyMake) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Route& entry : routes()) {
    EXPECT_TRUE(seen.insert({entry.method, entry.path}).second) << entry.name;
    const bool takes_argument = entry.path.find('{') != std::string_view::npos;
    const auto path = route_path(entry.endpoint, takes_argument ? "0f8c-7" : "");
    const auto match = match_route(entry.method, path);
    ASSERT_EQ(match.route, &entry) << path;
    EXPECT_EQ(match.argument, takes_argument ? "0f8c-7" : "");
    EXPECT_EQ(&route(entry.endpoint), &entry);
  }
}

// Goal:   a path that is no endpoint's is told apart from a method that a path does not have.
// Method: near misses.
TEST(Routes, TellUnknownPathsFromUnknownMethods) {
  for (const auto* path : {"", "/", "/health", "/api/v1", "/api/v1/", "/api/v1/healthy", "/api/v1/health/", "/api/v1/tasks/",
                           "/api/v1/tasks//result", "/api/v1/tasks/a/b/result", "/api/v1/tasks/a/results", "/api/v2/health"}) {
    const auto match = match_route("GET", path);
    EXPECT_EQ(match.route, nullptr) << path;
    EXPECT_FALSE(match.is_other_method) << path;
  }
  const auto other = match_route("PUT", "/api/v1/tasks/7");
  EXPECT_EQ(other.route, nullptr);
  EXPECT_TRUE(other.is_other_method);
}

}  // namespace
}  // namespace gstd::protocol
