/* SPDX-License-Identifier: ISC */
/* A root that is an image file: squashfs, erofs or ext4, as the whole file, at an offset or in
 * a partition; through a loop device, and with --verity through dm-verity. */

/* ct makes its own device nodes, in a detached tmpfs: /dev need not exist, and nothing inside shows
 * them. The kernel frees a loop (autoclear) or dm device (deferred removal) with its last user. */

enum {
	LOOP_TRIES = 64,        /* attempts to get a free loop device before others do */
	DM_MINOR = 236, LOOP_MINOR,     /* /dev/mapper/control, /dev/loop-control */
};

struct img {
	bool write;
	int file, nodes;        /* file descriptors: the image; the tmpfs for device nodes */
	struct stat st;
	uint64_t at, size;      /* bytes; size 0: to the end of the file */
	dev_t dev;              /* the device to mount */
	const struct image_fs *fs;
	uint64_t version, sectors;      /* of dm-verity, and the parameters after its devices */
	char params[1024 - 64];
};

/* Reads a little-endian number from the image; 0 beyond its end. */
static uint64_t
img_num(const struct img *m, uint64_t at, unsigned bytes)
{
	unsigned char b[8] = { 0 };
	uint64_t v = 0;

	if (pread(m->file, b, bytes, (off_t)(m->at + at)) != (ssize_t)bytes)
		return 0;
	while (bytes--)
		v = v << 8 | b[bytes];
	return v;
}

/* Makes a node for the device and opens it. */
static int
img_node(struct ct *ct, const struct img *m, const char *name, mode_t type, dev_t dev, int flags)
{
	int fd = -1;

	if (unlinkat(m->nodes, name, 0) < 0 && errno != ENOENT)
		return fail_sys(ct, "unlink %s", name);
	if (mknodat(m->nodes, name, type | 0600, dev) == 0)
		fd = openat(m->nodes, name, flags | O_CLOEXEC);
	return fd < 0 ? fail_sys(ct, "open device %s", name) : fd;
}

/* --- finding the file system in the file --- */

/* Sets offset and size to those of the n-th partition of a GPT, or of the four of an MBR. */
static int
img_partition(struct ct *ct, struct img *m, unsigned n)
{
	static const char magic[8] = "EFI PART";
	uint64_t sector = 512, entry, first = 0, last = 0;
	char got[8];

	/* the header is in the second sector */
	while (sector <= 4096 && (pread(m->file, got, 8, (off_t)sector) != 8 ||
	                          memcmp(got, magic, 8)))
		sector *= 8;
	if (sector <= 4096) {
		entry = img_num(m, sector + 72, 8) * sector +
		        (n - 1) * img_num(m, sector + 84, 4);
		if (n <= img_num(m, sector + 80, 4) && entry <= INT64_MAX) {
			first = img_num(m, entry + 32, 8);
			last = img_num(m, entry + 40, 8);
		}
	} else if (img_num(m, 510, 2) == 0xaa55) {
		sector = 512;
		entry = 446 + (n - 1) * 16;
		if (n <= 4 && (first = img_num(m, entry + 8, 4)))
			last = first + img_num(m, entry + 12, 4) - 1;
	} else {
		return fail_msg(ct, "%s: has no partition table", ct->image);
	}
	if (!first || last < first || last >= (uint64_t)m->st.st_size / sector)
		return fail_msg(ct, "%s: has no partition %u", ct->image, n);
	m->at = first * sector;
	m->size = (last - first + 1) * sector;
	return 0;
}

static int
img_magic(struct ct *ct, struct img *m)
{
	char got[sizeof m->fs->magic];

	for (size_t i = 0; i < LEN(image_fs); i++) {
		const struct image_fs *f = &image_fs[i];
		size_t n = strlen(f->magic);

		if (pread(m->file, got, n, (off_t)(m->at + f->at)) == (ssize_t)n &&
		    !memcmp(got, f->magic, n)) {
			m->fs = f;
			/* Linux 5.19 to 6.3 opens devices that the image names: any disk */
			if (!strcmp(f->name, "erofs") && img_num(m, 1024 + 86, 2))
				return fail_msg(ct, "%s: spans several devices", ct->image);
			return m->write && !f->writable ?
			       fail_msg(ct, "%s: %s cannot be written to", ct->image, f->name) : 0;
		}
	}
	/* an MBR, which a GPT has as well; the boot sector of FAT has no first partition there */
	if (!m->at && img_num(m, 510, 2) == 0xaa55 && img_num(m, 454, 4))
		return fail_msg(ct, "%s: has partitions: use FILE@N", ct->image);
	return fail_msg(ct, "%s: no file system that ct knows (config.h)", ct->image);
}

