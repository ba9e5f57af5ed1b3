import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeFull } from './full.ts'
import { root, run } from './run.ts'

/** What `rekey completion` prints, in the shells themselves; bash is tried with the command line's own tests. */

let folder: string

beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'rekey-completion-')) })
afterAll(async () => await rm(folder, { recursive: true, force: true }))

async function scriptFor (shell: string): Promise<string> {
  const file = join(folder, shell)
  await writeFile(file, await run(process.execPath, [join(root, 'packages/cli/bin/rekey.js'), 'completion', shell]))
  return file
}

describeFull('completion', () => {
  test('in fish offers commands, the commands of a command, and options', async () => {
    const file = await scriptFor('fish')
    const offered = async (line: string): Promise<string> => await run('fish', ['-c', 'source $argv[1]; complete -C $argv[2]', file, line])
    expect(await offered('rekey tok')).toMatch(/^token\t.+\n$/)
    expect(await offered('rekey token rev')).toMatch(/^revoke\t.+\n$/)
    expect(await offered('rekey token create --ro')).toMatch(/^--role\t.+\n$/)
  })

  test('in zsh completes on a terminal what has been typed of a command of a command', async () => {
    // In a terminal of its own (zsh/zpty), as zsh completes only where somebody types.
    const terminal = `
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z "PS1='> '; autoload -U compinit; compinit -D -u; source $1; echo rea''dy"
      zpty -r -m z out '*ready*'
      zpty -w -n z $'rekey token rev\\t'
      zpty -r -m z out '*revoke*'
      print -r -- "$out"
      zpty -d z`
    expect(await run('timeout', ['20', 'zsh', '-f', '-c', terminal, 'zsh', await scriptFor('zsh')])).toContain('revoke')
  })
})
