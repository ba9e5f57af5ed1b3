import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomInt } from 'node:crypto'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { inspect } from 'node:util'
import { DialPolicy, isRekeyError } from '@rekey/domain'
import type { Target, UserKey } from '@rekey/domain'
import type { Contact, Session } from '@rekey/rotation'
import { createHostAccess, makeKey, parsePrivateKey } from '@rekey/ssh'
import ssh2 from 'ssh2'
import { access, behindWire, closeAll, current, hostKey, isCurrent, listen, onlyCurrent, startHost, stepTimeoutMs, stranger, targetAt } from './hostile-host.ts'

afterEach(closeAll)

const tcpHandles = (): number => process.getActiveResourcesInfo().filter((name) => /TCP(SocketWrap|WRAP)|TCPCONNECTWRAP/.test(name)).length

/** The code of the failure. It comes in time, carries no library's error and no key, and leaves no socket behind. */
async function failure (target: Target, keys: readonly UserKey[] = [stranger, current], act: (contact: Contact) => unknown = () => 'none'): Promise<string> {
  const began = Date.now()
  let contact: Contact | undefined
  try {
    contact = await access.contact(target, keys)
    const result: unknown = await act(contact)
    return `none, but ${inspect(result)}: ${contact.verdicts.join()}`
  } catch (error) {
    if (!isRekeyError(error)) throw error
    expect(Date.now() - began).toBeLessThan(5 * stepTimeoutMs)
    expect(error).not.toHaveProperty('cause')
    const shown = inspect(error, { showHidden: true, depth: 9 }) + JSON.stringify(error)
    for (const key of [stranger, current, hostKey]) expect(shown).not.toContain(key.privateKey.open().split('\n')[2])
    return error.code
  } finally {
    await contact?.session?.close()
  }
}

async function verdicts (target: Target, keys: readonly UserKey[] = [stranger, current, makeKey()]): Promise<string[]> {
  const contact = await access.contact(target, keys)
  await contact.session?.close()
  return [...contact.verdicts, contact.session === undefined ? 'no session' : 'session']
}

const nonce = async ({ session }: Contact): Promise<unknown> => session?.answersNonce()
const change = async ({ session }: Contact): Promise<unknown> => session?.removeKeys({ credential: { zone: 'z', host: 'h', account: 'root', name: 'ssh-key' }, epoch: 1, keys: [stranger.publicKey] })

describe('what is no SSH server', () => {
  test('nothing listens', async () => {
    const { port } = await listen(() => {})
    await closeAll()
    expect(await failure(targetAt(port))).toBe('ssh/unreachable')
  })

  test.each([
    ['says nothing', () => {}, 'ssh/timeout'],
    ['hangs up at once', (socket: Socket) => socket.end(), 'ssh/dropped'],
    ['resets the connection', (socket: Socket) => socket.resetAndDestroy(), 'ssh/unreachable'],
    ['speaks HTTP', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'ssh/dropped'],
    ['speaks SSH 1', (socket: Socket) => socket.write('SSH-1.5-old\r\n'), 'ssh/misbehaved'],
    ['talks nonsense after its name', (socket: Socket) => socket.write('SSH-2.0-x\r\n' + 'nonsense '.repeat(100)), 'ssh/misbehaved'],
    ['greets without end', flood('welcome '.repeat(100) + '\r\n'), 'ssh/misbehaved'],
    ['greets in one endless line', flood('welcome '.repeat(1000)), 'ssh/misbehaved']
  ])('that %s', async (_, serve, code) => {
    // A reset may come before or after the connection is there.
    expect((await failure(await listen(serve))).replace('ssh/dropped', code === 'ssh/unreachable' ? code : 'ssh/dropped')).toBe(code)
  })

  test('that never takes the connection', async () => {
    // The kernel drops what does not fit into the queue of a process that stands still.
    const child = spawn(process.execPath, ['-e', 'const s = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => { console.log(s.address().port); setTimeout(() => process.kill(process.pid, "SIGSTOP"), 50) })'])
    try {
      const [text] = await once(child.stdout, 'data') as [Buffer]
      const port = Number(String(text))
      await new Promise((resolve) => setTimeout(resolve, 200))
      const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await failure(targetAt(port))).toBe('ssh/unreachable')
      for (const filler of fillers) filler.destroy()
    } finally {
      child.kill('SIGKILL')
    }
  })
})

