#include "coordinator/convention.hpp"

#include <gstd/wasm.hpp>

#include "support/lab.hpp"

namespace gstd::test {
namespace {

constexpr std::array kConventions{GuestConvention::wasi, GuestConvention::env, GuestConvention::reactor};

// A module without anything in it: nothing speaks against any convention.
const Bytes kBareModule{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};

protocol::CreateTask order_of(const Lab& lab, GuestConvention convention) {
  protocol::CreateTask order = lab.order();
  order.convention = convention;
  return order;
}

// Goal:   a module is refused for a convention exactly where it lacks an export by which that convention calls it.
// Method: the exports of each convention, with one taken away at a time, and with others beside them; no exports at all.
TEST(Convention, NeedsItsExports) {
  const std::pair<GuestConvention, std::vector<std::string>> rows[] = {
      {GuestConvention::wasi, {"_start"}}, {GuestConvention::env, {"main"}}, {GuestConvention::reactor, {"alloc", "run"}}};
  for (const auto& [convention, entries] : rows) {
    SCOPED_TRACE(to_string(convention));
    store::ModuleRecord module;
    must(coordinator::check_fits(module, convention));
    module.exports = entries;
    must(coordinator::check_fits(module, convention));
    module.exports.insert(module.exports.begin(), "memory");
    must(coordinator::check_fits(module, convention));
    for (const std::string& entry : entries) {
      store::ModuleRecord lacking = module;
      std::erase(lacking.exports, entry);
      const auto checked = coordinator::check_fits(lacking, convention);
      EXPECT_TRUE(refused(checked, ErrorCode::invalid_argument, "convention_mismatch"));
      EXPECT_NE(checked.error().message.find('"' + entry + '"'), std::string::npos) << checked.error().message;
    }
  }
}

// Goal:   who asks for a program as a library, or the reverse, hears so before the task is paid for.
// Method: the lab's WASI program by each convention; the balance tells.
TEST(Convention, MismatchCostsNothing) {
  if (!wasm::is_available()) GTEST_SKIP() << "built without an engine, no exports are known";
  Lab lab;
  const Party requester = lab.requester();
  for (const auto convention : {GuestConvention::env, GuestConvention::reactor})
    EXPECT_TRUE(refused(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order_of(lab, convention)),
                        ErrorCode::invalid_argument, "convention_mismatch"));
  EXPECT_EQ(lab.balance(requester), gstd(10));
  must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order_of(lab, GuestConvention::wasi)));
  EXPECT_EQ(lab.balance(requester), gstd(9));
}

// Goal:   a word that is no convention is refused.
// Method: one, in an order that is honest otherwise.
TEST(Convention, UnknownWordIsRefused) {
  Lab lab;
  const Party requester = lab.requester();
  std::string body = protocol::write(lab.order());
  const std::string known = R"("convention":"wasi")";
  body.replace(body.find(known), known.size(), R"("convention":"wasix")");
  const net::Response response = lab.send({"POST", "/tasks/create", body, &requester, {}, {}, {}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(Lab::error_of(response).reason, "field");
  EXPECT_EQ(Lab::error_of(response).message, "field convention must be one of wasi, gstd:env, reactor");
}

// Goal:   what the requester named reaches everybody who has to know it, and only a result by it is taken.
// Method: a task by each convention, watched at the offer, the claim and the view; results by the other two are handed in first.
TEST(Convention, GoesWithTheTaskToItsReceipt) {
  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  lab.module = lab.upload(requester, kBareModule);
  for (const auto convention : kConventions) {
    SCOPED_TRACE(to_string(convention));
    const auto created = must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order_of(lab, convention)));
    EXPECT_EQ(created.module_sha256, lab.module);
    EXPECT_EQ(created.input_sha256, sha256(as_bytes("input")));
    const auto offer = must(lab.get<protocol::QueueItem>(worker, "/orchestrator/next-task?wallet=" + worker.wallet.str()));
    EXPECT_EQ(offer.task_id, created.task_id);
    EXPECT_EQ(offer.convention, convention);
    const auto claim = must(lab.take(worker, created.task_id));
    EXPECT_EQ(claim.convention, convention);
    EXPECT_EQ(must(lab.task(requester, created.task_id)).convention, convention);

    const Bytes output(3, 'x');
    const Receipt honest = Lab::receipt_of(worker, claim, output);
    for (const auto other : kConventions) {
      if (other == convention) continue;
      Receipt receipt = honest;
      receipt.convention = other;
      EXPECT_TRUE(refused(lab.complete(worker, Lab::completion_of(worker, receipt, output)), ErrorCode::invalid_argument,
                          "receipt_mismatch"));
    }
    must(lab.complete(worker, Lab::completion_of(worker, honest, output)));
  }
}

// Goal:   a receipt of an earlier version, which names no convention or no claim, is no proof of work done here, and says why.
// Method: the two of them, with their tags and without what they lack; then the task is done by a worker of today.
TEST(Convention, EarlierReceiptsAreRefused) {
  Lab lab;
  const Party requester = lab.requester();
  const Party worker = lab.worker();
  lab.module = lab.upload(requester, kBareModule);
  const auto created = must(lab.post<protocol::TaskCreated>(requester, "/tasks/create", order_of(lab, GuestConvention::wasi)));
  const auto claim = must(lab.take(worker, created.task_id));
  constexpr std::size_t kAddedByV3 = 4 + 32 + 32 + 3 * 8;
  for (const auto& [tag, missing] : {std::pair{'1', kAddedByV3 + 4}, std::pair{'2', kAddedByV3}}) {
    auto completion = Lab::completion_of(worker, claim);
    completion.receipt.at(14) = static_cast<std::uint8_t>(tag);
    completion.receipt.resize(completion.receipt.size() - missing);
    completion.signature = worker.key.sign(completion.receipt);
    EXPECT_TRUE(refused(lab.complete(worker, completion), ErrorCode::invalid_argument, "receipt_version")) << tag;
  }
  must(lab.complete(worker, Lab::completion_of(worker, claim)));
  must(lab.coordinator->check_ledger());
}

}  // namespace
}  // namespace gstd::test
