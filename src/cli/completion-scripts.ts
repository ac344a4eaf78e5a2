/** What each shell runs behind a TAB: it asks `plainsight complete -- WORD…` (completion.ts), and nothing that was typed is evaluated. */
import type { Shell } from './command.ts';

const BASH = String.raw`# bash: source <(plainsight completion bash)
_plainsight() {
  local value about cur line=\${COMP_LINE:0:COMP_POINT}
  local -a words
  # bash itself would cut words at = and :
  IFS=$' \t\n' read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  cur=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS=$'\t' read -r value about; do
    if [[ $value =~ ^:[0-9]+$ ]]; then
      (( \${value#:} & 2 )) && compopt -o nospace
      (( \${value#:} & 4 || \${#COMPREPLY[@]} )) || compopt -o default
    else
      COMPREPLY+=("\${value#"\${cur%"\${cur##*[=:]}"}"}")
    fi
  done < <(plainsight complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _plainsight plainsight
`;

const ZSH = String.raw`#compdef plainsight
# zsh: source <(plainsight completion zsh), or save it as _plainsight in a folder of $fpath
_plainsight() {
  local value about directive=0
  local -a offers plain
  while IFS=$'\t' read -r value about; do
    if [[ $value == :<-> ]]; then
      directive=\${value#:}
    else
      offers+=("\${value//:/\\:}\${about:+:$about}")
    fi
  done < <(plainsight complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( directive & 2 )) && plain=(-S '')
  (( $#offers )) && _describe plainsight offers $plain
  (( directive & 4 )) || _files
}
if [[ $funcstack[1] == _plainsight ]]; then
  _plainsight "$@"
else
  compdef _plainsight plainsight
fi
`;

const FISH = `# fish: plainsight completion fish | source
function __plainsight_answer
  set -l words (commandline -opc) (commandline -ct)
  plainsight complete -- $words[2..-1] 2>/dev/null
end
function __plainsight_wants_files
  set -l directive (__plainsight_answer)[-1]
  test (math "bitand("(string sub -s 2 -- $directive)", 4)") -eq 0
end
complete -c plainsight -f
complete -c plainsight -n __plainsight_wants_files -F
complete -c plainsight -a '(__plainsight_answer)[1..-2]'
`;

const SCRIPTS: { readonly [shell in Shell]: string } = { bash: BASH, zsh: ZSH, fish: FISH };

/** The script for `shell`, to be sourced. */
export const completionScript = (shell: Shell): string => SCRIPTS[shell].replaceAll('\\${', '${');