function flood (text: string): (socket: Socket) => void {
  return (socket) => {
    const more = (): void => { while (!socket.destroyed && socket.write(text)); }
    socket.on('drain', more)
    more()
  }
}

describe('a host that breaks off', () => {
  // Up to shortly before the login is done, at about 1,640 bytes.
  const places = Array.from({ length: 33 }, (_, n) => 49 * n)

  test.each([['silent', 'ssh/timeout'], ['cut', 'ssh/dropped']] as const)('(%s) after any number of bytes proves nothing', async (what, code) => {
    const { target } = await startHost()
    const wires = await Promise.all(places.map((bytes) => behindWire(target, what, bytes)))
    const codes = await Promise.all(wires.map((wire) => failure(wire)))
    expect(codes).toEqual(places.map(() => code))
  })

  test('between two keys proves nothing about either', async () => {
    let seen = 0
    const { target } = await startHost({
      authenticate: (context, client) => {
        seen += 1
        if (seen === 1) context.reject(['publickey'])
        else client.end()
      }
    })
    expect(await failure(target)).toBe('ssh/dropped')
  })

  test('because of too many keys proves nothing about the one on the table', async () => {
    const { target } = await startHost({
      authenticate: (_context, client) => {
        // As sshd does it: a disconnect in the place of the answer.
        const { _protocol: protocol } = client as unknown as { _protocol: { _packetRW: { write: { allocStart: number, alloc (size: number): Buffer, finalize (packet: Buffer): Buffer } }, _cipher: { encrypt (packet: Buffer): void } } }
        const text = 'Too many authentication failures'
        const packet = protocol._packetRW.write.alloc(13 + text.length)
        packet.fill(0, protocol._packetRW.write.allocStart)
        packet[protocol._packetRW.write.allocStart] = 1
        packet.writeUInt32BE(2, protocol._packetRW.write.allocStart + 1)
        packet.writeUInt32BE(text.length, protocol._packetRW.write.allocStart + 5)
        packet.write(text, protocol._packetRW.write.allocStart + 9)
        protocol._cipher.encrypt(protocol._packetRW.write.finalize(packet))
        client.end()
      }
    })
    expect(await failure(target)).toBe('ssh/dropped')
    await expect(access.contact(target, [stranger])).rejects.toThrow('MaxAuthTries')
  })

  test('when it has accepted the key, but before it says so, proves nothing', async () => {
    const { target } = await startHost({ authenticate: (context, client) => { if (context.method === 'publickey' && context.signature === undefined) context.accept(); else client.end() } })
    expect(await failure(target, [current])).toBe('ssh/dropped')
  })

  test('after the login leaves a session that says so', async () => {
    const { target } = await startHost({ onReady: (client) => setTimeout(() => client.end(), 50) })
    expect(await failure(target, [current], async ({ session }) => {
      await new Promise((resolve) => setTimeout(resolve, 200))
      return session?.answersNonce()
    })).toBe('ssh/dropped')
  })
})

