// Wallets that are addresses of TON: many spellings, one name.
#pragma once

#include <gstd/ton.hpp>

#include "coordinator/call.hpp"

namespace gstd::coordinator {

/// The name under which a wallet is kept: the raw form of an address, anything else as it is.
/// Errors: invalid_argument, reason "wallet_address": it looks like an address and is none, or is one of another network; under
/// `compat` it is taken for a name.
Result<WalletId> wallet_name(const Services& services, const WalletId& given);

/// Whether whoever registers may have this wallet: one that is an address needs a session of it beside the signature, unless the
/// options say otherwise. Returns its name. Errors: those of wallet_name(); permission_denied, reason "wallet_proof".
Result<WalletId> check_wallet_proof(Call& call, const WalletId& given);

}  // namespace gstd::coordinator
