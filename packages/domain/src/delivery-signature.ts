import { createHmac } from 'node:crypto'
import type { Secret } from './secret.ts'

/** The value of `X-Rekey-Signature`: over the time and the body, so that an old message is not taken for a new one. @param seconds since 1970 */
export function signDelivery (secret: Secret, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret.open()).update(`${seconds}.${body}`).digest('hex')}`
}