describe('who the host is', () => {
  test('a host with another key hears nothing of the account or a key', async () => {
    const { target, attempts } = await startHost()
    expect(await failure({ ...target, hostKeys: [makeKey().publicKey] })).toBe('ssh/identity-changed')
    expect(await failure({ ...target, hostKeys: ['ssh-ed25519 junk'] })).toBe('ssh/identity-changed')
    expect(await failure({ ...target, hostKeys: ['junk'] })).toBe('ssh/identity-changed')
    expect(attempts).toEqual([])
  })

  test('a host that has no key of the pinned kind any more can\'t prove to be the pinned one', async () => {
    const { target, attempts } = await startHost()
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    expect(await failure({ ...target, hostKeys: [rsa.publicKey] })).toBe('ssh/identity-changed')
    expect(attempts).toEqual([])
  })

  test('of several host keys the pinned one is asked for, whichever the host prefers', async () => {
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    const ecdsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('ecdsa', { bits: 384 }).private)
    const { target } = await startHost({ config: { hostKeys: [hostKey, rsa, ecdsa].map((key) => key.privateKey.open()) } })
    for (const key of [hostKey, rsa, ecdsa]) {
      const contact = await access.contact({ ...target, hostKeys: [key.publicKey] }, [current])
      expect(contact.hostKey).toBe(key.publicKey)
      await contact.session?.close()
    }
  })

  test('a first-seen key is handed over only when the host has signed with it, wherever its words are twisted', async () => {
    const { target } = await startHost()
    let refused = 0
    for (let round = 0; round < 40; round += 1) {
      const twisted = await behindWire({ ...target }, 'twist', randomInt(30, 1500))
      const outcome = await access.contact({ ...twisted, hostKeys: [] }, [current]).catch((error: unknown) => {
        if (!isRekeyError(error)) throw error
        refused += 1
        return undefined
      })
      if (outcome !== undefined) expect(outcome.hostKey).toBe(hostKey.publicKey)
      await outcome?.session?.close()
    }
    expect(refused).toBeGreaterThan(20)
  })

  test('a host that knows only SHA-1 is not talked to', async () => {
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    const hostKeys = [rsa.privateKey.open()]
    for (const algorithms of [{ kex: ['diffie-hellman-group14-sha1' as const] }, { hmac: ['hmac-sha1' as const], cipher: ['aes128-ctr' as const] }, { cipher: ['aes128-cbc' as const] }]) {
      const { target, attempts } = await startHost({ config: { hostKeys, algorithms } })
      expect(await failure({ ...target, hostKeys: [] })).toBe('ssh/unreachable')
      expect(await failure({ ...target, hostKeys: [rsa.publicKey] })).toBe('ssh/unreachable')
      expect(attempts).toEqual([])
    }
    const { target } = await startHost({ config: { hostKeys, algorithms: { serverHostKey: ['ssh-rsa'] } } })
    expect(await failure({ ...target, hostKeys: [] })).toBe('ssh/unreachable')
    expect(await failure({ ...target, hostKeys: [rsa.publicKey] })).toBe('ssh/identity-changed')
  })
})

