
_ct_zsh() {
	local -a plain more
	local line word text

	while IFS= read -r line; do
		word=${line%%$'\t'*} text=${line#*$'\t'}
		[[ $line == *$'\t'* ]] && text=:$text || text=
		case $word in
		:*)
			compset -p ${#${word#* }}
			case $word in
			:dirs*) _files -/ ;;
			:files*) _files ;;
			*) _alternative 'commands:command:_command_names -e' 'files:file:_files' ;;
			esac ;;
		*[=:]) more+=("${word//:/\\:}$text") ;;
		*) plain+=("${word//:/\\:}$text") ;;
		esac
	done < <(_ct_answer "${(@Q)words[1,CURRENT]}")
	(( ! $#plain )) || _describe -t values value plain
	(( ! $#more )) || _describe -t values value more -S ''
}

_ct_zsh "$@"
