/* Compiles as C11, with every warning an error. */
#include <gstd.h>

_Static_assert(GSTD_UNAUTHENTICATED == 16, "statuses have gRPC's numbers");
_Static_assert(sizeof(gstd_status) == 4, "a status is an int32_t");