describe('what a host says of keys', () => {
  test('nothing but public keys is ever shown, one at a time and in order', async () => {
    const { target, attempts } = await startHost()
    expect(await verdicts(target, [stranger, makeKey(), current])).toEqual(['refused', 'refused', 'accepted', 'session'])
    // The last one twice: the question, then the signature.
    expect(attempts).toEqual(Array(4).fill('publickey ssh-ed25519 '))
  })

  test('a host that lets in whoever sends no key at all lets nobody in', async () => {
    const { target } = await startHost({ authenticate: (context) => context.method === 'none' ? context.accept() : context.reject(['none', 'publickey']) })
    expect(await verdicts(target)).toEqual(['refused', 'refused', 'refused', 'no session'])
  })

  test('a host that accepts anything accepts the random key', async () => {
    const { target } = await startHost({ authenticate: (context) => context.accept() })
    expect(await verdicts(target)).toEqual(['accepted', 'untried', 'untried', 'session'])
  })

  test('a host that lets us in without a signature has proven nothing', async () => {
    const { target } = await startHost({ authenticate: (_context, client) => (client as unknown as { _protocol: { authSuccess (): void } })._protocol.authSuccess() })
    expect(await failure(target)).toBe('ssh/misbehaved')
  })

  test('a key that is one factor of two is neither refused nor accepted, and nothing more is shown', async () => {
    const { target, attempts } = await startHost({ authenticate: (context) => isCurrent(context) && context.method === 'publickey' && context.signature !== undefined ? context.reject(['publickey', 'password'], true) : isCurrent(context) ? context.accept() : context.reject(['publickey']) })
    expect(await verdicts(target)).toEqual(['refused', 'unclear', 'untried', 'no session'])
    expect(attempts).toHaveLength(3)
  })

  test('where keys are not on offer none was looked at', async () => {
    const { target } = await startHost({ authenticate: (context) => context.reject(['password']) })
    expect(await verdicts(target)).toEqual(['unclear', 'untried', 'untried', 'no session'])
  })

  test('an RSA key signs with SHA-2', async () => {
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    const { target, attempts } = await startHost({ authenticate: (context) => context.accept() })
    expect(await verdicts(target, [rsa])).toEqual(['accepted', 'session'])
    expect(attempts).toEqual(['publickey ssh-rsa sha256', 'publickey ssh-rsa sha256'])
  })

  test('where RSA is known with SHA-1 only, an RSA key is shown and never signs', async () => {
    const rsa = parsePrivateKey(ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private)
    const { target, attempts } = await startHost({
      onClient: (client) => {
        // Without the list of signature algorithms that hosts have sent since 2016 (RFC 8308).
        const { _protocol: protocol } = client as unknown as { _protocol: { _kex: { remoteExtInfoEnabled: boolean }, _onHandshakeComplete: (...args: unknown[]) => void } }
        const complete = protocol._onHandshakeComplete
        protocol._onHandshakeComplete = (...args) => {
          protocol._kex.remoteExtInfoEnabled = false
          complete(...args)
        }
      },
      authenticate: (context) => context.method === 'publickey' && context.key.algo === 'ssh-rsa' ? context.accept() : onlyCurrent(context)
    })
    expect(await verdicts(target, [stranger, rsa, current])).toEqual(['refused', 'unclear', 'accepted', 'session'])
    expect(attempts.filter((attempt) => attempt.includes('rsa'))).toHaveLength(1)
  })

  test('a host that never answers a key is not waited for', async () => {
    const { target } = await startHost({ authenticate: (context) => isCurrent(context) ? undefined : onlyCurrent(context) })
    expect(await failure(target)).toBe('ssh/timeout')
  })

  test.each([['banner', { banner: 'x'.repeat(9000) }], ['greeting', { greeting: 'hello\r\n'.repeat(1300) }]])('a %s that is too long ends the connection', async (_, config) => {
    const { target } = await startHost({ config })
    expect(await failure(target)).toBe('ssh/misbehaved')
  })

  test('a banner of a usual length does not matter', async () => {
    const { target } = await startHost({ config: { banner: 'Authorised use only.\n'.repeat(100), greeting: 'hello' } })
    expect(await verdicts(target, [current])).toEqual(['accepted', 'session'])
  })

  test('one connection shows six keys at most', async () => {
    const { target, connections } = await startHost()
    await expect(access.contact(target, Array.from({ length: 7 }, makeKey))).rejects.toThrow(RangeError)
    await expect(access.contact(target, [])).rejects.toThrow(RangeError)
    expect(connections()).toBe(0)
  })
})

