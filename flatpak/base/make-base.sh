#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a stand-in for the runtime and the SDK that the manifest names, out of Debian's packages, for machines that cannot
# reach Flathub: an OSTree repository and a Flatpak installation of its own, so that it never lies among real runtimes.
#
#   make-base.sh            from nothing: trees, export, installation
#   make-base.sh export     the last two anew, from the trees that are there
#
# Where: $SFUMATO_FLATPAK_BASE, or sfumato-flatpak-base in the user's cache folder; 4 GiB.
# Needs mmdebstrap, ostree and flatpak, and root, or a user who may have subordinate ids.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=flatpak/base/settings.sh
. ./settings.sh

suite=trixie # Debian 13 has GNOME 48

platform_packages=(
  libgtk-4-1 libgtk-4-bin libadwaita-1-0 libjson-glib-1.0-0 libpng16-16t64 libsqlite3-0 libsoup-3.0-0 glib-networking libglib2.0-bin
  adwaita-icon-theme hicolor-icon-theme fonts-inter fonts-dejavu-core
  gsettings-desktop-schemas dconf-gsettings-backend shared-mime-info
  librsvg2-common libgdk-pixbuf2.0-bin fontconfig xkb-data
  libvulkan1 mesa-vulkan-drivers libegl1 libgles2 libgl1 libegl-mesa0 libgl1-mesa-dri
  ca-certificates libc-bin bash coreutils sed grep gawk findutils procps
)
sdk_packages=(
  gcc g++ libc6-dev binutils make cmake ninja-build meson pkgconf gettext git patch
  diffutils file tar gzip bzip2 xz-utils elfutils gdb-minimal strace ccache
  libgtk-4-dev libadwaita-1-dev libjson-glib-dev libpng-dev libsqlite3-dev libsoup-3.0-dev libglib2.0-dev libglib2.0-dev-bin
  libvulkan-dev vulkan-tools glslc spirv-tools python3 desktop-file-utils appstream appstream-util libxml2-utils
  python3-numpy vulkan-validationlayers
)
# Flathub's runtimes have the drivers in an extension.
driver_packages=(
  mesa-vulkan-drivers mesa-libgallium libegl-mesa0 libglx-mesa0 libgl1-mesa-dri libllvm19 libz3-4
)

# The SDK is the runtime with more in it: the runtime's tree is put aside half-way.
make_trees () {
  rm -rf "$base/platform" "$base/sdk"
  mmdebstrap --variant=essential --components=main \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --aptopt='Acquire::Retries "3"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/gtk-doc/*' \
    --include="${platform_packages[*]}" \
    --customize-hook="cp -ax \"\$1\" '$base/platform'" \
    --customize-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-get --yes -o DPkg::Chroot-Directory=\"\$1\" install ${sdk_packages[*]}" \
    "$suite" "$base/sdk"
}

# lay_out TREE: its /usr with /etc inside and without what only Debian needs, in $base/TREE-files
lay_out () {
  local tree=$base/$1 files=$base/$1-files
  rm -rf "$files"
  mkdir -p "$files/files"
  # Hard links: below, files are removed or made anew, never written into.
  cp -al "$tree/usr" "$files/usr"
  cp -a "$tree/etc" "$files/usr/etc"
  rm -rf "$files"/usr/etc/{apt,dpkg,cron*,init.d,systemd,pam.d,shadow*,gshadow*,passwd*,group*,machine-id,resolv.conf} \
    "$files"/usr/etc/{hostname,hosts,mtab,localtime,.pwd.lock,ld.so.cache,ld.so.conf.d} \
    "$files"/usr/share/{bug,lintian,man,info} "$files"/usr/lib/systemd
  find "$files/usr/local" -mindepth 1 -delete
  find "$files/usr" -type f -perm /6000 -exec chmod ug-s {} +
  find "$files/usr" -name __pycache__ -prune -exec rm -rf {} +

  # Libraries of the program first, then those of extensions, then the runtime's.
  printf '%s\n' 'include /run/flatpak/ld.so.conf.d/app-*.conf' /app/lib "/app/lib/$triplet" \
    'include /run/flatpak/ld.so.conf.d/runtime-*.conf' "/usr/lib/$triplet" >"$files/usr/etc/ld.so.conf"
  # GNOME draws in Adwaita Sans, which is Inter under another name.
  mkdir -p "$files/usr/etc/fonts/conf.d"
  {
    echo '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
    for family in 'Adwaita Sans' Cantarell Sans sans-serif; do
      echo "<alias binding=\"same\"><family>$family</family><prefer><family>Inter</family></prefer></alias>"
    done
    echo '</fontconfig>'
  } >"$files/usr/etc/fonts/conf.d/52-adwaita-sans.conf"
}

