import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wholeScriptOnly } from '../src/command.ts'
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

/** Runs the first (`head`) or the last (`tail`) n bytes of a script for each n, and returns all that they printed. */
function runParts (command: readonly string[], script: string, part: 'head' | 'tail', sizes: readonly number[]): string {
  const file = join(home.folder, 'script')
  writeFileSync(file, script)
  const cwd = join(home.folder, 'cwd')
  mkdirSync(cwd, { recursive: true })
  const loop = `while read -r n; do ${part} -c "$n" '${file}' | ${command.join(' ')} -c "$SCRIPT" 2>/dev/null; done`
  return execFileSync('dash', ['-c', loop], { cwd, input: sizes.join('\n') + '\n', encoding: 'latin1', env: { PATH: process.env.PATH, SCRIPT: wholeScriptOnly } })
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
    expect(runParts(dash.command, script, 'head', places(script.length - 1))).toBe('')
    expect(home.snapshot()).toEqual(before)
    expect(home.run(script)).toBe('applied')
    expect(home.snapshot()).not.toEqual(before)
  })

  test('does nothing when its beginning was swallowed, at whatever byte', () => {
    const script = open()
    const before = home.snapshot()
    expect(runParts(dash.command, script, 'tail', places(script.length))).toBe('')
    expect(home.snapshot()).toEqual(before)
  })

  test.each(shells.slice(1))('does nothing on $name when it is cut off near its end', (shell) => {
    const script = open(shell)
    const before = home.snapshot()
    expect(runParts(shell.command, script, 'head', places(script.length - 1).slice(-250))).toBe('')
    expect(home.snapshot()).toEqual(before)
  })

  test('does nothing when it is cut off and a plain shell reads it, as the functions see to', () => {
    const script = open()
    const before = home.snapshot()
    const lines = script.split('\n')
    for (let kept = 0; kept < lines.length - 2; kept += 1) execFileSync('dash', ['-c', 'dash -s 2>/dev/null || :'], { input: lines.slice(0, kept).join('\n') })
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
  expect(answer).toBe('sum:1999999997')
  expect(script).not.toContain('1999999997')
})
