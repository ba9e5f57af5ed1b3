import type { Client, ClientChannel } from 'ssh2'

/** The parts of ssh2's client that have no public name. It is pinned to the version that has them. */
interface Internals {
  readonly _callbacks?: Array<() => void>
  readonly _protocol?: {
    ping (): void
    requestFailure (): void
    readonly _handlers?: {
      GLOBAL_REQUEST?: (protocol: unknown, name: string, wantReply: boolean) => void
      CHANNEL_OPEN_CONFIRMATION?: (protocol: unknown, channel: { readonly packetSize: number }) => void
    }
  }
}

/**
 * OpenSSH tells its host keys after each login, and ssh2 then asks for a signature by every one of them, which we have
 * no use for and which costs the host. There is no option against it, so the one handler is replaced.
 * Saying nothing at all would cost more: sshd's next packet waits (Nagle) until the last one is acknowledged, for which
 * Linux takes 40 ms when there is nothing to send. So we send an empty request.
 */
export function refuseGlobalRequests (client: Client): void {
  const { _callbacks: callbacks, _protocol: protocol } = client as unknown as Internals
  const handlers = protocol?._handlers
  if (callbacks === undefined || handlers?.GLOBAL_REQUEST === undefined) return
  handlers.GLOBAL_REQUEST = (_protocol, _name, wantReply) => {
    if (wantReply) {
      protocol?.requestFailure()
    } else {
      callbacks.push(() => {})
      protocol?.ping()
    }
  }
}

/** Asks for an answer, whatever it is. The callback comes in the order of the answers, or when the connection closes. */
export function ping (client: Client, answered: () => void): void {
  const { _callbacks: callbacks, _protocol: protocol } = client as unknown as Internals
  callbacks?.push(answered)
  protocol?.ping()
}

/**
 * Gives back what a piece took of a channel's window at once; ssh2 would wait until half of it is gone.
 * It is not for the window: sshd on a jump host sends the next small piece only when the last one is acknowledged (Nagle),
 * for which Linux takes 40 ms when there is nothing to send. So there is.
 */
export function giveBack (channel: ClientChannel, bytes: number): void {
  const { incoming, outgoing, _client: client } = channel as unknown as {
    readonly incoming: { window: number }
    readonly outgoing: { readonly id: number, readonly state: string }
    readonly _client?: { readonly _protocol?: { channelWindowAdjust (id: number, bytes: number): void } }
  }
  if (outgoing.state !== 'open') return
  incoming.window += bytes
  client?._protocol?.channelWindowAdjust(outgoing.id, bytes)
}

/** A channel for which the host takes packets of length 0 at most would have ssh2 send such packets for ever, and do nothing else. */
export function refuseEmptyPackets (client: Client, fail: () => void): void {
  const handlers = (client as unknown as Internals)._protocol?._handlers
  const confirm = handlers?.CHANNEL_OPEN_CONFIRMATION
  if (handlers === undefined || confirm === undefined) return
  handlers.CHANNEL_OPEN_CONFIRMATION = (protocol, channel) => {
    if (channel.packetSize < 1) fail()
    else confirm(protocol, channel)
  }
}
