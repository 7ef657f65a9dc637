import type { Account } from '../accounts/index.ts';
import { ServiceError } from '../errors.ts';
import type { Items, ServiceItem } from '../items/index.ts';

/** An access token does not say how the person signed in, so it counts as the weakest sign-in. */
const authenticatorOfToken = 1;

/** The item, when this person may have it filled in and handled online herself. */
export const onlineItem = (items: Items, code: string, account: Account): ServiceItem => {
  const item = items.get(code);
  const refuse = (detail: string): never => {
    throw new ServiceError('forbidden', { detail });
  };
  if (item.state === 'retired') throw new ServiceError('not_found', { detail: 'this item is retired' });
  if (item.handled === 'counter') return refuse('this item is handled at the counter');
  if (!item.who.includes(account.kind)) return refuse('this item is not for persons');
  if (!item.prefill) return refuse('this item cannot be filled in from what the province has');
  if (account.proofingLevel < item.level.proofing) return refuse('the proofing level is too low');
  if (authenticatorOfToken < item.level.authenticator) return refuse('this item needs a stronger sign-in');
  return item;
};
