# SPDX-License-Identifier: Apache-2.0
# fish completion for edgekms
function __edgekms_complete
  set -l words (commandline -opc)
  set -l word (commandline -ct)
  set -l lines (edgekms complete -- $words[2..-1] "=$word" 2>/dev/null)
  if test "$lines[1]" = files
    if string match -q -- '--*=*' $word
      set -l flag (string replace -r -- '=.*' '=' $word)
      __fish_complete_path (string replace -r -- '^[^=]*=' '' $word) | string replace -r -- '^' $flag
    else
      __fish_complete_path $word
    end
  else if test (count $lines) -gt 1
    printf '%s\n' $lines[2..-1]
  end
end
complete -c edgekms -f -a '(__edgekms_complete)'
