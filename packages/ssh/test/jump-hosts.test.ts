import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { DialPolicy, Secret, isRekeyError } from '@rekey/domain'
import type { SecretValue, Target, UserKey, Via } from '@rekey/domain'
import type { JumpLogin } from '@rekey/rotation'
import { createHostAccess, makeKey } from '@rekey/ssh'
import type { SshHostAccess } from '@rekey/ssh'
import type { Connection, ServerChannel, TcpipRequestInfo } from 'ssh2'
import { behindWire, closeAll, current, hostKey, listen, shortTimeoutMs, startHost, stepTimeoutMs, stranger, takeOnlyEmptyPackets } from './hostile-host.ts'
import type { Script } from './hostile-host.ts'

/** What opens the account on jump hosts. */
const hop: UserKey = makeKey()
const via: Via = { host: 'bastion', account: 'hop', name: 'ssh-key' }

type OnForward = (accept: () => ServerChannel, reject: () => void, to: TcpipRequestInfo) => void

const opened = new Set<SshHostAccess>()
afterEach(async () => {
  for (const access of opened) await access.close()
  opened.clear()
  await closeAll()
})

/** A jump host that connects to whatever it is asked for, unless told otherwise, and keeps all that passes. */
async function startJump (onForward: OnForward = forward, script: Script = {}) {
  const passed: Buffer[] = []
  const clients: Connection[] = []
  const host = await startHost({
    authenticate: (context) => context.method === 'publickey' && context.key.data.toString('base64') === hop.publicKey.split(' ')[1] ? context.accept() : context.reject(['publickey']),
    ...script,
    onClient: (client) => {
      clients.push(client)
      client.on('tcpip', (accept, reject, to) => onForward(() => {
        const channel = accept()
        channel.on('data', (data: Buffer) => passed.push(data)).on('error', () => {})
        return channel
      }, reject, to))
      script.onClient?.(client)
    }
  })
  const target: Target = { ...host.target, account: via.account }
  return { ...host, target, login: { target, secrets: [hop] } satisfies JumpLogin, passed, clients }
}

function forward (accept: () => ServerChannel, _reject: () => void, { destIP, destPort }: TcpipRequestInfo): void {
  const channel = accept()
  const far: Socket = connect(destPort, destIP)
  far.on('error', () => channel.close())
  channel.on('close', () => far.destroy())
  channel.pipe(far).pipe(channel)
}

function through (loginOf: (via: Via) => JumpLogin | undefined | Promise<JumpLogin | undefined>, more: { jumpIdleMs?: number, stepTimeoutMs?: number } = {}): SshHostAccess {
  const access = createHostAccess({ dialPolicy: new DialPolicy(['127.0.0.0/8'], ['127.9.9.9']), stepTimeoutMs, loginOf: async (via) => await loginOf(via), ...more })
  opened.add(access)
  return access
}

async function failure (work: Promise<unknown>): Promise<string> {
  const began = Date.now()
  try {
    await work
    return 'none'
  } catch (error) {
    if (!isRekeyError(error)) throw error
    expect(Date.now() - began).toBeLessThan(5 * stepTimeoutMs)
    expect(error).not.toHaveProperty('cause')
    return `${error.code}: ${error.message}`
  }
}

/** For a jump host that falls silent. So many handshakes at once leave one in the same process little time for its signs of life. */
const soon = { stepTimeoutMs: 4 * shortTimeoutMs }

async function until (holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 3000; !holds(); await new Promise((resolve) => { setTimeout(resolve, 10) })) {
    if (Date.now() > end) throw new Error('it never came to be')
  }
}

async function verdictsOf (access: SshHostAccess, target: Target, secrets: readonly SecretValue[] = [stranger, current]): Promise<string> {
  const { verdicts, session } = await access.contact(target, secrets)
  await session?.close()
  return verdicts.join()
}

