/** Where each part of docker-compose.yml is, and as which user it runs. deploy/docker/test holds the two together. */
export interface Part {
  readonly address: string
  readonly uid: number
}

export interface Zone extends Part {
  readonly name: string
  readonly network: string
  readonly host: string
  readonly broker: Part
}

export interface Plan {
  readonly vault: Part
  readonly redis: Part
  readonly api: Part
  /** Each with its worker's address and user, and its broker's. */
  readonly zones: readonly Zone[]
}

export const ports = { vault: 8200, vaultCluster: 8201, vaultServices: 8202, redis: 6380, api: 8443, broker: 8444, host: 2222 }

/** @param net the first two numbers of every address, as `172.30` */
export function planFor (net: string): Plan {
  const control = (last: number, uid: number): Part => ({ address: `${net}.10.${last}`, uid })
  const zone = (name: string, last: number, third: number): Zone =>
    ({ name, ...control(last, 10_000 + last - 10), network: `${net}.${third}.0/24`, host: `${net}.${third}.10`, broker: control(last + 10, 10_000 + last + 10) })
  return {
    vault: control(10, 10_020),
    redis: control(11, 10_021),
    api: control(12, 10_001),
    zones: [zone('production', 20, 20), zone('backup', 21, 30)]
  }
}
