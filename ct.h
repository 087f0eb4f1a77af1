/* SPDX-License-Identifier: ISC */
#ifndef CT_H
#define CT_H

#include <stdbool.h>

struct ct;

#endif
