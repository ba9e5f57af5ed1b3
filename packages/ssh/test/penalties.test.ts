import { isRekeyError, RekeyError } from '@rekey/domain'
import type { Target } from '@rekey/domain'
import { penalised, Penalties } from '../src/penalties.ts'
import { access, closeAll, current, listen } from './hostile-host.ts'

afterEach(closeAll)

const version = 'SSH-2.0-OpenSSH_10.0p2 Debian-7\r\n'
const target = (port: number): Target => ({ address: '127.0.0.1', port, hostKeys: [], account: 'deploy', via: null })

const nothing = (): Promise<void> => Promise.resolve()

/** OpenSSH's own count (srclimit.c), which hears of each end of a connection a little late, and a clock that stands still but for waiting. */
class Sshd {
  time = 0
  waited: number[] = []
  until = 0
  readonly clock = {
    now: () => this.time,
    sleep: (milliseconds: number): Promise<void> => {
      this.waited.push(milliseconds)
      this.time += milliseconds
      return Promise.resolve()
    }
  }

  refuses (milliseconds: number): boolean {
    const noticed = this.time + 500
    this.until = Math.max(this.until, noticed) + milliseconds
    return this.until - noticed > 15_000
  }
}

test.each([['refused', true, 5000], ['aborted', false, 1000]])('however many logins are %s in a row, the host never gets to close itself', async (_, wasShown, milliseconds) => {
  const sshd = new Sshd()
  const penalties = new Penalties(sshd.clock)
  for (let login = 0; login < 40; login += 1) {
    await penalties.heed(target(1), () => {
      sshd.time += 50
      expect([login, sshd.refuses(milliseconds)]).toEqual([login, false])
      penalties.count(target(1), version, { wasShown })
      return Promise.resolve()
    })
  }
  expect(Math.max(...sshd.waited)).toBeLessThan(6000)
})

test('what the model counts does close it when nobody waits', () => {
  const sshd = new Sshd()
  expect([1, 2, 3, 4].map(() => sshd.refuses(5000))).toEqual([false, false, false, true])
})

test('three refusals in a row, and those of other hosts, are not waited for', async () => {
  const sshd = new Sshd()
  const penalties = new Penalties(sshd.clock)
  for (const port of [1, 1, 1, 2, 2, 3]) {
    await penalties.heed(target(port), nothing)
    penalties.count(target(port), version, { wasShown: true })
    sshd.time += 500
  }
  expect(sshd.waited).toEqual([])
})

test.each([
  ['SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7', false], ['SSH-2.0-OpenSSH_9.7', false], ['SSH-2.0-OpenSSH_9.8p1', true], ['SSH-2.0-OpenSSH_10.0p2', true],
  ['SSH-2.0-dropbear_2022.83', false], [undefined, false]
])('%s has penalties: %s', async (shown, has) => {
  const sshd = new Sshd()
  const penalties = new Penalties(sshd.clock)
  for (let login = 0; login < 3; login += 1) penalties.count(target(1), shown, { wasShown: true })
  await penalties.heed(target(1), nothing)
  expect(sshd.waited.length > 0).toBe(has)
})

const shutOut = new RekeyError('ssh/dropped', 'not allowed at this time', penalised)

test('a host that shuts us out for our own failure is asked until that has passed, or for a minute', async () => {
  const sshd = new Sshd()
  const penalties = new Penalties(sshd.clock)
  const opensAt = async (time: number): Promise<string> => {
    penalties.count(target(1), version, { wasShown: true })
    return await penalties.heed(target(1), () => sshd.time < time ? Promise.reject(shutOut) : Promise.resolve('in'))
  }
  expect(await opensAt(30_000)).toBe('in')
  expect(sshd.time).toBeLessThan(34_000)
  await expect(opensAt(Infinity)).rejects.toBe(shutOut)
  expect(sshd.time).toBeLessThan(100_000)
})

test.each([
  ['what others have done', shutOut, false],
  ['another reason', new RekeyError('ssh/dropped', 'the host ended the connection'), true]
])('a host that turns us away for %s is not waited for', async (_, error, hasFailed) => {
  const sshd = new Sshd()
  const penalties = new Penalties(sshd.clock)
  if (hasFailed) penalties.count(target(1), version, { wasShown: true })
  await expect(penalties.heed(target(1), () => Promise.reject(error))).rejects.toBe(error)
  expect(sshd.waited).toEqual([])
})

test.each([
  ['Not allowed at this time\r\n', /PerSourcePenalties/],
  ['Exceeded MaxStartups\r\n', /MaxStartups/],
  ['Not allowed at this time, says nobody\r\n', /broke before the host answered/],
  ['SSH-2.0-x\r\nNot allowed at this time\r\n', /the SSH protocol/]
])('a host that says %j instead of its version has refused no secret', async (text, message) => {
  const turnedAway = await listen((socket) => {
    socket.on('data', () => {})
    socket.end(text)
  })
  const error: unknown = await access.contact(turnedAway, [current]).catch((error: unknown) => error)
  expect(isRekeyError(error) ? { code: error.code, message: error.message } : error)
    .toEqual({ code: expect.stringMatching(/^ssh\/(dropped|misbehaved)$/) as string, message: expect.stringMatching(message) as string })
})