describe('through a jump host', () => {
  test('a host is reached by one login that all visits share, and that is left when nobody needs it', async () => {
    const jump = await startJump()
    const hosts = await Promise.all([startHost(), startHost(), startHost()])
    const access = through(() => jump.login, { jumpIdleMs: 2000 })
    const visits = hosts.flatMap(({ target }) => [target, target]).map(async (target) => await verdictsOf(access, { ...target, via }))
    expect(await Promise.all(visits)).toEqual(Array(6).fill('refused,accepted'))
    expect(jump.connections()).toBe(1)
    await new Promise((resolve) => { setTimeout(resolve, 4000) })
    expect(await verdictsOf(access, { ...hosts[0].target, via })).toBe('refused,accepted')
    expect(jump.connections()).toBe(2)
  })

  test('nothing of a secret passes in the clear, and no agent is offered', async () => {
    const jump = await startJump()
    const password = Secret.of('correct horse battery staple')
    let asked = false
    const { target } = await startHost({
      authenticate: (context) => context.method === 'password' && context.password === password.open() ? context.accept() : context.reject(['password']),
      onClient: (client) => client.on('session', (accept) => accept().on('auth-agent', () => { asked = true }))
    })
    const access = through(() => jump.login)
    expect(await verdictsOf(access, { ...target, via }, [{ password: Secret.of('wrong horse'), fingerprint: 'a' }, { password, fingerprint: 'b' }])).toBe('refused,accepted')
    const seen = Buffer.concat(jump.passed)
    expect(seen.length).toBeGreaterThan(1000)
    for (const text of [password.open(), 'wrong horse', target.account + '\0']) expect(seen.includes(text)).toBe(false)
    expect(asked).toBe(false)
  })

  test('each of the two host keys is checked', async () => {
    const jump = await startJump()
    const host = await startHost()
    const changed = through(() => ({ ...jump.login, target: { ...jump.target, hostKeys: [makeKey().publicKey] } }))
    expect(await failure(changed.contact({ ...host.target, via }, [current]))).toMatch(/^ssh\/unreachable: the jump host bastion showed another key than the pinned one/)
    expect([jump.attempts, host.connections()]).toEqual([[], 0])
    const access = through(() => jump.login)
    expect(await failure(access.contact({ ...host.target, hostKeys: [makeKey().publicKey], via }, [current]))).toMatch(/^ssh\/identity-changed: the host showed/)
    expect(host.attempts).toEqual([])
  })

  test('a jump host that leads elsewhere is found out by the key of who answers there', async () => {
    const host = await startHost()
    const trap = await startHost({ config: { hostKeys: [makeKey().privateKey.open()] }, authenticate: (context) => context.accept() })
    const jump = await startJump((accept, reject, to) => forward(accept, reject, { ...to, destPort: trap.target.port }))
    expect(await failure(through(() => jump.login).contact({ ...host.target, via }, [current]))).toMatch(/^ssh\/identity-changed: the host showed/)
    expect([trap.attempts, host.connections()]).toEqual([[], 0])
  })

  test('its login is read anew when it is refused, as it may have been rotated meanwhile', async () => {
    const jump = await startJump()
    const { target } = await startHost()
    const answers = [stranger, hop]
    const access = through(() => ({ ...jump.login, secrets: [answers.shift() ?? hop] }))
    expect(await verdictsOf(access, { ...target, via })).toBe('refused,accepted')
    expect(answers).toEqual([])
  })

  test('a candidate that has arrived already opens it as well', async () => {
    const jump = await startJump()
    const { target } = await startHost()
    expect(await verdictsOf(through(() => ({ ...jump.login, secrets: [stranger, hop] })), { ...target, via })).toBe('refused,accepted')
  })

  test('who is refused does not come again with the same secret for each host behind', async () => {
    const jump = await startJump()
    const { target } = await startHost()
    let secrets = [stranger]
    const access = through(() => ({ ...jump.login, secrets }))
    for (let visits = 0; visits < 3; visits += 1) {
      expect(await failure(access.contact({ ...target, via }, [current]))).toBe('ssh/unreachable: the jump host bastion does not let hop/ssh-key in: the visit to itself finds out why')
    }
    expect(jump.connections()).toBe(1)
    secrets = [hop]
    expect(await verdictsOf(access, { ...target, via })).toBe('refused,accepted')
  })

  test('several in a row are passed through one by one, each with its own key', async () => {
    const { target } = await startHost()
    const names = ['a', 'b', 'c', 'd', 'e']
    const jumps = await Promise.all(names.map(async (_, index) => ({ ...await startJump(undefined, { config: { hostKeys: [makeKey().privateKey.open(), hostKey.privateKey.open()].slice(index % 2) } }) })))
    const access = through(({ host }) => {
      const index = names.indexOf(host)
      const jump = jumps[index]
      const next = names[index + 1]
      return jump && { ...jump.login, target: { ...jump.target, hostKeys: [hostKey.publicKey], via: next === undefined ? null : { ...via, host: next } } }
    })
    // Only those with the right key are passed.
    expect(await failure(access.contact({ ...target, via: { ...via, host: 'd' } }, [current]))).toMatch(/the jump host e showed another key/)
    expect(jumps.map((jump) => jump.connections())).toEqual([0, 0, 0, 0, 1])
    expect(await failure(access.contact({ ...target, via: { ...via, host: 'a' } }, [current]))).toBe('ssh/unreachable: the jump host a lies behind more than 3 others')
  })
})

