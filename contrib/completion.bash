# bash completion for ct: to be sourced, or put as "ct" into
# /usr/share/bash-completion/completions. It asks `ct help` and `ct ls` each
# time and has no list of its own.
# shellcheck shell=bash

_ct_verbs() {
	"$1" help 2>/dev/null | awk '/^  [a-z]/ { print $1 }'
}

# all options of a verb, with "=" behind those that take a value
_ct_options() {
	"$1" help "$2" 2>/dev/null | awk '/^ +-/ {
		for (i = 1; i <= 2; i++) {
			if ($i ~ /^-[A-Za-z],$/) print substr($i, 1, 2)
			if ($i ~ /^--/) { sub(/\[.*/, "", $i); print $i; break }
		}
	}'
}

# what the help calls operand N (from 0) of a verb: NAME, KEY, COMMAND...
_ct_operand() {
	"$1" help "$2" 2>/dev/null | awk -v n="$3" 'NR == 1 {
		gsub(/\[(-|option|limit)[^]]*\]/, "")
		gsub(/[][]/, "")
		n += 3
		if (n >= NF && $NF == "...") n = NF - 1
		print $n
		exit
	}'
}

# names of containers
_ct_names() {
	"$1" ls -r 2>/dev/null | awk 'NR > 1 { print $1 }'
}

# names of limits, as get and set take them
_ct_limits() {
	_ct_options "$1" create | sed -n 's/^--//p' | grep -v -e '^help' -e '^cgroup'
}

# what the help shows behind an option: FILE, DIR, SRC:DST... or nothing
_ct_meta() {
	"$1" help "$2" 2>/dev/null | awk -v o="$3" '/^ +-/ {
		n = $1 ~ /,$/ ? 2 : 1
		if ($1 != o "," && $n != o) next
		# the help text begins in a column of its own
		if (substr($0, index($0, $n) + length($n), 2) !~ /^  /)
			print $(n + 1)
		exit
	}'
}

# kinds of networks, from the help of --net
_ct_kinds() {
	"$1" help run 2>/dev/null | awk '$1 == "--net" {
		sub(/.*[]] +/, "")
		gsub(/[(][^)]*[)]|,/, "")
		gsub(/:[^ ]*/, ":")
		print
	}'
}

# `net`, with verbs of its own: its words, the last one is completed
_ct_net() {
	local ct=$1 word='' cur=${!#}
	case $#:$2 in
	2:*) word=$("$ct" help net 2>/dev/null | awk 'NR == 1 {
			for (i = 2; i < NF; i++) if ($i == "net" || $i == "|") print $(i + 1)
		}') ;;
	3:*) word=$(_ct_names "$ct") ;;
	4:add) word=$(_ct_kinds "$ct" | tr ' ' '\n' | grep -v -e : -e none -e host) ;;
	4:del) word=$("$ct" net ls "$3" 2>/dev/null | awk 'NR > 1 && $1 != "lo" { print $1 }') ;;
	4:ls) word=$(_ct_names "$ct") ;;
	esac
	[[ $cur != -* ]] || word=$(_ct_options "$ct" net)
	mapfile -t COMPREPLY < <(compgen -W "$word" -- "$cur")
}

# operand N of a verb
_ct_complete() {
	local word=
	case $2:$(_ct_operand "$1" "$2" "$3") in
	create:*) [ "$3" -eq 0 ] || word=$(_ct_options "$1" create) ;;
	*:NAME | *:OLD) word=$(_ct_names "$1") ;;
	*:KEY*) word=$(_ct_limits "$1") ;;
	*:COMMAND | *:ARG) mapfile -t COMPREPLY < <(compgen -c -f -- "$4") ;;
	esac
	[ -z "$word" ] || mapfile -t COMPREPLY < <(compgen -W "$word" -- "$4")
}

_ct() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local ct=${COMP_WORDS[0]} verb=${COMP_WORDS[1]} word meta i

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_ct_verbs "$ct")" -- "$cur")
		return
	fi
	if [ "$verb" = help ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_ct_verbs "$ct")" -- "$cur")
		return
	fi
	if [ "$verb" = net ]; then
		_ct_net "$ct" "${COMP_WORDS[@]:2:COMP_CWORD - 1}"
		return
	fi
	# behind the first operand or -- it is the command's business
	for ((i = 2; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--) break ;;
		-*=*) ;;
		-*)
			# bash takes --name=value apart, into three words
			if [ "${COMP_WORDS[i + 1]}" = = ]; then
				((i += 2))
			elif meta=$(_ct_meta "$ct" "$verb" "$word") &&
				[ -n "$meta" ]; then
				((i++))
			fi ;;
		@*) ;;
		*) break ;;
		esac
	done
	if ((i < COMP_CWORD)); then
		[ "${COMP_WORDS[i]}" != -- ] || ((i++))
		_ct_complete "$ct" "$verb" $((COMP_CWORD - i)) "$cur"
		return
	fi
	meta=
	if [ "$cur" = = ]; then
		cur=
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $prev in
	-*) meta=$(_ct_meta "$ct" "$verb" "$prev") ;;
	esac
	case $meta in
	KIND*) mapfile -t COMPREPLY < <(compgen -W "$(_ct_kinds "$ct")" -- "$cur") ;;
	DIR*) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	*FILE* | SRC:* | PATH* | *=PATH) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	?*) ;;
	*)
		case $cur in
		@*) mapfile -t COMPREPLY < <(compgen -P @ -f -- "${cur#@}") ;;
		-*) mapfile -t COMPREPLY < <(compgen -W "$(_ct_options "$ct" "$verb")" -- "$cur") ;;
		*) _ct_complete "$ct" "$verb" 0 "$cur" ;;
		esac ;;
	esac
}

complete -o filenames -F _ct ct
