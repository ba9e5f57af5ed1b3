import type { Command } from 'commander'
import type { Registry } from './command.ts'
import type { Said } from './said.ts'
import { UsageError } from './usage-error.ts'

const shells = { bash: forBash, zsh: forZsh, fish: forFish }

export function completionCommand (program: Command, { command, act }: Registry): void {
  act(command(program, 'completion <shell>', {
    summary: 'print what makes a shell complete commands and options: bash, zsh or fish',
    examples: ['source <(rekey completion bash)', 'rekey completion fish > ~/.config/fish/completions/rekey.fish']
  }), (shell: string): Said => {
    if (!isShell(shell)) throw new UsageError(`rekey completion knows ${Object.keys(shells).join(', ')}`)
    return { out: shells[shell](places(program)), notes: [] }
  })
}

function isShell (word: string): word is keyof typeof shells {
  return Object.hasOwn(shells, word)
}

/** What may be typed after some words of a command line. */
interface Place {
  /** '' or `token create` */
  readonly path: string
  readonly words: ReadonlyArray<{ readonly word: string, readonly says: string, readonly isCommand: boolean }>
}

function places (command: Command, path: readonly string[] = []): Place[] {
  const words = [
    ...command.commands.map(one => ({ word: one.name(), says: one.summary(), isCommand: true })),
    ...command.createHelp().visibleOptions(command).flatMap(({ long, description }) => long == null ? [] : [{ word: long, says: description, isCommand: false }])
  ]
  return [{ path: path.join(' '), words }, ...command.commands.flatMap(one => places(one, [...path, one.name()]))]
}

function forBash (all: readonly Place[]): string {
  const choices = all.map(({ path, words }) => `    '${path}') choices='${words.map(({ word }) => word).join(' ')}' ;;`)
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`)
  return `_rekey () {
  local at= word choices= next
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
    next="\${at:+$at }$word"
    case "$next" in ${paths.join('|')}) at=$next ;; esac
  done
  case "$at" in
${choices.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _rekey rekey
`
}

/** zsh runs bash's by its own bashcompinit, but keeps `path` and `words` to itself and takes `:C` for a modifier. */
function forZsh (all: readonly Place[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${forBash(all)}`
}

function forFish (all: readonly Place[]): string {
  return all.flatMap(({ path, words }) => {
    const inside = path === '' ? '__fish_use_subcommand' : path.split(' ').map(word => `__fish_seen_subcommand_from ${word}`).join('; and ')
    return words.map(({ word, says, isCommand }) => `complete -c rekey -n '${inside}' ${isCommand ? `-f -a ${word}` : `-l ${word.slice(2)}`} -d '${says.replace(/[\\']/g, '\\$&')}'\n`)
  }).join('')
}
