/** The two forms by which a mandate is given: by an enterprise, and by an agent firm to its staff. */
import { itemsForMandates, writeMandate } from '../../enterprises/index.ts';
import { ServiceError } from '../../errors.ts';
import { html, submitButton, textField } from '../../http/index.ts';
import type { AccountPage, Visit } from '../account-page.ts';
import { formStart } from '../frame.ts';
import { termFields, termsOf } from '../mandate-parts.ts';
import { mandateWords as words } from '../mandate-words.ts';
import type { OwnPagesDeps } from '../own-pages.ts';
import { personFields, personOf } from '../person-fields.ts';
import { firmOf } from './enterprises.ts';

export const newMandatePage = (deps: OwnPagesDeps): AccountPage => {
  const items = () => itemsForMandates(deps.enterprises.context.items);
  return {
    path: 'mandate-new',
    title: words.newTitle,
    parent: 'enterprises',
    async show(visit, state) {
      const { language } = visit;
      const firm = await firmOf(deps, visit);
      const toAgent = visit.query.to === 'agent' || state.typed.agent !== undefined;
      const other = toAgent ? words.person : words.agent;
      const to = toAgent
        ? textField(
            {
              id: 'agent',
              name: 'agent',
              label: words.agentCode,
              value: state.typed.agent ?? '',
              autocomplete: 'off',
              maxlength: 40,
            },
            language,
          )
        : personFields(state, language);
      return html`<p><strong>${firm.name}</strong></p>
${formStart(visit, 'give')}<h2>${(toAgent ? words.agent : words.person)[language]}</h2>${to}
${termFields(deps, state, language, items())}
${submitButton(words.offer, language)}</form>
<p class="way"><a href="/account/mandate-new?id=${firm.id}${!toAgent && '&to=agent'}">${other[language]}</a></p>`;
    },
    acts: {
      give: {
        confirm: true,
        async perform({ account, requestId, query }, fields) {
          const codes = items().map(({ code }) => code);
          const read = termsOf(fields, codes);
          if ('faults' in read) return { again: { faults: read.faults } };
          const { id: enterprise = '' } = query;
          const to =
            fields.agent === undefined ? { person: personOf(fields) } : { agentCreditCode: fields.agent };
          const act = { accountId: account.id, requestId };
          await deps.enterprises.giveMandate(act, { enterprise, to, ...read.terms });
          return { done: 'given', at: 'mandates-given', query: { id: enterprise } };
        },
      },
    },
  };
};

/** `?id=` is the agent firm's own mandate: its items, and no day longer. */
export const nameStaffPage = (deps: OwnPagesDeps): AccountPage => {
  const { enterprises } = deps;
  const parentOf = async ({ account, query }: Visit) => {
    const act = { accountId: account.id };
    for (const { id } of await enterprises.mine(act)) {
      const { received } = await enterprises.mandatesOf(act, id);
      const found = received.find((one) => one.id === query.id && one.kind === 'agent');
      if (found) return { firm: id, mandate: await writeMandate(enterprises.context, found, account.id) };
    }
    throw new ServiceError('not_found');
  };
  return {
    path: 'mandate-staff',
    title: words.staffTitle,
    parent: 'enterprises',
    async show(visit, state) {
      const { language } = visit;
      const { mandate } = await parentOf(visit);
      return html`<p>${words.from[language]}<strong>${mandate.enterprise?.name}</strong></p>
${formStart(visit, 'name')}${personFields(state, language)}
${termFields(deps, state, language, mandate.items)}
${submitButton(words.offer, language)}</form>`;
    },
    acts: {
      name: {
        confirm: true,
        async perform(visit, fields) {
          const { firm, mandate } = await parentOf(visit);
          const codes = mandate.items.map(({ code }) => code);
          const read = termsOf(fields, codes);
          if ('faults' in read) return { again: { faults: read.faults } };
          const act = { accountId: visit.account.id, requestId: visit.requestId };
          const validUntil = Math.min(read.terms.validUntil, mandate.valid_until);
          await enterprises.nameAgentStaff(act, {
            mandate: mandate.id,
            person: personOf(fields),
            items: read.terms.items,
            validUntil,
          });
          return { done: 'staff', at: 'mandates-received', query: { id: firm } };
        },
      },
    },
  };
};
