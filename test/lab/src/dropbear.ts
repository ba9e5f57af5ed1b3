import type { Daemon } from './daemon.ts'
import { connectionsInDropbear } from './dropbear-log.ts'
import { quote } from './quote.ts'
import { defaultPort } from './spec.ts'

const hostKey = '/etc/dropbear/host_key'

export const dropbear: Daemon = {
  logFile: 'dropbear.log',
  listening: 'Not backgrounding',
  program: '/usr/sbin/dropbear',
  script: (_, hostKeyFile) => [
    'rm -rf /etc/dropbear',
    'mkdir -m 700 /etc/dropbear',
    `dropbearconvert openssh dropbear ${hostKeyFile} ${hostKey} 2>&1`,
    `rm ${hostKeyFile}`
  ],
  command: ({ address, port = defaultPort, dropbearOptions = [] }, program) => {
    const options = dropbearOptions.flatMap((option) => option.split(/\s+/)).map(quote)
    return [program, '-F', '-E', '-r', hostKey, '-p', `${address}:${port}`, '-P', '/run/dropbear.pid', ...options, '</dev/null >/dev/null 2>>/var/log/dropbear.log'].join(' ')
  },
  connectionsIn: connectionsInDropbear
}