/* The end of the file system, rounded up to 4 KiB: there the hash tree is expected. */
static uint64_t
img_end(const struct img *m)
{
	const struct image_fs *f = m->fs;
	uint64_t n = img_num(m, f->size_at, f->size_bytes);

	if (f->shift_at)
		n <<= (f->shift + img_num(m, f->shift_at, 1)) & 31;
	return (n + 4095) & ~(uint64_t)4095;
}

/* The parameters of the target, from the superblock written by veritysetup(8). The root hash
 * does not protect it, but false values only make the image unreadable, as long as each
 * field is a single word: a blank would add parameters. */
static int
img_verity_params(struct ct *ct, struct img *m)
{
	uint64_t at = ct->verity_at ? ct->verity_at : img_end(m);
	uint64_t data, hash, blocks = img_num(m, at + 72, 8), salt_len = img_num(m, at + 80, 2);
	char name[33] = "", salt[2 * 256 + 1] = "-";
	unsigned char b[256];

	data = img_num(m, at + 64, 4);
	hash = img_num(m, at + 68, 4);
	if (img_num(m, at, 8) != 0x0000797469726576)            /* "verity" */
		return fail_msg(ct, "%s: no verity superblock at byte %ju", ct->image, at);
	if (pread(m->file, name, 32, (off_t)(m->at + at + 32)) != 32 ||
	    pread(m->file, b, sizeof b, (off_t)(m->at + at + 88)) != sizeof b ||
	    text_word(name, "-") != strlen(name) || !*name || salt_len > sizeof b ||
	    data < 512 || data > 1 << 20 || hash < 512 || hash > 1 << 20 ||
	    (data & (data - 1)) || (hash & (hash - 1)) || blocks > (uint64_t)INT64_MAX / data)
		return fail_msg(ct, "%s: its verity superblock is damaged", ct->image);
	for (size_t i = 0; i < salt_len; i++)
		text_printf(salt + 2 * i, 3, "%02x", b[i]);
	m->version = img_num(m, at + 12, 4);
	m->sectors = blocks * (data / 512);
	text_printf(m->params, sizeof m->params, "%ju %ju %ju %ju %s %s %s", data, hash, blocks,
	            (at + 512 + hash - 1) / hash, name, ct->verity, salt);
	return 0;
}

/* --- loop devices --- */

/* Is this a loop device of ct's with exactly this part of the file? Then containers share it, its
 * file system and page cache. A part that is written to cannot be shared: then *busy is set. */
static bool
img_loop_is(int fd, const struct img *m, bool *busy)
{
	struct loop_info64 i;
	const unsigned flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;

	if (ioctl(fd, LOOP_GET_STATUS64, &i) < 0 || i.lo_device != m->st.st_dev ||
	    i.lo_inode != m->st.st_ino)
		return false;
	/* for a reader a persistent device (losetup) is no obstacle: it may have no user */
	*busy |= (m->write || (i.lo_flags & flags) == LO_FLAGS_AUTOCLEAR) &&
	         (!m->size || i.lo_offset < m->at + m->size) &&
	         (!i.lo_sizelimit || m->at < i.lo_offset + i.lo_sizelimit);
	return !m->write && i.lo_offset == m->at && i.lo_sizelimit == m->size &&
	       (i.lo_flags & flags) == flags;
}

/* Opens loop device i. The module parameter max_part spaces minor numbers 2, 4 ... 256 apart;
 * the minors between are partitions, which report the number of their device. */
static int
img_loop_open(struct ct *ct, struct img *m, int i)
{
	struct loop_info64 is;
	int fd = -1;

	for (int shift = 0; shift <= 8 && fd < 0 && i << shift < 1 << 20; shift++) {
		err_forget(ct);
		m->dev = makedev(7, i << shift);
		fd = img_node(ct, m, "loop", S_IFBLK, m->dev, m->write ? O_RDWR : O_RDONLY);
		if (fd >= 0 && ioctl(fd, LOOP_GET_STATUS64, &is) == 0 && (int)is.lo_number != i) {
			fd_close(&fd);
			fail_msg(ct, "loop device %d: not there", i);
		}
	}
	return fd;
}

