/* SPDX-License-Identifier: ISC */
/* contrib's answerer of --seccomp-notify, for tests/notify.t. */
#include "contrib/mknod.c"
