// Renders one tile of a picture of the Mandelbrot set.
//
// stdin:  one line of ten numbers, parted by blanks:
//           width height          of the whole picture, in pixels
//           x y tile_w tile_h     of the tile in it, in pixels; the top left corner is 0 0
//           centre_re centre_im   what the middle of the picture shows
//           scale                 how much of the real axis the whole width shows, e.g. 3.5
//           iterations            after how many a point counts as inside
// stdout: tile_w * tile_h * 3 bytes: red, green, blue, row by row.
// Exit code 2, and a sentence on stderr, where the parameters make no sense.
//
// The tiles of a picture fit together whoever renders them: a pixel depends on its place in the whole picture alone, and
// WebAssembly's arithmetic is the same on every machine.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

constexpr int kSideMax = 65536;
constexpr long long kTilePixelsMax = 3'000'000;  // 9 MB of output; the network takes 10 MiB
constexpr int kIterationsMax = 1'000'000;

struct Parameters {
  int width = 0, height = 0, x = 0, y = 0, tile_w = 0, tile_h = 0;
  double centre_re = 0, centre_im = 0, scale = 0;
  int iterations = 0;
};

struct Colour {
  double red, green, blue;
};

bool read_parameters(Parameters& p) {
  return std::scanf("%d %d %d %d %d %d %lf %lf %lf %d", &p.width, &p.height, &p.x, &p.y, &p.tile_w, &p.tile_h, &p.centre_re,
                    &p.centre_im, &p.scale, &p.iterations) == 10;
}

bool is_sane(const Parameters& p) {
  return p.width > 0 && p.width <= kSideMax && p.height > 0 && p.height <= kSideMax && p.x >= 0 && p.y >= 0 && p.tile_w > 0 &&
         p.tile_h > 0 && p.tile_w <= p.width - p.x && p.tile_h <= p.height - p.y &&
         static_cast<long long>(p.tile_w) * p.tile_h <= kTilePixelsMax && std::isfinite(p.centre_re) &&
         std::isfinite(p.centre_im) && std::isfinite(p.scale) && p.scale > 0 && p.iterations > 0 && p.iterations <= kIterationsMax;
}

// The main cardioid and the disc beside it are most of the set, and known without iterating.
bool is_in_large_bulbs(double re, double im) {
  const double q = (re - 0.25) * (re - 0.25) + im * im;
  return q * (q + (re - 0.25)) <= 0.25 * im * im || (re + 1) * (re + 1) + im * im <= 0.0625;
}

// How long the point stays near, with a fraction, so that colours change without steps; negative inside the set.
double escape_time(double re, double im, int iterations) {
  constexpr double kFar = 256;  // squared; the larger, the smoother the fraction
  if (is_in_large_bulbs(re, im)) return -1;
  double zr = 0, zi = 0, zr2 = 0, zi2 = 0;
  for (int i = 0; i < iterations; ++i) {
    zi = 2 * zr * zi + im;
    zr = zr2 - zi2 + re;
    zr2 = zr * zr;
    zi2 = zi * zi;
    if (zr2 + zi2 > kFar) return i + 1 - std::log2(std::log2(zr2 + zi2) / 2);
  }
  return -1;
}

Colour colour_of(double time) {
  if (time < 0) return {0, 0, 0};
  static constexpr std::array<Colour, 5> kPalette{{{0, 7, 100}, {32, 107, 203}, {237, 255, 255}, {255, 170, 0}, {40, 2, 30}}};
  constexpr double kStretch = 0.12;  // palette entries per unit of the square root below
  const double place = std::sqrt(time < 0 ? 0 : time) * kStretch * kPalette.size();
  const double whole = std::floor(place);
  const double part = place - whole;
  const Colour& a = kPalette[static_cast<std::size_t>(whole) % kPalette.size()];
  const Colour& b = kPalette[(static_cast<std::size_t>(whole) + 1) % kPalette.size()];
  return {a.red + part * (b.red - a.red), a.green + part * (b.green - a.green), a.blue + part * (b.blue - a.blue)};
}

std::uint8_t channel(double value) { return static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value + 0.5); }

}  // namespace

int main() {
  Parameters p;
  if (!read_parameters(p) || !is_sane(p)) {
    std::fputs("fractal: expected width height x y tile_w tile_h centre_re centre_im scale iterations\n", stderr);
    return 2;
  }
  const double step = p.scale / p.width;
  std::vector<std::uint8_t> row(static_cast<std::size_t>(p.tile_w) * 3);
  for (int y = p.y; y < p.y + p.tile_h; ++y) {
    const double im = p.centre_im - (y - (p.height - 1) / 2.0) * step;
    std::size_t at = 0;
    for (int x = p.x; x < p.x + p.tile_w; ++x) {
      const double re = p.centre_re + (x - (p.width - 1) / 2.0) * step;
      const Colour colour = colour_of(escape_time(re, im, p.iterations));
      row[at++] = channel(colour.red);
      row[at++] = channel(colour.green);
      row[at++] = channel(colour.blue);
    }
    if (std::fwrite(row.data(), 1, row.size(), stdout) != row.size()) return 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
