// The running server against docs/openapi.json: every path answers, with a declared status and a body that fits its schema, and
// takes what the description asks for.
#include <boost/json.hpp>

#include <fstream>
#include <regex>

#include "support/lab.hpp"
#include "support/live_feed.hpp"
#include "support/sealed_task.hpp"
#include "support/ton_wallet.hpp"

namespace gstd::test {
namespace {

namespace json = boost::json;

std::string description_on_disk() {
  std::ifstream file(GSTD_SOURCE_DIR "/docs/openapi.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// As much of JSON Schema 2020-12 as the description uses; an unknown keyword is a failure, so that none goes unchecked.
class Schema {
 public:
  explicit Schema(const json::value& document) : document_(document) {}

  /// What is wrong with `value`; empty where it fits.
  std::string check(const json::object& schema, const json::value& value, const std::string& where) const {
    if (schema.contains("$ref")) return check(resolve(schema), value, where);
    for (const auto& [keyword, rule] : schema)
      if (auto wrong = check_keyword(keyword, rule, schema, value, where); !wrong.empty()) return wrong;
    return {};
  }

  /// The schema that a reference names.
  const json::object& resolve(const json::object& reference) const {
    constexpr std::string_view kPrefix = "#/components/schemas/";
    const std::string_view name = std::string_view(reference.at("$ref").as_string()).substr(kPrefix.size());
    return document_.at("components").at("schemas").at(name).as_object();
  }

 private:
  static bool is_type(std::string_view type, const json::value& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    return type == "number" && value.is_number();
  }

  std::string check_type(const json::value& rule, const json::value& value, const std::string& where) const {
    const auto fits = [&](const json::value& type) { return is_type(type.as_string(), value); };
    const auto* types = rule.if_array();
    if (types ? std::any_of(types->begin(), types->end(), fits) : fits(rule)) return {};
    return where + ": not of type " + json::serialize(rule) + ": " + json::serialize(value);
  }

  std::string check_properties(const json::object& rules, const json::value& value, const std::string& where) const {
    if (!value.is_object()) return {};
    for (const auto& [name, field] : value.as_object()) {
      const auto* rule = rules.if_contains(name);
      if (!rule) return where + ": the field " + std::string(name) + " is not declared";
      if (auto wrong = check(rule->as_object(), field, where + "." + std::string(name)); !wrong.empty()) return wrong;
    }
    return {};
  }

  std::string check_keyword(std::string_view keyword, const json::value& rule, const json::object& schema, const json::value& value,
                            const std::string& where) const {
    const auto fail_if = [&](bool wrong) {
      return wrong ? where + ": " + std::string(keyword) + " " + json::serialize(rule) + " does not hold for " +
                         json::serialize(value)
                   : std::string{};
    };
    if (keyword == "description" || keyword == "contentEncoding" || keyword == "not") return {};
    if (keyword == "type") return check_type(rule, value, where);
    if (value.is_null()) return {};  // `type` has allowed it
    if (keyword == "const") return fail_if(rule != value);
    if (keyword == "enum")
      return fail_if(std::find(rule.as_array().begin(), rule.as_array().end(), value) == rule.as_array().end());
    if (keyword == "properties") return check_properties(rule.as_object(), value, where);
    if (keyword == "required")
      return fail_if(!std::all_of(rule.as_array().begin(), rule.as_array().end(),
                                  [&](const json::value& name) { return value.as_object().contains(name.as_string()); }));
    if (keyword == "items") {
      for (const json::value& item : value.as_array())
        if (auto wrong = check(rule.as_object(), item, where + "[]"); !wrong.empty()) return wrong;
      return {};
    }
    if (keyword == "maxItems") return fail_if(value.as_array().size() > rule.to_number<std::size_t>());
    if (keyword == "minLength") return fail_if(value.as_string().size() < rule.to_number<std::size_t>());
    if (keyword == "maxLength") return fail_if(value.as_string().size() > rule.to_number<std::size_t>());
    if (keyword == "minimum") return fail_if(value.to_number<double>() < rule.to_number<double>());
    if (keyword == "maximum") return fail_if(value.to_number<double>() > rule.to_number<double>());
    if (keyword == "exclusiveMinimum") return fail_if(value.to_number<double>() <= rule.to_number<double>());
    if (keyword == "pattern")
      return fail_if(!std::regex_search(std::string(value.as_string()), std::regex(std::string(rule.as_string()))));
    if (keyword == "format") return fail_if(!parse_rfc3339(value.as_string()));
    return where + ": this test does not know the keyword " + std::string(keyword) + " of " + json::serialize(schema);
  }

  const json::value& document_;
};

struct Visit {
  Ask ask;  // borrows its party from the tour
  net::Response response;
};

/// A request to every operation, by operationId, in an order in which all of them succeed; the walk over the description asks for
/// them.
class Tour {
 public:
  explicit Tour(Lab& lab) : lab_(lab), requester_(lab.requester()), worker_(lab.worker()) {
    first_ = lab_.create(requester_, "first");
    second_ = lab_.create(requester_, "second");
    cancelled_ = lab_.create(requester_, "cancelled");
  }

  /// The first of the feed's.
  const std::string& message() const noexcept { return message_; }

  std::map<std::string, Visit, std::less<>> run() {
    get("health", "/health");
    get("version", "/version");
    get("openapi", "/openapi.json");
    get("queue_stats", "/orchestrator/queue/stats");
    send("upload_module", {"POST",
                           "/wasm/upload",
                           protocol::write(protocol::UploadModule{"empty", empty_program()}),
                           &requester_,
                           {{"Content-Type", "application/json"}},
                           {},
                           {}});
    get("module_metadata", "/wasm/" + lab_.module.hex() + "/metadata");
    get("download_module", "/wasm/" + lab_.module.hex());
    post("register_device", worker_, "/devices/register",
         protocol::RegisterDevice{worker_.device, worker_.wallet, "desktop", worker_.key.public_key()});
    protocol::ExecuteModule execution;
    execution.input = R"({"x":1})";
    execution.reward_gstd = gstd(1);
    post("execute_module", requester_, "/wasm/" + lab_.module.hex() + "/execute", execution);
    post("create_task", requester_, "/tasks/create", lab_.order());
    send("cancel_task", {"DELETE", "/tasks/" + cancelled_.str(), {}, &requester_, {}, {}, {}});
    get("next_task", "/orchestrator/next-task?wallet=" + worker_.wallet.str(), &worker_);
    post("pow_challenge", worker_, "/pow/challenge", protocol::PowRequest{first_, worker_.wallet});
    post("pow_verify", worker_, "/pow/verify", protocol::PowAnswer{first_, worker_.wallet, "0"});
    post("claim_task", worker_, "/orchestrator/claim", protocol::ClaimRequest{first_, worker_.wallet, worker_.device, "0"});
    get("pow_status", "/pow/status?task_id=" + first_.str() + "&wallet=" + worker_.wallet.str());
    post("heartbeat", worker_, "/orchestrator/heartbeat", protocol::Heartbeat{first_, worker_.device, 1});
    post("complete_task", worker_, "/orchestrator/complete",
         Lab::completion_of(worker_, must(protocol::read<protocol::Claim>(seen_.at("claim_task").response.body))));
    get("task", "/tasks/" + first_.str());
    get("task_result", "/tasks/" + first_.str() + "/result", &requester_);
    const auto claim = must(lab_.take(worker_, second_));
    post("fail_task", worker_, "/orchestrator/fail", protocol::AttemptFailed{second_, worker_.device, claim.attempt, "why", false});
    get("wallet_balance", "/wallet/balance?wallet=" + requester_.wallet.str(), &requester_);
    get("client_stats", "/client/stats?wallet=" + requester_.wallet.str(), &requester_);
    get("client_escrows", "/client/escrows?wallet=" + requester_.wallet.str(), &requester_);
    get("events", "/events?since=0", &requester_);
    visit_feed();
    send("login_payload", {"POST", "/users/payload"});
    const auto issued = must(protocol::read<protocol::LoginPayload>(seen_.at("login_payload").response.body));
    const auto proof = TonWallet("visitor").prove(issued.payload, issued.domains.at(0), lab_.clock.now());
    send("login", {"POST", "/users/login", protocol::write(proof)});
    const auto session = must(protocol::read<protocol::LoggedIn>(seen_.at("login").response.body));
    send("refresh_session", with_session("POST", "/users/session/refresh", token_of(session)));
    send("end_session", with_session("DELETE", "/users/session", token_of(session)));
    get("log_head", "/log/head");
    get("log_inclusion", "/log/inclusion?task_id=" + first_.str() + "&attempt=1");
    get("log_consistency", "/log/consistency?first=0&second=1");
    get("log_entries", "/log/entries?start=0");
    visit_keys();
    visit_devices();
    return std::move(seen_);
  }

 private:
  void send(const std::string& operation, const Ask& ask) { seen_[operation] = {ask, lab_.send(ask)}; }
  void get(const std::string& operation, std::string path, const Party* by = nullptr) {
    send(operation, {"GET", std::move(path), {}, by, {}, {}, {}});
  }
  template <class M>
  void post(const std::string& operation, const Party& by, std::string path, const M& message) {
    send(operation, {"POST", std::move(path), protocol::write(message), &by, {}, {}, {}});
  }

  void visit_feed() {
    const Ask ask = feed_of(requester_);
    WebSocketPeer feed = open_feed(lab_, ask);
    seen_["live_events"] = {ask, feed.answer()};
    message_ = feed.read().value_or("");
  }

  void visit_keys() {
    must(lab_.post<protocol::TaskCreated>(requester_, "/tasks/create", sealed::order(lab_, requester_)));
    const auto key = EncryptionKey::generate(lab_.random);
    must(lab_.post<protocol::Claim>(worker_, "/orchestrator/claim", sealed::claim_request(lab_, worker_, key)));
    get("keys_wanted", "/tasks/keys/wanted", &requester_);
    post("grant_key", requester_, sealed::key_path(), sealed::grant(requester_, worker_, key));
    get("task_key", sealed::key_path() + "?attempt=1", &worker_);
  }

  void visit_devices() {
    must(lab_.join(phone_));
    get("my_devices", "/devices/my", &phone_);
    const std::string path = "/devices/" + phone_.device.str();
    const protocol::DeviceBinding binding{phone_.wallet, phone_.device, fresh_.key.public_key(), {}, lab_.clock.now()};
    post("rotate_device_key", phone_, path + "/rotate",
         protocol::RotateDeviceKey{
             binding.key, {}, binding.issued_at, fresh_.key.sign(protocol::encode_device_binding(binding)), {}});
    // Its own key has ended with this; what is sent again is refused for its content by whoever signs.
    seen_.at("rotate_device_key").ask.by = &requester_;
    send("revoke_device", {"DELETE", path, {}, &fresh_, {}, {}, {}});
  }

  Lab& lab_;
  Party requester_;
  Party worker_;
  const Party phone_{"phone"};
  const Party fresh_{"fresh"};
  TaskId first_;
  TaskId second_;
  TaskId cancelled_;
  std::string message_;
  std::map<std::string, Visit, std::less<>> seen_;
};

void expect_declared(const json::value& document, const json::object& operation, const net::Response& response) {
  const auto& responses = operation.at("responses").as_object();
  const auto* declared = responses.if_contains(std::to_string(response.status));
  if (!declared) declared = responses.if_contains("default");
  ASSERT_TRUE(declared);
  const auto* content = declared->as_object().if_contains("content");
  if (!content) {
    EXPECT_EQ(response.body, "");
    return;
  }
  const std::string type(response.headers.find("Content-Type").value_or(""));
  const auto* media = content->as_object().if_contains(type);
  ASSERT_TRUE(media) << type << " is not declared";
  const auto* schema = media->as_object().if_contains("schema");
  if (!schema) return;
  boost::system::error_code error;
  const json::value body = json::parse(response.body, error);
  ASSERT_FALSE(error) << response.body;
  EXPECT_EQ(Schema(document).check(schema->as_object(), body, "body"), "");
}

// Goal:   what the server serves, what docs/ says and what the code describes are one.
// Method: three texts compared.
TEST(OpenApi, IsTheOneInDocs) {
  Lab lab;
  const net::Response served = lab.send({"GET", "/openapi.json", {}, nullptr, {}, {}, {}});
  EXPECT_EQ(served.body, description_on_disk());
  EXPECT_EQ(served.body, protocol::openapi());
}

// Goal:   every path of the description answers as it says.
// Method: a tour through all operations, each reply held against its schema; undeclared fields are failures.
TEST(OpenApi, HoldsForEveryReply) {
  Lab lab;
  const json::value document = json::parse(description_on_disk());
  Tour tour(lab);
  auto seen = tour.run();
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object()) {
      const std::string id(operation.at("operationId").as_string());
      SCOPED_TRACE(id);
      const auto visit = seen.extract(id);
      if (visit.empty()) {
        ADD_FAILURE() << "the tour does not visit " << method << " " << path;
        continue;
      }
      const net::Response& response = visit.mapped().response;
      if (const auto* upgrade = operation.at("responses").as_object().if_contains("101")) {
        EXPECT_EQ(response.status, 101) << response.body;
        const json::object& schema = Schema(document).resolve(upgrade->at("x-messages").as_object());
        EXPECT_EQ(Schema(document).check(schema, json::parse(tour.message()), "message"), "");
        continue;
      }
      EXPECT_EQ(response.status, 200) << response.body;
      EXPECT_EQ(response.headers.find("X-API-Version").value_or(""), "v1");
      expect_declared(document, operation.as_object(), response);
    }
  EXPECT_TRUE(seen.empty()) << "the tour visits " << seen.begin()->first << ", which the description does not know";
}

// Goal:   what clients send is what the description asks for, and what it calls required is.
// Method: the tour's bodies, each held against its schema, and sent again without each of the required fields.
TEST(OpenApi, HoldsForEveryRequest) {
  Lab lab;
  const json::value document = json::parse(description_on_disk());
  const Schema schemas(document);
  Tour tour(lab);
  const auto seen = tour.run();
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object()) {
      const auto* request = operation.as_object().if_contains("requestBody");
      const auto* content = request ? request->at("content").as_object().if_contains("application/json") : nullptr;
      if (!content) continue;
      const std::string id(operation.at("operationId").as_string());
      SCOPED_TRACE(id);
      Ask ask = seen.at(id).ask;
      const json::object sent = json::parse(ask.body).as_object();
      const json::object& schema = schemas.resolve(content->at("schema").as_object());
      EXPECT_EQ(schemas.check(schema, sent, "body"), "");
      for (const json::value& name : schema.at("required").as_array()) {
        SCOPED_TRACE(name.as_string());
        json::object incomplete = sent;
        incomplete.erase(name.as_string());
        ask.body = json::serialize(incomplete);
        const net::Response response = lab.send(ask);
        EXPECT_EQ(response.status, 400) << response.body;
        EXPECT_EQ(Lab::error_of(response).reason, "field");
        expect_declared(document, operation.as_object(), response);
      }
    }
}

// Goal:   every refusal has the declared form, and what is declared as signed is refused without a signature.
// Method: each path once without any signature and with nonsense for ids.
TEST(OpenApi, HoldsForRefusals) {
  Lab lab;
  const json::value document = json::parse(description_on_disk());
  constexpr std::string_view kPrefix = "/api/v1";
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const auto& [method, operation] : item.as_object()) {
      SCOPED_TRACE(std::string(method) + " " + std::string(path));
      std::string verb(method);
      for (char& c : verb) c = static_cast<char>(std::toupper(c));
      const std::string below(std::string_view(path).substr(kPrefix.size()));
      const net::Response response =
          lab.send({verb, std::regex_replace(below, std::regex("\\{.*\\}"), "%20"), {}, nullptr, {}, {}, {}});
      const bool is_signed = !operation.at("security").as_array().empty();
      if (is_signed) {
        EXPECT_EQ(response.status, 401) << response.body;
      }
      if (response.status != 200) expect_declared(document, operation.as_object(), response);
    }
}

// Goal:   nothing to do is an answer of its own.
// Method: next-task of an empty coordinator.
TEST(OpenApi, HoldsForNoContent) {
  Lab lab;
  const Party worker = lab.worker();
  const json::value document = json::parse(description_on_disk());
  const net::Response response =
      lab.send({"GET", "/orchestrator/next-task?wallet=" + worker.wallet.str(), {}, &worker, {}, {}, {}});
  EXPECT_EQ(response.status, 204);
  expect_declared(document, document.at("paths").at("/api/v1/orchestrator/next-task").at("get").as_object(), response);
}

}  // namespace
}  // namespace gstd::test