describe('what an account runs', () => {
  const endless = (stream: NodeJS.WritableStream): void => {
    const more = (): void => { for (let i = 0; i < 50 && stream.write('y\n'.repeat(4000)); i += 1); }
    stream.on('drain', more)
    more()
  }

  test.each([
    ['prints without end', { run: endless }],
    ['complains without end', { run: (channel: ssh2.ServerChannel) => endless(channel.stderr) }]
  ])('an account that %s is cut off', async (_, script) => {
    const { target } = await startHost(script)
    expect(await failure(target, [current], nonce)).toBe('ssh/misbehaved')
    expect(await failure(target, [current], change)).toBe('ssh/misbehaved')
  })

  test('an account that never answers is not waited for', async () => {
    const { target } = await startHost({ run: () => {} })
    expect(await failure(target, [current], nonce)).toBe('ssh/timeout')
    expect(await failure(target, [current], change)).toBe('ssh/timeout')
  })

  test('a host that never starts a command is not waited for', async () => {
    const { target } = await startHost({ onClient: (client) => client.removeAllListeners('session').on('session', () => {}) })
    expect(await failure(target, [current], nonce)).toBe('ssh/timeout')
  })

  async function outcome (run: (channel: ssh2.ServerChannel) => void): Promise<{ answers: boolean, changed: unknown }> {
    const { target } = await startHost({ run })
    const { session } = await access.contact(target, [current])
    const result = { answers: await session?.answersNonce() === true, changed: await change({ session } as { session: Session } & Contact) }
    await session?.close()
    return result
  }
  const runsNothing = { answers: false, changed: { outcome: 'refused', reason: 'the account runs no commands (no shell, or a forced command)' } }

  test('an account without a shell runs nothing', async () => {
    expect(await outcome((channel) => { channel.write('This account is currently not available.\n'); channel.exit(1); channel.end() })).toEqual(runsNothing)
  })

  test('an account that echoes the script runs nothing', async () => {
    expect(await outcome((channel) => { channel.pipe(channel) })).toEqual(runsNothing)
    expect(await outcome((channel) => { let all = ''; channel.on('data', (text: Buffer) => { all += String(text) }).on('end', () => { channel.write(all); channel.exit(0); channel.end() }) })).toEqual(runsNothing)
  })

  test('a host that refuses commands runs nothing', async () => {
    const { target } = await startHost({ onClient: (client) => client.removeAllListeners('session').on('session', (accept) => accept().on('exec', (_accept, reject) => reject())) })
    const { session } = await access.contact(target, [current])
    expect(await session?.answersNonce()).toBe(false)
    expect(await change({ session } as Contact)).toEqual(runsNothing.changed)
    await session?.close()
  })

  /** A shell that answers the greeting, and then whatever a test wants. */
  function lyingShell (answer: string, noise = ''): (channel: ssh2.ServerChannel) => void {
    return (channel) => {
      channel.write(noise)
      channel.on('data', (data: Buffer) => {
        const text = String(data)
        const sum = /'([0-9a-f]{16})' '([0-9a-f]{16})' "\$\(\((\d+) \+ (\d+)\)\)"/.exec(text)
        const [a, b] = [/nonce_a='(\w+)'/.exec(text)?.[1], /nonce_b='(\w+)'/.exec(text)?.[1]]
        if (sum !== null) channel.write(`\nrekey:${sum[1]}${sum[2]}:${Number(sum[3]) + Number(sum[4])}\n`)
        else channel.write(`\nrekey:${a}${b}:${answer}\n`)
      })
    }
  }

  test.each([
    ['applied', { outcome: 'applied' }],
    ['fenced:17', { outcome: 'fenced', seen: 17 }],
    ['fence-unreadable', { outcome: 'fence-unreadable' }],
    ['refused:symlink:/home/a/.ssh/authorized_keys', { outcome: 'refused', reason: '/home/a/.ssh/authorized_keys is a symbolic link: replace it by what it points to' }],
    ['refused:symlink:/x\u001b[2J; rm -rf', { outcome: 'refused', reason: 'the key file or its folder is a symbolic link: replace it by what it points to' }],
    ['refused:symlink:$&', { outcome: 'refused', reason: 'the key file or its folder is a symbolic link: replace it by what it points to' }]
  ])('the answer %j is understood, whatever is printed around it', async (answer, expected) => {
    const noise = 'motd\r\nrekey:applied\nrekey:0000:applied\n\u0000\u00ff no end of line'
    expect(await outcome(lyingShell(answer, noise))).toEqual({ answers: true, changed: expected })
  })

  test.each(['', 'applied ', 'APPLIED', 'failed', 'fenced:', 'fenced:-1', 'fenced:1e9', 'fenced:9999999999999999', 'refused:evil:/x', 'refused:constructor:/x', 'refused:', 'x'.repeat(1000)])('the answer %j is none', async (answer) => {
    const { target } = await startHost({ run: lyingShell(answer) })
    expect(await failure(target, [current], change)).toBe('ssh/misbehaved')
  })

  test('a connection that breaks in the middle of a change leaves its outcome unknown', async () => {
    const { target } = await startHost({
      onClient: (client) => client.removeAllListeners('session').on('session', (accept) => accept().on('exec', (acceptExec) => {
        const channel = acceptExec()
        channel.once('data', (data: Buffer) => {
          const sum = /'(\w+)' '(\w+)' "\$\(\((\d+) \+ (\d+)\)\)"/.exec(String(data))
          channel.write(`rekey:${sum?.[1]}${sum?.[2]}:${Number(sum?.[3]) + Number(sum?.[4])}\n`)
          channel.once('data', () => client.end())
        })
      }))
    })
    expect(await failure(target, [current], change)).toBe('ssh/dropped')
  })

  test('the key that opened the session can\'t be removed by it', async () => {
    const { target } = await startHost({ run: lyingShell('applied') })
    const { session } = await access.contact(target, [current])
    const result = await session?.removeKeys({ credential: { zone: 'z', host: 'h', account: 'root', name: 'ssh-key' }, epoch: 1, keys: [stranger.publicKey, current.publicKey] })
    expect(result?.outcome).toBe('refused')
    await session?.close()
    await expect(session?.answersNonce()).rejects.toMatchObject({ code: 'ssh/dropped' })
  })

  test('what a host asks of us is refused, and the session goes on', async () => {
    const refused: string[] = []
    const { target } = await startHost({
      run: lyingShell('applied'),
      onReady: (client) => {
        client.forwardOut('127.0.0.1', 1, '127.0.0.1', 2, (error) => { if (error !== undefined) refused.push('tcp') })
        client.x11('127.0.0.1', 1, (error) => { if (error !== undefined) refused.push('x11') })
        client.openssh_forwardOutStreamLocal('/tmp/x', (error) => { if (error !== undefined) refused.push('socket') })
        client.rekey()
      }
    })
    const { session } = await access.contact(target, [current])
    expect(await session?.answersNonce()).toBe(true)
    await session?.close()
    expect(refused.sort()).toEqual(['socket', 'tcp', 'x11'])
  })
})

