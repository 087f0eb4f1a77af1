/* SPDX-License-Identifier: ISC
 *
 * The version of LXC's API that lxc/lxccontainer.h has.
 */
#ifndef LXC_VERSION_H
#define LXC_VERSION_H

#define LXC_DEVEL 0
#define LXC_VERSION_MAJOR 4
#define LXC_VERSION_MINOR 0
#define LXC_VERSION_MICRO 0
#define LXC_VERSION_ABI "1.7.0"
#define LXC_VERSION "4.0.0"

#define VERSION_AT_LEAST(major, minor, micro) \
	(LXC_VERSION_MAJOR > (major) || (LXC_VERSION_MAJOR == (major) && \
	 (LXC_VERSION_MINOR > (minor) || (LXC_VERSION_MINOR == (minor) && \
	  LXC_VERSION_MICRO >= (micro)))))

#endif