/* Opens a loop device of the image, shared or new, or -1; it is freed with its last user. */
static int
img_loop(struct ct *ct, struct img *m)
{
	struct loop_config c = { .fd = (unsigned)m->file };
	LOCAL_FD ctl = img_node(ct, m, "loop-control", S_IFCHR, makedev(10, LOOP_MINOR), O_RDWR);
	int fd = -1, n = 0;
	bool busy = false;

	c.info.lo_offset = m->at;
	c.info.lo_sizelimit = m->size;
	c.info.lo_flags = LO_FLAGS_AUTOCLEAR | (m->write ? 0 : LO_FLAGS_READ_ONLY);
	for (int tries = 0; ctl >= 0 && tries < LOOP_TRIES && fd < 0 && !ct->failed; tries++) {
		/* all devices below the first free one are in use */
		if ((n = ioctl(ctl, LOOP_CTL_GET_FREE)) < 0)
			fail_sys(ct, "get a loop device");
		/* the device keeps the lock; readers go on without: any of them may hold it */
		busy = flock(m->file, (m->write ? LOCK_EX : LOCK_SH) | LOCK_NB) < 0 &&
		       (m->write || tries < LOOP_TRIES / 2);
		for (int i = 0; i <= n && fd < 0 && !busy && !ct->failed; i++) {
			fd = img_loop_open(ct, m, i);
			if (fd < 0 && i < n)
				err_forget(ct);         /* it was freed meanwhile */
			if (fd < 0 || (i < n ? img_loop_is(fd, m, &busy) && !busy :
			               ioctl(fd, LOOP_CONFIGURE, &c) == 0))
				continue;
			if (i == n && errno != EBUSY)
				fail_sys(ct, "loop device for %s", ct->image);
			fd_close(&fd);
		}
		if (fd < 0)             /* a container that has ended frees its device soon */
			poll(NULL, 0, busy ? 20 : 1);
	}
	if (fd < 0 && !ct->failed)
		fail_msg(ct, busy ? "%s: is in use; only one user can write to it" :
		         "%s: every loop device is in use", ct->image);
	return fd;
}

/* --- dm-verity --- */

/* A device-mapper request, followed by one target and its parameters. */
struct img_dm {
	struct dm_ioctl h;
	struct dm_target_spec t;
	char params[1024];
};

static int
img_dm(struct ct *ct, int ctl, struct img_dm *d, unsigned long call, const char *what)
{
	d->h.version[0] = DM_VERSION_MAJOR;
	d->h.version[1] = d->h.version[2] = 0;
	d->h.data_size = sizeof *d;
	if (*d->h.name)
		d->h.dev = 0;           /* identified by name */
	d->h.data_start = offsetof(struct img_dm, t);
	return ioctl(ctl, call, d) < 0 ? fail_sys(ct, "dm-verity: %s", what) : 0;
}

/* Makes and opens a verity device over the loop device, or -1. Its deferred removal is requested
 * once it is open (from Linux 5.15 on that takes a loaded table), so that it goes with its last
 * user. In a helper with a session of its own: nothing is left behind if ct is killed. */
static int
img_verity_new(struct ct *ct, void *arg)
{
	struct img *m = arg;
	struct img_dm d = { 0 };
	LOCAL_FD ctl = -1;
	bool made = false;
	int fd = -1;
	uint32_t id[2];
	dev_t dev;

	setsid();
	ctl = img_node(ct, m, "control", S_IFCHR, makedev(10, DM_MINOR), O_RDWR);
	if (ctl < 0)
		return -1;
	sys_random(id, sizeof id);
	text_printf(d.h.name, sizeof d.h.name, "ct-%08x%08x", id[0], id[1]);
	if (img_dm(ct, ctl, &d, DM_DEV_CREATE, "make a device") < 0)
		goto out;
	made = true;
	dev = (dev_t)d.h.dev;
	d.t.sector_start = 0;
	d.t.length = m->sectors;
	memcpy(d.t.target_type, "verity", sizeof "verity");
	text_printf(d.params, sizeof d.params, "%ju %u:%u %u:%u %s", m->version, major(m->dev),
	            minor(m->dev), major(m->dev), minor(m->dev), m->params);
	d.h.target_count = 1;
	d.h.flags = DM_READONLY_FLAG;
	if (img_dm(ct, ctl, &d, DM_TABLE_LOAD, "load its table") < 0)
		goto out;
	fd = img_node(ct, m, "verity", S_IFBLK, dev, O_RDONLY);
	d.h.flags = DM_DEFERRED_REMOVE;
	if (fd < 0 || img_dm(ct, ctl, &d, DM_DEV_REMOVE, "remove it with its last user") < 0)
		goto out;
	d.h.flags = made = 0;
	img_dm(ct, ctl, &d, DM_DEV_SUSPEND, "start it");
	m->dev = dev;
out:
	if (ct->failed)
		fd_close(&fd);
	d.h.flags = 0;
	if (made)
		img_dm(ct, ctl, &d, DM_DEV_REMOVE, "remove it");
	return fd;
}