describe('a way that is none', () => {
  test.each([
    ['a name', 'localhost', /^network\/not-allowed: behind a jump host the address must be numeric/],
    ['a number that is no address', '127.1', /^network\/not-allowed: behind/],
    ['an address outside of the zone', '10.0.0.1', /^network\/not-allowed: 10.0.0.1 lies outside/],
    ['an address of the rotator itself', '127.9.9.9', /^network\/not-allowed: 127.9.9.9 is reserved/],
    ['the same in other words', '::ffff:127.9.9.9', /^network\/not-allowed: 127.9.9.9 is reserved/],
    ['an address of cloud metadata', '169.254.169.254', /^network\/not-allowed: 169.254.169.254 is reserved/]
  ])('leads to %s, and is not taken', async (_, address, message) => {
    const jump = await startJump()
    const access = through(() => jump.login)
    expect(await failure(access.contact({ ...jump.target, address, via }, [current]))).toMatch(message)
    expect(jump.connections()).toBe(0)
  })

  test('begins where we may not dial, or leads from one jump host to a name', async () => {
    const jump = await startJump()
    expect(await failure(through(() => ({ ...jump.login, target: { ...jump.target, address: '10.0.0.1' } })).contact({ ...jump.target, via }, [current]))).toMatch(/^ssh\/unreachable: the jump host bastion can't be reached: 10.0.0.1 lies outside/)
    const access = through(({ host }) => host === 'bastion' ? { ...jump.login, target: { ...jump.target, address: 'localhost', via: { ...via, host: 'outer' } } } : jump.login)
    expect(await failure(access.contact({ ...jump.target, via }, [current]))).toMatch(/^ssh\/unreachable: the jump host bastion can't be reached: behind a jump host the address must be numeric/)
  })

  test('is closed when its credential is not managed', async () => {
    const { target } = await startHost()
    expect(await failure(through(() => undefined).contact({ ...target, via }, [current]))).toBe('ssh/unreachable: the jump host bastion has no managed credential hop/ssh-key: hand it over first')
    const access = createHostAccess({ dialPolicy: new DialPolicy(['127.0.0.0/8']), stepTimeoutMs })
    expect(await failure(access.contact({ ...target, via }, [current]))).toMatch(/has no managed credential/)
  })

  test('goes round in circles, from whichever side, at the same time', async () => {
    const jump = await startJump()
    const [a, b] = [{ ...via, host: 'a' }, { ...via, host: 'b' }]
    const access = through(({ host }) => ({ ...jump.login, target: { ...jump.target, via: host === 'a' ? b : a } }))
    const failures = await Promise.all([a, b].map(async (via) => await failure(access.contact({ ...jump.target, via }, [current]))))
    for (const one of failures) expect(one).toMatch(/^ssh\/unreachable: the jump host [ab] leads to itself/)
    expect(jump.connections()).toBe(0)
  })
})

describe('a jump host that won\'t', () => {
  test('be dialled is named, and not the host behind', async () => {
    const jump = await startJump()
    await closeAll()
    expect(await failure(through(() => jump.login).contact({ ...jump.target, via }, [current]))).toMatch(/^ssh\/unreachable: the jump host bastion can't be reached: 127.0.0.1 port \d+: connection refused/)
  })

  test('forward says so; when nothing listens behind it, that is told apart', async () => {
    const { target } = await startHost()
    const jump = await startJump((_accept, reject) => reject())
    // ssh2's server can refuse for one reason only, that it could not connect.
    expect(await failure(through(() => jump.login).contact({ ...target, via }, [current]))).toMatch(/^ssh\/unreachable: 127.0.0.1 port \d+ can't be reached from the jump host bastion/)
    const prohibiting = await startHost({ authenticate: (context) => context.accept() })
    const access = through(() => ({ target: prohibiting.target, secrets: [hop] }))
    expect(await failure(access.contact({ ...target, via }, [current]))).toMatch(/^ssh\/unreachable: the jump host bastion lets nobody through to 127.0.0.1 port \d+: look at AllowTcpForwarding/)
    expect(prohibiting.connections()).toBe(1)
  })

  test('open one way keeps the others open, and what it opens too late is closed', async () => {
    const { target } = await startHost()
    const late: Array<() => ServerChannel> = []
    let patience = 0
    const jump = await startJump((accept, reject, to) => {
      if (patience === 1) late.push(accept)
      else forward(accept, reject, to)
      patience += 1
    })
    const access = through(() => jump.login, soon)
    const { session } = await access.contact({ ...target, via }, [current])
    expect(await failure(access.contact({ ...target, via }, [current]))).toMatch(/^ssh\/unreachable: 127.0.0.1 port \d+ did not answer the jump host bastion in time/)
    const channel = late[0]?.()
    let isClosed = false
    channel?.on('close', () => { isClosed = true }).resume()
    await until(() => isClosed)
    expect(await verdictsOf(access, { ...target, via })).toBe('refused,accepted')
    await session?.close()
    expect(jump.connections()).toBe(1)
  })

  test('answer any more ends its sessions in time, and a fresh login takes its place', async () => {
    const { target } = await startHost()
    const jump = await startJump()
    let isFrozen = false
    const wires: Socket[] = []
    const wire = await listen((near) => {
      const far = connect(jump.target.port, '127.0.0.1')
      wires.push(near, far)
      far.on('error', () => near.destroy()).on('data', (data: Buffer) => { if (!isFrozen) near.write(data) })
      near.on('data', (data: Buffer) => { if (!isFrozen) far.write(data) }).on('close', () => far.destroy())
    })
    const access = through(() => ({ ...jump.login, target: { ...jump.target, port: wire.port } }), soon)
    const { session } = await access.contact({ ...target, via }, [current])
    isFrozen = true
    const [asked, visited] = await Promise.all([failure(session?.answersNonce() ?? Promise.resolve()), failure(access.contact({ ...target, via }, [current]))])
    expect(asked).toBe('ssh/dropped: the jump host bastion no longer answers')
    expect(visited).toBe('ssh/unreachable: the jump host bastion no longer answers')
    expect(await failure(access.contact({ ...target, via }, [current]))).toMatch(/^ssh\/unreachable: the jump host bastion did not finish the handshake in time/)
    isFrozen = false
    expect(await verdictsOf(access, { ...target, via })).toBe('refused,accepted')
    await session?.close()
  })

  test('stay leaves unknown what was asked of the host behind, and is asked again', async () => {
    const { target } = await startHost()
    const jump = await startJump()
    const access = through(() => jump.login)
    const { session } = await access.contact({ ...target, via }, [current])
    const asked = failure(session?.answersNonce() ?? Promise.resolve())
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    for (const client of jump.clients) client.end()
    expect(await asked).toMatch(/^ssh\/dropped: the jump host bastion (can't be reached: the host )?closed the connection/)
    await session?.close()
    expect(await verdictsOf(access, { ...target, via })).toBe('refused,accepted')
    expect(jump.connections()).toBe(2)
  })

  test('stop talking is left alone', async () => {
    const { target } = await startHost()
    const jump = await startJump((accept, _reject) => {
      accept()
      const [client] = jump.clients
      const { _protocol: protocol } = client as unknown as { _protocol: { authInfoReq: unknown, _packetRW: { write: { allocStart: number, alloc (size: number): Buffer, finalize (packet: Buffer): Buffer } }, _cipher: { encrypt (packet: Buffer): void } } }
      for (let packets = 0; packets < 40; packets += 1) {
        const { write } = protocol._packetRW
        const packet = write.alloc(5 + 20_000)
        packet.fill(0, write.allocStart)
        // SSH_MSG_IGNORE
        packet[write.allocStart] = 2
        packet.writeUInt32BE(20_000, write.allocStart + 1)
        protocol._cipher.encrypt(write.finalize(packet))
      }
    })
    expect(await failure(through(() => jump.login).contact({ ...target, via }, [current]))).toBe('ssh/unreachable: the jump host bastion sent far more than it was asked for')
  })

  test('let the host behind talk without end is not blamed for it', async () => {
    const talkative = await listen((socket) => {
      const more = (): void => { while (!socket.destroyed && socket.write('welcome '.repeat(100) + '\r\n')); }
      socket.on('drain', more)
      more()
    })
    const { target } = await startHost()
    const jump = await startJump()
    const access = through(() => jump.login)
    const { session } = await access.contact({ ...target, via }, [current])
    expect(await failure(access.contact({ ...talkative, via }, [current]))).toMatch(/^ssh\/misbehaved: the host/)
    await session?.close()
    expect(await verdictsOf(access, { ...target, via })).toBe('refused,accepted')
    expect(jump.connections()).toBe(1)
  })
})

describe('what breaks off behind a jump host', () => {
  // The host says about 1,640 bytes until the login is done.
  const places = Array.from({ length: 17 }, (_, n) => 97 * n)

  test.each([['silent', 'ssh/timeout'], ['cut', 'ssh/dropped']] as const)('(%s) after any number of bytes proves nothing', async (what, code) => {
    const jump = await startJump()
    const { target } = await startHost()
    const access = through(() => jump.login, what === 'cut' ? {} : soon)
    const wires = await Promise.all(places.map((bytes) => behindWire(target, what, bytes)))
    const failures = await Promise.all(wires.map(async (wire) => await failure(access.contact({ ...wire, via }, [stranger, current]))))
    expect(failures.map((one) => one.split(': the host ').length > 1 ? one.split(':')[0] : one.replace(/: the connection broke.*/, ''))).toEqual(places.map(() => code))
    expect(jump.connections()).toBe(1)
  })

  test('on the way to the jump host keeps us from the host, and no more', async () => {
    const jump = await startJump()
    const { target } = await startHost()
    for (const what of ['silent', 'cut'] as const) {
      const wires = await Promise.all(Array.from({ length: 12 }, async (_, n) => await behindWire(jump.target, what, 400 * n)))
      const failures = await Promise.all(wires.map(async (wire) => await failure(through(() => ({ ...jump.login, target: { ...jump.target, port: wire.port } }), soon).contact({ ...target, via }, [stranger, current]))))
      for (const one of failures) expect(one).toMatch(/^(ssh\/unreachable: the jump host bastion |none)/)
    }
  })
})

test('a jump host that takes only packets without length does not keep us busy for ever', async () => {
  const { target } = await startHost()
  const jump = await startJump(undefined, { onClient: takeOnlyEmptyPackets })
  expect(await failure(through(() => jump.login).contact({ ...target, via }, [current]))).toBe('ssh/unreachable: the jump host bastion takes only packets of no length')
})
