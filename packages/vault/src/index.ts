export type { Inventory, OrderDraft, OrderRequest } from './inventory.ts'
