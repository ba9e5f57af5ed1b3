import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { isRekeyError } from '@rekey/domain'
import { makeKey, parsePrivateKey } from '@rekey/ssh'
import ssh2 from 'ssh2'
import { access, behindWire, closeAll, current, failure, hostKey, listen, silence, startHost, stranger, targetAt } from './hostile-host.ts'

afterEach(closeAll)

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
    expect((await (code === 'ssh/timeout' ? silence : failure)(await listen(serve))).replace('ssh/dropped', code === 'ssh/unreachable' ? code : 'ssh/dropped')).toBe(code)
  })

  test('that never takes the connection', async () => {
    // The kernel drops what does not fit into the queue of a process that stands still. It stops in the same turn in which it tells its port, so it takes none.
    const child = spawn(process.execPath, ['-e', 'const s = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => { require("fs").writeSync(1, String(s.address().port)); process.kill(process.pid, "SIGSTOP") })'])
    try {
      const [text] = await once(child.stdout, 'data') as [Buffer]
      const port = Number(String(text))
      const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await silence(targetAt(port))).toBe('ssh/unreachable')
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
    const codes: string[] = []
    // A few at a time: a busy machine would not answer all of them within a step.
    for (let at = 0; at < places.length; at += 6) {
      codes.push(...await Promise.all(places.slice(at, at + 6).map(async (bytes) => await (what === 'silent' ? silence : failure)(await behindWire(target, what, bytes)))))
    }
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
      expect(await failure({ ...target, hostKeys: [] })).toBe('ssh/no-common-algorithm')
      expect(await failure({ ...target, hostKeys: [rsa.publicKey] })).toBe('ssh/no-common-algorithm')
      expect(attempts).toEqual([])
    }
    const { target } = await startHost({ config: { hostKeys, algorithms: { serverHostKey: ['ssh-rsa'] } } })
    expect(await failure({ ...target, hostKeys: [] })).toBe('ssh/no-common-algorithm')
    expect(await failure({ ...target, hostKeys: [rsa.publicKey] })).toBe('ssh/no-common-algorithm')
    expect(await failure(target)).toBe('ssh/identity-changed')
  })
})
