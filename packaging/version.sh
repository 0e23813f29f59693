#!/bin/sh
# Prints the version of a package in FORMAT (deb, rpm or apk), from $VERSION or else
# from the last tag in git. Later versions sort after earlier ones:
#
#                                deb, rpm                     apk
#     tag v1.2.3                 1.2.3                        1.2.3
#     four commits later         1.2.3+4.g0123456789ab        1.2.3_git4
#     with uncommitted changes   1.2.3+4.g0123456789ab+dirty  1.2.3_git4_p1
#     tag v1.3.0-rc.1            1.3.0~rc.1                   1.3.0_rc1
#     no tag                     0.0.0~git20260102030405.g01… 0.0.0_git20260102030405
set -eu

refuse() {
    echo "version.sh: $*" >&2
    exit 1
}

# Prints the version of HEAD.
described() {
    # A fixed number of digits, because git's default depends on the clone.
    if long=$(git describe --tags --long --abbrev=12 --match 'v[0-9]*' 2>/dev/null); then
        hash=${long##*-}
        tag=$(highest "${long%-*-g*}")
        commits=${long%-"$hash"}
        commits=${commits##*-}
        echo "${tag#v}" | sed 's/-/~/'
        [ "$commits" = 0 ] || echo "+$commits.$hash"
    elif [ "$(git rev-parse --is-shallow-repository)" = true ]; then
        refuse "cannot find the last tag: the clone is shallow; fetch more of it, or give VERSION"
    else
        TZ=UTC0 git log -1 --abbrev=12 --date=format-local:%Y%m%d%H%M%S --format='0.0.0~git%cd.g%h'
    fi
}

# highest TAG prints the highest version among the tags of its commit: a release may
# have the commit of its release candidate.
highest() {
    git -c versionsort.suffix=- tag --points-at "$1^{}" --sort=-version:refname --list 'v[0-9]*' | head -n 1
}

version=${VERSION-}
if [ -z "$version" ]; then
    # git prints why it fails.
    git rev-parse --verify --quiet HEAD >/dev/null ||
        refuse "there is no commit to take the version from: give VERSION"
    version=$(described) || exit 1
    version=$(echo "$version" | tr -d '\n')
    changes=$(git status --porcelain --untracked-files=normal) || exit 1
    [ -z "$changes" ] || version=$version+dirty
fi

case $1 in
deb | rpm) form='[0-9][A-Za-z0-9.+~]*' ;;
apk)
    version=$(echo "$version" | sed -E \
        -e 's/~git([0-9]+)\.g[0-9a-f]+/_git\1/' \
        -e 's/~(alpha|beta|pre|rc)\.?([0-9]*)/_\1\2/' \
        -e 's/\+([0-9]+)\.g[0-9a-f]+/_git\1/' \
        -e 's/\+dirty$/_p1/')
    form='[0-9]+(\.[0-9]+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*'
    ;;
*)
    echo "version.sh: format \"$1\" is wrong: want deb, rpm or apk" >&2
    exit 2
    ;;
esac
echo "$version" | grep -Eqx "$form" || refuse "\"$version\" is no version for $1"
echo "$version"
