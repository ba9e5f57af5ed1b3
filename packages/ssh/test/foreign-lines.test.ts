import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { Home, comment, shells, someKey } from './home.ts'

let home: Home
afterEach(() => home.remove())

const pick = <T>(from: readonly T[]): T => from[randomInt(from.length)] as T
const bytes = (length: number): string => Array.from({ length }, () => String.fromCharCode(pick([randomInt(1, 10), randomInt(11, 256)]))).join('')
const blanks = (): string => pick(['', ' ', '\t', '  \t '])
const gap = (): string => pick([' ', '\t', '   ', ' \t'])
const ending = (): string => pick(['', '', '\r', ' somebody@somewhere', '\tk\xe4te\r', ' "', ' \\', '  '])
const optionTexts = ['no-pty', 'from="10.0.0.1,*.example"', 'command="a \\"b c\\" d"', 'restrict,port-forwarding,command="x y"', 'environment="A=\xff\xfe"', 'tunnel="0"']

/** A line that is none of `ours`, however it looks. */
function foreignLine (ours: readonly string[]): string {
  return pick([
    () => bytes(randomInt(0, 80)).replace(/^/, '#'),
    () => '# ' + pick(ours),
    () => '',
    () => blanks(),
    () => blanks() + someKey(pick(['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'sk-ssh-ed25519@openssh.com'])) + ending(),
    () => blanks() + pick(optionTexts) + gap() + someKey() + ending(),
    () => someKey() + ' ' + pick(ours),
    () => `command="${pick(ours)}" ${someKey()}`,
    () => `command="unfinished ${pick(ours)}`,
    () => pick(ours) + 'A',
    () => someKey() + ' ' + 'x'.repeat(randomInt(9000, 60_000)),
    () => `command="${'y'.repeat(randomInt(9000, 20_000))}" ${someKey()}`,
    () => bytes(randomInt(0, 200)).replace(/[\n\0]/g, '') + '#'
  ])()
}

const ourLine = (key: string): string => blanks() + pick(['', pick(optionTexts) + gap()]) + key.replace(' ', gap()) + ending()

describe.each(shells)('on $name', (shell) => {
  test('whatever else is in the file stays byte for byte', () => {
    home = new Home(shell)
    for (let round = 0; round < 12; round += 1) {
      const [old, second, fresh] = [someKey(), someKey('ecdsa-sha2-nistp256'), someKey()]
      const lines = Array.from({ length: randomInt(0, 25) }, () => pick([0, 0, 0, 1]) === 1 ? ourLine(second) : foreignLine([old, second, fresh]))
      lines.splice(randomInt(lines.length + 1), 0, ourLine(old))
      const isEnded = pick([true, false])
      const text = lines.join('\n') + (isEnded ? '\n' : '')
      writeFileSync(home.keys, Buffer.from(text, 'latin1'))
      const show = `round ${round}: ${JSON.stringify(text.slice(0, 3000))}`

      expect([show, home.add(fresh, old, 2 * round + 1)]).toEqual([show, 'applied'])
      const added = home.read()
      expect([show, added.startsWith(text)]).toEqual([show, true])
      const tail = added.slice(text.length)
      expect([show, tail.endsWith(`${fresh} ${comment}\n`) && tail.startsWith(text.endsWith('\n') ? '' : '\n')]).toEqual([show, true])

      const isOurs = (line: string): boolean => {
        const start = [old, second].map((key) => key.split(' ')[1] ?? '').some((body) => new RegExp(`^[ \\t]*((no-pty|[a-z]+=|restrict).*[ \\t]+)?(ssh-ed25519|ecdsa-sha2-nistp256)[ \\t]+${body.replaceAll('+', '\\+')}([ \\t\\r]|$)`, 's').test(line))
        return start && !/^command="(AAAA|ssh-|ecdsa-|unfinished)/.test(line)
      }
      const kept = added.split('\n').filter((line) => !isOurs(line))
      expect([show, home.take([old, second], 2 * round + 2)]).toEqual([show, 'applied'])
      expect([show, home.read()]).toEqual([show, kept.join('\n')])
    }
  })
})
