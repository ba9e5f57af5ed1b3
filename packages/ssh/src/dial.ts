import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import type { Socket } from 'node:net'
import type { DialPolicy } from '@rekey/domain'
import { RekeyError, isRekeyError } from '@rekey/domain'

/**
 * Opens a TCP connection. The policy is asked about the very address that is then dialled: a name that resolves to
 * something else a moment later changes nothing.
 * @param timeoutMs for all of it, the name included
 * @throws RekeyError `network/not-allowed`, `ssh/unreachable`
 */
export async function dial ({ address, port }: { address: string, port: number }, policy: DialPolicy, timeoutMs: number): Promise<Socket> {
  const end = Date.now() + timeoutMs
  const allowed: string[] = []
  let refusal: RekeyError | undefined
  for (const ip of await resolve(address, timeoutMs)) {
    try {
      policy.check(ip)
      allowed.push(ip)
    } catch (error) {
      refusal = isRekeyError(error) ? error : new RekeyError('network/not-allowed', 'the address is not one that can be checked', { field: 'address' })
    }
  }
  if (allowed.length === 0) throw refusal ?? unreachable(`the name ${address} has no address`)
  let failure = unreachable('no time was left to connect')
  for (const ip of allowed) {
    if (Date.now() >= end) break
    const outcome = await open(ip, port, end - Date.now())
    if (!(outcome instanceof RekeyError)) return outcome
    failure = outcome
  }
  throw failure
}

async function resolve (address: string, timeoutMs: number): Promise<string[]> {
  if (isIP(address) !== 0) return [address]
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unreachable(`the name ${address} was not resolved in time`)), timeoutMs)
  })
  try {
    const found = await Promise.race([lookup(address, { all: true }), late])
    return found.map(({ address }) => address)
  } catch (error) {
    throw isRekeyError(error) ? error : unreachable(`the name ${address} can't be resolved`)
  } finally {
    clearTimeout(timer)
  }
}

async function open (ip: string, port: number, timeoutMs: number): Promise<Socket | RekeyError> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, noDelay: true })
    const timer = setTimeout(() => finish(unreachable(`${ip} port ${port} did not answer in time`)), timeoutMs)
    const onError = (error: NodeJS.ErrnoException) => finish(unreachable(`${ip} port ${port}: ${reasons[error.code ?? ''] ?? 'no connection'}`))
    const onConnect = () => finish(socket)
    function finish (outcome: Socket | RekeyError): void {
      clearTimeout(timer)
      socket.off('error', onError).off('connect', onConnect)
      // An error that comes when nobody waits any more must not end the process.
      socket.on('error', () => {})
      if (outcome !== socket) socket.destroy()
      resolve(outcome)
    }
    socket.on('error', onError).on('connect', onConnect)
  })
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connection refused, nothing listens there',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer'
}

function unreachable (message: string): RekeyError {
  return new RekeyError('ssh/unreachable', message)
}
