// The first job of the demo: a fractal of 1920x1080 pixels, rendered in 60 tiles.
#pragma once

#include <filesystem>

#include "batch.hpp"

namespace demo {

/// Renders the picture and writes it as PNG.
gstd::Result<void> render_picture(const gstd::Client& client, const std::filesystem::path& module,
                                  const std::filesystem::path& picture, Figures& figures);

}  // namespace demo
