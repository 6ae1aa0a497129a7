#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A Blender program with its window, out of a Debian suite, in a folder of its own: for the tests of the side panel.
# usage: blender_from_debian.sh SUITE DIR    (trixie has 4.3, sid the newest; about 1.5 GB; as root)
set -eu
suite=${1:?a Debian suite} root=${2:?a folder}
[ -e "$root/.whole" ] && exit 0
[ "$(id -u)" = 0 ] || { echo "debootstrap and chroot need root" >&2; exit 3; }
command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap; } >&2
rm -rf "$root"
# Packages come from where this system's own come from.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+) .*/\2/p' | head -n 1)
debootstrap --variant=minbase "$suite" "$root" "${mirror:-http://deb.debian.org/debian}" >&2
cp /etc/resolv.conf "$root/etc/"
apt-config dump | grep -E '^Acquire::(http|https|Check-Valid-Until)' >"$root/etc/apt/apt.conf.d/90host" || true
# No services are started, and manuals are left out (not /usr/share/locale: Blender's languages are there).
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod +x "$root/usr/sbin/policy-rc.d"
printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\n' >"$root/etc/dpkg/dpkg.cfg.d/manuals"
DEBIAN_FRONTEND=noninteractive chroot "$root" sh -eu >&2 <<'END'
apt-get update -qq
apt-get install -y -qq --no-install-recommends blender python3-numpy python3-requests python3-zstandard python3-cattr \
    xvfb xauth imagemagick libgl1-mesa-dri libglx-mesa0 libegl1 libegl-mesa0 fonts-dejavu-core
apt-get clean
END
touch "$root/.whole"
