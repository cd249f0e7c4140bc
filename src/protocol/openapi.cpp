// docs/openapi.json: the routes and the messages as an OpenAPI 3.1 document.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gstd/version.hpp>

#include "protocol/routes.hpp"
#include "protocol/schema.hpp"

namespace gstd::protocol {
namespace {

namespace json = boost::json;

std::string_view message_name(BodyKind kind) {
  switch (kind) {
#define GSTD_NAME(M) \
  case BodyKind::M:  \
    return #M;
    GSTD_PROTOCOL_MESSAGES(GSTD_NAME)
#undef GSTD_NAME
    case BodyKind::none:
    case BodyKind::module:
    case BodyKind::description:
      break;
  }
  return {};
}

json::object reference(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string(name)}}; }

json::object content_of(BodyKind kind) {
  if (kind == BodyKind::module) return {{"application/wasm", json::object{}}};
  if (kind == BodyKind::description) return {{"application/json", {{"schema", {{"type", "object"}}}}}};
  return {{"application/json", {{"schema", reference(message_name(kind))}}}};
}

json::array parameters_of(const Route& route) {
  json::array parameters;
  if (const auto open = route.path.find('{'); open != std::string_view::npos) {
    const auto name = route.path.substr(open + 1, route.path.find('}') - open - 1);
    parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  for (const auto& parameter : route.parameters)
    parameters.push_back({{"name", parameter.name},
                          {"in", parameter.in == RouteParameter::In::query ? "query" : "header"},
                          {"required", parameter.is_required},
                          {"description", parameter.about},
                          {"schema", {{"type", parameter.type == RouteParameter::Type::integer ? "integer" : "string"}}}});
  return parameters;
}

// Each item is one way in.
json::array security_of(Access access) {
  const json::object signature{{"httpMessageSignature", json::array{}}};
  const json::object session{{"session", json::array{}}};
  const json::object bearer{{"sessionBearer", json::array{}}};
  json::array ways;
  if (takes_key(access)) ways.push_back(signature);
  if (takes_session(access)) {
    ways.push_back(session);
    ways.push_back(bearer);
  }
  return ways;
}

json::object operation_of(const Route& route) {
  json::object responses;
  if (route.is_web_socket) {
    // OpenAPI has no words for what comes behind it; content would be that of the 101 itself.
    responses["101"] = {{"description", "A WebSocket. Each text message of the server's is an " +
                                            std::string(message_name(route.reply)) + "; messages of the client's are not taken."},
                        {"x-messages", reference(message_name(route.reply))}};
    responses["426"] = {{"description", "The request does not ask for a WebSocket."},
                        {"content", {{"application/json", {{"schema", reference("Error")}}}}}};
  } else {
    responses["200"] = {{"description", "Done."}, {"content", content_of(route.reply)}};
  }
  if (route.may_be_empty) responses["204"] = {{"description", "Nothing to tell."}};
  responses["429"] = {
      {"description", "Too many calls, or too much that is open; with Retry-After where the time alone mends it."},
      {"headers",
       {{"Retry-After",
         {{"description", "Seconds until the call may be made again, rounded up."}, {"schema", {{"type", "integer"}}}}}}},
      {"content", {{"application/json", {{"schema", reference("Error")}}}}}};
  responses["default"] = {{"description", "Refused."}, {"content", {{"application/json", {{"schema", reference("Error")}}}}}};

  json::object operation{{"operationId", route.name}, {"summary", route.summary}};
  if (auto parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.request != BodyKind::none) {
    auto content = content_of(route.request);
    if (route.other_request != BodyKind::none)
      for (auto& [type, form] : content_of(route.other_request)) content[type] = std::move(form);
    operation["requestBody"] = {{"required", true}, {"content", std::move(content)}};
  }
  operation["responses"] = std::move(responses);
  operation["security"] = security_of(route.access);
  return operation;
}

json::object error_schema() {
  json::array codes;
  // Numbers are append-only and dense from one.
  for (std::int32_t number = 1;; ++number) {
    const auto code = static_cast<ErrorCode>(number);
    if (parse_error_code(to_string(code)) != code) break;
    codes.emplace_back(to_string(code));
  }
  return {{"type", "object"},
          {"description", "Every refusal."},
          {"properties",
           {{"error", {{"type", "string"}, {"description", "One sentence, for people."}}},
            {"code", {{"type", "string"}, {"enum", std::move(codes)}, {"description", "What kind of failure, with gRPC's names."}}},
            {"reason", {{"type", "string"}, {"description", "Stable word where one code has several causes, else empty."}}},
            {"retry_after_ms",
             {{"type", "integer"}, {"description", "Where it is known when to come back: milliseconds until then."}}}}},
          {"required", json::array{"error", "code", "reason"}}};
}

json::object document() {
  json::object paths;
  for (const Route& route : routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    json::value& item = paths.emplace(std::string(kApiPrefix) + std::string(route.path), json::object{}).first->value();
    item.as_object()[method] = operation_of(route);
  }
  json::object schemas{{"Error", error_schema()}};
#define GSTD_SCHEMA(M) schemas[#M] = schema::of_message<M>();
  GSTD_PROTOCOL_MESSAGES(GSTD_SCHEMA)
#undef GSTD_SCHEMA
  return {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "GSTD coordinator"},
        {"version", GSTD_VERSION_STRING},
        {"description", "Amounts are JSON numbers of GSTD with at most nine decimals; read them as decimals, not as doubles."}}},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", std::move(schemas)},
        {"securitySchemes",
         {{"httpMessageSignature",
           {{"type", "apiKey"},
            {"in", "header"},
            {"name", "Signature"},
            {"description",
             "RFC 9421 with label gstd and algorithm ed25519 over @method, @authority, @path, @query and content-digest; "
             "parameters created, keyid (public key in hex) and nonce. Content-Digest is RFC 9530 with sha-256."}}},
          {"session",
           {{"type", "apiKey"}, {"in", "header"}, {"name", "X-Session-Token"}, {"description", "Of POST /users/login."}}},
          {"sessionBearer", {{"type", "http"}, {"scheme", "bearer"}, {"description", "The same token."}}}}}}},
  };
}

// Boost.JSON writes one line; the file in docs/ is read by people and compared line by line.
void append_pretty(std::string& out, const json::value& value, std::size_t indent) {
  const auto start_line = [&out](std::size_t width) { out += '\n' + std::string(width, ' '); };
  const auto append_all = [&](const auto& items, std::string_view brackets, auto&& append_item) {
    out += brackets[0];
    bool is_first = true;
    for (const auto& item : items) {
      if (!is_first) out += ',';
      is_first = false;
      start_line(indent + 2);
      append_item(item);
    }
    start_line(indent);
    out += brackets[1];
  };
  if (const auto* object = value.if_object(); object && !object->empty()) {
    append_all(*object, "{}", [&](const json::key_value_pair& field) {
      out += json::serialize(field.key()) + ": ";
      append_pretty(out, field.value(), indent + 2);
    });
  } else if (const auto* array = value.if_array(); array && !array->empty() && array->front().is_structured()) {
    append_all(*array, "[]", [&](const json::value& item) { append_pretty(out, item, indent + 2); });
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string openapi() {
  std::string out;
  append_pretty(out, document(), 0);
  return out += '\n';
}

}  // namespace gstd::protocol
