import { Secret } from '@rekey/domain'
import type { Contact, Session } from '@rekey/rotation'
import type ssh2 from 'ssh2'
import { access, closeAll, current, failure, shortTimeoutMs, startHost, stranger, takeOnlyEmptyPackets } from './hostile-host.ts'

afterEach(closeAll)

const nonce = async ({ session }: Contact): Promise<unknown> => session?.answersNonce()
const change = async ({ session }: Contact): Promise<unknown> => session?.removeKeys({ credential: { zone: 'z', host: 'h', account: 'root', name: 'ssh-key' }, epoch: 1, keys: [stranger.publicKey] })

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
    expect(await failure(target, [current], nonce, shortTimeoutMs)).toBe('ssh/timeout')
    expect(await failure(target, [current], change, shortTimeoutMs)).toBe('ssh/timeout')
  })

  test('a host that never starts a command is not waited for', async () => {
    const { target } = await startHost({ onClient: (client) => client.removeAllListeners('session').on('session', () => {}) })
    expect(await failure(target, [current], nonce, shortTimeoutMs)).toBe('ssh/timeout')
  })

  test('a host that takes only packets of no length does not keep us busy for ever', async () => {
    const { target } = await startHost({ onClient: takeOnlyEmptyPackets, run: () => {} })
    expect(await failure(target, [current], nonce)).toBe('ssh/misbehaved')
  })

  async function outcome (run: (channel: ssh2.ServerChannel) => void): Promise<{ answers: boolean, changed: unknown }> {
    const { target } = await startHost({ run })
    const { session } = await access.contact(target, [current])
    const result = { answers: await session?.answersNonce() === true, changed: await change({ session } as { session: Session } & Contact) }
    await session?.close()
    return result
  }
  const runsNothing = { answers: false, changed: { outcome: 'refused', reason: 'the account runs no commands (no shell, or a forced command)', account: { code: 'host/no-commands' } } }

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

  /** On its terminal a shell that answers the greeting, then says that passwd asks, and whatever a test wants. */
  function lyingTerminal (says: (heard: string) => string): { run: (channel: ssh2.ServerChannel, command: string) => void, typed: () => string } {
    let typed = ''
    return {
      typed: () => typed,
      run: (channel, command) => {
        if (!command.includes('8>&1')) {
          lyingShell('refused:needs-terminal:')(channel)
          return
        }
        lyingShell('asks')(channel)
        channel.on('data', (data: Buffer) => {
          typed += String(data)
          if (typed.includes('rekey_ask_passwd')) channel.write(says(String(data)))
        })
      }
    }
  }
  const [from, to] = [Secret.of('the present one'), Secret.of('the next one')]
  const setPassword = async ({ session }: Contact): Promise<unknown> => session?.setPassword({ credential: { zone: 'z', host: 'h', account: 'root', name: 'password' }, epoch: 1, from, to })

  test('a terminal that asks without end hears each password no more often than passwd needs it, and is cut off', async () => {
    const { run, typed } = lyingTerminal(() => `Current password: \r\nNew password: \r\n${'New password: \r\n'.repeat(1000)}New password: `)
    const { target } = await startHost({ run })
    expect(await failure(target, [current], setPassword)).toBe('ssh/misbehaved')
    expect(typed().split(to.open())).toHaveLength(2)
    expect(typed()).not.toContain(from.open())
  })

  test.each(['ended:', 'ended:-1', 'ended:1e3', 'ended:0'])('a terminal that says nothing but %j has not changed the password, or nothing is known', async (end) => {
    let marked = ''
    const { run } = lyingTerminal((heard) => {
      const [a, b] = [/nonce_a='(\w+)'/.exec(heard)?.[1], /nonce_b='(\w+)'/.exec(heard)?.[1]]
      if (a !== undefined) marked = `\nrekey:${a}${b}:${end}\n`
      return marked
    })
    const { target } = await startHost({ run })
    const outcome = await failure(target, [current], setPassword)
    if (end === 'ended:0') expect(outcome).toContain("outcome: 'refused'")
    else expect(outcome).toBe('ssh/misbehaved')
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
