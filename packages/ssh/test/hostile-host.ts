import { once } from 'node:events'
import { createServer, connect } from 'node:net'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { inspect } from 'node:util'
import { DialPolicy, isRekeyError } from '@rekey/domain'
import type { Target, UserKey } from '@rekey/domain'
import type { Contact } from '@rekey/rotation'
import { createHostAccess, makeKey } from '@rekey/ssh'
import type { SshHostAccess } from '@rekey/ssh'
import ssh2 from 'ssh2'
import type { AuthContext, Connection, ServerConfig, ServerChannel } from 'ssh2'

/** What a host is given that does something: longer than a busy machine takes for it. */
export const stepTimeoutMs = 8000
/** What a host is given that will never answer, so that the test needs not wait long either. */
export const shortTimeoutMs = 600
const accessWithin = (stepTimeoutMs: number): SshHostAccess => createHostAccess({ dialPolicy: new DialPolicy(['127.0.0.0/8']), stepTimeoutMs })
export const access = accessWithin(stepTimeoutMs)
export const hostKey: UserKey = makeKey()
/** Nobody's key. */
export const stranger: UserKey = makeKey()
/** What opens the account. */
export const current: UserKey = makeKey()

const open: Array<{ server: NetServer | ssh2.Server, sockets: Set<Socket> }> = []

export async function closeAll (): Promise<void> {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => { server.close(() => resolve()) })
  }
}

/** Something that listens on 127.0.0.1 and need not speak SSH. */
export async function listen (serve: (socket: Socket) => void): Promise<Target> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    serve(socket)
  })
  open.push({ server, sockets })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return targetAt((server.address() as AddressInfo).port)
}

export function targetAt (port: number): Target {
  return { address: '127.0.0.1', port, hostKeys: [hostKey.publicKey], account: 'root', via: null }
}

export interface Script {
  readonly config?: Partial<ServerConfig>
  /** By default `current` opens the account and all else is refused. */
  readonly authenticate?: (context: AuthContext, client: Connection) => void
  readonly onClient?: (client: Connection) => void
  readonly onReady?: (client: Connection) => void
  /** What the account runs; by default it hangs. */
  readonly run?: (channel: ServerChannel, command: string) => void
}

/** A host that does what a test wants, and notes how it was spoken to. */
export async function startHost (script: Script = {}): Promise<{ target: Target, attempts: string[], connections: () => number }> {
  const attempts: string[] = []
  let connections = 0
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey.open()], ...script.config }, (client) => {
    connections += 1
    client.on('error', () => {})
    client.on('authentication', (context) => {
      attempts.push(context.method === 'publickey' ? `publickey ${context.key.algo} ${context.hashAlgo ?? ''}` : context.method);
      (script.authenticate ?? onlyCurrent)(context, client)
    })
    client.on('ready', () => script.onReady?.(client))
    client.on('session', (accept) => {
      const session = accept()
      session.on('pty', (acceptTerminal) => acceptTerminal())
      session.on('exec', (acceptExec, _reject, { command }) => script.run?.(acceptExec(), command))
    })
    script.onClient?.(client)
  })
  server.on('error', () => {})
  const sockets = new Set<Socket>()
  open.push({ server, sockets })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => resolve()) })
  const port = (server.address() as AddressInfo).port
  return { target: targetAt(port), attempts, connections: () => connections }
}

/** For `onClient`: channels open, and take packets of length 0 at most. */
export function takeOnlyEmptyPackets (client: Connection): void {
  const { _protocol: protocol } = client as unknown as { _protocol: { channelOpenConfirm (remote: number, local: number, window: number, packet: number): void } }
  const confirm = protocol.channelOpenConfirm.bind(protocol)
  protocol.channelOpenConfirm = (remote, local, window) => confirm(remote, local, window, 0)
}

export function isCurrent (context: AuthContext): boolean {
  return context.method === 'publickey' && context.key.data.toString('base64') === current.publicKey.split(' ')[1]
}

export function onlyCurrent (context: AuthContext): void {
  if (isCurrent(context)) context.accept()
  else context.reject(['publickey'])
}

/** A host behind a wire that is cut, or falls silent, after so many bytes of what the host says; or that twists one of them. */
export async function behindWire (target: Target, what: 'cut' | 'silent' | 'twist', bytes: number): Promise<Target> {
  return listen((near) => {
    const far = connect(target.port, target.address)
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
    near.pipe(far)
    let said = 0
    far.on('data', (data: Buffer) => {
      const room = bytes - said
      said += data.length
      if (what === 'twist') {
        if (room >= 0 && room < data.length) data[room] = (data[room] ?? 0) ^ 0x20
        near.write(data)
      } else if (room > 0) {
        near.write(data.subarray(0, room))
      }
      if (what === 'cut' && said >= bytes) near.end()
    })
    far.on('end', () => near.end())
  })
}

/** The code of the failure of a visit whose steps may take `stepMs` each. It comes in time, carries no library's error and no key, and leaves no socket behind. */
export async function failure (target: Target, keys: readonly UserKey[] = [stranger, current], act: (contact: Contact) => unknown = () => 'none', stepMs = stepTimeoutMs): Promise<string> {
  const began = Date.now()
  let contact: Contact | undefined
  try {
    contact = await accessWithin(stepMs).contact(target, keys)
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

/** The same of a host that falls silent. */
export const silence = async (target: Target): Promise<string> => await failure(target, undefined, undefined, shortTimeoutMs)

export async function verdicts (target: Target, keys: readonly UserKey[] = [stranger, current, makeKey()]): Promise<string[]> {
  const contact = await access.contact(target, keys)
  await contact.session?.close()
  return [...contact.verdicts, contact.session === undefined ? 'no session' : 'session']
}

interface PacketWriter {
  readonly allocStart: number
  finalize (packet: Buffer, ...more: unknown[]): unknown
}

const extInfo = 7

/** Has a host's list of signature algorithms name none by RSA, as OpenSSH 10 does where `PubkeyAcceptedAlgorithms` has none. */
export function namesNoRsa (client: Connection): void {
  const { _protocol: protocol } = client as unknown as { _protocol: { _packetRW: { write: PacketWriter }, _onHandshakeComplete: (...args: unknown[]) => void } }
  const complete = protocol._onHandshakeComplete
  protocol._onHandshakeComplete = (...args) => {
    const writer = protocol._packetRW.write
    const finalize = writer.finalize.bind(writer)
    writer.finalize = (packet, ...more) => {
      const names = 'rsa-sha2-512,rsa-sha2-256,ssh-rsa'
      if (packet[writer.allocStart] === extInfo) packet.write('-'.repeat(names.length), packet.indexOf(names), 'latin1')
      return finalize(packet, ...more)
    }
    complete(...args)
  }
}

/** Takes from a host the list of signature algorithms that hosts have sent since 2016 (RFC 8308): RSA is then known with SHA-1 only. */
export function knowsSha1Only (client: Connection): void {
  const { _protocol: protocol } = client as unknown as { _protocol: { _kex: { remoteExtInfoEnabled: boolean }, _onHandshakeComplete: (...args: unknown[]) => void } }
  const complete = protocol._onHandshakeComplete
  protocol._onHandshakeComplete = (...args) => {
    protocol._kex.remoteExtInfoEnabled = false
    complete(...args)
  }
}
