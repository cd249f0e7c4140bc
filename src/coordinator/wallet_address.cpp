#include "coordinator/wallet_address.hpp"

namespace gstd::coordinator {

Result<WalletId> wallet_name(const Services& services, const WalletId& given) {
  auto name = ton::canonical_wallet(given, services.options().login.network);
  if (!name && services.options().compat) return given;
  return name;
}

Result<WalletId> check_wallet_proof(Call& call, const WalletId& given) {
  auto name = wallet_name(call.services(), given);
  const CoordinatorOptions& options = call.services().options();
  if (!name || !options.login.wallet_proof || options.compat || !ton::Address::parse(name->str())) return name;
  if (call.identity->session && call.identity->session->wallet == *name) return name;
  return Error{
      ErrorCode::permission_denied,
      "this wallet is an address of TON: log in with it (POST /users/login), and send that session's token beside the signature",
      "wallet_proof"};
}

}  // namespace gstd::coordinator
