#include "picture.hpp"

#include <png.h>

#include <algorithm>

#include "files.hpp"

namespace demo {
namespace {

using namespace gstd;

constexpr std::size_t kWidth = 1920, kHeight = 1080;
constexpr std::size_t kColumns = 10, kRows = 6;
constexpr std::size_t kTileWidth = kWidth / kColumns, kTileHeight = kHeight / kRows;
constexpr std::size_t kBytesPerPixel = 3;
constexpr Amount kTileBudget{kNanoPerGstd / 10};

// The guest's command line on stdin; examples/guests/fractal.cpp documents it.
Bytes tile_input(std::size_t tile) {
  const std::size_t x = tile % kColumns * kTileWidth, y = tile / kColumns * kTileHeight;
  const std::string line = std::to_string(kWidth) + " " + std::to_string(kHeight) + " " + std::to_string(x) + " " +
                           std::to_string(y) + " " + std::to_string(kTileWidth) + " " + std::to_string(kTileHeight) +
                           " -0.743643887037151 0.131825904205330 0.00012 2000\n";
  const BytesView view = as_bytes(line);
  return {view.begin(), view.end()};
}

Result<void> write_png(const std::filesystem::path& path, const Bytes& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = kWidth;
  image.height = kHeight;
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), 0, nullptr) == 0)
    return Error{ErrorCode::unavailable, path.string() + ": " + image.message, "file"};
  return {};
}

}  // namespace

Result<void> render_picture(const Client& client, const std::filesystem::path& module, const std::filesystem::path& picture,
                            Figures& figures) {
  const auto guest = read_whole(module);
  if (!guest) return guest.error();
  std::vector<Bytes> inputs;
  for (std::size_t tile = 0; tile < kColumns * kRows; ++tile) inputs.push_back(tile_input(tile));

  Bytes pixels(kWidth * kHeight * kBytesPerPixel);
  const Accept place = [&pixels](std::size_t tile, const Bytes& output) -> Result<void> {
    constexpr std::size_t kTileRowBytes = kTileWidth * kBytesPerPixel;
    if (output.size() != kTileRowBytes * kTileHeight)
      return Error{ErrorCode::data_loss, "tile " + std::to_string(tile) + " has " + std::to_string(output.size()) + " bytes",
                   "tile"};
    for (std::size_t row = 0; row < kTileHeight; ++row) {
      const std::size_t y = tile / kColumns * kTileHeight + row, x = tile % kColumns * kTileWidth;
      std::copy_n(output.begin() + static_cast<std::ptrdiff_t>(row * kTileRowBytes), kTileRowBytes,
                  pixels.begin() + static_cast<std::ptrdiff_t>((y * kWidth + x) * kBytesPerPixel));
    }
    return {};
  };
  if (auto rendered = run_batch(client, "picture", *guest, inputs, kTileBudget, place, figures); !rendered) return rendered;
  return write_png(picture, pixels);
}

}  // namespace demo
