import type { Command } from 'commander'
import { processSession } from './process-session.ts'
import { buildProgram } from './program.ts'

const head = `# The command line

What \`rekey COMMAND --help\` says of each command. Made by \`npm run generate\` from the command line itself.

`

/** The text of docs/cli.md. */
export function reference (): string {
  let text = head
  const program = buildProgram({ ...processSession(), out: written => { text += written } }, () => {})
  for (const { command, name } of [{ command: program, name: 'rekey' }, ...program.commands.flatMap(one => below(one, 'rekey'))]) {
    text += `## ${name}\n\n\`\`\`\n`
    command.outputHelp()
    text += '```\n\n'
  }
  return text.trimEnd() + '\n'
}

function below (command: Command, path: string): Array<{ command: Command, name: string }> {
  const name = `${path} ${command.name()}`
  return [{ command, name }, ...command.commands.flatMap(one => below(one, name))]
}
