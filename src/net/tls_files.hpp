// Certificates and keys from PEM files, for both ends of a connection.
#pragma once

#include <gstd/base.hpp>

#include "net/openssl.hpp"

namespace gstd::net {

/// The certificates of a file, in its order; at least one.
/// `option`: who names the file, for the message, and the error's reason.
/// Errors: invalid_argument: the file cannot be read, or holds no certificate, or something that is none.
Result<std::vector<OpenSslPtr<X509>>> read_certificates(const std::string& path, const std::string& option);

/// The private key of a file that only its owner, and perhaps readers of its group, can open.
/// Errors: permission_denied: others can read or change the file. invalid_argument: it cannot be read, or holds no key, or one
/// under
///         a passphrase, for which nobody is asked.
Result<OpenSslPtr<EVP_PKEY>> read_private_key(const std::string& path, const std::string& option);

/// Errors: those of the two above; invalid_argument, reason `key_option`: the key is not that of the first certificate.
Result<void> check_key_pair(const std::string& certificate_path, const std::string& certificate_option, const std::string& key_path,
                            const std::string& key_option);

}  // namespace gstd::net
