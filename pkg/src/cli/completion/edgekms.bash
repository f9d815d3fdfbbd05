# SPDX-License-Identifier: Apache-2.0
# bash completion for edgekms. For bash 3.2 too, which macOS has: no mapfile; compopt only where it is known.
# bash breaks words at `=` and replaces what is after it, so the line is taken apart here.
_edgekms() {
  local line="${COMP_LINE:0:COMP_POINT}" word="" kind entry
  local -a words
  IFS=$' \t\n' read -r -a words <<< "$line"
  case "$line" in
    *[[:space:]]) ;;
    *) word="${words[${#words[@]}-1]}"; unset "words[${#words[@]}-1]" ;;
  esac
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r entry; do
      entry="${entry%%$'\t'*}"
      case "$word" in *=*) entry="${entry#*=}" ;; esac
      COMPREPLY+=("$entry")
    done
  } < <(edgekms complete -- "${words[@]:1}" "=$word" 2>/dev/null)
  # Without a reply bash completes names of files by itself.
  [ "$kind" = files ] || compopt +o default 2>/dev/null
}
complete -o default -F _edgekms edgekms
