# A br2-external tree: run make dist here and, in Buildroot,
#	make BR2_EXTERNAL=.../contrib/buildroot menuconfig
# For Buildroot itself, copy package/ct to its package/.
include $(sort $(wildcard $(BR2_EXTERNAL_CT_PATH)/package/*/*.mk))
