import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderNonce } from '../src/scripts/render.ts'
import { Home, dash, nonce, shells, someKey } from './home.ts'

let home: Home
afterEach(() => home.remove())

const [old, fresh] = [someKey(), someKey()]

/** Byte positions: each one near both ends, every 29th between, elsewhere in each run. */
function places (length: number): number[] {
  const start = randomInt(29)
  return Array.from({ length }, (_, n) => n).filter((n) => n < 100 || n > length - 300 || n % 29 === start)
}

/** Runs the first n bytes of a script for each n, and returns all that they printed. */
function runHeads (command: readonly string[], script: string, sizes: readonly number[]): string {
  const file = join(home.folder, 'script')
  writeFileSync(file, script)
  const loop = `while read -r n; do head -c "$n" '${file}' | ${command.join(' ')} -s 2>/dev/null; done; :`
  return execFileSync('dash', ['-c', loop], { cwd: home.folder, input: sizes.join('\n') + '\n', encoding: 'latin1' })
}

describe.each(['add', 'remove'])('a script to %s a key', (what) => {
  function open (shell = dash): string {
    home = new Home(shell, `# foreign\n${old}\n`)
    return what === 'add' ? home.addScript(fresh, old) : home.removeScript([old])
  }

  test('does nothing when it is cut off, at whatever byte', () => {
    const script = open()
    const before = home.snapshot()
    // Its last byte is the end of the last line, which a shell can do without.
    expect(runHeads(dash.command, script, places(script.length - 1))).toBe('')
    expect(home.snapshot()).toEqual(before)
    expect(home.run(script)).toBe('applied')
    expect(home.snapshot()).not.toEqual(before)
  })

  test.each(shells.slice(1))('does nothing on $name when it is cut off near its end', (shell) => {
    const script = open(shell)
    const before = home.snapshot()
    expect(runHeads(shell.command, script, places(script.length - 1).slice(-250))).toBe('')
    expect(home.snapshot()).toEqual(before)
  })

  test('holds nothing that could pass for its own result when it is echoed', () => {
    expect(open()).not.toContain(nonce.a + nonce.b)
  })

  test.each(shells)('is what $name takes for a script', (shell) => {
    const script = open(shell)
    const [program, ...args] = shell.command
    expect(execFileSync(program, [...args, '-n'], { input: script, encoding: 'utf8' })).toBe('')
  })
})

test.each(shells)('the nonce script answers on $name with what is written nowhere in it', (shell) => {
  home = new Home(shell)
  const { script, answer } = renderNonce(nonce, [999_999_999, 999_999_998])
  expect(home.run(script)).toBe(answer)
  expect(answer).toBe('1999999997')
  expect(script).not.toContain('1999999997')
  expect(home.run(script.replace('\n', 'swallowed by an rc file >/dev/null 2>&1\n'))).toBe(answer)
})
