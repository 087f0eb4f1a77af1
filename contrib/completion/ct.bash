
_ct() {
	local words=() rest=${COMP_LINE:0:COMP_POINT} last='' cur cut word kind line i

	# bash splits words at = and : as well; join them again
	for ((i = 0; i <= COMP_CWORD; i++)); do
		last=${COMP_WORDS[i]}
		if [[ $i -eq 0 || $rest == [[:space:]]* ]]; then
			words+=("$last")
		else
			words[-1]+=$last
		fi
		rest=${rest#"${rest%%[![:space:]]*}"}
		rest=${rest#"$last"}
	done
	cur=${words[-1]}
	[[ $last == *[!=:]* ]] || last=''
	cut=${cur%"$last"}
	COMPREPLY=()
	while IFS= read -r line; do
		word=${line%%$'\t'*} kind=-cf
		case $word in
		:*)
			case $word in :dirs*) kind=-d ;; :files*) kind=-f ;; esac
			i=${word#* }
			mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(
				compgen -P "$i" "$kind" -- "${cur#"$i"}")
			# after more than bash's own word, it sees no file name
			if [[ $i == "$cut" ]]; then i=filenames; else i=nospace; fi
			compopt -o $i 2>/dev/null ;;
		"$cur"*) COMPREPLY+=("$word") ;;
		esac
	done < <(_ct_answer "${words[@]}")
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$cut"}
	done
	# the word goes on
	case ${COMPREPLY[0]} in *[=:]) compopt -o nospace 2>/dev/null ;; esac
}

complete -F _ct ct
