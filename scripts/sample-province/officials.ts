/** Who of the named people holds a post, so that an office can be walked: two who decide on a certificate, one at a hall. */
import type { NamedPerson } from './named-people.ts';

export const posts = [
  { person: 'zhao', unit: 'zj-police', roles: ['issuer_clerk', 'register_steward'] },
  // Head of an enterprise too: herself, her firm and her office in one account.
  { person: 'jin', unit: 'zj-police', roles: ['approver'] },
  { person: 'chen', unit: 'shaoxing', roles: ['counter_lead', 'app_reviewer'] },
];

export const makeOfficials = (named: NamedPerson[]) =>
  posts.map(({ person, unit, roles }) => {
    const { kind, number, name } = named.find(({ id }) => id === person)!.citizen;
    return { person: { kind, number, name }, unit, roles };
  });
