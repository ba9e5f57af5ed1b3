export { Attacker } from './attacker.ts'
export type { Door, Verdict } from './attempt.ts'
export { proposeRevokeAll, type CampaignView } from './campaign.ts'
export { approveAs, peopleOf } from './people.ts'
