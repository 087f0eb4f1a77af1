
# What both shells share; see make.sh, and _ct_answer below. The functions before
# it print lines: "WORD<tab>TEXT", just a word, or ":files", ":dirs" or ":commands"
# followed by a space and the prefix of these.
# shellcheck shell=bash

_ct_verbs() { # CT
	"$1" help 2>/dev/null | awk '/^  [a-z]/ {
		verb = $1
		$1 = ""
		print verb "\t" substr($0, 2)
	}'
}

_ct_options() { # CT VERB
	"$1" help "$2" 2>/dev/null | awk '/^ +-/ {
		for (at = 41; at < length($0) && substr($0, at, 1) != " "; at++);
		text = substr($0, at + 1)
		long = $1 ~ /,$/ ? $2 : $1
		if ($1 ~ /,$/) print substr($1, 1, 2) "\t" text
		if (long ~ /^--/) { sub(/\[.*/, "", long); print long "\t" text }
	}'
}

_ct_meta() { # CT VERB OPTION: its value as in the help, FILE, SRC:DST, or nothing
	"$1" help "$2" 2>/dev/null | awk -v o="$3" '/^ +-/ {
		n = $1 ~ /,$/ ? 2 : 1
		long = $n
		sub(/\[.*/, "", long)
		if ($1 != o "," && long != o) next
		if (long != $n) { print substr($n, length(long) + 1); exit }
		# the help text begins in its own column
		rest = substr($0, index($0, $n) + length($n))
		if (rest !~ /^  /) print $(n + 1)
		exit
	}'
}

_ct_operand() { # CT VERB N: its name in the help, from 0: NAME, KEY, COMMAND...
	"$1" help "$2" 2>/dev/null | awk -v n="$3" 'NR == 1 {
		gsub(/\[(-|option|limit)[^]]*\]/, "")
		gsub(/[][]/, "")
		n += 3
		if (n >= NF && $NF == "...") n = NF - 1
		print $n
		exit
	}'
}

_ct_names() { # CT: of containers
	"$1" ls -r 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_ct_limits() { # CT: as get and set take them
	_ct_options "$1" create | sed -n 's/^--//p' | grep -v -e '^help' -e '^cgroup'
}

_ct_kinds() { # CT: of networks, from the help of --net
	"$1" help run 2>/dev/null | awk '$1 == "--net" {
		sub(/.*[]] +/, "")
		gsub(/[(][^)]*[)]|,/, "")
		gsub(/:[^ ]*/, ":")
		gsub(/=[^ ]*/, "=")
		gsub(/ /, "\n")
		print
	}'
}

_ct_list() { # [PREFIX [SUFFIX]]: a line for each word of the input
	awk -v p="${1-}" -v s="${2-}" '{
		for (i = 1; i <= NF; i++) print p $i s
	}'
}

_ct_net_keys() { # PREFIX
	{ _ct_table bare; _ct_table keys; } | awk -v p="$1" '
		NR == 1 { for (i = 1; i <= NF; i++) bare[$i] }
		NR == 2 { for (i = 1; i <= NF; i++) print p $i ($i in bare ? "" : "=") }'
}