# take_drivers TREE FOLDER: moves the drivers from $base/TREE-files into the folder
take_drivers () {
  local usr=$base/$1-files/usr package path to
  for package in "${driver_packages[@]}"; do
    while read -r path; do
      case $path in
        "/usr/lib/$triplet"/*) to=$2/lib/${path#"/usr/lib/$triplet/"} ;;
        /usr/share/vulkan/icd.d/* | /usr/share/glvnd/egl_vendor.d/*) to=$2/${path#/usr/share/} ;;
        *) continue ;;
      esac
      if [ -f "$usr/${path#/usr/}" ] || [ -L "$usr/${path#/usr/}" ]; then
        mkdir -p "$(dirname "$to")"
        mv "$usr/${path#/usr/}" "$to"
      fi
    done < <(cat "$base/$1/var/lib/dpkg/info/$package".list "$base/$1/var/lib/dpkg/info/$package":*.list 2>/dev/null)
  done
  # Where the loaders look, they find what the extension brings.
  rm -rf "$usr/share/vulkan/icd.d" "$usr/share/glvnd/egl_vendor.d"
  mkdir -p "$usr/share/vulkan" "$usr/share/glvnd" "$usr/lib/$triplet/GL"
  ln -s "../../lib/$triplet/GL/vulkan/icd.d" "$usr/share/vulkan/icd.d"
  ln -s "../../lib/$triplet/GL/glvnd/egl_vendor.d" "$usr/share/glvnd/egl_vendor.d"
}

# export_runtime TREE ID BRANCH: the files that lay_out made
export_runtime () {
  local files=$base/$1-files
  # -X: links to alternatives lead nowhere yet and would be deleted.
  ldconfig -X -r "$files" -C /usr/etc/ld.so.cache -f /usr/etc/ld.so.conf 2>/dev/null || true
  cat >"$files/metadata" <<END
[Runtime]
name=$2
runtime=$runtime/$arch/$3
sdk=$sdk/$arch/$branch

[Environment]
XDG_DATA_DIRS=/app/share:/usr/share:/usr/share/runtime/share
PKG_CONFIG_PATH=/app/lib/pkgconfig:/app/share/pkgconfig:/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig
END
  [ "$3" = with-driver ] || cat >>"$files/metadata" <<END

[Extension $gl_extension]
directory=lib/$triplet/GL
version=$gl_branch
subdirectories=true
no-autodownload=true
autodelete=false
add-ld-path=lib
merge-dirs=vulkan/icd.d;glvnd/egl_vendor.d
download-if=active-gl-driver
enable-if=active-gl-driver
END
  flatpak build-export --runtime --arch="$arch" --disable-sandbox \
    --subject="Debian $suite as $2//$3, a stand-in" "$base/repository" "$files" "$3"
}

# The driver layout of Flathub, and beside it, as branch with-driver, a runtime that holds its driver itself.
export_trees () {
  rm -rf "$base/repository"
  # Nothing is compressed, and an installation on the same file system shares the files.
  ostree init --repo="$base/repository" --mode=bare-user-only
  ostree config --repo="$base/repository" set core.fsync false

  lay_out platform
  export_runtime platform "$runtime" with-driver
  rm -rf "$base/gl-files"
  take_drivers platform "$base/gl-files/files"
  export_runtime platform "$runtime" "$branch"
  printf '%s\n' '[Runtime]' "name=$gl_extension.default" '[ExtensionOf]' "ref=runtime/$runtime/$arch/$branch" \
    >"$base/gl-files/metadata"
  flatpak build-export --runtime --arch="$arch" --disable-sandbox --files=files \
    --subject="Debian $suite's drivers, a stand-in" "$base/repository" "$base/gl-files" "$gl_branch"

  lay_out sdk
  take_drivers sdk "$base/gl-sdk-files"
  export_runtime sdk "$sdk" "$branch"
  rm -rf "$base"/*-files
  flatpak build-update-repo --title='Stand-in for Flathub' "$base/repository"
}

install_base () {
  rm -rf "$base/installation"
  flatpak --user remote-add --no-gpg-verify base "file://$base/repository"
  ostree config --repo="$FLATPAK_USER_DIR/repo" set core.fsync false
  flatpak --user install -y --noninteractive base "$runtime//$branch" "$runtime//with-driver" "$sdk//$branch" \
    "$gl_extension.default//$gl_branch"
}

lap () {
  local start=$SECONDS
  "$@"
  echo "== $1: $((SECONDS - start)) s"
}

triplet=$arch-linux-gnu
gl_extension=org.freedesktop.Platform.GL
gl_branch=$suite
mkdir -p "$base"
use_base
[ "${1-}" = export ] || lap make_trees
lap export_trees
lap install_base
du -sm "$base"
