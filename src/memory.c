/* SPDX-License-Identifier: ISC */
/* A bump allocator: what is allocated lives as long as its struct ct. */

/* With struct ct, the first block is 64 KiB of .bss: no system call, no page table of its own. */
enum { MEM_BLOCK = 65536 - (sizeof(struct ct) + 15) / 16 * 16 };
#ifdef CT_LIB
static struct block *const mem_first = NULL;
#else
static union { struct block b; char room[MEM_BLOCK]; } mem_room;
static struct block *const mem_first = &mem_room.b;
#endif

/* Starts a block for what is allocated from now on; with MAP_SHARED, children share it. */
static int
mem_begin(struct ct *ct, size_t size, int how)
{
	struct block *b = mem_first && !mem_first->size && size == MEM_BLOCK ? mem_first :
	                  sys_pages(size, how);

	if (!b)
		return fail_sys(ct, "mmap %zu bytes", size);
	*b = (struct block){ ct->mem, (sizeof *b + 15) & ~(size_t)15, size };
	ct->mem = b;
	return 0;
}

/* Allocates zeroed memory; NULL after an error. */
static void *
mem_get(struct ct *ct, size_t size)
{
	size = (size + 15) & ~(size_t)15;
	if ((!ct->mem || ct->mem->size - ct->mem->used < size) &&
	    mem_begin(ct, size + 4096 > MEM_BLOCK ? size + 4096 : MEM_BLOCK, MAP_PRIVATE) < 0)
		return NULL;
	ct->mem->used += size;
	return (char *)ct->mem + ct->mem->used - size;
}

/* Frees the blocks that are newer than `to`. */
static void
mem_free(struct block **list, const struct block *to)
{
	for (struct block *b; (b = *list) != to; ) {
		*list = b->next;
		if (b == mem_first)
			memset(b, 0, b->used);
		else
			munmap(b, b->size);
	}
}

/* A snapshot of all memory allocated so far; children do not inherit it. */
struct saved { struct saved *next; struct block *of; size_t used; };

static int
mem_save(struct ct *ct, struct saved **list)
{
	struct saved *s, **end = list;

	for (struct block *b = ct->mem; b; b = b->next) {
		s = sys_pages(sizeof *s + b->used, MAP_PRIVATE);
		if (!s || madvise(s, sizeof *s + b->used, MADV_DONTFORK) < 0)
			return fail_sys(ct, "mmap %zu bytes", sizeof *s + b->used);
		*s = (struct saved){ NULL, b, b->used };
		memcpy(s + 1, b, b->used);
		*end = s;
		end = &s->next;
	}
	return 0;
}

static void
mem_restore(struct ct *ct, const struct saved *s)
{
	mem_free(&ct->mem, s->of);
	for (size_t used; s; s = s->next) {
		used = s->of->used;
		memcpy(s->of, s + 1, s->used);
		memset((char *)s->of + s->used, 0, used - s->used);
	}
}

/* The first len bytes of s, as a text. */
static char *
mem_part(struct ct *ct, const char *s, size_t len)
{
	char *p = mem_get(ct, len + 1);

	if (p) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

static char *
mem_dup(struct ct *ct, const char *s)
{
	return mem_part(ct, s, strlen(s));
}

static char * PRINTF(2, 3)
mem_printf(struct ct *ct, const char *fmt, ...)
{
	char *p, end;
	va_list ap, same;
	size_t n;

	va_start(ap, fmt);
	va_copy(same, ap);
	n = text_vprintf(&end, 1, fmt, ap) + 1;         /* only measures */
	if ((p = mem_get(ct, n)))
		text_vprintf(p, n, fmt, same);
	va_end(same);
	va_end(ap);
	return p;
}

/* Takes the words up to an empty one, or all words, off *text, which ends at `end`. */
static char **
mem_words(struct ct *ct, char **text, const char *end, bool all, size_t *n)
{
	char **list, *s;

	*n = 0;
	for (s = *text; s < end && (all || *s); s = text_past(s))
		++*n;
	if (!(list = mem_get(ct, (*n + 1) * sizeof *list)))
		return NULL;
	for (size_t i = 0; i < *n; i++, *text = text_past(*text))
		list[i] = *text;
	if (*text < end)
		++*text;
	return list;
}

/* Reads a whole regular file, NUL-terminated, and its length; NULL with errno. Closes fd. */
static char *
io_slurp_fd(struct ct *ct, int fd, size_t *len)
{
	struct stat st;
	char *buf = NULL;
	ssize_t n = fd < 0 ? -1 : fstat(fd, &st);

	if (n == 0 && (!S_ISREG(st.st_mode) || st.st_size > FILE_LIMIT)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : S_ISREG(st.st_mode) ? EFBIG : ESPIPE;
	} else if (n == 0 && (buf = mem_get(ct, (size_t)st.st_size + 1))) {
		n = pread(fd, buf, (size_t)st.st_size, 0);
		if (n < 0)
			buf = NULL;
		else if (len)
			*len = (size_t)n;
	}
	fd_close(&fd);
	return buf;
}

struct slurp { const char *path; char *buf; size_t len; };

static int
io_slurp_in(struct ct *ct, void *arg)
{
	struct slurp *s = arg;
	char *text = io_slurp_fd(ct, io_open_given(s->path, O_RDONLY), &s->len);

	if (text)
		memcpy(s->buf, text, s->len);
	return text ? 0 : -1;
}

/* The same of a file that an option names; one whose server may stop answering, at any call,
 * close(2) included, in a helper that a signal to ct or --timeout ends. */
static char *
io_slurp(struct ct *ct, const char *path, size_t *len)
{
	struct slurp s = { .path = path };
	char *text = NULL;

	if (!HAVE_FILES || IN_LIB(ct) || !io_waits(AT_FDCWD, path))
		return io_slurp_fd(ct, io_open_given(path, O_RDONLY), len);
	if (!(s.buf = sys_pages(FILE_LIMIT, MAP_SHARED)))
		return NULL;
	if (helper_run(ct, 0, 0, io_slurp_in, &s, sizeof s) == 0)
		text = mem_part(ct, s.buf, s.len);
	if (len)
		*len = s.len;
	munmap(s.buf, FILE_LIMIT);
	return text;
}
