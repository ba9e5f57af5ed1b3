// Made by `npm run generate` from the API's OpenAPI document: don't edit it, and on a conflict generate it anew.
/* eslint-disable */

export interface paths {
    readonly "/health/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Whether the process answers
         * @description Looks at nothing else.
         */
        readonly get: operations["live"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/health/ready": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Whether requests can be served
         * @description Vault must be unsealed and know this service, and Redis must answer. The problem says which does not. Without Redis, requests are still carried out, only later: workers scan Vault.
         */
        readonly get: operations["ready"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See what was recorded
         * @description What the API and the workers have recorded, the newest first, in pages, some seconds after it was. A page that filters leave little of may be short or empty and have a `next` nevertheless. What belongs to no zone, such as tokens, is shown to whom all zones are. It is what the processes have taken to Vault; whether somebody has changed their journals, `rekey audit verify` finds out.
         */
        readonly get: operations["listAudit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/blast-radius": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * See what falls with what is stolen
         * @description Accounts that stolen secrets open, hosts of which these become root, private keys that lie there, and so on, each with the reason; as far as the caller's zones are known. Nothing is changed.
         */
        readonly post: operations["blastRadius"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the campaigns
         * @description As far as they are in the caller's zones, the newest first, in pages.
         */
        readonly get: operations["listCampaigns"];
        readonly put?: never;
        /**
         * Propose that every secret of a scope is revoked at once
         * @description Proposes it in each zone of the scope. Nothing happens until people approve it there, each with a Vault login of his own (`approveWith`). Then the zone's worker orders it: every secret that was made before is replaced and proven dead, without grace, on a canary first and then on waves of hosts. With `lockdown`, access is stripped without a replacement, but for what leads back. An `Idempotency-Key` makes it safe to send the request again.
         */
        readonly post: operations["proposeCampaign"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See how far a campaign is
         * @description As far as it is in the caller's zones: totals, how many targets an attacker may still open, when the old secrets were refused, and each target, in pages. What is open is read at each request; what is settled, and what came into the scope later, half a minute old at most.
         */
        readonly get: operations["getCampaign"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Watch a campaign until it is done
         * @description As far as it is in the caller's zones. Server-sent events: first the whole campaign (`campaign`), then how far it is and which targets have changed (`changes`), and `done` once it is done. `end` says why a stream ends before that. A client that comes again with the `Last-Event-ID` of what it saw last is told what has changed since, by whichever process it asks. `docs/api.md` has more.
         */
        readonly get: operations["watchCampaign"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}/report": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Take away what became of a campaign, signed
         * @description As far as it is in the caller's zones, also while it runs: what was approved by whom, and each target with its proofs or with what is owed there. Vault signs it by the API's key; `rekey campaign verify` finds out off line whether it was changed.
         */
        readonly get: operations["getCampaignReport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/campaigns/{id}/steerings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Propose that a campaign pauses, goes on or stops
         * @description In each of the caller's zones that it has, with as many approvals as its start. What is half done on a host is carried to its end. `resume` also lets the waves go on that the breaker has stopped; `stop` is for good.
         */
        readonly post: operations["proposeSteering"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/credentials": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the credentials
         * @description By zone, host, account and name, in pages; those that have left by `status=left` only. Pages after the first show what the first was made from, for up to a minute. `shared` looks over all zones, whatever the filters say, and `sharedWith` names the places among them that lie in the caller's zones.
         */
        readonly get: operations["listCredentials"];
        readonly put?: never;
        /**
         * Hand over the key or password that opens an account today
         * @description The zone's worker logs in with it and, when the host lets it in, keeps it as a credential; nothing changes on the host. The secret passes through the API once and can't be read back from it. Only orders placed later rotate it.
         */
        readonly post: operations["adoptCredential"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/credentials/{zone}/{host}/{account}/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See one credential with its rotations and proofs
         * @description Also while its adoption waits for the worker, and after one that was refused: `lastFailure` then says why. It is read at each request; `shared`, which takes all others, may be as it was a second ago, of thousands of credentials some seconds.
         */
        readonly get: operations["getCredential"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/credentials/{zone}/{host}/{account}/{name}/clear": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Propose that the hold of a credential is cleared
         * @description Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the worker clears that hold, and no other, and its rotation goes on. Put right first what held it: a worker that finds it as it was holds it again.
         */
        readonly post: operations["proposeClearing"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/credentials/{zone}/{host}/{account}/{name}/leave": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Propose that a credential leaves
         * @description As for a host; the rest of its host stays. What others are reached, changed or recovered through can't leave before them.
         */
        readonly post: operations["proposeCredentialLeave"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/credentials/{zone}/{host}/{account}/{name}/manage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Release a credential from observation
         * @description It is managed from then on, also if its host is still observed: orders that cover it are carried out, also those that came while it was observed. What people observe, by the zone's policy or with `rekey observe`, stays observed; `observers` tells. There is no way back through the API. A second release changes nothing and answers with the first.
         */
        readonly post: operations["manageCredential"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/debts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the secrets that should be dead and are not proven dead
         * @description Each with why it is still open, since when, and what would end it. By zone, host, account and name, in pages. A debt ends with a proof, or with people who sign it off because its host is gone for good.
         */
        readonly get: operations["listDebts"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/findings": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List what is wrong in the fleet
         * @description Keys and passwords that open two places, host keys that name two hosts, secrets that should have been replaced by now, and what surveys have found that is not managed or is weak, over all zones; each with those of its places that lie in the caller's zones. By kind, in pages. With `zone` or `host`, those that touch it. A secret counts for as long as it is not proven dead. `accounts` says how many are managed, and how many surveys have found that are not.
         */
        readonly get: operations["listFindings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/findings/{zone}/{id}/acceptance": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Accept a finding in a zone
         * @description It stays on the list and is shown as accepted, until it changes there. Nothing of it is changed.
         */
        readonly put: operations["acceptFinding"];
        readonly post?: never;
        /**
         * Accept a finding no longer
         * @description Answers with the finding as it is then, whether or not it was accepted.
         */
        readonly delete: operations["withdrawAcceptance"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/grants": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the grants
         * @description What people have approved, ended ones included, by zone and name, in pages.
         */
        readonly get: operations["listGrants"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/grants/{zone}/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See one grant
         * @description Ended ones are there still, with their `status`.
         */
        readonly get: operations["getGrant"];
        /**
         * Propose that jobs of a CI may lease credentials
         * @description Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the zone's worker writes the grant, in place of the one of that name, and the zone's broker goes by it.
         */
        readonly put: operations["proposeGrant"];
        readonly post?: never;
        /**
         * End a grant
         * @description At once, and without approval: no lease is given under it or renewed any more. Leases that there are last until their end. A later proposal of the same name makes a new one.
         */
        readonly delete: operations["endGrant"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/grants/{zone}/{name}/explain": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * See why a token may use a grant, or not
         * @description By its claims, which anybody can read in it. Don't send the token: this operation does not take it. Whether its signature holds, and whether it was used before, the broker alone can tell.
         */
        readonly post: operations["explainGrant"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hosts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the hosts
         * @description By zone and id, in pages. With `label`, those that have all of these. Those that have left are listed by `status=left` only.
         */
        readonly get: operations["listHosts"];
        readonly put?: never;
        /**
         * Add a host to the inventory
         * @description Nothing is dialled yet. The zone's worker binds address, port and host keys to a credential when it adopts one, after the host has proven to hold its key. A host behind a jump host is reached through it only; add the jump host first.
         */
        readonly post: operations["createHost"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hosts/{zone}/{id}/labels": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See the labels of a host
         * @description With an `ETag` to change them by.
         */
        readonly get: operations["getLabels"];
        /**
         * Replace the labels of a host
         * @description All of them. An order covers the hosts that had its labels when it was placed: one that is there already goes on as it is, also for a host that is labelled otherwise now.
         */
        readonly put: operations["replaceLabels"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hosts/{zone}/{id}/leave": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Propose that a host leaves
         * @description Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the worker carries out what orders in force demand of each of its credentials, and archives them: their secrets stay readable in Vault, and nothing is rotated any more. Secrets that can't be proven dead because the host is gone have to be signed off. Nothing is changed or removed on the host.
         */
        readonly post: operations["proposeHostLeave"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hosts/{zone}/{id}/manage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Release a host from observation
         * @description Its credentials are managed from then on: orders that cover them are carried out, also those that came while they were observed. A credential that was itself handed over to be observed has to be released itself. There is no way back through the API. A second release changes nothing and answers with the first.
         */
        readonly post: operations["manageHost"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hosts/{zone}/{id}/redirects": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Propose another address, port, jump host or other keys for a host
         * @description Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the zone's worker changes the host's record, binds its credentials anew, ends holds that were for the host's identity or record, and rotates them, which proves the new place. A machine that is left behind keeps what is on it.
         */
        readonly post: operations["proposeRedirect"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hosts/{zone}/{id}/removals": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Propose that a key which nobody manages is taken off a host
         * @description Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the worker takes that key, and no other, out of every file that sshd reads for the account, over a managed credential of the host, and looks again whether it is gone. A key that is managed on the host is never removed by this.
         */
        readonly post: operations["proposeRemoval"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/hosts/{zone}/{id}/survey": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See how a host was found
         * @description When it was last looked at. Before that, everything is empty.
         */
        readonly get: operations["getSurvey"];
        readonly put?: never;
        /**
         * Have a host surveyed
         * @description The worker logs in with a credential of the host that is managed, as root where one becomes root, and looks who can log in and how. Nothing is changed there, and no secret leaves it. Asked twice is asked once.
         */
        readonly post: operations["askForSurvey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/inventory": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Import an inventory
         * @description Adds its hosts and hands over the keys and passwords in it, as `rekey import` does; without `apply: true` it only tells what would happen. What is new is observed unless it says `manage: true`. Each row stands by itself: what is refused keeps nothing else back, and a second request changes nothing. When Vault or the audit journal goes away in between, the answer is 503, and the same request goes on there. Rows whose secret is in a file are refused: the API reads no files.
         */
        readonly post: operations["importInventory"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/lease-requests": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List who waits for a lease that a person has to approve
         * @description And what became of it. By zone and by when they came, in pages.
         */
        readonly get: operations["listLeaseRequests"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/leases": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the leases
         * @description Who has which secrets, and until when; the secrets are not in it. By zone and by when they were taken, in pages.
         */
        readonly get: operations["listLeases"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/orders": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the orders
         * @description By zone, the newest first, in pages.
         */
        readonly get: operations["listOrders"];
        readonly put?: never;
        /**
         * Order the rotation of a scope
         * @description Creates one numbered order per zone that the scope touches. Every zone, host, account and name that the scope lists must match a credential. An `Idempotency-Key` makes it safe to send the request again after an answer that got lost.
         */
        readonly post: operations["placeOrder"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/orders/{zone}/{number}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See how far an order is
         * @description With the state of each credential in its scope, in pages; the counts are of all of them. A credential adopted after the order counts as settled once it is adopted. One that is observed counts apart, and the order is done without it; once it is released, it is rotated for this order too. So does one that has left; what began to leave before the order is no target of it.
         */
        readonly get: operations["getOrder"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/orders/{zone}/{number}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Watch an order until it is done
         * @description Server-sent events: first the whole order (`order`), then what has changed (`changes`), and `done` once it is done. `end` says why a stream ends before the order is done. A client that comes again with the `Last-Event-ID` of what it saw last is told what has changed since, by whichever process it asks. `docs/api.md` has more.
         */
        readonly get: operations["watchOrder"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the policies
         * @description Those that were made over the API, by zone and name, in pages. What the zone's people have written into Vault, GET /v1/zones shows.
         */
        readonly get: operations["listPolicies"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/policies/{zone}/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See one policy
         * @description With an `ETag` to change it by.
         */
        readonly get: operations["getPolicy"];
        /**
         * Make a policy, or replace it
         * @description It decides how secrets are made from now on, and by its schedule when. Where a host refuses what it asks for, the next one is made by the zone's own rules.
         */
        readonly put: operations["replacePolicy"];
        readonly post?: never;
        /**
         * Remove a policy
         * @description Secrets that were made by it stay until they are rotated. Answers with the policy as it was.
         */
        readonly delete: operations["removePolicy"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/proposals": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List what was proposed
         * @description By zone, the newest first, in pages.
         */
        readonly get: operations["listProposals"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/proposals/{zone}/{number}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * See what became of a proposal
         * @description With what people have said of it.
         */
        readonly get: operations["getProposal"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/schedule": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List what will be replaced when
         * @description Credentials whose secrets are replaced by themselves, by policies and by the longest age of their zone: what begins first comes first, in pages. Orders come on top of it. With `until`, those that may begin by then.
         */
        readonly get: operations["listSchedule"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the tokens
         * @description Those that the token that asks could have made: a token of a further zone is not among them, nor is the one of the set-up. By the time they were made, in pages. One that has ended is listed for 30 days more.
         */
        readonly get: operations["listTokens"];
        readonly put?: never;
        /**
         * Make a token
         * @description The answer is the only place where it is shown. It may do no more than the token that asks, in no other zone, and for no longer.
         */
        readonly post: operations["createToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tokens/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /**
         * Revoke a token
         * @description It is refused at once by the process that answers, and within a second by every other. There is no way back. A second revocation changes nothing and answers with the first. Tokens that it has made stay: `createdBy` tells which.
         */
        readonly delete: operations["revokeToken"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/tokens/{id}/rotate": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Give a token another secret
         * @description It stays the same token, with its id, role and zones. The answer is the only place where the new secret is shown. The old one ends at once, or after `overlapSeconds`. When the answer got lost, rotate again.
         */
        readonly post: operations["rotateToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v1/zones": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * List the zones
         * @description Those of the caller, each with where its hosts may be and its policy in force, by name, in pages.
         */
        readonly get: operations["listZones"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly live: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The process answers */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: string;
                    };
                };
            };
        };
    };
    readonly ready: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Vault and Redis answer too */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly status: string;
                    };
                };
            };
        };
    };
    readonly listAudit: {
        readonly parameters: {
            readonly query?: {
                /** @description What was done */
                readonly act?: string;
                /** @description Who asked for it over the API */
                readonly actor?: string;
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description `x-request-id` of the request that asked for it */
                readonly requestId?: string;
                /** @description From then on: ISO 8601, UTC */
                readonly since?: string;
                /** @description To what: it, and what lies below it */
                readonly target?: string;
                /** @description Up to then: ISO 8601, UTC */
                readonly until?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What was recorded, the newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @description What. Further ones will come */
                            readonly act: string;
                            readonly actor: string | null;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            readonly detail: string | null;
                            readonly epoch: number | null;
                            readonly fingerprint: string | null;
                            /** @description Where it stands: a process's journal, as `rekey audit verify` names it */
                            readonly journal: string;
                            /** @description With the number */
                            readonly n: number;
                            readonly outcome: string | null;
                            readonly reason: string | null;
                            readonly requestId: string | null;
                            /** @description Which process: `api`, `worker-<zone>` */
                            readonly service: string;
                            readonly source: string | null;
                            /** @description `zone`, `zone/host`, `zone/host/account/name`, or the id of a token */
                            readonly target: string;
                            readonly zone: string | null;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly blastRadius: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description What is stolen; at least one of the three */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description at most 100 fingerprints of stolen secrets */
                    readonly fingerprints?: readonly string[];
                    /** @description at most 100 hosts, each as `zone/host`, on which somebody is root who must not be */
                    readonly hosts?: readonly string[];
                    /** @description at most 100 zones of which that is true of every host */
                    readonly zones?: readonly string[];
                };
            };
        };
        readonly responses: {
            /** @description What falls in the caller's zones */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly counts: {
                            readonly accounts: number;
                            readonly hosts: number;
                            readonly secrets: number;
                        };
                        /** @description In the order in which it falls, each once */
                        readonly fallen: readonly {
                            readonly from: string | null;
                            /** @enum {unknown} */
                            readonly kind: "account" | "host" | "secret";
                            /** @description `zone/host/account`, `zone/host`, or a fingerprint */
                            readonly name: string;
                            /**
                             * @description `opened-by` the secret `from`; `root-of` its host is the account `from`; `on-host` `from`, whose root is every account; `lies-in` the home folder of the account `from`, without a passphrase
                             * @enum {unknown}
                             */
                            readonly reason: "stolen" | "opened-by" | "root-of" | "on-host" | "lies-in";
                        }[];
                        /** @description Hosts that were surveyed: of the others it is not known who becomes root, or which private keys lie there */
                        readonly surveyedHosts: number;
                    };
                };
            };
        };
    };
    readonly listCampaigns: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Campaigns, the newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @description The request, as JSON */
                            readonly asked: string;
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            readonly deadline: string | null;
                            readonly done: boolean;
                            readonly id: string;
                            /** @description Whether its deadline has passed and it is not done */
                            readonly isOverdue: boolean;
                            /** @enum {string} */
                            readonly kind: "revoke-all";
                            /** @description Whether it strips access without a replacement */
                            readonly lockdown: boolean;
                            readonly reason: string;
                            /** @description From the first start, until the first, half and all of the targets were proven to refuse what had opened them */
                            readonly refused: {
                                readonly allSeconds: number | null;
                                readonly firstSeconds: number | null;
                                readonly halfSeconds: number | null;
                            };
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                            readonly stillUsable: number;
                            readonly zones: readonly {
                                /** @description Zones that begin before it */
                                readonly after: readonly string[];
                                readonly approvals: readonly {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly breakGlass?: string;
                                    readonly by: string;
                                    readonly entity: string;
                                }[];
                                readonly approvalsNeeded: number;
                                /** @description What people run, each with a Vault login of his own */
                                readonly approveWith: string;
                                readonly breaker: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly reason: string;
                                } | null;
                                readonly breakGlass: string | null;
                                /** @description Of all targets, whatever is shown */
                                readonly counts: {
                                    readonly debt: number;
                                    readonly grace: number;
                                    readonly held: number;
                                    readonly left: number;
                                    readonly locked: number;
                                    readonly observed: number;
                                    readonly pending: number;
                                    readonly settled: number;
                                    readonly total: number;
                                };
                                readonly order: number | null;
                                readonly proposal: number;
                                readonly startedAt: string | null;
                                /**
                                 * @description `approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left
                                 * @enum {unknown}
                                 */
                                readonly status: "proposed" | "approved" | "expired" | "waiting" | "waves" | "all-hosts" | "halted" | "paused" | "stopped" | "done";
                                /** @description What was proposed to steer it, approved or not */
                                readonly steerings: readonly {
                                    /** @enum {unknown} */
                                    readonly action: "pause" | "resume" | "stop";
                                    readonly approveWith: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly expiresAt: string;
                                    /** @description Whether people can still approve it */
                                    readonly isOpen: boolean;
                                    readonly proposal: number;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly proposedAt: string;
                                    readonly proposedBy: string;
                                    readonly reason: string;
                                }[];
                                /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                                readonly stillUsable: number;
                                readonly zone: string;
                            }[];
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly proposeCampaign: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body again answer with the same orders and create none. */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Revoke every secret in the scope, without grace */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description a whole number from 1 to 100: no further wave begins when more of the hosts that were tried have failed; 30 when it is left out */
                    readonly breakerPercent?: number;
                    /** @description 1 to 1000 secrets that somebody else has: each place that one of them opens is covered besides the scope, or alone where the scope says nothing */
                    readonly burned?: readonly string[];
                    /**
                     * Format: date-time
                     * @description ISO 8601: by when all should be proven
                     */
                    readonly deadline?: string;
                    /** @description true only tells what would happen */
                    readonly dryRun?: boolean;
                    /** @description whether live logins of the accounts end once their new secrets are in place, but for Rekey's own. Left out: they are counted only */
                    readonly endsSessions?: boolean;
                    /** @description whether the tokens of the API end that were made before it. Left out: when all of a zone is revoked */
                    readonly endsTokens?: boolean;
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /**
                     * @description `revoke-all`
                     * @enum {string}
                     */
                    readonly kind: "revoke-all";
                    /** @description true strips access without a replacement, and ends live logins, where the host's recovery credential leads back; everything else is replaced. It takes two people, always. Left out: everything is replaced */
                    readonly lockdown?: boolean;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                    /** @description What to revoke. What is left out restricts nothing; within a list one match is enough. An empty scope is refused unless it says `all: true`, or `burned` says what is meant. */
                    readonly scope: {
                        /** @description 1 to 1000 accounts, each once */
                        readonly accounts?: readonly string[];
                        /** @description true says that everything is meant: of all zones, or of those in `zones` */
                        readonly all?: boolean;
                        /** @description 1 to 1000 hosts, each once */
                        readonly hosts?: readonly string[];
                        /** @description kinds of credentials, each once: of ssh-key, password */
                        readonly kinds?: readonly ("ssh-key" | "password")[];
                        /** @description at most 32 labels, each a key and a value */
                        readonly labels?: {
                            readonly [key: string]: string;
                        };
                        /** @description 1 to 1000 names of credentials, each once */
                        readonly names?: readonly string[];
                        /** @description 1 to 1000 zones, each once */
                        readonly zones?: readonly string[];
                    };
                    /** @description from 0 to 86400: how long a zone waits for those of a lower rank; 300 when it is left out */
                    readonly waitSeconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description What would happen; nothing was created */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Where each burned secret opens */
                        readonly burned: readonly {
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint: string;
                            readonly places: readonly string[];
                        }[];
                        /** @enum {boolean} */
                        readonly dryRun: true;
                        /** @description In the order in which they begin */
                        readonly zones: readonly {
                            readonly after: readonly string[];
                            readonly approvalsNeeded: number;
                            /** @description Grants, live leases, and requests for leases that wait for a person or to be fetched, that its order ends before anything is rotated */
                            readonly ended: {
                                readonly grants: number;
                                readonly leases: number;
                                readonly requests: number;
                            };
                            readonly estimatedSeconds: number | null;
                            /** @description In the order in which they come */
                            readonly targets: readonly {
                                /** @description `zone/host/account/name` */
                                readonly credential: string;
                                readonly fingerprint: string | null;
                                readonly hold: string | null;
                                readonly isBurned: boolean;
                                /** @description Whether it is stripped, and not replaced: in a lockdown only */
                                readonly isLocked: boolean;
                                /** @description Nothing of it is changed until it is released */
                                readonly isObserved: boolean;
                                /** @description Nothing else that is managed opens the account, and the host has no recovery credential */
                                readonly isOnlyWayIn: boolean;
                                readonly lastProvenAt: string | null;
                                readonly spared: ("recovery" | "jump-host" | "through" | "sudo" | "no-recovery") | null;
                                readonly unreachableSince: string | null;
                            }[];
                            readonly zone: string;
                        }[];
                    };
                };
            };
            /** @description A campaign that was proposed. What it covers is not looked at for that: `dryRun`, or the campaign itself, tells */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly deadline: string | null;
                        readonly id: string;
                        /** @enum {string} */
                        readonly kind: "revoke-all";
                        /** @description Whether it strips access without a replacement */
                        readonly lockdown: boolean;
                        readonly reason: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly requestedAt: string;
                        readonly requestedBy: string;
                        readonly zones: readonly {
                            /** @description Zones that begin before it */
                            readonly after: readonly string[];
                            readonly approvalsNeeded: number;
                            /** @description What people run, each with a Vault login of his own */
                            readonly approveWith: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            readonly proposal: number;
                            readonly zone: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly getCampaign: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description the id of a campaign: a UUID in lower case */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A campaign, how far it is, and the state of each target */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The request, as JSON */
                        readonly asked: string;
                        /** @description Of all targets, whatever is shown */
                        readonly counts: {
                            readonly debt: number;
                            readonly grace: number;
                            readonly held: number;
                            readonly left: number;
                            readonly locked: number;
                            readonly observed: number;
                            readonly pending: number;
                            readonly settled: number;
                            readonly total: number;
                        };
                        readonly deadline: string | null;
                        readonly done: boolean;
                        /** @description Grants, and leases and requests for leases that were live when it began, that its orders have ended; a grant that people have given anew since counts no more */
                        readonly ended: {
                            readonly grants: number;
                            readonly leases: number;
                            readonly requests: number;
                        };
                        readonly id: string;
                        /** @description Whether its deadline has passed and it is not done */
                        readonly isOverdue: boolean;
                        /** @enum {string} */
                        readonly kind: "revoke-all";
                        /** @description Whether it strips access without a replacement */
                        readonly lockdown: boolean;
                        readonly next: string | null;
                        readonly reason: string;
                        /** @description From the first start, until the first, half and all of the targets were proven to refuse what had opened them */
                        readonly refused: {
                            readonly allSeconds: number | null;
                            readonly firstSeconds: number | null;
                            readonly halfSeconds: number | null;
                        };
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly requestedAt: string;
                        readonly requestedBy: string;
                        /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                        readonly stillUsable: number;
                        /** @description One page of them, by name; `refusedAt` is when the old secret was proven dead, `sessions` who was logged in then */
                        readonly targets: readonly {
                            readonly account: string;
                            readonly epoch: number;
                            readonly fingerprint: string | null;
                            readonly hold: {
                                /** @description Why it stopped */
                                readonly class: string;
                                /** @description What a person needs to know to decide */
                                readonly detail: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                            } | null;
                            readonly host: string;
                            readonly lastFailure: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description What it means for the host */
                                readonly class: string;
                                readonly code: string;
                                /** @description What is known, and what to do */
                                readonly message: string;
                                readonly step: string;
                            } | null;
                            readonly lock: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly begunAt: string;
                                readonly campaign: string;
                                readonly lockedAt: string | null;
                                /** @description The campaign's */
                                readonly order: number;
                                readonly proof: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly randomRefused: boolean;
                                    /** @description The host's recovery credential, which opened on a connection after that */
                                    readonly recoveryAccepted: string;
                                    /** @description What was shown and refused */
                                    readonly refused: readonly string[];
                                } | null;
                            } | null;
                            readonly name: string;
                            readonly nextAttemptAt: string | null;
                            /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                            readonly observed: boolean;
                            /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                            readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                            /**
                             * @description `settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.
                             * @enum {string}
                             */
                            readonly outcome: "settled" | "locked" | "pending" | "grace" | "debt" | "held" | "observed" | "left";
                            readonly planned: {
                                /** @description The order that it would be done for */
                                readonly order: number;
                                /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                                readonly step: string;
                            } | null;
                            readonly refusedAt: string | null;
                            readonly sessions: {
                                readonly at: string | null;
                                readonly campaign: string;
                                readonly ended: number;
                                readonly found: number | null;
                                /** @description Whether people have approved that they end */
                                readonly isToEnd: boolean;
                                readonly note: string | null;
                            } | null;
                            readonly spared: {
                                readonly campaign: string;
                                readonly order: number;
                                /** @enum {unknown} */
                                readonly why: "recovery" | "jump-host" | "through" | "sudo" | "no-recovery";
                            } | null;
                            /**
                             * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                             * @enum {string}
                             */
                            readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                            readonly zone: string;
                        }[];
                        readonly zones: readonly {
                            /** @description Zones that begin before it */
                            readonly after: readonly string[];
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly breakGlass?: string;
                                readonly by: string;
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What people run, each with a Vault login of his own */
                            readonly approveWith: string;
                            readonly breaker: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly reason: string;
                            } | null;
                            readonly breakGlass: string | null;
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            readonly order: number | null;
                            readonly proposal: number;
                            readonly startedAt: string | null;
                            /**
                             * @description `approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "expired" | "waiting" | "waves" | "all-hosts" | "halted" | "paused" | "stopped" | "done";
                            /** @description What was proposed to steer it, approved or not */
                            readonly steerings: readonly {
                                /** @enum {unknown} */
                                readonly action: "pause" | "resume" | "stop";
                                readonly approveWith: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly expiresAt: string;
                                /** @description Whether people can still approve it */
                                readonly isOpen: boolean;
                                readonly proposal: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly proposedAt: string;
                                readonly proposedBy: string;
                                readonly reason: string;
                            }[];
                            /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                            readonly stillUsable: number;
                            readonly zone: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly watchCampaign: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description at most 6000 characters: the `id` of the last event that was seen. One that is not known is as none */
                readonly "last-event-id"?: string;
            };
            readonly path: {
                /** @description the id of a campaign: a UUID in lower case */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Events until the campaign is done. `retry:` and comments stand between them */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": {
                        readonly data: {
                            /** @description The request, as JSON */
                            readonly asked: string;
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            readonly deadline: string | null;
                            readonly done: boolean;
                            readonly id: string;
                            /** @description Whether its deadline has passed and it is not done */
                            readonly isOverdue: boolean;
                            /** @enum {string} */
                            readonly kind: "revoke-all";
                            /** @description Whether it strips access without a replacement */
                            readonly lockdown: boolean;
                            readonly reason: string;
                            /** @description From the first start, until the first, half and all of the targets were proven to refuse what had opened them */
                            readonly refused: {
                                readonly allSeconds: number | null;
                                readonly firstSeconds: number | null;
                                readonly halfSeconds: number | null;
                            };
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                            readonly stillUsable: number;
                            /** @description One page of them, by name; `refusedAt` is when the old secret was proven dead, `sessions` who was logged in then */
                            readonly targets: readonly {
                                readonly account: string;
                                readonly epoch: number;
                                readonly fingerprint: string | null;
                                readonly hold: {
                                    /** @description Why it stopped */
                                    readonly class: string;
                                    /** @description What a person needs to know to decide */
                                    readonly detail: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly since: string;
                                } | null;
                                readonly host: string;
                                readonly lastFailure: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    /** @description What it means for the host */
                                    readonly class: string;
                                    readonly code: string;
                                    /** @description What is known, and what to do */
                                    readonly message: string;
                                    readonly step: string;
                                } | null;
                                readonly lock: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly begunAt: string;
                                    readonly campaign: string;
                                    readonly lockedAt: string | null;
                                    /** @description The campaign's */
                                    readonly order: number;
                                    readonly proof: {
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly at: string;
                                        readonly randomRefused: boolean;
                                        /** @description The host's recovery credential, which opened on a connection after that */
                                        readonly recoveryAccepted: string;
                                        /** @description What was shown and refused */
                                        readonly refused: readonly string[];
                                    } | null;
                                } | null;
                                readonly name: string;
                                readonly nextAttemptAt: string | null;
                                /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                                readonly observed: boolean;
                                /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                                readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                                /**
                                 * @description `settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.
                                 * @enum {string}
                                 */
                                readonly outcome: "settled" | "locked" | "pending" | "grace" | "debt" | "held" | "observed" | "left";
                                readonly planned: {
                                    /** @description The order that it would be done for */
                                    readonly order: number;
                                    /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                                    readonly step: string;
                                } | null;
                                readonly refusedAt: string | null;
                                readonly sessions: {
                                    readonly at: string | null;
                                    readonly campaign: string;
                                    readonly ended: number;
                                    readonly found: number | null;
                                    /** @description Whether people have approved that they end */
                                    readonly isToEnd: boolean;
                                    readonly note: string | null;
                                } | null;
                                readonly spared: {
                                    readonly campaign: string;
                                    readonly order: number;
                                    /** @enum {unknown} */
                                    readonly why: "recovery" | "jump-host" | "through" | "sudo" | "no-recovery";
                                } | null;
                                /**
                                 * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                                 * @enum {string}
                                 */
                                readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                                readonly zone: string;
                            }[];
                            readonly zones: readonly {
                                /** @description Zones that begin before it */
                                readonly after: readonly string[];
                                readonly approvals: readonly {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly breakGlass?: string;
                                    readonly by: string;
                                    readonly entity: string;
                                }[];
                                readonly approvalsNeeded: number;
                                /** @description What people run, each with a Vault login of his own */
                                readonly approveWith: string;
                                readonly breaker: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly reason: string;
                                } | null;
                                readonly breakGlass: string | null;
                                /** @description Of all targets, whatever is shown */
                                readonly counts: {
                                    readonly debt: number;
                                    readonly grace: number;
                                    readonly held: number;
                                    readonly left: number;
                                    readonly locked: number;
                                    readonly observed: number;
                                    readonly pending: number;
                                    readonly settled: number;
                                    readonly total: number;
                                };
                                readonly order: number | null;
                                readonly proposal: number;
                                readonly startedAt: string | null;
                                /**
                                 * @description `approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left
                                 * @enum {unknown}
                                 */
                                readonly status: "proposed" | "approved" | "expired" | "waiting" | "waves" | "all-hosts" | "halted" | "paused" | "stopped" | "done";
                                /** @description What was proposed to steer it, approved or not */
                                readonly steerings: readonly {
                                    /** @enum {unknown} */
                                    readonly action: "pause" | "resume" | "stop";
                                    readonly approveWith: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly expiresAt: string;
                                    /** @description Whether people can still approve it */
                                    readonly isOpen: boolean;
                                    readonly proposal: number;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly proposedAt: string;
                                    readonly proposedBy: string;
                                    readonly reason: string;
                                }[];
                                /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                                readonly stillUsable: number;
                                readonly zone: string;
                            }[];
                        };
                        /** @enum {string} */
                        readonly event: "campaign";
                        /** @description For `Last-Event-ID`: what was seen so far */
                        readonly id: string;
                    } | {
                        readonly data: {
                            /** @description The request, as JSON */
                            readonly asked: string;
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            readonly deadline: string | null;
                            readonly done: boolean;
                            readonly id: string;
                            /** @description Whether its deadline has passed and it is not done */
                            readonly isOverdue: boolean;
                            /** @enum {string} */
                            readonly kind: "revoke-all";
                            /** @description Whether it strips access without a replacement */
                            readonly lockdown: boolean;
                            readonly reason: string;
                            /** @description From the first start, until the first, half and all of the targets were proven to refuse what had opened them */
                            readonly refused: {
                                readonly allSeconds: number | null;
                                readonly firstSeconds: number | null;
                                readonly halfSeconds: number | null;
                            };
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                            readonly stillUsable: number;
                            /** @description Those that have changed, as they are now; none when only the campaign itself has */
                            readonly targets: readonly {
                                readonly account: string;
                                readonly epoch: number;
                                readonly fingerprint: string | null;
                                readonly hold: {
                                    /** @description Why it stopped */
                                    readonly class: string;
                                    /** @description What a person needs to know to decide */
                                    readonly detail: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly since: string;
                                } | null;
                                readonly host: string;
                                readonly lastFailure: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    /** @description What it means for the host */
                                    readonly class: string;
                                    readonly code: string;
                                    /** @description What is known, and what to do */
                                    readonly message: string;
                                    readonly step: string;
                                } | null;
                                readonly lock: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly begunAt: string;
                                    readonly campaign: string;
                                    readonly lockedAt: string | null;
                                    /** @description The campaign's */
                                    readonly order: number;
                                    readonly proof: {
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly at: string;
                                        readonly randomRefused: boolean;
                                        /** @description The host's recovery credential, which opened on a connection after that */
                                        readonly recoveryAccepted: string;
                                        /** @description What was shown and refused */
                                        readonly refused: readonly string[];
                                    } | null;
                                } | null;
                                readonly name: string;
                                readonly nextAttemptAt: string | null;
                                /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                                readonly observed: boolean;
                                /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                                readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                                /**
                                 * @description `settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.
                                 * @enum {string}
                                 */
                                readonly outcome: "settled" | "locked" | "pending" | "grace" | "debt" | "held" | "observed" | "left";
                                readonly planned: {
                                    /** @description The order that it would be done for */
                                    readonly order: number;
                                    /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                                    readonly step: string;
                                } | null;
                                readonly refusedAt: string | null;
                                readonly sessions: {
                                    readonly at: string | null;
                                    readonly campaign: string;
                                    readonly ended: number;
                                    readonly found: number | null;
                                    /** @description Whether people have approved that they end */
                                    readonly isToEnd: boolean;
                                    readonly note: string | null;
                                } | null;
                                readonly spared: {
                                    readonly campaign: string;
                                    readonly order: number;
                                    /** @enum {unknown} */
                                    readonly why: "recovery" | "jump-host" | "through" | "sudo" | "no-recovery";
                                } | null;
                                /**
                                 * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                                 * @enum {string}
                                 */
                                readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                                readonly zone: string;
                            }[];
                            readonly zones: readonly {
                                /** @description Zones that begin before it */
                                readonly after: readonly string[];
                                readonly approvals: readonly {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly breakGlass?: string;
                                    readonly by: string;
                                    readonly entity: string;
                                }[];
                                readonly approvalsNeeded: number;
                                /** @description What people run, each with a Vault login of his own */
                                readonly approveWith: string;
                                readonly breaker: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly reason: string;
                                } | null;
                                readonly breakGlass: string | null;
                                /** @description Of all targets, whatever is shown */
                                readonly counts: {
                                    readonly debt: number;
                                    readonly grace: number;
                                    readonly held: number;
                                    readonly left: number;
                                    readonly locked: number;
                                    readonly observed: number;
                                    readonly pending: number;
                                    readonly settled: number;
                                    readonly total: number;
                                };
                                readonly order: number | null;
                                readonly proposal: number;
                                readonly startedAt: string | null;
                                /**
                                 * @description `approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left
                                 * @enum {unknown}
                                 */
                                readonly status: "proposed" | "approved" | "expired" | "waiting" | "waves" | "all-hosts" | "halted" | "paused" | "stopped" | "done";
                                /** @description What was proposed to steer it, approved or not */
                                readonly steerings: readonly {
                                    /** @enum {unknown} */
                                    readonly action: "pause" | "resume" | "stop";
                                    readonly approveWith: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly expiresAt: string;
                                    /** @description Whether people can still approve it */
                                    readonly isOpen: boolean;
                                    readonly proposal: number;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly proposedAt: string;
                                    readonly proposedBy: string;
                                    readonly reason: string;
                                }[];
                                /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                                readonly stillUsable: number;
                                readonly zone: string;
                            }[];
                        };
                        /** @enum {string} */
                        readonly event: "changes";
                        /** @description For `Last-Event-ID`: what was seen so far */
                        readonly id: string;
                    } | {
                        /** @description A campaign, and how far it is */
                        readonly data: {
                            /** @description The request, as JSON */
                            readonly asked: string;
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            readonly deadline: string | null;
                            readonly done: boolean;
                            readonly id: string;
                            /** @description Whether its deadline has passed and it is not done */
                            readonly isOverdue: boolean;
                            /** @enum {string} */
                            readonly kind: "revoke-all";
                            /** @description Whether it strips access without a replacement */
                            readonly lockdown: boolean;
                            readonly reason: string;
                            /** @description From the first start, until the first, half and all of the targets were proven to refuse what had opened them */
                            readonly refused: {
                                readonly allSeconds: number | null;
                                readonly firstSeconds: number | null;
                                readonly halfSeconds: number | null;
                            };
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                            readonly stillUsable: number;
                            readonly zones: readonly {
                                /** @description Zones that begin before it */
                                readonly after: readonly string[];
                                readonly approvals: readonly {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly breakGlass?: string;
                                    readonly by: string;
                                    readonly entity: string;
                                }[];
                                readonly approvalsNeeded: number;
                                /** @description What people run, each with a Vault login of his own */
                                readonly approveWith: string;
                                readonly breaker: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly reason: string;
                                } | null;
                                readonly breakGlass: string | null;
                                /** @description Of all targets, whatever is shown */
                                readonly counts: {
                                    readonly debt: number;
                                    readonly grace: number;
                                    readonly held: number;
                                    readonly left: number;
                                    readonly locked: number;
                                    readonly observed: number;
                                    readonly pending: number;
                                    readonly settled: number;
                                    readonly total: number;
                                };
                                readonly order: number | null;
                                readonly proposal: number;
                                readonly startedAt: string | null;
                                /**
                                 * @description `approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left
                                 * @enum {unknown}
                                 */
                                readonly status: "proposed" | "approved" | "expired" | "waiting" | "waves" | "all-hosts" | "halted" | "paused" | "stopped" | "done";
                                /** @description What was proposed to steer it, approved or not */
                                readonly steerings: readonly {
                                    /** @enum {unknown} */
                                    readonly action: "pause" | "resume" | "stop";
                                    readonly approveWith: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly expiresAt: string;
                                    /** @description Whether people can still approve it */
                                    readonly isOpen: boolean;
                                    readonly proposal: number;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly proposedAt: string;
                                    readonly proposedBy: string;
                                    readonly reason: string;
                                }[];
                                /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                                readonly stillUsable: number;
                                readonly zone: string;
                            }[];
                        };
                        /** @enum {string} */
                        readonly event: "done";
                        /** @description For `Last-Event-ID`: what was seen so far */
                        readonly id: string;
                    } | {
                        readonly data: {
                            /** @description for people */
                            readonly detail: string;
                            /** @description `time`, `stopping`, or the code of an error, such as `auth/missing` or `vault/sealed` */
                            readonly reason: string;
                        };
                        /** @enum {string} */
                        readonly event: "end";
                    };
                };
            };
            /** @description The client has seen `done`, and nothing has changed since: it need not come again */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly getCampaignReport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description the id of a campaign: a UUID in lower case */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description What became of a campaign, signed */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The transit key in Vault that has signed it */
                        readonly key: string;
                        readonly report: {
                            /** @description A campaign, and how far it is */
                            readonly campaign: {
                                /** @description The request, as JSON */
                                readonly asked: string;
                                /** @description Of all targets, whatever is shown */
                                readonly counts: {
                                    readonly debt: number;
                                    readonly grace: number;
                                    readonly held: number;
                                    readonly left: number;
                                    readonly locked: number;
                                    readonly observed: number;
                                    readonly pending: number;
                                    readonly settled: number;
                                    readonly total: number;
                                };
                                readonly deadline: string | null;
                                readonly done: boolean;
                                readonly id: string;
                                /** @description Whether its deadline has passed and it is not done */
                                readonly isOverdue: boolean;
                                /** @enum {string} */
                                readonly kind: "revoke-all";
                                /** @description Whether it strips access without a replacement */
                                readonly lockdown: boolean;
                                readonly reason: string;
                                /** @description From the first start, until the first, half and all of the targets were proven to refuse what had opened them */
                                readonly refused: {
                                    readonly allSeconds: number | null;
                                    readonly firstSeconds: number | null;
                                    readonly halfSeconds: number | null;
                                };
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly requestedAt: string;
                                readonly requestedBy: string;
                                /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                                readonly stillUsable: number;
                                readonly zones: readonly {
                                    /** @description Zones that begin before it */
                                    readonly after: readonly string[];
                                    readonly approvals: readonly {
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly at: string;
                                        readonly breakGlass?: string;
                                        readonly by: string;
                                        readonly entity: string;
                                    }[];
                                    readonly approvalsNeeded: number;
                                    /** @description What people run, each with a Vault login of his own */
                                    readonly approveWith: string;
                                    readonly breaker: {
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly at: string;
                                        readonly reason: string;
                                    } | null;
                                    readonly breakGlass: string | null;
                                    /** @description Of all targets, whatever is shown */
                                    readonly counts: {
                                        readonly debt: number;
                                        readonly grace: number;
                                        readonly held: number;
                                        readonly left: number;
                                        readonly locked: number;
                                        readonly observed: number;
                                        readonly pending: number;
                                        readonly settled: number;
                                        readonly total: number;
                                    };
                                    readonly order: number | null;
                                    readonly proposal: number;
                                    readonly startedAt: string | null;
                                    /**
                                     * @description `approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left
                                     * @enum {unknown}
                                     */
                                    readonly status: "proposed" | "approved" | "expired" | "waiting" | "waves" | "all-hosts" | "halted" | "paused" | "stopped" | "done";
                                    /** @description What was proposed to steer it, approved or not */
                                    readonly steerings: readonly {
                                        /** @enum {unknown} */
                                        readonly action: "pause" | "resume" | "stop";
                                        readonly approveWith: string;
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly expiresAt: string;
                                        /** @description Whether people can still approve it */
                                        readonly isOpen: boolean;
                                        readonly proposal: number;
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly proposedAt: string;
                                        readonly proposedBy: string;
                                        readonly reason: string;
                                    }[];
                                    /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                                    readonly stillUsable: number;
                                    readonly zone: string;
                                }[];
                            };
                            /** @description Grants, and leases and requests for leases that were live when it began, that its orders have ended; a grant that people have given anew since counts no more */
                            readonly ended: {
                                readonly grants: number;
                                readonly leases: number;
                                readonly requests: number;
                            };
                            /** @enum {string} */
                            readonly format: "rekey-campaign-report/1";
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly madeAt: string;
                            /** @description Who has asked for it */
                            readonly madeFor: string;
                            /** @description What people have approved, by zone; who, is in `campaign.zones` */
                            readonly proposals: readonly {
                                readonly after: readonly string[];
                                /** @description The request, as JSON */
                                readonly asked: string;
                                readonly breakerPercent: number;
                                readonly deadline: string | null;
                                /** @description Of what people were shown, and have approved: the number beside each `rekey approve` */
                                readonly digest: string;
                                readonly endsSessions: boolean;
                                readonly endsTokens: boolean;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly expiresAt: string;
                                readonly lockdown: boolean;
                                readonly number: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly proposedAt: string;
                                readonly proposedBy: string;
                                readonly reason: string;
                                readonly scope: {
                                    readonly accounts?: readonly string[];
                                    readonly burned?: readonly string[];
                                    readonly hosts?: readonly string[];
                                    readonly kinds?: readonly string[];
                                    readonly labels?: {
                                        readonly [key: string]: string;
                                    };
                                    readonly names?: readonly string[];
                                };
                                readonly waitSeconds: number;
                                readonly zone: string;
                            }[];
                            /** @description All of them, by name */
                            readonly targets: readonly {
                                /** @description `zone/host/account/name` */
                                readonly credential: string;
                                /** @description Secrets that should be dead there and are not proven dead, with why */
                                readonly debts: readonly {
                                    /** @description Why it is not proven dead yet; `GET /v1/debts` says what ends that */
                                    readonly class: string;
                                    /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                    readonly fingerprint: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly notBefore: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly since: string;
                                }[];
                                readonly fingerprint: string | null;
                                readonly hold: {
                                    /** @description Why it stopped */
                                    readonly class: string;
                                    /** @description What a person needs to know to decide */
                                    readonly detail: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly since: string;
                                } | null;
                                readonly lastFailure: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    /** @description What it means for the host */
                                    readonly class: string;
                                    readonly code: string;
                                    /** @description What is known, and what to do */
                                    readonly message: string;
                                    readonly step: string;
                                } | null;
                                readonly lock: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly begunAt: string;
                                    readonly campaign: string;
                                    readonly lockedAt: string | null;
                                    /** @description The campaign's */
                                    readonly order: number;
                                    readonly proof: {
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly at: string;
                                        readonly randomRefused: boolean;
                                        /** @description The host's recovery credential, which opened on a connection after that */
                                        readonly recoveryAccepted: string;
                                        /** @description What was shown and refused */
                                        readonly refused: readonly string[];
                                    } | null;
                                } | null;
                                readonly nextAttemptAt: string | null;
                                /**
                                 * @description `settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.
                                 * @enum {string}
                                 */
                                readonly outcome: "settled" | "locked" | "pending" | "grace" | "debt" | "held" | "observed" | "left";
                                /** @description Each rotation since the campaign began, with its proof: what was refused, what was accepted, and when */
                                readonly proofs: readonly {
                                    readonly epoch: number;
                                    /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                    readonly newFingerprint: string;
                                    /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                    readonly oldFingerprint: string;
                                    /** @description The highest order that this rotation fulfilled */
                                    readonly order: number;
                                    /** @description One fresh connection in which a random secret and the old ones were refused and the new one was accepted */
                                    readonly proof: {
                                        /**
                                         * Format: date-time
                                         * @description ISO 8601, UTC
                                         */
                                        readonly at: string;
                                        /**
                                         * @description What judged: the method of the SSH login, or `su` on the host
                                         * @enum {string}
                                         */
                                        readonly by: "publickey" | "password" | "keyboard-interactive" | "su";
                                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                        readonly newAccepted: string;
                                        readonly oldRefused: readonly string[];
                                        /** @description Whether the accepted secret ran a command whose answer can't be guessed */
                                        readonly ranCommand: boolean;
                                        readonly randomRefused: boolean;
                                    };
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly settledAt: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly startedAt: string;
                                }[];
                                readonly refusedAt: string | null;
                                readonly sessions: {
                                    readonly at: string | null;
                                    readonly campaign: string;
                                    readonly ended: number;
                                    readonly found: number | null;
                                    /** @description Whether people have approved that they end */
                                    readonly isToEnd: boolean;
                                    readonly note: string | null;
                                } | null;
                                readonly spared: {
                                    readonly campaign: string;
                                    readonly order: number;
                                    /** @enum {unknown} */
                                    readonly why: "recovery" | "jump-host" | "through" | "sudo" | "no-recovery";
                                } | null;
                                readonly status: string;
                            }[];
                        };
                        /** @description `vault:v<version>:<base64>`, Ed25519 over `rekey-campaign-report`, `1` and the SHA-256 of `report` as JSON with sorted keys, in three lines */
                        readonly signature: string;
                    };
                };
            };
        };
    };
    readonly proposeSteering: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description the id of a campaign: a UUID in lower case */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        /** @description What people are to approve of */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description one of pause, resume, stop
                     * @enum {unknown}
                     */
                    readonly action: "pause" | "resume" | "stop";
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description A campaign, and how far it is */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description The request, as JSON */
                        readonly asked: string;
                        /** @description Of all targets, whatever is shown */
                        readonly counts: {
                            readonly debt: number;
                            readonly grace: number;
                            readonly held: number;
                            readonly left: number;
                            readonly locked: number;
                            readonly observed: number;
                            readonly pending: number;
                            readonly settled: number;
                            readonly total: number;
                        };
                        readonly deadline: string | null;
                        readonly done: boolean;
                        readonly id: string;
                        /** @description Whether its deadline has passed and it is not done */
                        readonly isOverdue: boolean;
                        /** @enum {string} */
                        readonly kind: "revoke-all";
                        /** @description Whether it strips access without a replacement */
                        readonly lockdown: boolean;
                        readonly reason: string;
                        /** @description From the first start, until the first, half and all of the targets were proven to refuse what had opened them */
                        readonly refused: {
                            readonly allSeconds: number | null;
                            readonly firstSeconds: number | null;
                            readonly halfSeconds: number | null;
                        };
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly requestedAt: string;
                        readonly requestedBy: string;
                        /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                        readonly stillUsable: number;
                        readonly zones: readonly {
                            /** @description Zones that begin before it */
                            readonly after: readonly string[];
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly breakGlass?: string;
                                readonly by: string;
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What people run, each with a Vault login of his own */
                            readonly approveWith: string;
                            readonly breaker: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly reason: string;
                            } | null;
                            readonly breakGlass: string | null;
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            readonly order: number | null;
                            readonly proposal: number;
                            readonly startedAt: string | null;
                            /**
                             * @description `approved`: the worker starts it within seconds. `waiting`: for zones of a lower rank. `waves`, `all-hosts`: how many hosts are reached. `halted`: the breaker has stopped the waves. `done`: each target is proven, locked, observed or has left
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "expired" | "waiting" | "waves" | "all-hosts" | "halted" | "paused" | "stopped" | "done";
                            /** @description What was proposed to steer it, approved or not */
                            readonly steerings: readonly {
                                /** @enum {unknown} */
                                readonly action: "pause" | "resume" | "stop";
                                readonly approveWith: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly expiresAt: string;
                                /** @description Whether people can still approve it */
                                readonly isOpen: boolean;
                                readonly proposal: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly proposedAt: string;
                                readonly proposedBy: string;
                                readonly reason: string;
                            }[];
                            /** @description Targets where an old secret is not proven dead: what an attacker may still open */
                            readonly stillUsable: number;
                            readonly zone: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly listCredentials: {
        readonly parameters: {
            readonly query?: {
                /** @description use 1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row */
                readonly account?: string;
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description true or false */
                readonly observed?: "true" | "false";
                /** @description true or false */
                readonly shared?: "true" | "false";
                /** @description one of adopting, refused, settled, rotating, grace, debt, held, left */
                readonly status?: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Credentials by zone, host, account and name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly account: string;
                            /** @description Secrets that were replaced, or refused by the host, and are not proven dead */
                            readonly debts: readonly {
                                /** @description Why it is not proven dead yet; `GET /v1/debts` says what ends that */
                                readonly class: string;
                                /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                readonly fingerprint: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly notBefore: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                            }[];
                            readonly drift: {
                                readonly endedAt: string | null;
                                readonly opened: string | null;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                            } | null;
                            /** @description Numbers every secret ever stored for this credential; 0 before adoption */
                            readonly epoch: number;
                            readonly fenceTampered: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly seen: number;
                            } | null;
                            readonly fingerprint: string | null;
                            readonly heartbeat: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /**
                                 * @description opened; refused: the host has drifted; unreachable; unclear: another factor, another identity or a connection that broke; begun: the worker has not come to tell more
                                 * @enum {string}
                                 */
                                readonly outcome: "begun" | "opened" | "refused" | "unreachable" | "unclear";
                            } | null;
                            readonly hold: {
                                /** @description Why it stopped */
                                readonly class: string;
                                /** @description What a person needs to know to decide */
                                readonly detail: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                            } | null;
                            readonly host: string;
                            /** @description Pinned host keys */
                            readonly hostKeys: readonly string[];
                            readonly kind: ("ssh-key" | "password") | null;
                            readonly lastFailure: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description What it means for the host */
                                readonly class: string;
                                readonly code: string;
                                /** @description What is known, and what to do */
                                readonly message: string;
                                readonly step: string;
                            } | null;
                            readonly leaving: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Who approved */
                                readonly by: string;
                                readonly leftAt: string | null;
                                /** @description The last order that concerns it */
                                readonly order: number;
                                readonly proposal: number;
                                readonly reason: string;
                                /** @description Secrets that need not be proven dead; once it has left, those that were not */
                                readonly signedOff: readonly string[];
                            } | null;
                            readonly lock: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly begunAt: string;
                                readonly campaign: string;
                                readonly lockedAt: string | null;
                                /** @description The campaign's */
                                readonly order: number;
                                readonly proof: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly randomRefused: boolean;
                                    /** @description The host's recovery credential, which opened on a connection after that */
                                    readonly recoveryAccepted: string;
                                    /** @description What was shown and refused */
                                    readonly refused: readonly string[];
                                } | null;
                            } | null;
                            readonly madeAt: string | null;
                            readonly name: string;
                            readonly nextAttemptAt: string | null;
                            readonly nextHeartbeatAt: string | null;
                            /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                            readonly observed: boolean;
                            /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                            readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                            /** @description The highest order that the current secret fulfils */
                            readonly order: number;
                            readonly owed: {
                                /** @description Why it is not proven dead yet; `GET /v1/debts` says what ends that */
                                readonly class: string;
                                /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                readonly fingerprint: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly notBefore: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                            } | null;
                            readonly planned: {
                                /** @description The order that it would be done for */
                                readonly order: number;
                                /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                                readonly step: string;
                            } | null;
                            readonly policy: string | null;
                            readonly sessions: {
                                readonly at: string | null;
                                readonly campaign: string;
                                readonly ended: number;
                                readonly found: number | null;
                                /** @description Whether people have approved that they end */
                                readonly isToEnd: boolean;
                                readonly note: string | null;
                            } | null;
                            /** @description Whether its key opens, or its host's key names, another place too */
                            readonly shared: boolean;
                            /** @description Those of them that lie in the caller's zones: `zone/host/account/name` for a user key, `zone/host` for a host key */
                            readonly sharedWith: readonly string[];
                            readonly spared: {
                                readonly campaign: string;
                                readonly order: number;
                                /** @enum {unknown} */
                                readonly why: "recovery" | "jump-host" | "through" | "sudo" | "no-recovery";
                            } | null;
                            /**
                             * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                             * @enum {string}
                             */
                            readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                            readonly through: string | null;
                            /** @description Secrets that should be dead, or may have been put in place, and that no proof has settled: besides `debts` a successor that is on its way, and a current one that an order wants replaced */
                            readonly unproven: readonly string[];
                            readonly updatedAt: string | null;
                            readonly verifiedAt: string | null;
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly adoptCredential: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The key or the password that opens the account today: exactly one of `privateKey` and `password`. `name` is the kind, `ssh-key` or `password`, unless the account has several. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description use 1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row */
                    readonly account: string;
                    /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                    readonly host: string;
                    /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                    readonly name?: string;
                    /** @description true observes it: it is verified and reported, and nothing of it is changed until it is released; false when it is left out */
                    readonly observe?: boolean;
                    /** @description the password that opens the account today, on one line */
                    readonly password?: string;
                    /** @description the private key that opens the account today, without passphrase, in OpenSSH or PEM format */
                    readonly privateKey?: string;
                    /** @description `account/name` of another credential of the same host that changes this account: as root, by sudo, or as the account itself. For accounts that run no commands, and for passwords that sshd does not take */
                    readonly through?: string;
                    /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                    readonly zone: string;
                };
            };
        };
        readonly responses: {
            /** @description The worker will log in with the secret; `Location` tells how that went. The fingerprint is null for a password, which only workers may ask Vault for. */
            readonly 202: {
                headers: {
                    /** @description Where the credential is seen */
                    readonly location?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly account: string;
                        readonly fingerprint: string | null;
                        readonly host: string;
                        readonly name: string;
                        /** @enum {string} */
                        readonly status: "adopting";
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly getCredential: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row */
                readonly account: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A credential with its rotations and their proofs, without its secret */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly account: string;
                        /** @description Secrets that were replaced, or refused by the host, and are not proven dead */
                        readonly debts: readonly {
                            /** @description Why it is not proven dead yet; `GET /v1/debts` says what ends that */
                            readonly class: string;
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly notBefore: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        }[];
                        readonly drift: {
                            readonly endedAt: string | null;
                            readonly opened: string | null;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        } | null;
                        /** @description Numbers every secret ever stored for this credential; 0 before adoption */
                        readonly epoch: number;
                        readonly fenceTampered: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            readonly seen: number;
                        } | null;
                        readonly fingerprint: string | null;
                        readonly heartbeat: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /**
                             * @description opened; refused: the host has drifted; unreachable; unclear: another factor, another identity or a connection that broke; begun: the worker has not come to tell more
                             * @enum {string}
                             */
                            readonly outcome: "begun" | "opened" | "refused" | "unreachable" | "unclear";
                        } | null;
                        readonly hold: {
                            /** @description Why it stopped */
                            readonly class: string;
                            /** @description What a person needs to know to decide */
                            readonly detail: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        } | null;
                        readonly host: string;
                        /** @description Pinned host keys */
                        readonly hostKeys: readonly string[];
                        readonly kind: ("ssh-key" | "password") | null;
                        readonly lastFailure: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description What it means for the host */
                            readonly class: string;
                            readonly code: string;
                            /** @description What is known, and what to do */
                            readonly message: string;
                            readonly step: string;
                        } | null;
                        readonly leaving: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Who approved */
                            readonly by: string;
                            readonly leftAt: string | null;
                            /** @description The last order that concerns it */
                            readonly order: number;
                            readonly proposal: number;
                            readonly reason: string;
                            /** @description Secrets that need not be proven dead; once it has left, those that were not */
                            readonly signedOff: readonly string[];
                        } | null;
                        readonly lock: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly begunAt: string;
                            readonly campaign: string;
                            readonly lockedAt: string | null;
                            /** @description The campaign's */
                            readonly order: number;
                            readonly proof: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly randomRefused: boolean;
                                /** @description The host's recovery credential, which opened on a connection after that */
                                readonly recoveryAccepted: string;
                                /** @description What was shown and refused */
                                readonly refused: readonly string[];
                            } | null;
                        } | null;
                        readonly madeAt: string | null;
                        readonly name: string;
                        readonly nextAttemptAt: string | null;
                        readonly nextHeartbeatAt: string | null;
                        /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                        readonly observed: boolean;
                        /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                        readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                        /** @description The highest order that the current secret fulfils */
                        readonly order: number;
                        readonly owed: {
                            /** @description Why it is not proven dead yet; `GET /v1/debts` says what ends that */
                            readonly class: string;
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly notBefore: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        } | null;
                        readonly planned: {
                            /** @description The order that it would be done for */
                            readonly order: number;
                            /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                            readonly step: string;
                        } | null;
                        readonly policy: string | null;
                        /** @description Newest first, each with its proof */
                        readonly rotations: readonly {
                            readonly epoch: number;
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly newFingerprint: string;
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly oldFingerprint: string;
                            /** @description The highest order that this rotation fulfilled */
                            readonly order: number;
                            /** @description One fresh connection in which a random secret and the old ones were refused and the new one was accepted */
                            readonly proof: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /**
                                 * @description What judged: the method of the SSH login, or `su` on the host
                                 * @enum {string}
                                 */
                                readonly by: "publickey" | "password" | "keyboard-interactive" | "su";
                                /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                readonly newAccepted: string;
                                readonly oldRefused: readonly string[];
                                /** @description Whether the accepted secret ran a command whose answer can't be guessed */
                                readonly ranCommand: boolean;
                                readonly randomRefused: boolean;
                            };
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly settledAt: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly startedAt: string;
                        }[];
                        readonly sessions: {
                            readonly at: string | null;
                            readonly campaign: string;
                            readonly ended: number;
                            readonly found: number | null;
                            /** @description Whether people have approved that they end */
                            readonly isToEnd: boolean;
                            readonly note: string | null;
                        } | null;
                        /** @description Whether its key opens, or its host's key names, another place too */
                        readonly shared: boolean;
                        /** @description Those of them that lie in the caller's zones: `zone/host/account/name` for a user key, `zone/host` for a host key */
                        readonly sharedWith: readonly string[];
                        readonly spared: {
                            readonly campaign: string;
                            readonly order: number;
                            /** @enum {unknown} */
                            readonly why: "recovery" | "jump-host" | "through" | "sudo" | "no-recovery";
                        } | null;
                        /**
                         * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                         * @enum {string}
                         */
                        readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                        readonly through: string | null;
                        /** @description Secrets that should be dead, or may have been put in place, and that no proof has settled: besides `debts` a successor that is on its way, and a current one that an order wants replaced */
                        readonly unproven: readonly string[];
                        readonly updatedAt: string | null;
                        readonly verifiedAt: string | null;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly proposeClearing: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row */
                readonly account: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Why the hold can be cleared. It is about the hold as it stands now: one that comes later has to be proposed anew */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description A proposal, by its `kind`. Further kinds will come */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly from: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "redirect";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly to: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly credential: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "leave";
                        /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                        readonly neededBy: readonly string[];
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /** @description Secrets that need not be proven dead any more */
                        readonly signOff: readonly string[];
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                        readonly unproven: readonly string[];
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description `account/name` of the credential whose hold is to be cleared */
                        readonly credential: string;
                        readonly detail: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description The very hold */
                        readonly hold: {
                            readonly class: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "clearing";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly account: string;
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "removal";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly refused: string | null;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        /** @description Zones that begin before this one */
                        readonly after: readonly string[];
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly breakerPercent: number;
                        readonly campaign: string;
                        readonly deadline: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /** @description Whether live logins end, too */
                        readonly endsSessions: boolean;
                        readonly endsTokens: boolean;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "campaign";
                        /** @description Whether access is stripped without a replacement: by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description How long the zone waits for them */
                        readonly waitSeconds: number;
                        readonly zone: string;
                    } | {
                        /** @enum {unknown} */
                        readonly action: "pause" | "resume" | "stop";
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly campaign: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "steering";
                        /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "grant";
                        readonly name: string;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly terms: {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly proposeCredentialLeave: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row */
                readonly account: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Why it leaves */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                    /** @description true signs off the secrets that are not proven dead now (`unproven`), because the host is gone for good; they are listed in the proposal. Left out, they have to be proven first */
                    readonly signOff?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description A proposal, by its `kind`. Further kinds will come */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly from: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "redirect";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly to: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly credential: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "leave";
                        /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                        readonly neededBy: readonly string[];
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /** @description Secrets that need not be proven dead any more */
                        readonly signOff: readonly string[];
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                        readonly unproven: readonly string[];
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description `account/name` of the credential whose hold is to be cleared */
                        readonly credential: string;
                        readonly detail: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description The very hold */
                        readonly hold: {
                            readonly class: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "clearing";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly account: string;
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "removal";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly refused: string | null;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        /** @description Zones that begin before this one */
                        readonly after: readonly string[];
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly breakerPercent: number;
                        readonly campaign: string;
                        readonly deadline: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /** @description Whether live logins end, too */
                        readonly endsSessions: boolean;
                        readonly endsTokens: boolean;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "campaign";
                        /** @description Whether access is stripped without a replacement: by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description How long the zone waits for them */
                        readonly waitSeconds: number;
                        readonly zone: string;
                    } | {
                        /** @enum {unknown} */
                        readonly action: "pause" | "resume" | "stop";
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly campaign: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "steering";
                        /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "grant";
                        readonly name: string;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly terms: {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly manageCredential: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row */
                readonly account: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Why */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description The release on record: the first one stays */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly account: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly at: string;
                        /** @description Who released it */
                        readonly by: string;
                        readonly host: string;
                        readonly name: string;
                        readonly reason: string;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly listDebts: {
        readonly parameters: {
            readonly query?: {
                /** @description one of grace, waiting, observed, held, no-recovery, not-sent, outcome-unknown, applied, refused, identity-changed, unreachable, locked-out */
                readonly class?: "grace" | "waiting" | "observed" | "held" | "no-recovery" | "not-sent" | "outcome-unknown" | "applied" | "refused" | "identity-changed" | "unreachable" | "locked-out";
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Debts by zone, host, account and name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly account: string;
                            /** @description The same, for people */
                            readonly advice: string;
                            /**
                             * @description Why it is not proven dead yet. Further classes will come
                             * @enum {string}
                             */
                            readonly class: "grace" | "waiting" | "observed" | "held" | "no-recovery" | "not-sent" | "outcome-unknown" | "applied" | "refused" | "identity-changed" | "unreachable" | "locked-out";
                            /**
                             * @description What would end it
                             * @enum {string}
                             */
                            readonly endedBy: "time" | "worker" | "release" | "clearing" | "host" | "stop";
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint: string;
                            readonly host: string;
                            /** @description Whether it is what opens the account today: an order wants it replaced. Else it was replaced, or refused by the host, and may still open */
                            readonly isCurrent: boolean;
                            readonly lastFailure: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description What it means for the host */
                                readonly class: string;
                                readonly code: string;
                                /** @description What is known, and what to do */
                                readonly message: string;
                                readonly step: string;
                            } | null;
                            readonly name: string;
                            readonly nextAttemptAt: string | null;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly notBefore: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly listFindings: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host?: string;
                /** @description one of shared-key, shared-password, shared-host-key, overdue, campaign-overdue, drift, unverified, unknown-key, spread-key, weak-key, private-key, unmanaged-account, empty-password, trusted-authority, other-way-in, weak-sshd */
                readonly kind?: "shared-key" | "shared-password" | "shared-host-key" | "overdue" | "campaign-overdue" | "drift" | "unverified" | "unknown-key" | "spread-key" | "weak-key" | "private-key" | "unmanaged-account" | "empty-password" | "trusted-authority" | "other-way-in" | "weak-sshd";
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Findings by kind */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Accounts of the caller's zones */
                        readonly accounts: {
                            /** @description Accounts of which a credential is managed */
                            readonly managed: number;
                            /** @description Hosts that were surveyed; on the others nobody has looked */
                            readonly surveyedHosts: number;
                            /** @description Accounts that can log in, by the last survey of each host, and of which nothing is managed */
                            readonly unmanaged: number;
                        };
                        readonly items: readonly {
                            /** @description By whom. One ends when the finding changes in its zone */
                            readonly acceptances: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly by: string;
                                readonly reason: string;
                                readonly zone: string;
                            }[];
                            /** @description Whether it was accepted as it is now, for each zone that it touches */
                            readonly accepted: boolean;
                            /** @description How to end it, for people */
                            readonly advice: string;
                            /** @description What it is in this very case, for people */
                            readonly detail?: string;
                            /** @description Whether there are further places in zones that the caller does not see */
                            readonly elsewhere: boolean;
                            /**
                             * @description What ends it. Further values will come with further kinds
                             * @enum {string}
                             */
                            readonly endedBy: "rotation" | "new-host-key" | "verification" | "removal" | "host-change" | "adoption";
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint?: string;
                            /** @description The same for as long as it lasts */
                            readonly id: string;
                            /**
                             * @description What is wrong. Further kinds will come: pass over those that you don't know
                             * @enum {string}
                             */
                            readonly kind: "shared-key" | "shared-password" | "shared-host-key" | "overdue" | "campaign-overdue" | "drift" | "unverified" | "unknown-key" | "spread-key" | "weak-key" | "private-key" | "unmanaged-account" | "empty-password" | "trusted-authority" | "other-way-in" | "weak-sshd";
                            /** @description In the caller's zones: `zone/host/account/name`, `zone/host/account`, or `zone/host` */
                            readonly places: readonly string[];
                            readonly since: string | null;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly acceptFinding: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description the id of a finding */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Why */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description A finding */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description By whom. One ends when the finding changes in its zone */
                        readonly acceptances: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            readonly by: string;
                            readonly reason: string;
                            readonly zone: string;
                        }[];
                        /** @description Whether it was accepted as it is now, for each zone that it touches */
                        readonly accepted: boolean;
                        /** @description How to end it, for people */
                        readonly advice: string;
                        /** @description What it is in this very case, for people */
                        readonly detail?: string;
                        /** @description Whether there are further places in zones that the caller does not see */
                        readonly elsewhere: boolean;
                        /**
                         * @description What ends it. Further values will come with further kinds
                         * @enum {string}
                         */
                        readonly endedBy: "rotation" | "new-host-key" | "verification" | "removal" | "host-change" | "adoption";
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint?: string;
                        /** @description The same for as long as it lasts */
                        readonly id: string;
                        /**
                         * @description What is wrong. Further kinds will come: pass over those that you don't know
                         * @enum {string}
                         */
                        readonly kind: "shared-key" | "shared-password" | "shared-host-key" | "overdue" | "campaign-overdue" | "drift" | "unverified" | "unknown-key" | "spread-key" | "weak-key" | "private-key" | "unmanaged-account" | "empty-password" | "trusted-authority" | "other-way-in" | "weak-sshd";
                        /** @description In the caller's zones: `zone/host/account/name`, `zone/host/account`, or `zone/host` */
                        readonly places: readonly string[];
                        readonly since: string | null;
                    };
                };
            };
        };
    };
    readonly withdrawAcceptance: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description the id of a finding */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A finding */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description By whom. One ends when the finding changes in its zone */
                        readonly acceptances: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            readonly by: string;
                            readonly reason: string;
                            readonly zone: string;
                        }[];
                        /** @description Whether it was accepted as it is now, for each zone that it touches */
                        readonly accepted: boolean;
                        /** @description How to end it, for people */
                        readonly advice: string;
                        /** @description What it is in this very case, for people */
                        readonly detail?: string;
                        /** @description Whether there are further places in zones that the caller does not see */
                        readonly elsewhere: boolean;
                        /**
                         * @description What ends it. Further values will come with further kinds
                         * @enum {string}
                         */
                        readonly endedBy: "rotation" | "new-host-key" | "verification" | "removal" | "host-change" | "adoption";
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint?: string;
                        /** @description The same for as long as it lasts */
                        readonly id: string;
                        /**
                         * @description What is wrong. Further kinds will come: pass over those that you don't know
                         * @enum {string}
                         */
                        readonly kind: "shared-key" | "shared-password" | "shared-host-key" | "overdue" | "campaign-overdue" | "drift" | "unverified" | "unknown-key" | "spread-key" | "weak-key" | "private-key" | "unmanaged-account" | "empty-password" | "trusted-authority" | "other-way-in" | "weak-sshd";
                        /** @description In the caller's zones: `zone/host/account/name`, `zone/host/account`, or `zone/host` */
                        readonly places: readonly string[];
                        readonly since: string | null;
                    };
                };
            };
        };
    };
    readonly listGrants: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Grants by zone and name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly grantedAt: string;
                            /** @description Who has approved */
                            readonly grantedBy: string;
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly name: string;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /** @description The number of the proposal that made it what it is */
                            readonly proposal: number;
                            readonly reason: string;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /**
                             * @description `early` and `over`: not within its time. `ended`: an operator has ended it. `revoked`: a campaign has
                             * @enum {unknown}
                             */
                            readonly status: "live" | "early" | "over" | "ended" | "revoked";
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly getGrant: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A grant */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                        readonly allow: readonly ("pull-request" | "fork")[];
                        /** @description true: a person has to approve of each lease */
                        readonly approval: boolean;
                        /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                        readonly audience: string;
                        /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                        readonly claims: {
                            readonly [key: string]: string | number | boolean;
                        };
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly grantedAt: string;
                        /** @description Who has approved */
                        readonly grantedBy: string;
                        /** @description the token's `iss`, an https address */
                        readonly issuer: string;
                        /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                        readonly maxTtlSeconds: number;
                        readonly maxUses: number | null;
                        readonly name: string;
                        readonly notAfter: string | null;
                        readonly notBefore: string | null;
                        /** @description The number of the proposal that made it what it is */
                        readonly proposal: number;
                        readonly reason: string;
                        /**
                         * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                         * @enum {unknown}
                         */
                        readonly rotateAfter: "lease" | "use" | "never";
                        /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                        readonly selector: {
                            /** @description 1 to 1000 accounts, each once */
                            readonly accounts?: readonly string[];
                            /** @description 1 to 1000 hosts, each once */
                            readonly hosts?: readonly string[];
                            /** @description kinds of credentials, each once: of ssh-key, password */
                            readonly kinds?: readonly ("ssh-key" | "password")[];
                            /** @description at most 32 labels, each a key and a value */
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            /** @description 1 to 1000 names of credentials, each once */
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `early` and `over`: not within its time. `ended`: an operator has ended it. `revoked`: a campaign has
                         * @enum {unknown}
                         */
                        readonly status: "live" | "early" | "over" | "ended" | "revoked";
                        /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                        readonly subjectWildcard: boolean;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly proposeGrant: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Who may lease what, and how long */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                    readonly allow?: readonly ("pull-request" | "fork")[];
                    /** @description true: a person has to approve of each lease */
                    readonly approval?: boolean;
                    /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                    readonly audience: string;
                    /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                    readonly claims: {
                        readonly [key: string]: string | number | boolean;
                    };
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /** @description the token's `iss`, an https address */
                    readonly issuer: string;
                    /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                    readonly maxTtlSeconds: number;
                    readonly maxUses?: number | null;
                    readonly notAfter?: string | null;
                    readonly notBefore?: string | null;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                    /**
                     * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                     * @enum {unknown}
                     */
                    readonly rotateAfter: "lease" | "use" | "never";
                    /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                    readonly selector: {
                        /** @description 1 to 1000 accounts, each once */
                        readonly accounts?: readonly string[];
                        /** @description 1 to 1000 hosts, each once */
                        readonly hosts?: readonly string[];
                        /** @description kinds of credentials, each once: of ssh-key, password */
                        readonly kinds?: readonly ("ssh-key" | "password")[];
                        /** @description at most 32 labels, each a key and a value */
                        readonly labels?: {
                            readonly [key: string]: string;
                        };
                        /** @description 1 to 1000 names of credentials, each once */
                        readonly names?: readonly string[];
                    };
                    /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                    readonly subjectWildcard?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description A proposal, by its `kind`. Further kinds will come */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly from: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "redirect";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly to: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly credential: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "leave";
                        /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                        readonly neededBy: readonly string[];
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /** @description Secrets that need not be proven dead any more */
                        readonly signOff: readonly string[];
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                        readonly unproven: readonly string[];
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description `account/name` of the credential whose hold is to be cleared */
                        readonly credential: string;
                        readonly detail: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description The very hold */
                        readonly hold: {
                            readonly class: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "clearing";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly account: string;
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "removal";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly refused: string | null;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        /** @description Zones that begin before this one */
                        readonly after: readonly string[];
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly breakerPercent: number;
                        readonly campaign: string;
                        readonly deadline: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /** @description Whether live logins end, too */
                        readonly endsSessions: boolean;
                        readonly endsTokens: boolean;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "campaign";
                        /** @description Whether access is stripped without a replacement: by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description How long the zone waits for them */
                        readonly waitSeconds: number;
                        readonly zone: string;
                    } | {
                        /** @enum {unknown} */
                        readonly action: "pause" | "resume" | "stop";
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly campaign: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "steering";
                        /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "grant";
                        readonly name: string;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly terms: {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly endGrant: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A grant */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                        readonly allow: readonly ("pull-request" | "fork")[];
                        /** @description true: a person has to approve of each lease */
                        readonly approval: boolean;
                        /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                        readonly audience: string;
                        /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                        readonly claims: {
                            readonly [key: string]: string | number | boolean;
                        };
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly grantedAt: string;
                        /** @description Who has approved */
                        readonly grantedBy: string;
                        /** @description the token's `iss`, an https address */
                        readonly issuer: string;
                        /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                        readonly maxTtlSeconds: number;
                        readonly maxUses: number | null;
                        readonly name: string;
                        readonly notAfter: string | null;
                        readonly notBefore: string | null;
                        /** @description The number of the proposal that made it what it is */
                        readonly proposal: number;
                        readonly reason: string;
                        /**
                         * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                         * @enum {unknown}
                         */
                        readonly rotateAfter: "lease" | "use" | "never";
                        /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                        readonly selector: {
                            /** @description 1 to 1000 accounts, each once */
                            readonly accounts?: readonly string[];
                            /** @description 1 to 1000 hosts, each once */
                            readonly hosts?: readonly string[];
                            /** @description kinds of credentials, each once: of ssh-key, password */
                            readonly kinds?: readonly ("ssh-key" | "password")[];
                            /** @description at most 32 labels, each a key and a value */
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            /** @description 1 to 1000 names of credentials, each once */
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `early` and `over`: not within its time. `ended`: an operator has ended it. `revoked`: a campaign has
                         * @enum {unknown}
                         */
                        readonly status: "live" | "early" | "over" | "ended" | "revoked";
                        /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                        readonly subjectWildcard: boolean;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly explainGrant: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description What a token says */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description the claims of a token, at most 100. Send no token: whoever has one can use it */
                    readonly claims: {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
        readonly responses: {
            /** @description Why it may use the grant, or not */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Whether it may use the grant, if its signature holds and it was not used before */
                        readonly matches: boolean;
                        readonly mismatches: readonly {
                            /** @description A claim, or `now` */
                            readonly claim: string;
                            readonly says: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly listHosts: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description labels that all must be on the host, as `role=frontend,tier=web` */
                readonly label?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description one of present, leaving, left */
                readonly status?: "present" | "leaving" | "left";
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Hosts by zone and id */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly address: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly createdAt: string;
                            /** @description The pinned keys of the record, `type base64`; empty with trust on first use */
                            readonly hostKeys: readonly string[];
                            readonly id: string;
                            readonly labels: {
                                readonly [key: string]: string;
                            };
                            readonly leave: number | null;
                            readonly leftAt: string | null;
                            /** @description Its exceptions from modern algorithms; empty when there are none */
                            readonly legacyAlgorithms: readonly string[];
                            /** @description It was added to be observed, and has not been released */
                            readonly observed: boolean;
                            readonly port: number;
                            readonly recovery: string | null;
                            readonly redirect: number | null;
                            /**
                             * @description one of present, leaving, left
                             * @enum {string}
                             */
                            readonly status: "present" | "leaving" | "left";
                            readonly trustOnFirstUse: boolean;
                            readonly via: string | null;
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly createHost: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Give exactly one of `hostKeys` and `trustOnFirstUse: true`. Port 22 unless said otherwise. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description an IP address or a DNS name inside the zone's allowed networks */
                    readonly address: string;
                    /** @description 1 to 16 pinned host keys */
                    readonly hostKeys?: readonly string[];
                    /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                    readonly id: string;
                    /** @description at most 32 labels, each a key and a value */
                    readonly labels?: {
                        readonly [key: string]: string;
                    };
                    /** @description exceptions for a host that has no modern algorithms: of diffie-hellman-group14-sha1, ssh-rsa, aes256-cbc, aes192-cbc, aes128-cbc, hmac-sha1. They are offered to this host only and last, and each connection that uses one is told in the worker's audit journal */
                    readonly legacyAlgorithms?: readonly ("diffie-hellman-group14-sha1" | "ssh-rsa" | "aes256-cbc" | "aes192-cbc" | "aes128-cbc" | "hmac-sha1")[];
                    /** @description true observes its credentials: they are verified and reported, and nothing is changed until the host or the credential is released; false when it is left out */
                    readonly observe?: boolean;
                    /** @description a whole number from 1 to 65535 */
                    readonly port?: number;
                    /** @description `account/name` of a credential of this host with root or sudo. It is used only where no recorded secret of another one opens any more, or its fence can't be used, and rotated after each use */
                    readonly recovery?: string;
                    /** @description true pins the key that the host proves to hold when its first credential is adopted */
                    readonly trustOnFirstUse?: boolean;
                    /** @description `host/account/name` of a credential of another host of the zone, the jump host: the worker logs in there and has it connect to this host's address, which must be numeric. At most 4 jump hosts in a row */
                    readonly via?: string;
                    /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                    readonly zone: string;
                };
            };
        };
        readonly responses: {
            /** @description A host of the inventory */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly address: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly createdAt: string;
                        /** @description The pinned keys of the record, `type base64`; empty with trust on first use */
                        readonly hostKeys: readonly string[];
                        readonly id: string;
                        readonly labels: {
                            readonly [key: string]: string;
                        };
                        readonly leave: number | null;
                        readonly leftAt: string | null;
                        /** @description Its exceptions from modern algorithms; empty when there are none */
                        readonly legacyAlgorithms: readonly string[];
                        /** @description It was added to be observed, and has not been released */
                        readonly observed: boolean;
                        readonly port: number;
                        readonly recovery: string | null;
                        readonly redirect: number | null;
                        /**
                         * @description one of present, leaving, left
                         * @enum {string}
                         */
                        readonly status: "present" | "leaving" | "left";
                        readonly trustOnFirstUse: boolean;
                        readonly via: string | null;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly getLabels: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The labels of a host */
            readonly 200: {
                headers: {
                    /** @description Of this version: send it back as `If-Match` */
                    readonly etag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly labels: {
                            readonly [key: string]: string;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly replaceLabels: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description the `ETag` of what is to be replaced: when it is another one by now, nothing is done (412). `*`, or left out: whatever it is */
                readonly "if-match"?: string;
            };
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description All labels of the host from now on */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description at most 32 labels, each a key and a value */
                    readonly labels: {
                        readonly [key: string]: string;
                    };
                };
            };
        };
        readonly responses: {
            /** @description The labels of a host */
            readonly 200: {
                headers: {
                    /** @description Of this version: send it back as `If-Match` */
                    readonly etag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly id: string;
                        readonly labels: {
                            readonly [key: string]: string;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly proposeHostLeave: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Why it leaves */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                    /** @description true signs off the secrets that are not proven dead now (`unproven`), because the host is gone for good; they are listed in the proposal. Left out, they have to be proven first */
                    readonly signOff?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description A proposal, by its `kind`. Further kinds will come */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly from: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "redirect";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly to: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly credential: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "leave";
                        /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                        readonly neededBy: readonly string[];
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /** @description Secrets that need not be proven dead any more */
                        readonly signOff: readonly string[];
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                        readonly unproven: readonly string[];
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description `account/name` of the credential whose hold is to be cleared */
                        readonly credential: string;
                        readonly detail: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description The very hold */
                        readonly hold: {
                            readonly class: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "clearing";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly account: string;
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "removal";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly refused: string | null;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        /** @description Zones that begin before this one */
                        readonly after: readonly string[];
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly breakerPercent: number;
                        readonly campaign: string;
                        readonly deadline: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /** @description Whether live logins end, too */
                        readonly endsSessions: boolean;
                        readonly endsTokens: boolean;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "campaign";
                        /** @description Whether access is stripped without a replacement: by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description How long the zone waits for them */
                        readonly waitSeconds: number;
                        readonly zone: string;
                    } | {
                        /** @enum {unknown} */
                        readonly action: "pause" | "resume" | "stop";
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly campaign: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "steering";
                        /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "grant";
                        readonly name: string;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly terms: {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly manageHost: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Why */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description The release on record: the first one stays */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly at: string;
                        /** @description Who released it */
                        readonly by: string;
                        readonly id: string;
                        readonly reason: string;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly proposeRedirect: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description What is to change, and why; the rest stays. `via: null` ends the way through a jump host. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description an IP address or a DNS name inside the zone's allowed networks */
                    readonly address?: string;
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /** @description 1 to 16 host keys, in place of all that are pinned */
                    readonly hostKeys?: readonly string[];
                    /** @description a whole number from 1 to 65535 */
                    readonly port?: number;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                    readonly via?: string | null;
                };
            };
        };
        readonly responses: {
            /** @description A proposal, by its `kind`. Further kinds will come */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly from: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "redirect";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly to: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly credential: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "leave";
                        /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                        readonly neededBy: readonly string[];
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /** @description Secrets that need not be proven dead any more */
                        readonly signOff: readonly string[];
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                        readonly unproven: readonly string[];
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description `account/name` of the credential whose hold is to be cleared */
                        readonly credential: string;
                        readonly detail: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description The very hold */
                        readonly hold: {
                            readonly class: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "clearing";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly account: string;
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "removal";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly refused: string | null;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        /** @description Zones that begin before this one */
                        readonly after: readonly string[];
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly breakerPercent: number;
                        readonly campaign: string;
                        readonly deadline: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /** @description Whether live logins end, too */
                        readonly endsSessions: boolean;
                        readonly endsTokens: boolean;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "campaign";
                        /** @description Whether access is stripped without a replacement: by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description How long the zone waits for them */
                        readonly waitSeconds: number;
                        readonly zone: string;
                    } | {
                        /** @enum {unknown} */
                        readonly action: "pause" | "resume" | "stop";
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly campaign: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "steering";
                        /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "grant";
                        readonly name: string;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly terms: {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly proposeRemoval: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description Which key of which account, as a survey has found it, and why it goes */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description use 1 to 32 letters, digits, underscores, dots and hyphens, a letter or underscore first, no two dots in a row */
                    readonly account: string;
                    /** @description until when it can be approved, from 60 to 604800 seconds; a day when it is left out */
                    readonly expiresInSeconds?: number;
                    /** @description the fingerprint of a key as `ssh-keygen -l` prints it */
                    readonly fingerprint: string;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                };
            };
        };
        readonly responses: {
            /** @description A proposal, by its `kind`. Further kinds will come */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly from: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "redirect";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly to: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly credential: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "leave";
                        /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                        readonly neededBy: readonly string[];
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /** @description Secrets that need not be proven dead any more */
                        readonly signOff: readonly string[];
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                        readonly unproven: readonly string[];
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description `account/name` of the credential whose hold is to be cleared */
                        readonly credential: string;
                        readonly detail: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description The very hold */
                        readonly hold: {
                            readonly class: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "clearing";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly account: string;
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "removal";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly refused: string | null;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        /** @description Zones that begin before this one */
                        readonly after: readonly string[];
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly breakerPercent: number;
                        readonly campaign: string;
                        readonly deadline: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /** @description Whether live logins end, too */
                        readonly endsSessions: boolean;
                        readonly endsTokens: boolean;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "campaign";
                        /** @description Whether access is stripped without a replacement: by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description How long the zone waits for them */
                        readonly waitSeconds: number;
                        readonly zone: string;
                    } | {
                        /** @enum {unknown} */
                        readonly action: "pause" | "resume" | "stop";
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly campaign: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "steering";
                        /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "grant";
                        readonly name: string;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly terms: {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly getSurvey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description How a host was found when it was last looked at. The host has told it */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Those that have a shell */
                        readonly accounts: readonly {
                            readonly account: string;
                            /** @description Authorities whose certificates open it by a line of its own */
                            readonly authorities: readonly {
                                readonly bits: number | null;
                                /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                readonly fingerprint: string;
                                readonly type: string;
                            }[];
                            /** @description Keys that open it */
                            readonly keys: readonly {
                                readonly bits: number | null;
                                /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                readonly fingerprint: string;
                                /** @description Its line has options */
                                readonly restricted: boolean;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                                readonly type: string;
                            }[];
                            /** @description Whether a credential of it is managed */
                            readonly managed: boolean;
                            /**
                             * @description `none`: nobody needs one. `expired`: it opens nothing until it is changed. `unknown`: whoever looked may not see it
                             * @enum {unknown}
                             */
                            readonly password: "set" | "none" | "locked" | "expired" | "unknown";
                            readonly passwordChangedOn: string | null;
                            /** @description Private keys that lie in its home folder */
                            readonly privateKeys: readonly {
                                readonly encrypted: boolean;
                                /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                                readonly fingerprint: string;
                            }[];
                            /**
                             * @description Whether it becomes root by sudo
                             * @enum {unknown}
                             */
                            readonly root: "yes" | "with-password" | "some-commands" | "no" | "unknown";
                            readonly uid: number;
                        }[];
                        /** @description Whether it looked as root. Else it saw itself only */
                        readonly asRoot: boolean;
                        readonly at: string | null;
                        /** @description Authorities whose certificates open accounts of the whole host */
                        readonly authorities: readonly {
                            readonly bits: number | null;
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint: string;
                            readonly type: string;
                        }[];
                        readonly by: string | null;
                        /** @description Whether the host told everything, and all of it could be read */
                        readonly complete: boolean;
                        readonly failure: string | null;
                        readonly host: string;
                        readonly hostKeys: readonly {
                            readonly bits: number | null;
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint: string;
                            readonly type: string;
                        }[];
                        readonly sshd: {
                            /** @description Settings by which others than listed keys open accounts */
                            readonly otherWays: readonly string[];
                            readonly version: string | null;
                            /** @description Weak settings, as sshd_config(5) names them */
                            readonly weak: readonly string[];
                        };
                        readonly triedAt: string | null;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly askForSurvey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly id: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The zone's worker looks within seconds, and at a host once a minute at most */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly host: string;
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly importInventory: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description An inventory as `rekey import` reads it. `zone` is for hosts that name none themselves, which only the format rekey lets them do. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description true does it; false, or left out, only tells what would happen */
                    readonly apply?: boolean;
                    /**
                     * @description one of rekey, ansible, openssh
                     * @enum {string}
                     */
                    readonly format: "rekey" | "ansible" | "openssh";
                    /** @description the text of a known_hosts file, for hosts whose keys the inventory doesn't name */
                    readonly knownHosts?: string;
                    /** @description true leaves what is new unobserved, so that the next order rotates it; false when it is left out */
                    readonly manage?: boolean;
                    /** @description the inventory itself, as text. Secrets stand in it: no file is read */
                    readonly text: string;
                    /** @description true takes hosts without a known key too, and pins the one that each shows when its first credential is adopted; false when it is left out */
                    readonly trustFirstUse?: boolean;
                    /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                    readonly zone?: string;
                    /** @description the zone of each of Ansible's groups; hosts of no such group go to `zone`. Only with the format ansible */
                    readonly zones?: {
                        readonly [key: string]: string;
                    };
                };
            };
        };
        readonly responses: {
            /** @description What became of each row, or would */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly applied: boolean;
                        /** @description Of the rows */
                        readonly counts: {
                            readonly create: number;
                            readonly created: number;
                            readonly refused: number;
                            readonly there: number;
                        };
                        /** @description What was left out and refuses no row */
                        readonly notes: readonly {
                            readonly source: string;
                            readonly text: string;
                        }[];
                        /** @description One for each credential, and for each host without any */
                        readonly rows: readonly {
                            readonly account: string | null;
                            /** @description What this row created, or would; of a refused row, what of it came to be before */
                            readonly creates: readonly ("host" | "key" | "password")[];
                            /** @description What the format calls the field that is wrong */
                            readonly field?: string;
                            readonly host: string | null;
                            readonly name: string | null;
                            /** @description Why it is refused, and the way out */
                            readonly reason?: string;
                            /**
                             * @description `create`: it would be created. `there`: nothing is left to do
                             * @enum {string}
                             */
                            readonly result: "create" | "created" | "there" | "refused";
                            /** @description Where it stands in the text */
                            readonly source: string;
                            readonly zone: string | null;
                        }[];
                    };
                };
            };
        };
    };
    readonly listLeaseRequests: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description one of pending, approved, denied, expired, taken, void */
                readonly status?: "pending" | "approved" | "denied" | "expired" | "taken" | "void";
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Requests for leases by zone and by when they came */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @description What another person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly askedAt: string;
                            /** @description What else the token says of who asks, each as JSON */
                            readonly claims: {
                                readonly [key: string]: string;
                            };
                            /** @description `zone/host/account/name` */
                            readonly credentials: readonly string[];
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            readonly grant: string;
                            /** @description The lease that comes of it has the same */
                            readonly id: string;
                            /** @description Of the token that asks */
                            readonly issuer: string;
                            /** @description The number of the proposal that made the grant what it was then */
                            readonly proposal: number;
                            readonly reason: string;
                            /**
                             * @description `taken`: the lease was handed out. `void`: the grant is another one by now, or has ended, or a campaign has ended the request
                             * @enum {unknown}
                             */
                            readonly status: "pending" | "approved" | "denied" | "expired" | "taken" | "void";
                            readonly subject: string;
                            readonly ttlSeconds: number | null;
                            /** @description Those that count */
                            readonly words: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                readonly by: string;
                                /** @description The Vault entity whose word it is */
                                readonly entity: string;
                                readonly reason: string | null;
                                /** @enum {unknown} */
                                readonly verdict: "approved" | "denied";
                            }[];
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly listLeases: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description one of live, returned, expired, revoked */
                readonly status?: "live" | "returned" | "expired" | "revoked";
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Leases by zone and by when they were taken */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @description `zone/host/account/name` */
                            readonly credentials: readonly string[];
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly endsAt: string;
                            readonly grant: string;
                            readonly id: string;
                            /** @description Of the token that took it */
                            readonly issuer: string;
                            readonly reason: string;
                            readonly returnedAt: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /**
                             * @description `revoked`: a campaign has ended it before its time
                             * @enum {unknown}
                             */
                            readonly status: "live" | "returned" | "expired" | "revoked";
                            readonly subject: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly takenAt: string;
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly listOrders: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Orders by zone, the newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly campaign: string;
                            readonly number: number;
                            /** @description Of a campaign: what people have approved */
                            readonly proposal?: number;
                            readonly reason: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            readonly scope: {
                                readonly accounts?: readonly string[];
                                readonly burned?: readonly string[];
                                readonly hosts?: readonly string[];
                                readonly kinds?: readonly string[];
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                readonly names?: readonly string[];
                            };
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly placeOrder: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description 1 to 255 visible ASCII characters, such as a UUID. The same key and body again answer with the same orders and create none. */
                readonly "idempotency-key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Rotate every credential in the scope */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description true only tells what would be rotated */
                    readonly dryRun?: boolean;
                    /** @description 1 to 500 visible characters on one line; it goes into the audit trail */
                    readonly reason: string;
                    /** @description What to rotate. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are on the hosts when the order is placed. An empty scope is refused unless it says `all: true`, so that nobody rotates a fleet by accident. */
                    readonly scope: {
                        /** @description 1 to 1000 accounts, each once */
                        readonly accounts?: readonly string[];
                        /** @description true says that everything is meant: of all zones, or of those in `zones` */
                        readonly all?: boolean;
                        /** @description 1 to 1000 hosts, each once */
                        readonly hosts?: readonly string[];
                        /** @description at most 32 labels, each a key and a value */
                        readonly labels?: {
                            readonly [key: string]: string;
                        };
                        /** @description 1 to 1000 names of credentials, each once */
                        readonly names?: readonly string[];
                        /** @description 1 to 1000 zones, each once */
                        readonly zones?: readonly string[];
                    };
                };
            };
        };
        readonly responses: {
            /** @description What would be rotated; nothing was created */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly dryRun: boolean;
                        readonly orders: readonly {
                            /** @description `zone/host/account/name` */
                            readonly credentials: readonly string[];
                            /** @description Those among them that are observed: they are rotated once they are released */
                            readonly observed: readonly string[];
                            readonly targets: number;
                            readonly zone: string;
                        }[];
                    };
                };
            };
            /** @description The orders are in Vault; workers carry them out */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Shared by the orders of this request */
                        readonly campaign: string;
                        readonly orders: readonly {
                            readonly number: number;
                            /** @description Those among them that are observed: the order rotates none of these until they are released */
                            readonly observed: number;
                            /** @description Credentials in its scope */
                            readonly targets: number;
                            readonly zone: string;
                        }[];
                    };
                };
            };
        };
    };
    readonly getOrder: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description a whole number from 1 */
                readonly number: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description An order, how far it is, and the state of each target */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly campaign: string;
                        /** @description Of all targets, whatever is shown */
                        readonly counts: {
                            readonly debt: number;
                            readonly grace: number;
                            readonly held: number;
                            readonly left: number;
                            readonly locked: number;
                            readonly observed: number;
                            readonly pending: number;
                            readonly settled: number;
                            readonly total: number;
                        };
                        /** @description Whether every target is settled, locked, observed or has left: the latter are not waited for, and `counts` tells how many */
                        readonly done: boolean;
                        readonly next: string | null;
                        readonly number: number;
                        /** @description Of a campaign: what people have approved */
                        readonly proposal?: number;
                        readonly reason: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly requestedAt: string;
                        readonly requestedBy: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /** @description One page of them, by host, account and name */
                        readonly targets: readonly {
                            readonly account: string;
                            readonly epoch: number;
                            readonly fingerprint: string | null;
                            readonly hold: {
                                /** @description Why it stopped */
                                readonly class: string;
                                /** @description What a person needs to know to decide */
                                readonly detail: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                            } | null;
                            readonly host: string;
                            readonly lastFailure: {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description What it means for the host */
                                readonly class: string;
                                readonly code: string;
                                /** @description What is known, and what to do */
                                readonly message: string;
                                readonly step: string;
                            } | null;
                            readonly name: string;
                            readonly nextAttemptAt: string | null;
                            /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                            readonly observed: boolean;
                            /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                            readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                            /**
                             * @description `settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.
                             * @enum {string}
                             */
                            readonly outcome: "settled" | "locked" | "pending" | "grace" | "debt" | "held" | "observed" | "left";
                            readonly planned: {
                                /** @description The order that it would be done for */
                                readonly order: number;
                                /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                                readonly step: string;
                            } | null;
                            /**
                             * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                             * @enum {string}
                             */
                            readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                            readonly zone: string;
                        }[];
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly watchOrder: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description at most 6000 characters: the `id` of the last event that was seen. One that is not known is as none */
                readonly "last-event-id"?: string;
            };
            readonly path: {
                /** @description a whole number from 1 */
                readonly number: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Events until the order is done. `retry:` and comments stand between them */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": {
                        readonly data: {
                            readonly campaign: string;
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            /** @description Whether every target is settled, locked, observed or has left: the latter are not waited for, and `counts` tells how many */
                            readonly done: boolean;
                            readonly number: number;
                            /** @description Of a campaign: what people have approved */
                            readonly proposal?: number;
                            readonly reason: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly requestedAt: string;
                            readonly requestedBy: string;
                            readonly scope: {
                                readonly accounts?: readonly string[];
                                readonly burned?: readonly string[];
                                readonly hosts?: readonly string[];
                                readonly kinds?: readonly string[];
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                readonly names?: readonly string[];
                            };
                            /** @description One page of them, by host, account and name */
                            readonly targets: readonly {
                                readonly account: string;
                                readonly epoch: number;
                                readonly fingerprint: string | null;
                                readonly hold: {
                                    /** @description Why it stopped */
                                    readonly class: string;
                                    /** @description What a person needs to know to decide */
                                    readonly detail: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly since: string;
                                } | null;
                                readonly host: string;
                                readonly lastFailure: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    /** @description What it means for the host */
                                    readonly class: string;
                                    readonly code: string;
                                    /** @description What is known, and what to do */
                                    readonly message: string;
                                    readonly step: string;
                                } | null;
                                readonly name: string;
                                readonly nextAttemptAt: string | null;
                                /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                                readonly observed: boolean;
                                /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                                readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                                /**
                                 * @description `settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.
                                 * @enum {string}
                                 */
                                readonly outcome: "settled" | "locked" | "pending" | "grace" | "debt" | "held" | "observed" | "left";
                                readonly planned: {
                                    /** @description The order that it would be done for */
                                    readonly order: number;
                                    /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                                    readonly step: string;
                                } | null;
                                /**
                                 * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                                 * @enum {string}
                                 */
                                readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                                readonly zone: string;
                            }[];
                            readonly zone: string;
                        };
                        /** @enum {string} */
                        readonly event: "order";
                        /** @description For `Last-Event-ID`: what was seen so far */
                        readonly id: string;
                    } | {
                        readonly data: {
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                            readonly done: boolean;
                            /** @description Those that have changed, as they are now */
                            readonly targets: readonly {
                                readonly account: string;
                                readonly epoch: number;
                                readonly fingerprint: string | null;
                                readonly hold: {
                                    /** @description Why it stopped */
                                    readonly class: string;
                                    /** @description What a person needs to know to decide */
                                    readonly detail: string;
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly since: string;
                                } | null;
                                readonly host: string;
                                readonly lastFailure: {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    /** @description What it means for the host */
                                    readonly class: string;
                                    readonly code: string;
                                    /** @description What is known, and what to do */
                                    readonly message: string;
                                    readonly step: string;
                                } | null;
                                readonly name: string;
                                readonly nextAttemptAt: string | null;
                                /** @description Nothing of it is changed, whatever is ordered. False until it is adopted */
                                readonly observed: boolean;
                                /** @description What observes it, each to be ended by itself: `zone` (its policy, by people), `person` (with `rekey manage`), `credential` and `host` (by a release) */
                                readonly observers: readonly ("zone" | "person" | "credential" | "host")[];
                                /**
                                 * @description `settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.
                                 * @enum {string}
                                 */
                                readonly outcome: "settled" | "locked" | "pending" | "grace" | "debt" | "held" | "observed" | "left";
                                readonly planned: {
                                    /** @description The order that it would be done for */
                                    readonly order: number;
                                    /** @description A step of the rotation: store, push, verify, remove, sessions or prove; of a lockdown: lock, end-sessions or prove-locked */
                                    readonly step: string;
                                } | null;
                                /**
                                 * @description one of adopting, refused, settled, rotating, grace, debt, held, left
                                 * @enum {string}
                                 */
                                readonly status: "adopting" | "refused" | "settled" | "rotating" | "grace" | "debt" | "held" | "left";
                                readonly zone: string;
                            }[];
                        };
                        /** @enum {string} */
                        readonly event: "changes";
                        /** @description For `Last-Event-ID`: what was seen so far */
                        readonly id: string;
                    } | {
                        readonly data: {
                            /** @description Of all targets, whatever is shown */
                            readonly counts: {
                                readonly debt: number;
                                readonly grace: number;
                                readonly held: number;
                                readonly left: number;
                                readonly locked: number;
                                readonly observed: number;
                                readonly pending: number;
                                readonly settled: number;
                                readonly total: number;
                            };
                        };
                        /** @enum {string} */
                        readonly event: "done";
                        /** @description For `Last-Event-ID`: what was seen so far */
                        readonly id: string;
                    } | {
                        readonly data: {
                            /** @description for people */
                            readonly detail: string;
                            /** @description `time`, `stopping`, or the code of an error, such as `auth/missing` or `vault/sealed` */
                            readonly reason: string;
                        };
                        /** @enum {string} */
                        readonly event: "end";
                    };
                };
            };
            /** @description The client has seen `done`, and nothing has changed since: it need not come again */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readonly listPolicies: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Policies by zone and name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly changedAt: string;
                            readonly changedBy: string;
                            readonly graceSeconds: number | null;
                            readonly heartbeat: {
                                /** @description seconds from one look to the next, 10 to a year */
                                readonly everySeconds: number;
                                /**
                                 * @description what a secret that no longer opens leads to: one of report, rotate
                                 * @enum {unknown}
                                 */
                                readonly onDrift: "report" | "rotate";
                            } | null;
                            /** @enum {unknown} */
                            readonly keyAlgorithm: "ed25519" | "ecdsa-p256" | "rsa-3072" | "rsa-4096";
                            readonly name: string;
                            readonly passwordLength: number | null;
                            readonly passwordSymbols: string | null;
                            /** @description a whole number from 0 to 1000: of the policies that are for a credential the highest decides alone, of equal ones the first by name */
                            readonly priority: number;
                            /** @description Of the zone's policies, when this one was changed last */
                            readonly revision: number;
                            readonly schedule: {
                                /** @description at most 366 days on which no scheduled rotation begins */
                                readonly blackoutDays?: readonly string[];
                                /** @description minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made */
                                readonly cron?: string;
                                /** @description the age in seconds at which a secret is due, 10 to ten years */
                                readonly everySeconds?: number;
                                /** @description each credential is due later by up to so many seconds, always by the same: at most a week */
                                readonly jitterSeconds?: number;
                                /** @description of the IANA database, such as Europe/Berlin; UTC when it is left out */
                                readonly timeZone?: string;
                                /** @description The hours in which a scheduled rotation may begin; always when it is left out */
                                readonly window?: {
                                    /** @description on which it opens, each once: of mon, tue, wed, thu, fri, sat, sun; on each when it is left out */
                                    readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                                    /** @description when it opens, as HH:MM */
                                    readonly from: string;
                                    /** @description when it closes; on the next day when that is not after `from`, as HH:MM */
                                    readonly to: string;
                                };
                            } | null;
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly getPolicy: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "default" */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A policy */
            readonly 200: {
                headers: {
                    /** @description Of this version: send it back as `If-Match` */
                    readonly etag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly changedAt: string;
                        readonly changedBy: string;
                        readonly graceSeconds: number | null;
                        readonly heartbeat: {
                            /** @description seconds from one look to the next, 10 to a year */
                            readonly everySeconds: number;
                            /**
                             * @description what a secret that no longer opens leads to: one of report, rotate
                             * @enum {unknown}
                             */
                            readonly onDrift: "report" | "rotate";
                        } | null;
                        /** @enum {unknown} */
                        readonly keyAlgorithm: "ed25519" | "ecdsa-p256" | "rsa-3072" | "rsa-4096";
                        readonly name: string;
                        readonly passwordLength: number | null;
                        readonly passwordSymbols: string | null;
                        /** @description a whole number from 0 to 1000: of the policies that are for a credential the highest decides alone, of equal ones the first by name */
                        readonly priority: number;
                        /** @description Of the zone's policies, when this one was changed last */
                        readonly revision: number;
                        readonly schedule: {
                            /** @description at most 366 days on which no scheduled rotation begins */
                            readonly blackoutDays?: readonly string[];
                            /** @description minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made */
                            readonly cron?: string;
                            /** @description the age in seconds at which a secret is due, 10 to ten years */
                            readonly everySeconds?: number;
                            /** @description each credential is due later by up to so many seconds, always by the same: at most a week */
                            readonly jitterSeconds?: number;
                            /** @description of the IANA database, such as Europe/Berlin; UTC when it is left out */
                            readonly timeZone?: string;
                            /** @description The hours in which a scheduled rotation may begin; always when it is left out */
                            readonly window?: {
                                /** @description on which it opens, each once: of mon, tue, wed, thu, fri, sat, sun; on each when it is left out */
                                readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                                /** @description when it opens, as HH:MM */
                                readonly from: string;
                                /** @description when it closes; on the next day when that is not after `from`, as HH:MM */
                                readonly to: string;
                            };
                        } | null;
                        /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                        readonly selector: {
                            /** @description 1 to 1000 accounts, each once */
                            readonly accounts?: readonly string[];
                            /** @description 1 to 1000 hosts, each once */
                            readonly hosts?: readonly string[];
                            /** @description kinds of credentials, each once: of ssh-key, password */
                            readonly kinds?: readonly ("ssh-key" | "password")[];
                            /** @description at most 32 labels, each a key and a value */
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            /** @description 1 to 1000 names of credentials, each once */
                            readonly names?: readonly string[];
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly replacePolicy: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description the `ETag` of what is to be replaced: when it is another one by now, nothing is done (412). `*`, or left out: whatever it is */
                readonly "if-match"?: string;
            };
            readonly path: {
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "default" */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        /** @description How new secrets of some credentials are made, and when */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description how long a replaced key stays open, in seconds: it counts up to what the zone's people have; as they have it when it is left out */
                    readonly graceSeconds?: number;
                    /** @description How often it is looked whether a secret still opens its account */
                    readonly heartbeat?: {
                        /** @description seconds from one look to the next, 10 to a year */
                        readonly everySeconds: number;
                        /**
                         * @description what a secret that no longer opens leads to: one of report, rotate
                         * @enum {unknown}
                         */
                        readonly onDrift: "report" | "rotate";
                    };
                    /**
                     * @description one of ed25519, ecdsa-p256, rsa-3072, rsa-4096; ed25519 when it is left out
                     * @enum {unknown}
                     */
                    readonly keyAlgorithm?: "ed25519" | "ecdsa-p256" | "rsa-3072" | "rsa-4096";
                    /** @description a whole number of characters from 22 to 128; as the zone's people have it when it is left out */
                    readonly passwordLength?: number;
                    /** @description what new passwords have besides letters and digits, of -_.+=@%^,/~, each kind at least once; as the zone's people have it when it is left out */
                    readonly passwordSymbols?: string;
                    /** @description a whole number from 0 to 1000: of the policies that are for a credential the highest decides alone, of equal ones the first by name */
                    readonly priority: number;
                    /** @description When secrets are replaced by themselves: exactly one of `cron` and `everySeconds` */
                    readonly schedule?: {
                        /** @description at most 366 days on which no scheduled rotation begins */
                        readonly blackoutDays?: readonly string[];
                        /** @description minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made */
                        readonly cron?: string;
                        /** @description the age in seconds at which a secret is due, 10 to ten years */
                        readonly everySeconds?: number;
                        /** @description each credential is due later by up to so many seconds, always by the same: at most a week */
                        readonly jitterSeconds?: number;
                        /** @description of the IANA database, such as Europe/Berlin; UTC when it is left out */
                        readonly timeZone?: string;
                        /** @description The hours in which a scheduled rotation may begin; always when it is left out */
                        readonly window?: {
                            /** @description on which it opens, each once: of mon, tue, wed, thu, fri, sat, sun; on each when it is left out */
                            readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                            /** @description when it opens, as HH:MM */
                            readonly from: string;
                            /** @description when it closes; on the next day when that is not after `from`, as HH:MM */
                            readonly to: string;
                        };
                    };
                    /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                    readonly selector: {
                        /** @description 1 to 1000 accounts, each once */
                        readonly accounts?: readonly string[];
                        /** @description 1 to 1000 hosts, each once */
                        readonly hosts?: readonly string[];
                        /** @description kinds of credentials, each once: of ssh-key, password */
                        readonly kinds?: readonly ("ssh-key" | "password")[];
                        /** @description at most 32 labels, each a key and a value */
                        readonly labels?: {
                            readonly [key: string]: string;
                        };
                        /** @description 1 to 1000 names of credentials, each once */
                        readonly names?: readonly string[];
                    };
                };
            };
        };
        readonly responses: {
            /** @description A policy */
            readonly 200: {
                headers: {
                    /** @description Of this version: send it back as `If-Match` */
                    readonly etag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly changedAt: string;
                        readonly changedBy: string;
                        readonly graceSeconds: number | null;
                        readonly heartbeat: {
                            /** @description seconds from one look to the next, 10 to a year */
                            readonly everySeconds: number;
                            /**
                             * @description what a secret that no longer opens leads to: one of report, rotate
                             * @enum {unknown}
                             */
                            readonly onDrift: "report" | "rotate";
                        } | null;
                        /** @enum {unknown} */
                        readonly keyAlgorithm: "ed25519" | "ecdsa-p256" | "rsa-3072" | "rsa-4096";
                        readonly name: string;
                        readonly passwordLength: number | null;
                        readonly passwordSymbols: string | null;
                        /** @description a whole number from 0 to 1000: of the policies that are for a credential the highest decides alone, of equal ones the first by name */
                        readonly priority: number;
                        /** @description Of the zone's policies, when this one was changed last */
                        readonly revision: number;
                        readonly schedule: {
                            /** @description at most 366 days on which no scheduled rotation begins */
                            readonly blackoutDays?: readonly string[];
                            /** @description minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made */
                            readonly cron?: string;
                            /** @description the age in seconds at which a secret is due, 10 to ten years */
                            readonly everySeconds?: number;
                            /** @description each credential is due later by up to so many seconds, always by the same: at most a week */
                            readonly jitterSeconds?: number;
                            /** @description of the IANA database, such as Europe/Berlin; UTC when it is left out */
                            readonly timeZone?: string;
                            /** @description The hours in which a scheduled rotation may begin; always when it is left out */
                            readonly window?: {
                                /** @description on which it opens, each once: of mon, tue, wed, thu, fri, sat, sun; on each when it is left out */
                                readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                                /** @description when it opens, as HH:MM */
                                readonly from: string;
                                /** @description when it closes; on the next day when that is not after `from`, as HH:MM */
                                readonly to: string;
                            };
                        } | null;
                        /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                        readonly selector: {
                            /** @description 1 to 1000 accounts, each once */
                            readonly accounts?: readonly string[];
                            /** @description 1 to 1000 hosts, each once */
                            readonly hosts?: readonly string[];
                            /** @description kinds of credentials, each once: of ssh-key, password */
                            readonly kinds?: readonly ("ssh-key" | "password")[];
                            /** @description at most 32 labels, each a key and a value */
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            /** @description 1 to 1000 names of credentials, each once */
                            readonly names?: readonly string[];
                        };
                        readonly zone: string;
                    };
                };
            };
            /** @description A policy */
            readonly 201: {
                headers: {
                    /** @description Of this version: send it back as `If-Match` */
                    readonly etag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly changedAt: string;
                        readonly changedBy: string;
                        readonly graceSeconds: number | null;
                        readonly heartbeat: {
                            /** @description seconds from one look to the next, 10 to a year */
                            readonly everySeconds: number;
                            /**
                             * @description what a secret that no longer opens leads to: one of report, rotate
                             * @enum {unknown}
                             */
                            readonly onDrift: "report" | "rotate";
                        } | null;
                        /** @enum {unknown} */
                        readonly keyAlgorithm: "ed25519" | "ecdsa-p256" | "rsa-3072" | "rsa-4096";
                        readonly name: string;
                        readonly passwordLength: number | null;
                        readonly passwordSymbols: string | null;
                        /** @description a whole number from 0 to 1000: of the policies that are for a credential the highest decides alone, of equal ones the first by name */
                        readonly priority: number;
                        /** @description Of the zone's policies, when this one was changed last */
                        readonly revision: number;
                        readonly schedule: {
                            /** @description at most 366 days on which no scheduled rotation begins */
                            readonly blackoutDays?: readonly string[];
                            /** @description minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made */
                            readonly cron?: string;
                            /** @description the age in seconds at which a secret is due, 10 to ten years */
                            readonly everySeconds?: number;
                            /** @description each credential is due later by up to so many seconds, always by the same: at most a week */
                            readonly jitterSeconds?: number;
                            /** @description of the IANA database, such as Europe/Berlin; UTC when it is left out */
                            readonly timeZone?: string;
                            /** @description The hours in which a scheduled rotation may begin; always when it is left out */
                            readonly window?: {
                                /** @description on which it opens, each once: of mon, tue, wed, thu, fri, sat, sun; on each when it is left out */
                                readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                                /** @description when it opens, as HH:MM */
                                readonly from: string;
                                /** @description when it closes; on the next day when that is not after `from`, as HH:MM */
                                readonly to: string;
                            };
                        } | null;
                        /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                        readonly selector: {
                            /** @description 1 to 1000 accounts, each once */
                            readonly accounts?: readonly string[];
                            /** @description 1 to 1000 hosts, each once */
                            readonly hosts?: readonly string[];
                            /** @description kinds of credentials, each once: of ssh-key, password */
                            readonly kinds?: readonly ("ssh-key" | "password")[];
                            /** @description at most 32 labels, each a key and a value */
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            /** @description 1 to 1000 names of credentials, each once */
                            readonly names?: readonly string[];
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly removePolicy: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description the `ETag` of what is to be replaced: when it is another one by now, nothing is done (412). `*`, or left out: whatever it is */
                readonly "if-match"?: string;
            };
            readonly path: {
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "default" */
                readonly name: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A policy */
            readonly 200: {
                headers: {
                    /** @description Of this version: send it back as `If-Match` */
                    readonly etag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly changedAt: string;
                        readonly changedBy: string;
                        readonly graceSeconds: number | null;
                        readonly heartbeat: {
                            /** @description seconds from one look to the next, 10 to a year */
                            readonly everySeconds: number;
                            /**
                             * @description what a secret that no longer opens leads to: one of report, rotate
                             * @enum {unknown}
                             */
                            readonly onDrift: "report" | "rotate";
                        } | null;
                        /** @enum {unknown} */
                        readonly keyAlgorithm: "ed25519" | "ecdsa-p256" | "rsa-3072" | "rsa-4096";
                        readonly name: string;
                        readonly passwordLength: number | null;
                        readonly passwordSymbols: string | null;
                        /** @description a whole number from 0 to 1000: of the policies that are for a credential the highest decides alone, of equal ones the first by name */
                        readonly priority: number;
                        /** @description Of the zone's policies, when this one was changed last */
                        readonly revision: number;
                        readonly schedule: {
                            /** @description at most 366 days on which no scheduled rotation begins */
                            readonly blackoutDays?: readonly string[];
                            /** @description minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made */
                            readonly cron?: string;
                            /** @description the age in seconds at which a secret is due, 10 to ten years */
                            readonly everySeconds?: number;
                            /** @description each credential is due later by up to so many seconds, always by the same: at most a week */
                            readonly jitterSeconds?: number;
                            /** @description of the IANA database, such as Europe/Berlin; UTC when it is left out */
                            readonly timeZone?: string;
                            /** @description The hours in which a scheduled rotation may begin; always when it is left out */
                            readonly window?: {
                                /** @description on which it opens, each once: of mon, tue, wed, thu, fri, sat, sun; on each when it is left out */
                                readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                                /** @description when it opens, as HH:MM */
                                readonly from: string;
                                /** @description when it closes; on the next day when that is not after `from`, as HH:MM */
                                readonly to: string;
                            };
                        } | null;
                        /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                        readonly selector: {
                            /** @description 1 to 1000 accounts, each once */
                            readonly accounts?: readonly string[];
                            /** @description 1 to 1000 hosts, each once */
                            readonly hosts?: readonly string[];
                            /** @description kinds of credentials, each once: of ssh-key, password */
                            readonly kinds?: readonly ("ssh-key" | "password")[];
                            /** @description at most 32 labels, each a key and a value */
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            /** @description 1 to 1000 names of credentials, each once */
                            readonly names?: readonly string[];
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly listProposals: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Proposals by zone, the newest first */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly ({
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Why this person alone is to be enough. Of campaigns only */
                                readonly breakGlass?: string;
                                readonly by: string;
                                /** @description The Vault entity that approved */
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What a person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            readonly from: {
                                readonly address: string;
                                /** @description Pinned, `type base64`; empty: those that were shown first stay */
                                readonly hostKeys: readonly string[];
                                readonly port: number;
                                readonly via: string | null;
                            };
                            readonly host: string;
                            /** @enum {string} */
                            readonly kind: "redirect";
                            readonly number: number;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly proposedAt: string;
                            readonly proposedBy: string;
                            readonly reason: string;
                            /**
                             * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                            readonly to: {
                                readonly address: string;
                                /** @description Pinned, `type base64`; empty: those that were shown first stay */
                                readonly hostKeys: readonly string[];
                                readonly port: number;
                                readonly via: string | null;
                            };
                            readonly zone: string;
                        } | {
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Why this person alone is to be enough. Of campaigns only */
                                readonly breakGlass?: string;
                                readonly by: string;
                                /** @description The Vault entity that approved */
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What a person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            readonly credential: string | null;
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            readonly host: string;
                            /** @enum {string} */
                            readonly kind: "leave";
                            /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                            readonly neededBy: readonly string[];
                            readonly number: number;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly proposedAt: string;
                            readonly proposedBy: string;
                            readonly reason: string;
                            /** @description Secrets that need not be proven dead any more */
                            readonly signOff: readonly string[];
                            /**
                             * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                            /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                            readonly unproven: readonly string[];
                            readonly zone: string;
                        } | {
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Why this person alone is to be enough. Of campaigns only */
                                readonly breakGlass?: string;
                                readonly by: string;
                                /** @description The Vault entity that approved */
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What a person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            /** @description `account/name` of the credential whose hold is to be cleared */
                            readonly credential: string;
                            readonly detail: string | null;
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            /** @description The very hold */
                            readonly hold: {
                                readonly class: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly since: string;
                            };
                            readonly host: string;
                            /** @enum {string} */
                            readonly kind: "clearing";
                            readonly number: number;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly proposedAt: string;
                            readonly proposedBy: string;
                            readonly reason: string;
                            /**
                             * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                            readonly zone: string;
                        } | {
                            readonly account: string;
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Why this person alone is to be enough. Of campaigns only */
                                readonly breakGlass?: string;
                                readonly by: string;
                                /** @description The Vault entity that approved */
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What a person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                            readonly fingerprint: string;
                            readonly host: string;
                            /** @enum {string} */
                            readonly kind: "removal";
                            readonly number: number;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly proposedAt: string;
                            readonly proposedBy: string;
                            readonly reason: string;
                            readonly refused: string | null;
                            /**
                             * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                            readonly zone: string;
                        } | {
                            /** @description Zones that begin before this one */
                            readonly after: readonly string[];
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Why this person alone is to be enough. Of campaigns only */
                                readonly breakGlass?: string;
                                readonly by: string;
                                /** @description The Vault entity that approved */
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What a person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            /** @description The request, as JSON */
                            readonly asked: string;
                            readonly breakerPercent: number;
                            readonly campaign: string;
                            readonly deadline: string | null;
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /** @description Whether live logins end, too */
                            readonly endsSessions: boolean;
                            readonly endsTokens: boolean;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            /** @enum {string} */
                            readonly kind: "campaign";
                            /** @description Whether access is stripped without a replacement: by nobody's word alone */
                            readonly lockdown: boolean;
                            readonly number: number;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly proposedAt: string;
                            readonly proposedBy: string;
                            readonly reason: string;
                            readonly scope: {
                                readonly accounts?: readonly string[];
                                readonly burned?: readonly string[];
                                readonly hosts?: readonly string[];
                                readonly kinds?: readonly string[];
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                readonly names?: readonly string[];
                            };
                            /**
                             * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                            /** @description How long the zone waits for them */
                            readonly waitSeconds: number;
                            readonly zone: string;
                        } | {
                            /** @enum {unknown} */
                            readonly action: "pause" | "resume" | "stop";
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Why this person alone is to be enough. Of campaigns only */
                                readonly breakGlass?: string;
                                readonly by: string;
                                /** @description The Vault entity that approved */
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What a person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            readonly campaign: string;
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            /** @enum {string} */
                            readonly kind: "steering";
                            /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                            readonly lockdown: boolean;
                            readonly number: number;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly proposedAt: string;
                            readonly proposedBy: string;
                            readonly reason: string;
                            /**
                             * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                            readonly zone: string;
                        } | {
                            readonly approvals: readonly {
                                /**
                                 * Format: date-time
                                 * @description ISO 8601, UTC
                                 */
                                readonly at: string;
                                /** @description Why this person alone is to be enough. Of campaigns only */
                                readonly breakGlass?: string;
                                readonly by: string;
                                /** @description The Vault entity that approved */
                                readonly entity: string;
                            }[];
                            readonly approvalsNeeded: number;
                            /** @description What a person runs, with a Vault login of his own */
                            readonly approveWith: string;
                            /** @description Hex SHA-256 of all that is shown to whoever approves */
                            readonly digest: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            /** @enum {string} */
                            readonly kind: "grant";
                            readonly name: string;
                            readonly number: number;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly proposedAt: string;
                            readonly proposedBy: string;
                            readonly reason: string;
                            /**
                             * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                             * @enum {unknown}
                             */
                            readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                            readonly terms: {
                                /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                                readonly allow: readonly ("pull-request" | "fork")[];
                                /** @description true: a person has to approve of each lease */
                                readonly approval: boolean;
                                /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                                readonly audience: string;
                                /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                                readonly claims: {
                                    readonly [key: string]: string | number | boolean;
                                };
                                /** @description the token's `iss`, an https address */
                                readonly issuer: string;
                                /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                                readonly maxTtlSeconds: number;
                                readonly maxUses: number | null;
                                readonly notAfter: string | null;
                                readonly notBefore: string | null;
                                /**
                                 * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                                 * @enum {unknown}
                                 */
                                readonly rotateAfter: "lease" | "use" | "never";
                                /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                                readonly selector: {
                                    /** @description 1 to 1000 accounts, each once */
                                    readonly accounts?: readonly string[];
                                    /** @description 1 to 1000 hosts, each once */
                                    readonly hosts?: readonly string[];
                                    /** @description kinds of credentials, each once: of ssh-key, password */
                                    readonly kinds?: readonly ("ssh-key" | "password")[];
                                    /** @description at most 32 labels, each a key and a value */
                                    readonly labels?: {
                                        readonly [key: string]: string;
                                    };
                                    /** @description 1 to 1000 names of credentials, each once */
                                    readonly names?: readonly string[];
                                };
                                /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                                readonly subjectWildcard: boolean;
                            };
                            readonly zone: string;
                        })[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly getProposal: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description the number of a proposal */
                readonly number: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A proposal, by its `kind`. Further kinds will come */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly from: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "redirect";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly to: {
                            readonly address: string;
                            /** @description Pinned, `type base64`; empty: those that were shown first stay */
                            readonly hostKeys: readonly string[];
                            readonly port: number;
                            readonly via: string | null;
                        };
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly credential: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "leave";
                        /** @description What stays and is reached, changed or recovered through it: `zone/host` or `zone/host/account/name`. It has to leave first */
                        readonly neededBy: readonly string[];
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /** @description Secrets that need not be proven dead any more */
                        readonly signOff: readonly string[];
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description Those that are not proven dead now, signed off or not: with one that is not signed off, it does not leave */
                        readonly unproven: readonly string[];
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description `account/name` of the credential whose hold is to be cleared */
                        readonly credential: string;
                        readonly detail: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description The very hold */
                        readonly hold: {
                            readonly class: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly since: string;
                        };
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "clearing";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly account: string;
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @description Of a key as `ssh-keygen -l` prints it; of a password `HMAC-SHA256:…`, keyed in Vault */
                        readonly fingerprint: string;
                        readonly host: string;
                        /** @enum {string} */
                        readonly kind: "removal";
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly refused: string | null;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        /** @description Zones that begin before this one */
                        readonly after: readonly string[];
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description The request, as JSON */
                        readonly asked: string;
                        readonly breakerPercent: number;
                        readonly campaign: string;
                        readonly deadline: string | null;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /** @description Whether live logins end, too */
                        readonly endsSessions: boolean;
                        readonly endsTokens: boolean;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "campaign";
                        /** @description Whether access is stripped without a replacement: by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        readonly scope: {
                            readonly accounts?: readonly string[];
                            readonly burned?: readonly string[];
                            readonly hosts?: readonly string[];
                            readonly kinds?: readonly string[];
                            readonly labels?: {
                                readonly [key: string]: string;
                            };
                            readonly names?: readonly string[];
                        };
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        /** @description How long the zone waits for them */
                        readonly waitSeconds: number;
                        readonly zone: string;
                    } | {
                        /** @enum {unknown} */
                        readonly action: "pause" | "resume" | "stop";
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        readonly campaign: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "steering";
                        /** @description Whether it is of a lockdown: it goes on by nobody's word alone */
                        readonly lockdown: boolean;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly zone: string;
                    } | {
                        readonly approvals: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly at: string;
                            /** @description Why this person alone is to be enough. Of campaigns only */
                            readonly breakGlass?: string;
                            readonly by: string;
                            /** @description The Vault entity that approved */
                            readonly entity: string;
                        }[];
                        readonly approvalsNeeded: number;
                        /** @description What a person runs, with a Vault login of his own */
                        readonly approveWith: string;
                        /** @description Hex SHA-256 of all that is shown to whoever approves */
                        readonly digest: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        /** @enum {string} */
                        readonly kind: "grant";
                        readonly name: string;
                        readonly number: number;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly proposedAt: string;
                        readonly proposedBy: string;
                        readonly reason: string;
                        /**
                         * @description `approved`: the worker takes it up within seconds, a leave once nobody else needs what leaves. `carried-out`: the worker has taken it up. `void`: something else came in between
                         * @enum {unknown}
                         */
                        readonly status: "proposed" | "approved" | "carried-out" | "void" | "expired";
                        readonly terms: {
                            /** @description of pull-request, fork, each once: runs on code that nobody has merged, which are refused unless they are named */
                            readonly allow: readonly ("pull-request" | "fork")[];
                            /** @description true: a person has to approve of each lease */
                            readonly approval: boolean;
                            /** @description the token's `aud`: 1 to 300 visible ASCII characters */
                            readonly audience: string;
                            /** @description 1 to 32 claims that the token must have, each of just this type and value, and of `groups` one of the token's list; one at least says whose token it is */
                            readonly claims: {
                                readonly [key: string]: string | number | boolean;
                            };
                            /** @description the token's `iss`, an https address */
                            readonly issuer: string;
                            /** @description a whole number from 1 to 86400: how long a lease lasts at most, renewals included */
                            readonly maxTtlSeconds: number;
                            readonly maxUses: number | null;
                            readonly notAfter: string | null;
                            readonly notBefore: string | null;
                            /**
                             * @description one of lease, use, never: when the last lease on a secret ends; the same, with one lease at a time; or by orders and schedules only
                             * @enum {unknown}
                             */
                            readonly rotateAfter: "lease" | "use" | "never";
                            /** @description Which credentials it is for. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are when a secret is made. `{}` is for all of the zone. */
                            readonly selector: {
                                /** @description 1 to 1000 accounts, each once */
                                readonly accounts?: readonly string[];
                                /** @description 1 to 1000 hosts, each once */
                                readonly hosts?: readonly string[];
                                /** @description kinds of credentials, each once: of ssh-key, password */
                                readonly kinds?: readonly ("ssh-key" | "password")[];
                                /** @description at most 32 labels, each a key and a value */
                                readonly labels?: {
                                    readonly [key: string]: string;
                                };
                                /** @description 1 to 1000 names of credentials, each once */
                                readonly names?: readonly string[];
                            };
                            /** @description true: `*` in the claim `sub` stands for any characters but a colon */
                            readonly subjectWildcard: boolean;
                        };
                        readonly zone: string;
                    };
                };
            };
        };
    };
    readonly listSchedule: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends */
                readonly host?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
                /** @description only what may begin by then */
                readonly until?: string;
                /** @description use 1 to 31 lower-case letters, digits and hyphens, a letter first, and not "shared" */
                readonly zone?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Credentials by the time at which their rotation begins */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            readonly account: string;
                            /**
                             * @description What makes it due first: the policy's schedule, or the longest age that the zone's people have set
                             * @enum {unknown}
                             */
                            readonly by: "schedule" | "age";
                            /**
                             * Format: date-time
                             * @description When it is due, whatever its window says
                             */
                            readonly dueAt: string;
                            readonly host: string;
                            /** @enum {unknown} */
                            readonly kind: "ssh-key" | "password";
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly madeAt: string;
                            readonly name: string;
                            readonly overdue: boolean;
                            readonly overdueAt: string | null;
                            readonly policy: string | null;
                            readonly schedule: {
                                /** @description at most 366 days on which no scheduled rotation begins */
                                readonly blackoutDays?: readonly string[];
                                /** @description minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made */
                                readonly cron?: string;
                                /** @description the age in seconds at which a secret is due, 10 to ten years */
                                readonly everySeconds?: number;
                                /** @description each credential is due later by up to so many seconds, always by the same: at most a week */
                                readonly jitterSeconds?: number;
                                /** @description of the IANA database, such as Europe/Berlin; UTC when it is left out */
                                readonly timeZone?: string;
                                /** @description The hours in which a scheduled rotation may begin; always when it is left out */
                                readonly window?: {
                                    /** @description on which it opens, each once: of mon, tue, wed, thu, fri, sat, sun; on each when it is left out */
                                    readonly days?: readonly ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
                                    /** @description when it opens, as HH:MM */
                                    readonly from: string;
                                    /** @description when it closes; on the next day when that is not after `from`, as HH:MM */
                                    readonly to: string;
                                };
                            } | null;
                            readonly startsAt: string | null;
                            readonly zone: string;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly listTokens: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Tokens by the time they were made */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly createdAt: string;
                            /** @description The token that made it, as `name/id`; `admin` is the one of the set-up */
                            readonly createdBy: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC
                             */
                            readonly expiresAt: string;
                            readonly id: string;
                            readonly name: string;
                            readonly previousUntil: string | null;
                            readonly revokedAt: string | null;
                            readonly revokedBy: string | null;
                            /**
                             * @description viewer (sees hosts, credentials, orders and proposals), operator (also adds hosts, proposes redirects, hands secrets over, orders rotations, ends observations), responder (also burns many credentials at once), approver (a viewer who decides in Vault), auditor (a viewer who reads the audit trail) or admin (all of that; writes policies, makes, rotates and revokes tokens)
                             * @enum {string}
                             */
                            readonly role: "viewer" | "operator" | "responder" | "approver" | "auditor" | "admin";
                            readonly rotatedAt: string | null;
                            /** @enum {string} */
                            readonly status: "active" | "expired" | "revoked";
                            readonly zones: readonly string[] | "all";
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
    readonly createToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description Without `expiresAt` it lives 90 days, or as long as the token that asks if that ends before. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description a time in UTC, such as 2026-09-01T00:00:00Z, at most 365 days from now and not after the end of the token that asks */
                    readonly expiresAt?: string;
                    /** @description What the token is for; it stands in the audit trail; use 1 to 63 letters, digits, underscores, dots and hyphens, a letter or digit at both ends */
                    readonly name: string;
                    /**
                     * @description viewer (sees hosts, credentials, orders and proposals), operator (also adds hosts, proposes redirects, hands secrets over, orders rotations, ends observations), responder (also burns many credentials at once), approver (a viewer who decides in Vault), auditor (a viewer who reads the audit trail) or admin (all of that; writes policies, makes, rotates and revokes tokens)
                     * @enum {string}
                     */
                    readonly role: "viewer" | "operator" | "responder" | "approver" | "auditor" | "admin";
                    readonly zones: readonly string[] | "all";
                };
            };
        };
        readonly responses: {
            /** @description The token, this once */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly createdAt: string;
                        /** @description The token that made it, as `name/id`; `admin` is the one of the set-up */
                        readonly createdBy: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly id: string;
                        readonly name: string;
                        readonly previousUntil: string | null;
                        readonly revokedAt: string | null;
                        readonly revokedBy: string | null;
                        /**
                         * @description viewer (sees hosts, credentials, orders and proposals), operator (also adds hosts, proposes redirects, hands secrets over, orders rotations, ends observations), responder (also burns many credentials at once), approver (a viewer who decides in Vault), auditor (a viewer who reads the audit trail) or admin (all of that; writes policies, makes, rotates and revokes tokens)
                         * @enum {string}
                         */
                        readonly role: "viewer" | "operator" | "responder" | "approver" | "auditor" | "admin";
                        readonly rotatedAt: string | null;
                        /** @enum {string} */
                        readonly status: "active" | "expired" | "revoked";
                        /** @description The token itself: `rekey_`, its id, and 256 random bits. It is shown here and never again */
                        readonly token: string;
                        readonly zones: readonly string[] | "all";
                    };
                };
            };
        };
    };
    readonly revokeToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description 16 hex digits, the first part of the token after `rekey_` */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A token without its secret */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly createdAt: string;
                        /** @description The token that made it, as `name/id`; `admin` is the one of the set-up */
                        readonly createdBy: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly id: string;
                        readonly name: string;
                        readonly previousUntil: string | null;
                        readonly revokedAt: string | null;
                        readonly revokedBy: string | null;
                        /**
                         * @description viewer (sees hosts, credentials, orders and proposals), operator (also adds hosts, proposes redirects, hands secrets over, orders rotations, ends observations), responder (also burns many credentials at once), approver (a viewer who decides in Vault), auditor (a viewer who reads the audit trail) or admin (all of that; writes policies, makes, rotates and revokes tokens)
                         * @enum {string}
                         */
                        readonly role: "viewer" | "operator" | "responder" | "approver" | "auditor" | "admin";
                        readonly rotatedAt: string | null;
                        /** @enum {string} */
                        readonly status: "active" | "expired" | "revoked";
                        readonly zones: readonly string[] | "all";
                    };
                };
            };
        };
    };
    readonly rotateToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description 16 hex digits, the first part of the token after `rekey_` */
                readonly id: string;
            };
            readonly cookie?: never;
        };
        /** @description Without `expiresAt` it ends when it would have ended. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description a time in UTC, such as 2026-09-01T00:00:00Z, at most 365 days from now and not after the end of the token that asks */
                    readonly expiresAt?: string;
                    /** @description a whole number of seconds up to 86400 for which the old secret is taken too; 0 when it is left out: it ends at once */
                    readonly overlapSeconds?: number;
                };
            };
        };
        readonly responses: {
            /** @description The token, this once */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly createdAt: string;
                        /** @description The token that made it, as `name/id`; `admin` is the one of the set-up */
                        readonly createdBy: string;
                        /**
                         * Format: date-time
                         * @description ISO 8601, UTC
                         */
                        readonly expiresAt: string;
                        readonly id: string;
                        readonly name: string;
                        readonly previousUntil: string | null;
                        readonly revokedAt: string | null;
                        readonly revokedBy: string | null;
                        /**
                         * @description viewer (sees hosts, credentials, orders and proposals), operator (also adds hosts, proposes redirects, hands secrets over, orders rotations, ends observations), responder (also burns many credentials at once), approver (a viewer who decides in Vault), auditor (a viewer who reads the audit trail) or admin (all of that; writes policies, makes, rotates and revokes tokens)
                         * @enum {string}
                         */
                        readonly role: "viewer" | "operator" | "responder" | "approver" | "auditor" | "admin";
                        readonly rotatedAt: string | null;
                        /** @enum {string} */
                        readonly status: "active" | "expired" | "revoked";
                        /** @description The token itself: `rekey_`, its id, and 256 random bits. It is shown here and never again */
                        readonly token: string;
                        readonly zones: readonly string[] | "all";
                    };
                };
            };
        };
    };
    readonly listZones: {
        readonly parameters: {
            readonly query?: {
                /** @description `next` of the page before, as it was */
                readonly cursor?: string;
                /** @description a whole number from 1 to 1000; 100 when it is left out */
                readonly limit?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Zones by name */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly items: readonly {
                            /** @description Where its hosts may be, as CIDR. Its worker has a list of its own and goes by that */
                            readonly allowedNetworks: readonly string[];
                            readonly name: string;
                            readonly policy: {
                                /** @description How many people must approve that a campaign starts, pauses, goes on or stops; 1 is single-operator mode, and shown as 2 once that has ended */
                                readonly campaignApprovals: number;
                                /** @description How long a replaced key stays open after its successor was proven */
                                readonly graceSeconds: number;
                                /** @description How many people must approve that jobs of a CI may lease credentials */
                                readonly grantApprovals: number;
                                /** @description Secrets proven dead that are kept for a host restored from a snapshot */
                                readonly historyLength: number;
                                /** @description How many people must approve that a host or a credential leaves */
                                readonly leaveApprovals: number;
                                readonly longestAgeSeconds: number | null;
                                /** @description Whether the whole zone is observed: nothing in it is changed, whatever is ordered */
                                readonly observe: boolean;
                                /** @description How long a secret may stay once it is due, before that is an alarm */
                                readonly overdueAfterSeconds: number;
                                /** @description Of new passwords, in characters */
                                readonly passwordLength: number;
                                /** @description What new passwords have besides letters and digits */
                                readonly passwordSymbols: string;
                                /** @description Of campaigns over several zones, those with a lower one begin first */
                                readonly rank: number;
                                /** @description How many people must approve a redirect */
                                readonly redirectApprovals: number;
                                /** @description Hosts visited at the same time for the sake of schedules and ages */
                                readonly scheduledConcurrency: number;
                                /** @description Hosts whose visits begin for that in a minute */
                                readonly scheduledPerMinute: number;
                                readonly surveyEverySeconds: number | null;
                            } | null;
                            readonly policyWaits: {
                                readonly approvals: readonly {
                                    /**
                                     * Format: date-time
                                     * @description ISO 8601, UTC
                                     */
                                    readonly at: string;
                                    readonly by: string;
                                    /** @description The Vault entity that approved */
                                    readonly entity: string;
                                }[];
                                readonly approvalsNeeded: number;
                                /** @description What a person runs, with a Vault login of his own */
                                readonly approveWith: string;
                                readonly changes: readonly {
                                    /** @enum {unknown} */
                                    readonly field: "redirectApprovals" | "leaveApprovals" | "grantApprovals" | "campaignApprovals" | "rank" | "graceSeconds" | "longestAgeSeconds" | "passwordLength";
                                    readonly inForce: number | null;
                                    readonly written: number | null;
                                }[];
                                /** @description Hex SHA-256 of what people approve of */
                                readonly digest: string;
                                readonly expiresAt: string | null;
                                /** @description Of `policies/default` in Vault; 0: nothing is written there, and the defaults would be weaker */
                                readonly version: number;
                                readonly writtenAt: string | null;
                            } | null;
                            /** @description Whether one person alone starts and steers campaigns: `campaignApprovals` is 1, and no second person has ever approved of anything here */
                            readonly singleOperator: boolean;
                        }[];
                        readonly next: string | null;
                    };
                };
            };
        };
    };
}
