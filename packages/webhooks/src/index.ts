export { createMessenger } from './messenger.ts'
export type { MessengerOptions } from './messenger.ts'
