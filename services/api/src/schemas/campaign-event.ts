import { Type } from 'typebox'
import { CampaignSummary, CampaignTargetView, CampaignView, exampleCampaign } from './campaign.ts'
import { closed, list } from './fields.ts'
import { EndEvent, EventId, exampleEnd, exampleId } from './order-event.ts'

// What of access has ended does not change while it goes on, and takes a reading of every lease: the view and the report say it.
const { next: _next, ended: _ended, ...campaign } = CampaignView.properties

const Events = Type.Union([
  Type.Object({ event: Type.Literal('campaign'), id: EventId, data: Type.Object(campaign, closed) }, { ...closed, description: 'The whole campaign: the first event, and again whenever other credentials have come into its scope. It replaces what was shown before' }),
  Type.Object({
    event: Type.Literal('changes'),
    id: EventId,
    data: Type.Object({ ...campaign, targets: list(CampaignTargetView, { description: 'Those that have changed, as they are now; none when only the campaign itself has' }) }, closed)
  }, { ...closed, description: 'How far the campaign is, and which targets have changed since the event before' }),
  Type.Object({ event: Type.Literal('done'), id: EventId, data: CampaignSummary }, { ...closed, description: 'In each zone it is done, stopped or expired. The stream ends' }),
  EndEvent
], { description: 'One event, its `data` parsed' })

const { next: _none, ended: _access, ...whole } = exampleCampaign
const { targets: _targets, ...done } = whole

export const campaignEvents = {
  description: 'Events until the campaign is done. `retry:` and comments stand between them',
  content: {
    'text/event-stream': {
      schema: Events,
      examples: {
        campaign: { value: { event: 'campaign', id: exampleId, data: whole } },
        changes: { value: { event: 'changes', id: exampleId, data: whole } },
        done: { value: { event: 'done', id: `${exampleId}~`, data: done } },
        end: { value: exampleEnd }
      }
    }
  }
}
