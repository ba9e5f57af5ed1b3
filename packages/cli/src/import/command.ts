import { inventoryFormats } from '@rekey/inventory'
import type { Command } from 'commander'
import { apiOptions, several, withApi, type ApiFlags, type Registry } from '../command.ts'
import { importInventory } from './import.ts'
import { readImport, type ImportFlags } from './options.ts'

export function importCommand (program: Command, { session, command, act }: Registry): void {
  act(withApi(command(program, 'import <file>', {
    summary: 'add the hosts of an inventory, with the keys that open them today',
    description: 'Without --apply it only shows what would happen. A second run changes nothing. docs/import.md explains the formats.',
    examples: [
      'rekey import inventory.ini --format ansible --zone production --known-hosts ~/.ssh/known_hosts',
      'rekey import ~/.ssh/config --format openssh --zone production --known-hosts ~/.ssh/known_hosts --apply'
    ]
  })
    .option('--format <format>', `${inventoryFormats.join(', ')}: our own (YAML or JSON), Ansible's (INI or YAML), or a client's configuration`)
    .addOption(several('--zone <zone>', 'the zone of the hosts that name none themselves; for Ansible also GROUP=ZONE, once for each group'))
    .option('--known-hosts <file>', 'the hosts\' keys, for those whose keys the inventory doesn\'t name')
    .option('--trust-first-use', 'takes hosts without a known key too: the one that a host shows when its first key is adopted is pinned')
    .option('--apply', 'does it: what is new is observed, so that nothing of it is rotated until you say so (rekey manage, or the API)')
    .option('--manage', 'with --apply: it is not observed, and the next order rotates it')),
  async (file: string, flags: ImportFlags & ApiFlags) => await importInventory({ ...readImport(file, flags), json: flags.json === true, api: apiOptions(flags) }, session))
}
