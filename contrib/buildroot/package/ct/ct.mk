################################################################################
#
# ct
#
################################################################################

CT_VERSION = 0.1
CT_SOURCE = ct-$(CT_VERSION).tar.gz
# the release that `make dist` has made beside this tree; to submit the package, put
# an address here instead of these three lines
CT_SITE = $(BR2_EXTERNAL_CT_PATH)/../../build
CT_SITE_METHOD = file
BR_NO_CHECK_HASH_FOR += $(CT_SOURCE)
# the binary contains code of libmnl and libcap-ng
CT_LICENSE = ISC, LGPL-2.1+ (libmnl, libcap-ng)
CT_LICENSE_FILES = LICENSE
CT_DEPENDENCIES = libmnl libcap-ng

define CT_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) CC="$(TARGET_CC)" AR="$(TARGET_AR)" \
		CFLAGS="$(TARGET_CFLAGS)" LDFLAGS="$(TARGET_LDFLAGS)" \
		SYSROOT="$(STAGING_DIR)" STRIP= all
endef

define CT_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/ct $(TARGET_DIR)/usr/bin/ct
endef

define CT_LINUX_CONFIG_FIXUPS
	$(call KCONFIG_ENABLE_OPT,CONFIG_NAMESPACES)
	$(call KCONFIG_ENABLE_OPT,CONFIG_UTS_NS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_IPC_NS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_PID_NS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_NET_NS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_USER_NS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_CGROUPS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_CGROUP_PIDS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_MEMCG)
	$(call KCONFIG_ENABLE_OPT,CONFIG_SECCOMP)
	$(call KCONFIG_ENABLE_OPT,CONFIG_SECCOMP_FILTER)
	$(call KCONFIG_ENABLE_OPT,CONFIG_TMPFS)
	$(call KCONFIG_ENABLE_OPT,CONFIG_SIGNALFD)
endef

$(eval $(generic-package))
