"use strict";
// The errors that a system call can have, by section 2 of the manual, as far as a disk, a kernel short of something, a
// signal, another process or an administrator can bring them about. What is not here cannot fail, in the way in which the
// suite calls it, or the C library does before main. And brk: strace cannot let it fail as Linux does, which returns the old
// end; allocations fail in torture.
const OPEN = ["ENOENT", "EACCES", "EIO", "EINTR", "EMFILE", "ENOMEM", "ENOSPC"];
const LOOK = ["ENOENT", "EACCES", "EIO", "ENOMEM"];
const READ = ["EIO", "EINTR", "EAGAIN"];
const WRITE = ["EIO", "ENOSPC", "EINTR", "EAGAIN"];
const SYNC = ["EIO", "ENOSPC", "EINTR"];
const ROOM = ["ENOMEM"];
const START = ["EAGAIN", "ENOMEM"];
const MAKE = ["EMFILE", "ENOMEM"];
const CHANGE = ["EACCES", "EIO", "ENOSPC"];
const LOCK = ["EAGAIN", "EINTR"];
const SEND = ["EINTR", "EAGAIN", "ENOMEM"];

const ERRORS = {
	access: LOOK,
	chdir: LOOK,
	clone: START,
	clone3: START,
	close: ["EIO", "EINTR"],
	close_range: ROOM,
	connect: ["EACCES", "EINTR", "EAGAIN"],
	dup2: ["EINTR", "EMFILE"],
	dup3: ["EINTR", "EMFILE"],
	execve: ["ENOENT", "EACCES", "ENOMEM"],
	faccessat: LOOK,
	faccessat2: LOOK,
	fallocate: SYNC,
	fchmod: ["EACCES", "EIO"],
	fchown: ["EACCES", "EIO"],
	fcntl: LOCK,
	fdatasync: SYNC,
	flock: LOCK,
	fork: START,
	fstat: LOOK,
	fsync: SYNC,
	ftruncate: SYNC,
	getcwd: LOOK,
	getdents64: ["EIO"], // ENOENT, of a folder that is no more, is its end for the C library, by POSIX
	getrandom: ["EINTR", "EAGAIN"],
	inotify_add_watch: ["ENOENT", "EACCES", "ENOSPC"],
	inotify_init1: MAKE,
	link: CHANGE,
	linkat: CHANGE,
	lseek: ["EIO"],
	lstat: LOOK,
	memfd_create: MAKE,
	mkdir: CHANGE,
	mkdirat: CHANGE,
	mmap: ROOM,
	mprotect: ROOM,
	mremap: ROOM,
	munmap: ROOM,
	newfstatat: LOOK,
	open: OPEN,
	openat: OPEN,
	pidfd_open: MAKE,
	pipe2: MAKE,
	poll: ["EINTR", "ENOMEM"],
	ppoll: ["EINTR", "ENOMEM"],
	pread64: READ,
	prlimit64: ["EACCES"],
	pwrite64: WRITE,
	pwritev: WRITE,
	read: READ,
	readlink: LOOK,
	readv: READ,
	recvfrom: SEND,
	recvmsg: SEND,
	rename: CHANGE,
	renameat: CHANGE,
	renameat2: CHANGE,
	sendmsg: SEND,
	sendto: SEND,
	setsid: ["EACCES"],
	socket: MAKE,
	socketpair: MAKE,
	stat: LOOK,
	statx: LOOK,
	unlink: CHANGE,
	unlinkat: CHANGE,
	vfork: START,
	wait4: ["EINTR"],
	waitid: ["EINTR"],
	write: WRITE,
	writev: WRITE,
};

module.exports = { ERRORS };
