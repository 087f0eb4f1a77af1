#!/bin/sh
# SPDX-License-Identifier: ISC
#
# make.sh bash|zsh - prints the completion for that shell. `ct help` is asked at
# completion time; names that no help lists are put in here, from the tables in the
# sources and in config.h. `make install` runs it.
set -eu

cd "$(dirname "$0")/../.."
case ${1-} in bash | zsh) ;; *) echo "usage: make.sh bash|zsh" >&2; exit 2 ;; esac
config=config.h
[ -f $config ] || config=config.def.h

# The first string of each row of a table, or all its strings if it has no rows.
names() { # FILE TABLE
	awk -v table="(^|[^a-z_])$2[[].*= [{]" '
		!on && $0 !~ table { next }
		!on { on = 1; sub(/.*= [{]/, "") }
		{ last = sub(/[}];.*/, ""); text = text $0 }
		last { exit }
		END {
			re = (text ~ /[{]/ ? "[{] *" : "") "\"[A-Za-z][^\"]*\""
			while (match(text, re)) {
				name = substr(text, RSTART, RLENGTH)
				gsub(/[{ "]/, "", name)
				printf "%s%s", sep, name
				sep = " "
				text = substr(text, RSTART + RLENGTH)
			}
			exit !sep
		}' "$1" || { echo "make.sh: no table $2 in $1" >&2; exit 1; }
}

caps=$(names lib/libct.c lib_caps)
signals=$(names src/supervisor.c signals)
features=$(names src/settings.c features)
spaces=$(names ct.c ns_kinds)
rlimits=$(names src/privilege.c rlimits)
states=$(names src/record.c states)
restart=$(names src/settings.c policies)
sched=$(names src/settings.c kinds)
profiles=$(names $config profiles)
mounts=$(names src/settings.c mount_opts)
keys=$(names src/netopt.c nic_keys)
# those that take no value
bare=$(sed -n '/ nic_keys\[/,/^};/s/.*{ "\([a-z]*\)",.*\.bare = true.*/\1/p' src/netopt.c |
	tr '\n' ' ')
modes=$(names src/netopt.c modes)
caps=$(echo "ALL $caps" | tr '[:lower:]' '[:upper:]')

[ "$1" = bash ] || echo '#compdef ct'
cat <<EOF
# ct(1), made by contrib/completion/make.sh
_ct_table() {
	case \$1 in
	caps) echo $caps ;;
	signals) echo $signals ;;
	features) echo $features ;;
	spaces) echo $spaces ;;
	rlimits) echo $rlimits ;;
	states) echo $states ;;
	restart) echo $restart ;;
	sched) echo $sched ;;
	profiles) echo $profiles ;;
	mounts) echo $mounts ;;
	keys) echo $keys ;;
	bare) echo $bare ;;
	modes) echo $modes ;;
	esac
}
EOF
cat contrib/completion/common.sh "contrib/completion/ct.$1"
