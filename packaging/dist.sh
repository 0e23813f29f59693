#!/bin/sh
# Builds the packages; "make dist" runs this. The result depends only on the commit
# and on the version of Go. It does not depend on the time, the directory, the user, the
# machine, or their settings for Go.
set -eu
umask 022
export LC_ALL=C TZ=UTC0
export GOFLAGS=-buildvcs=auto # embed the commit in the binaries
export GOAMD64=v1 GOARM64=v8.0 GOFIPS140=off GOWORK=off
unset GOEXPERIMENT

root=dist/root # the tree to be installed
say() { echo "dist: $*" >&2; }

# If VERSION is empty, take it from git.
VERSION=$(sh packaging/version.sh deb)
export VERSION
case $VERSION in
*+dirty) say "the tree has changes that are not committed: no one can build $VERSION again" ;;
esac
if [ -z "${SOURCE_DATE_EPOCH-}" ]; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) || {
        say "there is no commit to take the time from: give SOURCE_DATE_EPOCH"
        exit 1
    }
fi
export SOURCE_DATE_EPOCH

# The changelog of the package, in Debian format. The changelog of the programs is
# next to it.
changelog() {
    echo "svloop ($VERSION-1) unstable; urgency=medium"
    echo
    echo "  * Package of svloop $VERSION; what has changed is in changelog.gz."
    echo
    echo " -- The svloop authors <svloop@users.noreply.github.com>  $(date -u -d "@$SOURCE_DATE_EPOCH" -R)"
}

# install_root ARCH creates the tree.
install_root() {
    rm -rf "$root"
    CGO_ENABLED=0 GOOS=linux GOARCH=$1 make --no-print-directory -s install \
        BIN="dist/bin-$1" DESTDIR="$root" PREFIX=/usr GO="$GO" VERSION="$VERSION" SIMPLEVISOR_LOOP= SIMPLEVISOR=
    doc=$root/usr/share/doc/svloop
    mkdir -p "$doc"
    cp CHANGELOG.md "$doc/changelog"
    changelog >"$doc/changelog.Debian"
    gzip -9n "$doc"/changelog* "$root"/usr/share/man/man?/*
}

rm -rf dist
# nfpm keeps the modification time of the scripts of an apk.
touch -d "@$SOURCE_DATE_EPOCH" packaging/apk/*
for arch in $ARCHES; do
    install_root "$arch"
    for format in $FORMATS; do
        PACKAGE_VERSION=$(sh packaging/version.sh "$format")
        PACKAGE_RELEASE=1
        [ "$format" != apk ] || PACKAGE_RELEASE=0 # apk counts releases from 0
        export PACKAGE_VERSION PACKAGE_RELEASE
        PACKAGE_ARCH=$arch $NFPM package --config packaging/nfpm.yaml --packager "$format" --target dist/ >&2
    done
    rm -rf "dist/bin-$arch"
done
rm -rf "$root"
cd dist
sha256sum -- *.* >SHA256SUMS
say "version $VERSION:"
cat SHA256SUMS