/* --- the root --- */

/* Mounts `source`, a name in dir. Unless it is :rw, its journal must not be replayed either. */
static int
img_mount(struct ct *ct, const struct img *m, int dir, const char *source)
{
	char opts[40];
	int mnt;

	text_printf(opts, sizeof opts, m->write ? "rw%s" : "ro%s",
	            m->write ? m->fs->writable : m->fs->options);
	mnt = kfs_new_mount_in(ct, dir, m->fs->name, source, opts, MOUNT_ATTR_NODEV |
	                       MOUNT_ATTR_NOSUID | (m->write ? 0 : MOUNT_ATTR_RDONLY));
	if (mnt < 0 && !*ct->err.hint && ct->err.no != ENODEV)
		fail_hint(ct, "%s %s", ct->image,
		          ct->verity && ct->err.no == EIO ? "does not match its --verity hash" :
		          "is damaged, or the kernel lacks its compression");
	return mnt;
}

/* Mounts the device as "image", which hides its number. In a helper: the kernel may take long. */
static int
img_mount_dev(struct ct *ct, void *arg)
{
	const struct img *m = arg;
	LOCAL_FD node = img_node(ct, m, "image", S_IFBLK, m->dev, O_RDONLY);

	return node < 0 ? -1 : img_mount(ct, m, m->nodes, "image");
}

/* Mounts the file itself if there are no loop devices: erofs can do that from Linux 6.12 on,
 * but then containers do not share its page cache. On failure the first error is kept. */
static void
img_mount_file(struct ct *ct, const struct img *m)
{
	struct err err = ct->err;
	char path[40];

	if (strcmp(m->fs->name, "erofs") || m->at || ct->verity)
		return;
	err_forget(ct);
	text_printf(path, sizeof path, "self/fd/%d", m->file);
	if (kfs_has_proc(ct))
		ct->tree_fd = img_mount(ct, m, ct->proc_fd, path);
	err_forget(ct);
	if (ct->tree_fd < 0) {
		ct->err = err;
		ct->failed = true;
	}
}

/* Opens the image and finds the file system in it. */
static int
img_look(struct ct *ct, void *arg)
{
	struct img *m = arg;

	m->file = io_open_given(ct->image, m->write ? O_RDWR : O_RDONLY);
	if (m->file < 0 || fstat(m->file, &m->st) < 0)
		return fail_sys(ct, "open %s", ct->image);
	if (!S_ISREG(m->st.st_mode))            /* img_find() saw another */
		return fail_msg(ct, "%s: not a file", ct->image);
	if ((ct->image_part && img_partition(ct, m, ct->image_part) < 0) || img_magic(ct, m) < 0)
		return -1;
	return ct->verity ? img_verity_params(ct, m) : 0;
}

