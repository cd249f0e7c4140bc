// The library's version: the one place that names it; CMake, the C ABI and the Python package read it from here.
#pragma once

#define GSTD_VERSION_MAJOR 0
#define GSTD_VERSION_MINOR 1
#define GSTD_VERSION_PATCH 0
#define GSTD_VERSION_STRING "0.1.0"
