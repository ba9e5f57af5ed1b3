export { inventoryFormats, readInventory } from './read-inventory.ts'
export type { InventoryFormat, InventoryOptions } from './read-inventory.ts'
export type { ZoneChoice } from './zone-choice.ts'
export type { AcceptedRow, InventoryCredential, InventoryHost, Note, ReadInventory, RefusedRow, Row } from './row.ts'
