// Goal:   a hostile login is read within bounds and refused clearly, in every form that one may have, and so is what a strange
//         coordinator answers.
// Method: what is accepted must come back as it went out.
#include <gstd/protocol.hpp>
#include <gstd/ton.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gstd;
  const std::string_view text = as_text({data, size});
  const auto round_trip = [&]<class M>(const M&) { fuzz::require_round_trip<M>(text, protocol::read<M>, protocol::write<M>); };
  round_trip(protocol::Login{});
  round_trip(protocol::PlatformLogin{});
  round_trip(protocol::PlatformLoginPayload{});
  round_trip(protocol::LoginPayload{});
  round_trip(protocol::LoggedIn{});
  round_trip(protocol::SessionView{});
  return 0;
}
