#!/bin/sh
# Runs a systemd(1) of its own, with nothing but the units that a test writes, until it is told to end:
# systemd.sh FOLDER. It is the first process of its namespaces; FOLDER/pid says how to enter them, once it runs. Outside
# nothing changes: /run and /etc/systemd/system are its own. Needs root.
set -eu
folder=$1

# As systemd: what an ordinary boot needs is left out, since the kernel is that of the whole machine.
if [ "${2-}" = boot ]; then
	mount --make-rprivate /
	umount -lR /sys/fs/cgroup
	mount -t cgroup2 none /sys/fs/cgroup
	mount -t tmpfs none /run
	mount -t tmpfs none /etc/systemd/system
	mkdir /run/lock /run/generators
	for target in sysinit basic multi-user shutdown; do
		printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' "$target" >"/etc/systemd/system/$target.target"
	done
	echo 'Wants=systemd-journald.socket systemd-journald.service' >>/etc/systemd/system/multi-user.target
	cp /lib/systemd/system/systemd-journald.socket /lib/systemd/system/systemd-journald.service /etc/systemd/system
	exec env -i PATH="$PATH" container=test SYSTEMD_UNIT_PATH=/etc/systemd/system \
		SYSTEMD_GENERATOR_PATH=/run/generators /lib/systemd/systemd --system --unit=multi-user.target \
		--log-target=console --show-status=no
fi

if [ "${2-}" != inside ]; then
	exec unshare --mount "$0" "$folder" inside
fi
mount --make-rprivate /
mkdir "$folder/cgroup"
mount -t cgroup2 none "$folder/cgroup"
here=$folder/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
mkdir "$here/hotfix-test-$$"
echo $$ >"$here/hotfix-test-$$/cgroup.procs"
unshare --fork --pid --mount --ipc --uts --cgroup --mount-proc --kill-child "$0" "$folder" boot &
child=$!
first=
until [ -n "$first" ]; do
	sleep 0.05
	read -r first </proc/$child/task/$child/children || kill -0 $child
done
trap 'kill -9 $first' INT TERM
echo "$first" >"$folder/pid.new"
mv "$folder/pid.new" "$folder/pid"
until wait $child || ! kill -0 $child 2>/dev/null; do :; done
echo $$ >"$here/cgroup.procs"
find "$here/hotfix-test-$$" -depth -type d -exec rmdir '{}' \;
