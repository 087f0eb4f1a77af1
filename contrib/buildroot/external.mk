# A br2-external tree: make dist here, and there
#	make BR2_EXTERNAL=.../contrib/buildroot menuconfig
# For Buildroot itself package/ct is copied to its package/.
include $(sort $(wildcard $(BR2_EXTERNAL_CT_PATH)/package/*/*.mk))
