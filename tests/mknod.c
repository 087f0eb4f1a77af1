/* SPDX-License-Identifier: ISC */
/* contrib/mknod.c, which answers --seccomp-notify, for tests/notify.t. */
#include "contrib/mknod.c"
