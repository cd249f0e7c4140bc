// Compiles as C++17, with every warning an error.
#include <gstd.h>

static_assert(GSTD_UNAUTHENTICATED == 16, "statuses have gRPC's numbers");