# The values of an option, or of a verb's operand, each after the prefix that the
# word already has; for a list, that includes its earlier items.
_ct_values() { # CT OPTION META VALUE PREFIX
	local ct=$1 meta=$3 list=$5
	case $4 in *,*) list=$5${4%,*}, ;; esac
	case $2:$meta in
	*:CAP) _ct_table caps | _ct_list "$5" ;;
	*:SIG) _ct_table signals | _ct_list "$5" ;;
	--try:*) _ct_table features | _ct_list "$list" ;;
	*:LIST) case $2 in *share) _ct_table spaces | _ct_list "$list" ;; esac ;;
	*:TYPE=PATH)
		case $4 in
		*=*) printf '%s\n' ":files $5${4%%=*}=" ;;
		*) _ct_table spaces | _ct_list "$5" = ;;
		esac ;;
	--rlimit:*) _ct_table rlimits | _ct_list "$5" = ;;
	*:STATE) _ct_table states | _ct_list "$5" ;;
	--restart:*) _ct_table restart | _ct_list "$5" ;;
	--cpu-sched:*) _ct_table sched | _ct_list "$5" ;;
	--profile:*) _ct_table profiles | _ct_list "$5" ;;
	*:KIND*)
		case $4 in
		*,mode=*) _ct_table modes | _ct_list "$5${4%mode=*}mode=" ;;
		container:*) _ct_names "$ct" | _ct_list "$5container:" ;;
		ns:*) printf '%s\n' ":files $5ns:" ;;
		*,*) _ct_net_keys "$list" ;;
		*) _ct_kinds "$ct" | _ct_list "$5" ;;
		esac ;;
	--volume:* | -v:*)
		case $4 in
		*:*:*,*) _ct_table mounts | _ct_list "$list" ;;
		*:*:*) _ct_table mounts | _ct_list "$5${4%:*}:" ;;
		*) printf '%s\n' ":files $5" ;;
		esac ;;
	*:*'|'*) # alternatives; those in upper case are not words
		echo "$meta" | tr '|' '\n' | sed -n 's/\[.*//;/^[a-z0-9]*$/p' | _ct_list "$5"
		case $meta in *FILE* | *DIR*) printf '%s\n' ":files $5" ;; esac ;;
	*:FILE=VALUE) ;;
	*:DIR* | *:'[=DIR]') printf '%s\n' ":dirs $5" ;;
	*:*FILE* | *:SRC* | *:PATH*) printf '%s\n' ":files $5" ;;
	esac
}

_ct_net() { # CT WORD...: `net`, which has its own verbs
	local ct=$1
	shift
	case $#:$1 in
	*:-*) _ct_options "$ct" net ;;
	1:*) "$ct" help net 2>/dev/null | awk 'NR == 1 {
			for (i = 2; i < NF; i++) if ($i == "net" || $i == "|") print $(i + 1)
		}' ;;
	2:* | *:ls) _ct_names "$ct" ;;
	3:add) _ct_values "$ct" '' KIND "$3" '' | grep -v -e : -e none -e host ;;
	# a container may have named one $(id), which the shell would run
	3:del) "$ct" net ls "$2" 2>/dev/null | awk '
		NR > 1 && $1 != "lo" && $1 !~ /[^A-Za-z0-9._@-]/ { print $1 }' ;;
	esac
}

_ct_operands() { # CT VERB N WORD
	local n=$3
	# the last of them may be repeated
	case $2:$(_ct_operand "$1" "$2" "$n") in
	create:*) [ "$n" -eq 0 ] || _ct_options "$1" create ;;
	*:'add|del') printf '%s\n' add del ;;
	*:NAME | *:OLD) _ct_names "$1" ;;
	*:KEY=*) _ct_limits "$1" | awk '{ sub(/\t/, "=\t"); print }' ;;
	*:KEY*) _ct_limits "$1" ;;
	*:DIR) printf '%s\n' ":dirs " ;;
	*:SRC*) printf '%s\n' ":files " ;;
	*:COMMAND | *:ARG) printf '%s\n' ":commands " ;;
	esac
}

_ct_answer() { # CT WORD...: completes the last one
	local ct=$1 verb=$2 option='' meta='' n=0
	shift
	case $#:$verb in
	1:* | 2:help) _ct_verbs "$ct"; return ;;
	*:net) shift; _ct_net "$ct" "$@"; return ;;
	esac
	shift
	# after the first operand or --, words belong to the command
	while [ $# -gt 1 ]; do
		option=''
		case $1 in
		--) n=-1; break ;;
		-*=* | @*) ;;
		-*)
			meta=$(_ct_meta "$ct" "$verb" "$1")
			case $meta in
			'' | '[='*) ;;
			*) if [ $# -eq 2 ]; then option=$1; else shift; fi ;;
			esac ;;
		*) break ;;
		esac
		shift
	done
	if [ "$option" ]; then
		_ct_values "$ct" "$option" "$meta" "$1" ''
	elif [ $# -gt 1 ]; then
		n=$((n + $# - 1))
		shift $(($# - 1))
		_ct_operands "$ct" "$verb" "$n" "$1"
	else
		case $1 in
		--*=*)
			option=${1%%=*}
			_ct_values "$ct" "$option" "$(_ct_meta "$ct" "$verb" "$option")" \
				"${1#*=}" "$option=" ;;
		@*) printf '%s\n' ":files @" ;;
		-*) _ct_options "$ct" "$verb" ;;
		*) _ct_operands "$ct" "$verb" 0 "$1" ;;
		esac
	fi
}
