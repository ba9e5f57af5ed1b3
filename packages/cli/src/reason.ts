import { UsageError } from './usage-error.ts'

/** @throws UsageError */
export function reasonFrom (text: string | undefined): string {
  const reason = text?.trim() ?? ''
  if (reason === '') throw new UsageError('say why: --reason "…"')
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (reason.length > 500 || /[\u0000-\u001f\u007f]/.test(reason)) throw new UsageError('--reason takes up to 500 characters on one line')
  return reason
}
