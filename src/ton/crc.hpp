// The two checksums of TON's textual and binary forms. Neither keeps anybody from forging: they find mistakes.
#pragma once

#include <gstd/base.hpp>

namespace gstd::ton {

/// CRC-16/XMODEM: polynomial 0x1021, not reflected, starts at 0. Of addresses.
std::uint16_t crc16(BytesView bytes) noexcept;

/// CRC-32C (Castagnoli), reflected. Of bags of cells. Source: RFC 3720 section 12.1.
std::uint32_t crc32c(BytesView bytes) noexcept;

}  // namespace gstd::ton
