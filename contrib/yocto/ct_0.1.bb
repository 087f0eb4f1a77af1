# OpenEmbedded, Yocto: put this into a layer as recipes-containers/ct/ct_0.1.bb, with a
# release of ct (make dist) beside it in files/. The sysroot has the static libraries of
# the two recipes, if the distribution lets them be built: poky needs in its local.conf
#	DISABLE_STATIC:pn-libmnl = ""
#	DISABLE_STATIC:pn-libcap-ng = ""
SUMMARY = "Linux containers from one small static binary"
# the latter: libmnl and libcap-ng, which are in the binary
LICENSE = "ISC & LGPL-2.1-or-later"
LIC_FILES_CHKSUM = "file://LICENSE;md5=a144126b88742f8b35ac49e7ea7bdaad"
SRC_URI = "file://ct-${PV}.tar.gz"
DEPENDS = "libmnl libcap-ng"

# A static program needs neither, and its own build says so.
DISABLE_STATIC = ""
SECURITY_PIE_CFLAGS = ""
INSANE_SKIP:${PN} += "ldflags"

EXTRA_OEMAKE = "SYSROOT=${STAGING_DIR_TARGET} STRIP= PREFIX=${prefix} MANDIR=${mandir}"

do_compile() {
	oe_runmake all lib
}

do_install() {
	oe_runmake DESTDIR=${D} install
	install -d ${D}${sysconfdir}/ct
}

PACKAGE_BEFORE_PN = "${PN}-bash-completion ${PN}-zsh-completion"
FILES:${PN}-bash-completion = "${datadir}/bash-completion"
FILES:${PN}-zsh-completion = "${datadir}/zsh"

RRECOMMENDS:${PN} += "kernel-module-veth kernel-module-nf-tables"
