/* SPDX-License-Identifier: ISC */
/* --seccomp-notify: hands over the filter's listener, so that somebody answers calls. */

/* Prints the container's state as the JSON object of OCI's runtime specification. There is no
 * bundle. */
static void
oci_state(struct buf *o, const char *name, const char *status, pid_t pid, int dir)
{
	buf_json(o, "{\"ociVersion\":\"1.0.2\",\"id\":", name);
	buf_printf(o, ",\"status\":\"%s\",\"pid\":%d,\"bundle\":\"\",\"annotations\":{",
	           status, pid);
	ctr_show_notes(o, dir);
	buf_printf(o, "}}");
}

/* Hands the listener, by the number that the child sends, to the caller's socket, with the
 * "container process state" of the OCI. ct keeps no copy: when the receiver closes its own,
 * calls fail with ENOSYS. A tracer of the child may have faked the number: it is verified to
 * be a listener, and can only be the child's. */
static int
notify_listener(struct ct *ct, int number)
{
	struct buf line = { .fd = -1 };
	uint64_t none = 0;
	LOCAL_FD fd = -1;

	ct->listened = true;
	ct->step = "seccomp";
	fd = (int)syscall(SYS_pidfd_getfd, ct->pidfd, number, 0);
	if (fd < 0)
		return fail_sys(ct, "take the listener from process %d", ct->pid);
	if (ioctl(fd, REQUEST(SECCOMP_IOCTL_NOTIF_ID_VALID), &none) == 0 || errno != ENOENT)
		return fail_msg(ct, "the child did not send a listener");
	if (IN_LIB(ct) && ct->notify_fd < 0) {
		ct->listener_fd = fd;
		fd = -1;
		return 0;
	}
	buf_printf(&line, "{\"ociVersion\":\"1.0.2\",\"fds\":[\"seccompFd\"],\"pid\":%d,"
	           "\"metadata\":\"\",\"state\":", ct->pid);
	oci_state(&line, ct->name, ct->exec ? "running" : "creating", ct->pid, ct->cg_fd);
	buf_printf(&line, "}\n");
	return fd_send(ct->notify_fd, &fd, 1, line.buf, line.len, MSG_DONTWAIT) < 0 ?
	       fail_sys(ct, "send the listener to descriptor %d", ct->notify_fd) : 0;
}