/* Mounts the image, detached; the child takes that mount as its root. */
static int
img_open(struct ct *ct)
{
	struct img m = { .write = ct->image_rw && !ct->read_only && !ct->overlay,
		.at = ct->image_at, .nodes = -1 };
	const bool waits = ct->root_waits;
	int r = waits ? helper_run(ct, 0, 0, img_look, &m, sizeof m) : img_look(ct, &m);
	struct stat st;
	LOCAL_FD loop = -1;

	/* only once it has been read: closing it may wait for its server, too */
	if (waits && (m.file = r < 0 ? -1 : helper_open(ct, ct->image, O_NONBLOCK | O_NOCTTY |
	                                                (m.write ? O_RDWR : O_RDONLY), 0)) < 0)
		r = fail_sys(ct, "open %s", ct->image);
	else if (waits && (fstat(m.file, &st) < 0 || !io_same(&st, &m.st)))
		r = fail_msg(ct, "%s: has been replaced", ct->image);
	if (r == 0)
		m.nodes = kfs_new_mount(ct, "tmpfs", NULL, NULL,
		                        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (m.nodes >= 0)
		loop = img_loop(ct, &m);
	if (loop >= 0 && ct->verity)            /* see img_changed() */
		ct->root_fd = helper_run(ct, CLONE_FILES, -1, img_verity_new, &m, sizeof m);
	if (loop >= 0 && !ct->failed)
		ct->tree_fd = helper_run(ct, CLONE_FILES, 0, img_mount_dev, &m, sizeof m);
	if (m.nodes >= 0 && loop < 0)
		img_mount_file(ct, &m);
	if (m.write && ct->tree_fd >= 0)        /* see parent_root_undo() */
		ct->root_fd = openat(ct->tree_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd_close(&m.nodes);
	fd_close(&m.file);
	return ct->failed ? -1 : 0;
}

/* Has dm-verity read a block that does not match the root hash? */
static bool
img_changed(struct ct *ct)
{
	struct err err = ct->err;
	struct img m = { .nodes = -1 };
	struct img_dm d = { 0 };
	bool failed = ct->failed, changed;
	LOCAL_FD ctl = -1;
	struct stat st;

	err_forget(ct);
	if (fstat(ct->root_fd, &st) == 0)
		m.nodes = kfs_new_mount(ct, "tmpfs", NULL, NULL,
		                        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (m.nodes >= 0)
		ctl = img_node(ct, &m, "control", S_IFCHR, makedev(10, DM_MINOR), O_RDWR);
	d.h.dev = st.st_rdev;
	changed = ctl >= 0 && img_dm(ct, ctl, &d, DM_TABLE_STATUS, "ask for its status") == 0 &&
	          *d.params == 'C';
	fd_close(&m.nodes);
	ct->err = err;
	ct->failed = failed;
	return changed;
}

/* Parses -r if it is not a directory: FILE, FILE:OFFSET or FILE@N, and an optional :rw. */
static int
img_find(struct ct *ct)
{
	char *path = mem_dup(ct, ct->root), *tail = NULL, *rw;
	struct stat st;
	uint64_t n = 0;
	int r = path ? helper_stat(ct, path, &st) : -1;

	if (ct->failed)
		return -1;
	if (r < 0 && (rw = strrchr(path, ':')) && !strcmp(rw, ":rw")) {
		ct->image_rw = true;
		*rw = '\0';
		r = helper_stat(ct, path, &st);
	}
	if (r < 0) {
		tail = strrchr(path, '@');
		if (!tail)
			tail = strrchr(path, ':');
		if (!tail ||
		    num_parse(tail + 1, *tail == '@', *tail == '@' ? 128 : INT64_MAX, &n) < 0)
			return fail_sys(ct, "%s", path);
		if (*tail == '@')
			ct->image_part = (unsigned)n;
		else
			ct->image_at = n;
		*tail = '\0';
		r = helper_stat(ct, path, &st);
	}
	if (r >= 0)
		errno = ENOTDIR;
	ct->root_waits = r > 0;
	if (r < 0 || (tail && !S_ISREG(st.st_mode)) ||
	    (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode)))
		return fail_sys(ct, "%s", path);
	if (S_ISDIR(st.st_mode) && (ct->verity || ct->image_rw))
		return fail_msg(ct, "%s: %s needs an image, not a directory", path,
		                ct->image_rw ? ":rw" : "--verity");
	if (S_ISDIR(st.st_mode))
		return 0;
	if (ct->euid)
		return fail_msg(ct, "%s: only root mounts images; unpacked (unsquashfs, "
		                "fsck.erofs --extract) anyone can use it", path);
	if (ct->image_at % 512)
		return fail_msg(ct, "%s: offset not a multiple of 512", ct->root);
	ct->image = path;
	if (ct->verity && ct->image_rw)
		return fail_msg(ct, "%s: --verity makes it read-only", path);
	ct->read_only |= !ct->overlay && !ct->image_rw;
	return 0;
}
