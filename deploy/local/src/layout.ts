import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository: this file is deploy/local/src/layout.ts, or deploy/local/dist/layout.js. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** The policies and the configuration of Vault, as HCL. */
export const vaultFiles = join(repository, 'deploy', 'vault')

/** Everything that the set-up and the stacks keep; ignored by git, and the only place besides apt's that is written to. */
export const stateRoot = join(repository, '.rekey')

/**
 * Where a process of the stack sees its state folder, in a mount namespace of its own:
 * the folder itself may lie where other users can't go, such as below /root.
 */
export const inside = '/mnt'

/** Paths below a state folder. With `inside` as the folder they are what the processes see. */
export function layout (folder: string) {
  return {
    record: join(folder, 'stack.json'),
    lock: join(folder, 'lock'),
    app: join(folder, 'app'),
    programs: join(folder, 'bin'),
    logs: join(folder, 'logs'),
    log: (name: string) => join(folder, 'logs', `${name}.log`),
    audit: (name: string) => join(folder, 'audit', name),

    tls: join(folder, 'tls'),
    ca: join(folder, 'tls', 'ca.pem'),
    caKey: join(folder, 'tls', 'ca-key.pem'),
    certificate: (name: string) => join(folder, 'tls', `${name}.pem`),
    certificateKey: (name: string) => join(folder, 'tls', `${name}-key.pem`),

    secrets: join(folder, 'secrets'),
    secretsOf: (service: string) => join(folder, 'secrets', service),
    roleId: (service: string) => join(folder, 'secrets', service, 'role-id'),
    secretId: (service: string) => join(folder, 'secrets', service, 'secret-id'),
    clientCertificate: (service: string) => join(folder, 'secrets', service, 'client.pem'),
    clientKey: (service: string) => join(folder, 'secrets', service, 'client-key.pem'),
    redisPassword: (user: string) => join(folder, 'secrets', user, 'redis-password'),
    adminTokenHash: join(folder, 'secrets', 'api', 'admin-token-sha256'),
    adminToken: join(folder, 'secrets', 'admin-token'),
    unsealKey: join(folder, 'secrets', 'unseal-key'),
    operatorPassword: (zone: string) => join(folder, 'secrets', `operator-${zone}-password`),
    responderPassword: (zone: string) => join(folder, 'secrets', `responder-${zone}-password`),

    zones: join(folder, 'api', 'zones.json'),

    vault: join(folder, 'vault'),
    vaultConfig: join(folder, 'vault', 'config.hcl'),
    vaultData: join(folder, 'vault', 'data'),
    vaultAudit: join(folder, 'vault', 'audit'),

    redis: join(folder, 'redis'),
    redisConfig: join(folder, 'redis', 'redis.conf'),
    redisUsers: join(folder, 'redis', 'users.acl'),
    redisData: join(folder, 'redis', 'data')
  }
}

export type Layout = ReturnType<typeof layout>
