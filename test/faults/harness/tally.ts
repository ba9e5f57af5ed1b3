import type { LabHost } from '@rekey/lab'
import type { Account } from './fleet.ts'

/** How many wrong passwords the host counts against an account (faillock); none where it does not count. */
export async function tallyOf (host: LabHost, account: string): Promise<number> {
  const { stdout } = await host.run(`[ ! -d /run/faillock ] || faillock --user ${account} | awk '$NF == "V"' | wc -l`)
  return Number(stdout)
}

/** Lets a judge show wrong passwords without a trace: the host counts none of them, and knows afterwards what it knew before. */
export async function uncounted<T> ({ kind }: Account, host: LabHost, judge: () => Promise<T>): Promise<T> {
  if (kind !== 'password') return await judge()
  const conf = '/etc/security/faillock.conf'
  const counts = (await host.run(`[ -d /run/faillock ] && cp -a /run/faillock /run/faillock.kept && cp ${conf} /run/faillock.conf && rm -f /run/faillock/* && sed -i 's/^deny = .*/deny = 99/' ${conf}`)).code === 0
  try {
    return await judge()
  } finally {
    if (counts) await host.run(`cp /run/faillock.conf ${conf} && rm -rf /run/faillock && mv /run/faillock.kept /run/faillock`)
  }
}
