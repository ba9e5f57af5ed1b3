import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Home, comment, dash, dashWithoutFlock, shells, someKey } from './home.ts'

let home: Home
afterEach(() => home.remove())

const old = someKey()

function open (shell = dash): Home {
  home = new Home(shell, `# foreign\n${old}\n`)
  mkdirSync(join(home.ssh, '.rekey'), { mode: 0o700 })
  return home
}

describe.each(shells)('on $name', (shell) => {
  test.each([
    ['0', 1], ['1\n', 1], ['6', 7], ['000000000000005\n', 5], ['999999999999998\n', 999_999_999_999_999], ['999999999999999', 999_999_999_999_999]
  ])('a fence of %j lets epoch %d through and rises to it', (text, epoch) => {
    open(shell)
    writeFileSync(home.fence, text)
    const key = someKey()
    expect(home.add(key, old, epoch)).toBe('applied')
    expect(Number(home.read(home.fence))).toBe(epoch)
    expect(home.read()).toContain(key)
  })

  test.each([['8', 7], ['999999999999999\n', 1], ['999999999999999', 999_999_999_999_998]])('a fence of %j stops epoch %d', (text, epoch) => {
    open(shell)
    writeFileSync(home.fence, text)
    const before = home.snapshot()
    expect(home.add(someKey(), old, epoch)).toBe(`fenced:${text.trim()}`)
    expect(home.take([old], epoch)).toBe(`fenced:${text.trim()}`)
    expect(home.snapshot()).toEqual(before)
  })

  const garbage = ['', '\n', ' 5', '5 ', '5\r\n', '-1', '+1', '0x10', '1e3', '5\n6\n', '5\n\n', 'seven', '1000000000000000', '9'.repeat(16), '9'.repeat(20), '9'.repeat(40), '18446744073709551617', '5\0', '\0', '5;6', '$(id)', '[', '!']
  test.each(garbage)('a fence of %j stops everybody', (text) => {
    open(shell)
    writeFileSync(home.fence, text)
    const before = home.snapshot()
    expect(home.add(someKey(), old, 999_999_999_999_999)).toBe('fence-unreadable')
    expect(home.take([old], 999_999_999_999_999)).toBe('fence-unreadable')
    expect(home.snapshot()).toEqual(before)
  })

  test('a folder in the place of the fence stops everybody', () => {
    open(shell)
    mkdirSync(home.fence)
    expect(home.add(someKey(), old)).toBe('fence-unreadable')
  })

  test('eight at once: the highest epoch wins, whoever was overtaken knows it, and no line is lost', async () => {
    open(shell)
    const runs = Array.from({ length: 8 }, (_, index) => ({ epoch: (index * 3) % 8 + 1, key: someKey(), nonce: { a: `${index}aaa`, b: 'bbbb' } }))
    const reports = await Promise.all(runs.map(async (run) => home.runBeside(home.addScript(run.key, old, run.epoch, run.nonce), run.nonce)))
    const lines = home.read().split('\n')
    expect(lines.slice(0, 2)).toEqual(['# foreign', old])
    const added = lines.slice(2, -1).map((line) => runs.findIndex(({ key }) => line === `${key} ${comment}`))
    const epochs = added.map((index) => runs[index]?.epoch ?? NaN)
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b))
    expect(epochs.at(-1)).toBe(8)
    expect(home.read(home.fence)).toBe('8\n')
    for (const [index, { epoch }] of runs.entries()) {
      const fenced = /^fenced:(\d)$/.exec(reports[index] ?? '')
      if (added.includes(index)) expect(reports[index]).toBe('applied')
      else expect(Number(fenced?.[1])).toBeGreaterThan(epoch)
    }
    expect(existsSync(join(home.ssh, '.rekey', 'lock.folder'))).toBe(false)
  })
})

describe('the lock', () => {
  const lock = (): string => join(home.ssh, '.rekey', 'lock.folder')

  test('a file lock that somebody holds is waited for, but not for ever', async () => {
    open()
    home.patienceSeconds = 1
    const file = join(home.ssh, '.rekey', 'lock.file')
    const holder = spawn('flock', [file, '-c', 'echo held; read -r line'])
    await once(holder.stdout, 'data')
    const before = home.snapshot()
    expect(home.add(someKey(), old)).toBe(`refused:busy:${join(home.ssh, '.rekey')}`)
    expect(home.snapshot()).toEqual(before)
    home.patienceSeconds = 20
    const waiting = home.runBeside(home.addScript(someKey(), old))
    holder.stdin.end('\n')
    expect(await waiting).toBe('applied')
  })

  test('a folder lock that somebody holds is waited for, but not for ever', async () => {
    open(dashWithoutFlock)
    home.patienceSeconds = 1
    mkdirSync(lock())
    const before = home.snapshot()
    expect(home.add(someKey(), old)).toBe(`refused:busy:${join(home.ssh, '.rekey')}`)
    expect(home.snapshot()).toEqual(before)
    home.patienceSeconds = 20
    const waiting = home.runBeside(home.addScript(someKey(), old))
    rmdirSync(lock())
    expect(await waiting).toBe('applied')
  })

  test('a folder lock that nobody touched for a minute is taken over, by one alone', async () => {
    open(dashWithoutFlock)
    mkdirSync(join(lock(), '1'), { recursive: true })
    const past = new Date(Date.now() - 120_000)
    utimesSync(lock(), past, past)
    const runs = Array.from({ length: 4 }, (_, index) => ({ key: someKey(), nonce: { a: `${index}aaa`, b: 'bbbb' } }))
    const reports = await Promise.all(runs.map(async ({ key, nonce }) => home.runBeside(home.addScript(key, old, 1, nonce), nonce)))
    expect(reports).toEqual(['applied', 'applied', 'applied', 'applied'])
    for (const { key } of runs) expect(home.read()).toContain(key)
    expect(existsSync(lock())).toBe(false)
  })

  test('whoever lost his lock to another before the change does not make it', () => {
    open(dashWithoutFlock)
    // The moment between the preparations and the change: somebody takes over.
    home.stub('sync', 'mkdir "$HOME_OF_TEST/.ssh/.rekey/lock.folder/1"')
    const before = home.read()
    const script = home.addScript(someKey(), old).replace('rekey_main() {\n', `rekey_main() {\n  HOME_OF_TEST='${home.path}'; export HOME_OF_TEST\n`)
    expect(home.run(script)).toBe(`refused:busy:${join(home.ssh, '.rekey')}`)
    expect(home.read()).toBe(before)
    // It is the other's lock now.
    expect(existsSync(lock())).toBe(true)
  })
})