describe('where may be dialled', () => {
  const policy = (networks: string[]): ReturnType<typeof createHostAccess> => createHostAccess({ dialPolicy: new DialPolicy(networks), stepTimeoutMs })
  const codeOf = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => isRekeyError(error) ? error.code : error)

  test('the address that a name stands for is what counts', async () => {
    const { target, connections } = await startHost()
    for (const address of ['127.0.0.1', 'localhost', '127.1', '2130706433', '::ffff:127.0.0.1', '0.0.0.0', '::1', 'fe80::1%lo']) {
      expect([address, await codeOf(policy(['10.0.0.0/8']).contact({ ...target, address }, [current]))]).toEqual([address, 'network/not-allowed'])
    }
    expect(connections()).toBe(0)
    const contact = await policy(['127.0.0.0/8']).contact({ ...target, address: 'localhost' }, [current])
    expect(contact.verdicts).toEqual(['accepted'])
    await contact.session?.close()
  })

  test('a name that does not exist is unreachable', async () => {
    expect(await codeOf(policy(['127.0.0.0/8']).contact({ ...targetAt(22), address: 'no-such-host.invalid' }, [current]))).toBe('ssh/unreachable')
  })

  test('an account name that is none is refused', async () => {
    expect(await codeOf(access.contact({ ...targetAt(22), account: 'a;b' }, [current]))).toBe('name/invalid')
  })
})

test('closing returns when the socket is closed, also when the host does not care', async () => {
  const { target } = await startHost()
  const silent = await behindWire(target, 'silent', 100_000)
  const { session } = await access.contact(silent, [current])
  const began = Date.now()
  await session?.close()
  await session?.close()
  expect(Date.now() - began).toBeLessThan(2000)
  await closeAll()
  for (const end = Date.now() + 2000; tcpHandles() > 0 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 20))
  expect(tcpHandles()).toBe(0)
})
