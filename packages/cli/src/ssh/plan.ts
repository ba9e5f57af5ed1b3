import { formatName, isPassword, RekeyError, type Credential, type CredentialName, type Secret, type Target } from '@rekey/domain'
import { legacyOptions } from '@rekey/ssh'

/** What OpenSSH's client needs for a login. Only the keys are secret. */
export interface SshPlan {
  /** An ssh_config(5) with a block for each host on the way; `{folder}` stands for where the files are. */
  readonly config: string
  readonly knownHosts: string
  /** File name and text: which key is offered where. */
  readonly publicKeys: ReadonlyMap<string, string>
  readonly privateKeys: readonly Secret[]
  /** After the options: the name of the last block, and what is to be run there. */
  readonly args: readonly string[]
}

/**
 * @param chain the credential that is meant, then the jump host nearest to it, and so on
 * @throws RekeyError `input/invalid` for a password
 */
export function planLogin (chain: readonly Credential[], command: readonly string[]): SshPlan {
  const hops = chain.map((credential, index) => ({ ...keyOf(credential), target: credential.target, alias: `rekey-${index}`, jump: index + 1 < chain.length ? `rekey-${index + 1}` : undefined }))
  return {
    config: [...hops.map(block), common].join('\n'),
    knownHosts: hops.flatMap(({ alias, target }) => target.hostKeys.map(key => `${alias} ${key}\n`)).join(''),
    publicKeys: new Map(hops.map(({ alias, publicKey }) => [`${alias}.pub`, `${publicKey}\n`])),
    privateKeys: hops.map(({ privateKey }) => privateKey),
    args: ['rekey-0', ...command.length === 0 ? [] : ['--', ...command]]
  }
}

function keyOf ({ name, current }: Credential): { publicKey: string, privateKey: Secret } {
  if (isPassword(current)) throw new RekeyError('input/invalid', `${formatName(name)} is a password, which is never handed to ssh: rekey reveal ${formatName(name)} prints it, for ssh to ask you`)
  return current
}

function block ({ alias, target, jump }: { readonly alias: string, readonly target: Target, readonly jump: string | undefined }): string {
  return [
    `Host ${alias}`,
    `  HostName ${target.address}`,
    `  Port ${target.port}`,
    `  User ${target.account}`,
    `  HostKeyAlias ${alias}`,
    `  IdentityFile "{folder}/${alias}.pub"`,
    ...jump === undefined ? ['  ProxyJump none'] : [`  ProxyJump ${jump}`],
    ...legacyOptions(target.legacyAlgorithms ?? []),
    ''
  ].join('\n')
}

/** Of the last block only what is common to all: the pinned keys, one key a host, nothing of the person's own configuration. */
const common = `Host *
  UserKnownHostsFile "{folder}/known_hosts"
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  UpdateHostKeys no
  IdentityAgent "{folder}/agent"
  IdentitiesOnly yes
  AddKeysToAgent no
  ForwardAgent no
  PreferredAuthentications publickey
  ControlMaster no
  ControlPath none
`

/** The credential with those of the jump hosts on the way to it. */
export async function chainOf (name: CredentialName, find: (name: CredentialName) => Promise<Credential>): Promise<Credential[]> {
  const credential = await find(name)
  const { via } = credential.target
  return [credential, ...via === null ? [] : await chainOf({ zone: name.zone, ...via }, find)]
}
