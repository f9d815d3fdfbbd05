#compdef edgekms
# SPDX-License-Identifier: Apache-2.0
# zsh completion for edgekms
_edgekms() {
  local -a lines entries
  local line kind
  lines=("${(@f)$(edgekms complete -- "${(@)words[2,CURRENT-1]}" "=${words[CURRENT]}" 2>/dev/null)}")
  kind=$lines[1]
  for line in "${(@)lines[2,-1]}"; do
    [[ -n $line ]] && entries+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if [[ $kind == files ]]; then
    compset -P '--*='
    _files
  elif (( $#entries )); then
    _describe -V edgekms entries
  fi
}
if [[ ${funcstack[1]} == _edgekms ]]; then _edgekms; else compdef _edgekms edgekms; fi
