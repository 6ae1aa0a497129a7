#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Install the system packages that the named parts need, or print the one line to run where that needs a password.
# usage: system_libraries.sh [python] [blender] [open3d] [node] [chromium] [postgresql] ...
set -eu

# Each line: part, Debian package, and what shows that it is there: a shared library, a file pattern or a command.
table='
python  python3.11-venv   python3.11
blender libxxf86vm1       libXxf86vm.so.1
blender libxfixes3        libXfixes.so.3
blender libxi6            libXi.so.6
blender libxrender1       libXrender.so.1
blender libxt6            libXt.so.6
blender libxkbcommon0     libxkbcommon.so.0
blender libgl1            libGL.so.1
blender libsm6            libSM.so.6
blender libegl1           libEGL.so.1
blender libegl-mesa0      libEGL_mesa.so.0
blender libgl1-mesa-dri   /usr/lib/*/dri/*_dri.so
open3d  libusb-1.0-0      libusb-1.0.so.0
open3d  libgomp1          libgomp.so.1
node    nodejs            node
node    npm               npm
chromium chromium         chromium
chromium chromium-driver  chromedriver
postgresql postgresql     /usr/lib/postgresql/*/bin/initdb
'
loader=$(PATH="$PATH:/sbin:/usr/sbin" command -v ldconfig || true)
libraries=$([ -n "$loader" ] && "$loader" -p || true)

is_there() {
    case $1 in
        python3.11) "$(dirname "$0")/find_python.sh" >/dev/null 2>&1 ;;
        *.so.*) printf '%s\n' "$libraries" | grep -qF "$1" ;;
        /*) for file in $1; do [ -e "$file" ] && return 0; done; return 1 ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

missing=
set -f
while read -r part package sign; do
    case " $* " in *" $part "*) ;; *) continue ;; esac
    set +f
    is_there "$sign" || missing="$missing $package"
    set -f
done <<END
$(printf '%s' "$table" | sed '/^$/d')
END
set +f
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Missing system packages (by their Debian names):$missing. Install your system's equals and run this again." >&2
    exit 3
fi
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    echo "Missing system packages. Run this line once, then the same make command again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 3
fi
echo "installing system packages:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 3
fi
